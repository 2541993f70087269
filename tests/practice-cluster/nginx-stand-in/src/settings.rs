//! Settings of nginx: keys of the ConfigMap, and annotations `nginx.org/KEY` of one Ingress.

use std::collections::{BTreeMap, BTreeSet};

/// The annotations' prefix.
const PREFIX: &str = "nginx.org/";

/// What is set for the locations of an Ingress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Scalar settings by key, each with a value that was checked.
    values: BTreeMap<&'static str, String>,
    /// Services that are spoken to by WebSocket.
    pub websocket: BTreeSet<String>,
    /// What the path is replaced by, by Service.
    pub rewrites: BTreeMap<String, String>,
    /// Lines for the `http` part of nginx's configuration, as they are: the ConfigMap's alone.
    pub http_snippets: String,
}

/// Whether a value is right.
type Right = fn(&str) -> bool;

/// The scalar settings: key, default, what makes a value right, and the words for when it is not.
const KEYS: &[(&str, &str, Right, &str)] = &[
    ("proxy-connect-timeout", "60s", is_time, "must be a time"),
    ("proxy-read-timeout", "60s", is_time, "must be a time"),
    ("proxy-send-timeout", "60s", is_time, "must be a time"),
    ("client-max-body-size", "1m", is_size, "must be an offset"),
    ("proxy-buffering", "true", is_bool, "must be a boolean"),
    ("lb-method", "random two least_conn", is_method, "invalid load balancing method"),
    ("max-fails", "1", is_number, "must be a non-negative integer"),
    ("fail-timeout", "10s", is_time, "must be a time"),
    ("max-conns", "0", is_number, "must be a non-negative integer"),
    ("keepalive", "0", is_number, "must be a non-negative integer"),
    ("server-tokens", "on", is_token, "must be a boolean"),
    ("ssl-redirect", "true", is_bool, "must be a boolean"),
];

impl Default for Settings {
    fn default() -> Self {
        let values = KEYS.iter().map(|(key, default, ..)| (*key, (*default).to_owned())).collect();
        Self { values, websocket: BTreeSet::new(), rewrites: BTreeMap::new(), http_snippets: String::new() }
    }
}

impl Settings {
    /// A scalar setting.
    pub fn get(&self, key: &str) -> &str {
        self.values.get(key).map_or("", String::as_str)
    }

    /// Whether a boolean setting is on.
    pub fn on(&self, key: &str) -> bool {
        self.get(key) == "true"
    }

    /// Those of a ConfigMap over the defaults; with them, what of it was ignored.
    pub fn of_config_map(data: &BTreeMap<String, String>) -> (Self, Vec<String>) {
        let mut settings = Self::default();
        let mut ignored = Vec::new();
        for (key, value) in data {
            if key == "http-snippets" {
                settings.http_snippets.clone_from(value);
                continue;
            }
            match settings.set(key, value) {
                Set::Yes => {}
                Set::Unknown => ignored.push(format!("{key}: this stand-in does not know it")),
                Set::Invalid(why) => ignored.push(format!("{key}: Invalid value: {value:?}: {why}")),
            }
        }
        (settings, ignored)
    }

    /// Those of an Ingress's annotations over these; with them, the annotations that only the real controller
    /// honours. An invalid value makes the Ingress invalid: the error says so.
    pub fn with_annotations(
        &self,
        annotations: &BTreeMap<String, String>,
    ) -> Result<(Self, Vec<String>), String> {
        let mut settings = self.clone();
        let mut unknown = Vec::new();
        for (name, value) in annotations {
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            let invalid = |why: &str| format!("annotations.{name}: Invalid value: {value:?}: {why}");
            match key {
                "websocket-services" => {
                    settings.websocket = value.split(',').map(|service| service.trim().to_owned()).collect();
                }
                "rewrites" => {
                    settings.rewrites =
                        rewrites(value).ok_or_else(|| invalid("must be serviceName=NAME rewrite=PATH"))?;
                }
                _ => match settings.set(key, value) {
                    Set::Yes => {}
                    Set::Unknown => unknown.push(name.clone()),
                    Set::Invalid(why) => return Err(invalid(why)),
                },
            }
        }
        Ok((settings, unknown))
    }

