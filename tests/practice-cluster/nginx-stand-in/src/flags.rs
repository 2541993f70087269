//! The real controller's flags, parsed as Go parses flags.

use std::{collections::BTreeMap, fmt::Write as _};

/// The class that the controller serves when none is named.
const CLASS: &str = "nginx";

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bool,
    Number,
    Text,
}
use Kind::{Bool, Number, Text};

/// The flags that the stand-in honours: name, kind, default, meaning.
const HONOURED: &[(&str, Kind, &str, &str)] = &[
    ("allow-empty-ingress-host", Bool, "false", "accept rules without a host"),
    ("default-http-listener-port", Number, "80", "the port for HTTP"),
    ("default-https-listener-port", Number, "443", "the port for HTTPS"),
    ("disable-ipv6", Bool, "false", "do not listen on IPv6"),
    ("enable-custom-resources", Bool, "true", "use the custom resources; their definitions must exist"),
    ("enable-leader-election", Bool, "true", "let one replica report the status of Ingresses"),
    ("external-service", Text, "", "the Service whose address the status of Ingresses reports"),
    ("health-status", Bool, "false", "answer 200 at health-status-uri of the default server"),
    ("health-status-uri", Text, "/nginx-health", "where"),
    ("ingress-class", Text, CLASS, "the IngressClass to serve; it must exist"),
    ("leader-election-lock-name", Text, "nginx-ingress-leader-election", "the Lease's name"),
    ("nginx-configmaps", Text, "", "a ConfigMap with settings, as namespace/name; it must exist"),
    ("nginx-reload-timeout", Number, "60000", "how long a reload may take, in milliseconds"),
    ("nginx-status", Bool, "true", "serve /stub_status"),
    ("nginx-status-port", Number, "8080", "on this port, to this machine alone"),
    ("ready-status", Bool, "true", "serve /nginx-ready"),
    ("ready-status-port", Number, "8081", "on this port"),
    ("report-ingress-status", Bool, "false", "write the address into the status of Ingresses"),
    ("version", Bool, "false", "print the version and exit"),
];

/// Flags that change nothing here: what they steer is not part of a stand-in.
const HARMLESS: &[(&str, Kind)] = &[
    ("enable-telemetry-reporting", Bool),
    ("log-format", Text),
    ("log-level", Text),
    ("ssl-dynamic-reload", Bool),
];

/// Flags of the real controller that the stand-in cannot honour, and says so.
const BEYOND: &[(&str, Kind)] = &[
    ("agent", Bool),
    ("agent-instance-group", Text),
    ("app-protect-dos-debug", Bool),
    ("app-protect-dos-max-daemons", Number),
    ("app-protect-dos-max-workers", Number),
    ("app-protect-dos-memory", Number),
    ("app-protect-enforcer-address", Text),
    ("app-protect-log-level", Text),
    ("default-server-tls-secret", Text),
    ("enable-app-protect", Bool),
    ("enable-app-protect-dos", Bool),
    ("enable-app-protect-ip-intelligence", Bool),
    ("enable-cert-manager", Bool),
    ("enable-config-safety", Bool),
    ("enable-directive-autoadjust", Bool),
    ("enable-external-dns", Bool),
    ("enable-latency-metrics", Bool),
    ("enable-oidc", Bool),
    ("enable-prometheus-metrics", Bool),
    ("enable-service-insight", Bool),
    ("enable-snippets", Bool),
    ("enable-tls-passthrough", Bool),
    ("global-configuration", Text),
    ("ingress-template-path", Text),
    ("ingresslink", Text),
    ("main-template-path", Text),
    ("mgmt-configmap", Text),
    ("nginx-debug", Bool),
    ("nginx-plus", Bool),
    ("nginx-status-allow-cidrs", Text),
    ("prometheus-metrics-listen-port", Number),
    ("prometheus-tls-secret", Text),
    ("proxy", Text),
    ("service-insight-listen-port", Number),
    ("service-insight-tls-secret", Text),
    ("tls-passthrough-port", Number),
    ("transportserver-template-path", Text),
    ("virtualserver-template-path", Text),
    ("watch-namespace", Text),
    ("watch-namespace-label", Text),
    ("watch-secret-namespace", Text),
    ("weight-changes-dynamic-reload", Bool),
    ("wildcard-tls-secret", Text),
];

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flags(BTreeMap<String, String>);

/// Why the program ends before it begins: what to print, and with which exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// For standard output when the code is 0, else for standard error.
    pub words: String,
    /// The exit code.
    pub code: u8,
}

impl Flags {
    /// Parses the words after the program's name.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, Ending> {
        let kinds: BTreeMap<_, _> = HONOURED
            .iter()
            .map(|(name, kind, ..)| (*name, *kind))
            .chain(HARMLESS.iter().chain(BEYOND).copied())
            .collect();
        let mut values: BTreeMap<_, _> = HONOURED
            .iter()
            .map(|(name, _, default, _)| ((*name).to_owned(), (*default).to_owned()))
            .collect();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some(flag) = word.strip_prefix("--").or_else(|| word.strip_prefix('-')) else { break };
            if flag.is_empty() {
                break; // "-" is an argument, "--" ends the flags
            }
            let (name, value) =
                flag.split_once('=').map_or((flag, None), |(name, value)| (name, Some(value.to_owned())));
            let Some(kind) = kinds.get(name) else {
                if name == "help" || name == "h" {
                    return Err(Ending { words: usage(), code: 0 });
                }
                let words = format!("flag provided but not defined: -{name}\n{}", usage());
                return Err(Ending { words, code: 2 });
            };
            let value = match (kind, value) {
                (_, Some(value)) => value,
                (Bool, None) => "true".to_owned(),
                (_, None) => words.next().ok_or_else(|| Ending {
                    words: format!("flag needs an argument: -{name}\n{}", usage()),
                    code: 2,
                })?,
            };
            let value = match kind {
                Bool => parse_bool(&value).map(|value| value.to_string()),
                Number => value.parse::<i64>().ok().map(|value| value.to_string()),
                Text => Some(value.clone()),
            }
            .ok_or_else(|| Ending {
                words: format!("invalid value {value:?} for flag -{name}: parse error\n{}", usage()),
                code: 2,
            })?;
            values.insert(name.to_owned(), value);
        }
        let flags = Self(values);
        flags.check()?;
        Ok(flags)
    }

    fn check(&self) -> Result<(), Ending> {
        let refuse = |words: String| Err(Ending { words, code: 1 });
        for (name, kind) in BEYOND {
            let off = match kind {
                Bool => "false",
                _ => "",
            };
            if self.0.get(*name).is_some_and(|value| value != off) {
                return refuse(format!(
                    "-{name} is a flag of the real controller that this stand-in cannot honour"
                ));
            }
        }
        for name in ["ready-status-port", "nginx-status-port"] {
            if !(1024..=65535).contains(&self.number(name)) {
                return refuse(format!(
                    "Invalid value for {name}: port outside of valid port range [1024 - 65535]: {}",
                    self.number(name)
                ));
            }
        }
        for name in ["default-http-listener-port", "default-https-listener-port"] {
            if !(1..=65535).contains(&self.number(name)) {
                return refuse(format!("Invalid value for {name}: {}", self.number(name)));
            }
        }
        let config_map = self.text("nginx-configmaps");
        if !config_map.is_empty() && config_map.split('/').filter(|part| !part.is_empty()).count() != 2 {
            return refuse(format!("Error parsing the nginx-configmaps argument: {config_map:?}"));
        }
        if self.on("report-ingress-status") && self.text("external-service").is_empty() {
            return refuse("-report-ingress-status needs -external-service here".into());
        }
        Ok(())
    }

    /// Whether a flag is on.
    pub fn on(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// A flag's number.
    pub fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or_default()
    }

    /// A flag's text.
    pub fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The ConfigMap with settings: its namespace and name.
    pub fn config_map(&self) -> Option<(&str, &str)> {
        self.text("nginx-configmaps").split_once('/')
    }
}

fn parse_bool(value: &str) -> Option<bool> {
    match value {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

fn usage() -> String {
    let mut usage = String::from("Usage of /nginx-ingress (a stand-in, which honours these flags):\n");
    for (name, kind, default, meaning) in HONOURED {
        let kind = match kind {
            Bool => "",
            Number => " int",
            Text => " string",
        };
        let _ = write!(usage, "  -{name}{kind}\n    \t{meaning}");
        if !matches!(*default, "" | "false") {
            let _ = write!(usage, " (default {default})");
        }
        usage.push('\n');
    }
    usage
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Flags, Ending> {
        Flags::parse(words.iter().map(ToString::to_string))
    }

    #[test]
    fn flags_are_written_as_go_writes_them() {
        let flags = parse(&[
            "-nginx-configmaps=a/b",
            "--report-ingress-status",
            "-external-service",
            "nginx-ingress",
            "-enable-custom-resources=false",
        ])
        .unwrap();
        assert_eq!(flags.config_map(), Some(("a", "b")));
        assert!(flags.on("report-ingress-status") && !flags.on("enable-custom-resources"));
        assert_eq!(flags.text("external-service"), "nginx-ingress");
        assert_eq!((flags.text("ingress-class"), flags.number("ready-status-port")), ("nginx", 8081));
    }

    #[test]
    fn an_unknown_flag_ends_the_program_at_once() {
        let ending = parse(&["-no-such-flag"]).unwrap_err();
        assert_eq!(ending.code, 2);
        assert!(
            ending.words.starts_with("flag provided but not defined: -no-such-flag\nUsage of"),
            "{ending:?}"
        );
        assert_eq!(parse(&["-help"]).unwrap_err().code, 0);
    }

    #[test]
    fn values_that_are_missing_or_of_another_kind_end_it_too() {
        assert_eq!(parse(&["-external-service"]).unwrap_err().code, 2);
        assert_eq!(parse(&["-report-ingress-status=maybe"]).unwrap_err().code, 2);
        assert_eq!(parse(&["-ready-status-port=80"]).unwrap_err().code, 1);
    }

    #[test]
    fn a_flag_that_only_the_real_one_honours_is_refused_by_name() {
        assert!(parse(&["-nginx-plus"]).unwrap_err().words.contains("-nginx-plus"));
        assert!(parse(&["-nginx-plus=false"]).is_ok());
    }
}