    fn set(&mut self, key: &str, value: &str) -> Set {
        let Some((key, _, right, why)) = KEYS.iter().find(|(known, ..)| *known == key) else {
            return Set::Unknown;
        };
        let value = value.trim();
        if !right(value) {
            return Set::Invalid(why);
        }
        let value = match (*key, value) {
            ("proxy-buffering" | "ssl-redirect", value) => value.to_ascii_lowercase(),
            ("server-tokens", "true" | "True") => "on".into(),
            ("server-tokens", "false" | "False") => "off".into(),
            ("lb-method", "round_robin") => String::new(),
            (_, value) => value.to_owned(),
        };
        self.values.insert(key, value);
        Set::Yes
    }
}

enum Set {
    Yes,
    Unknown,
    Invalid(&'static str),
}

/// `serviceName=tea rewrite=/;serviceName=coffee rewrite=/beans/`
fn rewrites(value: &str) -> Option<BTreeMap<String, String>> {
    value
        .split(';')
        .map(|one| {
            let (service, path) = one.trim().split_once(' ')?;
            let service = service.strip_prefix("serviceName=")?;
            let path = path.trim().strip_prefix("rewrite=")?;
            is_path(path).then(|| (service.to_owned(), path.to_owned()))
        })
        .collect()
}

/// A path that can stand in nginx's configuration as it is.
pub fn is_path(path: &str) -> bool {
    path.starts_with('/') && !path.contains(|c: char| c.is_whitespace() || "{};$\\\"'#".contains(c))
}

/// `90`, `60s`, `1h 30m`
fn is_time(value: &str) -> bool {
    !value.is_empty()
        && value.split_whitespace().all(|part| ends_number(part, &["", "ms", "s", "m", "h", "d"]))
}

/// `10m`, `0`
fn is_size(value: &str) -> bool {
    ends_number(value, &["", "k", "K", "m", "M", "g", "G"])
}

fn ends_number(value: &str, units: &[&str]) -> bool {
    let digits = value.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && units.contains(&&value[digits..])
}

fn is_number(value: &str) -> bool {
    ends_number(value, &[""])
}

fn is_bool(value: &str) -> bool {
    matches!(value, "true" | "false" | "True" | "False")
}

fn is_token(value: &str) -> bool {
    is_bool(value) || matches!(value, "on" | "off")
}

fn is_method(value: &str) -> bool {
    matches!(
        value,
        "round_robin" | "least_conn" | "ip_hash" | "random" | "random two" | "random two least_conn"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_annotation_beats_the_config_map_which_beats_the_default() {
        let (global, ignored) =
            Settings::of_config_map(&map(&[("proxy-read-timeout", "90s"), ("proxy-send-timeout", "80s")]));
        assert_eq!(ignored, [] as [String; 0]);
        let (settings, _) = global
            .with_annotations(&map(&[("nginx.org/proxy-read-timeout", "5s"), ("other/thing", "x")]))
            .unwrap();
        let of = |key| settings.get(key);
        assert_eq!(
            (of("proxy-read-timeout"), of("proxy-send-timeout"), of("proxy-connect-timeout")),
            ("5s", "80s", "60s")
        );
    }

    #[test]
    fn no_value_can_end_its_directive_and_begin_another() {
        for (key, ..) in KEYS {
            let annotation = map(&[(&format!("nginx.org/{key}"), "1s; return 200")]);
            let error = Settings::default().with_annotations(&annotation).unwrap_err();
            assert!(error.starts_with(&format!("annotations.nginx.org/{key}: Invalid value")), "{error}");
        }
    }

    #[test]
    fn what_only_the_real_controller_honours_is_named() {
        let (_, unknown) = Settings::default()
            .with_annotations(&map(&[("nginx.org/mergeable-ingress-type", "master")]))
            .unwrap();
        assert_eq!(unknown, ["nginx.org/mergeable-ingress-type"]);
        let (_, ignored) = Settings::of_config_map(&map(&[("zone-sync", "true"), ("max-fails", "many")]));
        assert_eq!(ignored.len(), 2, "{ignored:?}");
    }

    #[test]
    fn rewrites_and_websockets_are_by_service() {
        let (settings, _) = Settings::default()
            .with_annotations(&map(&[
                ("nginx.org/rewrites", "serviceName=tea rewrite=/;serviceName=coffee rewrite=/beans/"),
                ("nginx.org/websocket-services", "tea, milk"),
            ]))
            .unwrap();
        assert_eq!(settings.rewrites, map(&[("tea", "/"), ("coffee", "/beans/")]));
        assert!(settings.websocket.contains("milk"));
    }
}
