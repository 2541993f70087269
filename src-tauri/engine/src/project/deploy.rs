//! What will be deployed: every question gets an answer, and each answer is checked here, before anything is done.

use super::{name::is_label, settings};
use crate::{
    choices::Choices,
    facts::Deploy,
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
    text::Text,
};

/// More pods than this are no learner's laptop's.
const REPLICAS_AT_MOST: u32 = 100;

/// A key of a Secret, as `from-secret:NAME/KEY` names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretKey {
    /// The Secret's name.
    pub name: String,
    /// The key in it.
    pub key: String,
}

impl SecretKey {
    /// Reads the value of an environment variable. `None`: it is a plain value. `Some(Err(()))`: it begins as a
    /// reference and is none.
    #[allow(clippy::result_unit_err)]
    pub fn of(value: &str) -> Option<Result<Self, ()>> {
        let reference = value.strip_prefix("from-secret:")?;
        let (name, key) = reference.split_once('/').unwrap_or_default();
        let key_fits = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
        Some(if is_subdomain(name) && key_fits {
            Ok(Self { name: name.into(), key: key.into() })
        } else {
            Err(())
        })
    }
}

/// Who gave a value, for the problem that refuses it: the user now, or a line of slipway.toml.
pub type Giver<'a> = &'a dyn Fn(&str) -> Option<u32>;

/// Settles and checks the choices. `giver` says the line of slipway.toml that gave a key (such as
/// `deploy.replicas`), or `None` when the user did.
pub fn settle(choices: &Choices, giver: Giver<'_>) -> Result<Deploy, Problem> {
    let refused = |key: &str, value: String, why: Text| refused(key, &value, giver(key), why);
    let check = |key: &str, value: Option<&String>, holds: fn(&str) -> bool, why: Text| match value {
        Some(value) if !holds(value) => Err(refused(key, value.clone(), why)),
        _ => Ok(()),
    };
    if choices.port == Some(0) {
        return Err(refused("port", "0".into(), text!("choice-port")));
    }
    check("deploy.namespace", choices.namespace.as_ref(), is_namespace, text!("choice-namespace"))?;
    check("deploy.host", choices.host.as_ref(), is_host, text!("choice-host"))?;
    check("deploy.path", choices.path.as_ref(), is_path, text!("choice-path"))?;
    check("deploy.health", choices.health.as_ref(), is_path, text!("choice-path"))?;
    check("deploy.cpu", choices.cpu.as_ref(), is_cpu, text!("choice-cpu"))?;
    check("deploy.memory", choices.memory.as_ref(), is_memory, text!("choice-memory"))?;
    check("ingress.class", choices.ingress.as_ref(), is_subdomain, text!("choice-class"))?;
    let replicas = choices.replicas.unwrap_or(1);
    if !(1..=REPLICAS_AT_MOST).contains(&replicas) {
        return Err(refused(
            "deploy.replicas",
            replicas.to_string(),
            text!("choice-replicas", most = REPLICAS_AT_MOST),
        ));
    }
    for (name, value) in &choices.env {
        let key = format!("deploy.env.{name}");
        if !is_variable(name) {
            return Err(refused(&key, name.clone(), text!("choice-variable")));
        }
        if SecretKey::of(value) == Some(Err(())) {
            return Err(refused(&key, value.clone(), text!("choice-secret")));
        }
        // Kubernetes and the program's environment both end a value there.
        if value.contains('\0') {
            return Err(refused(&key, name.clone(), text!("choice-variable")));
        }
    }
    let or = |chosen: &Option<String>, default: &str| chosen.clone().unwrap_or_else(|| default.to_owned());
    Ok(Deploy {
        namespace: or(&choices.namespace, "default"),
        replicas,
        host: or(&choices.host, "localhost"),
        path: or(&choices.path, "/"),
        env: choices.env.keys().cloned().collect(),
        cpu: or(&choices.cpu, "100m"),
        memory: or(&choices.memory, "128Mi"),
        health: choices.health.clone(),
        ingress: or(&choices.ingress, "auto"),
    })
}

fn refused(key: &str, value: &str, line: Option<u32>, why: Text) -> Problem {
    // Under `deploy.env.` stands the variable's own name.
    let field = if key.starts_with("deploy.env.") { "env" } else { key.rsplit('.').next().unwrap_or(key) };
    let problem = Problem::new(Code::ChoiceInvalid)
        .with("field", field)
        .with("value", value)
        .because(Evidence::exactly(why, format!("{key} = {value:?}")))
        .remedy(Remedy::say(text!("remedy-choice", field = field)));
    match line {
        Some(line) => settings::given_by(line, problem),
        None => problem,
    }
}

/// An RFC 1123 label.
fn is_namespace(name: &str) -> bool {
    // A namespace may begin with a digit, a Service may not.
    is_label(&format!("a{name}")) && name.len() < 64 && !name.is_empty() && !name.starts_with('-')
}

/// Labels with dots between them.
fn is_subdomain(name: &str) -> bool {
    name.len() <= 253 && name.split('.').all(is_namespace)
}

/// A name that a browser can ask for: no wildcard, no address, no port.
fn is_host(host: &str) -> bool {
    is_subdomain(host) && host.parse::<std::net::IpAddr>().is_err()
}

fn is_path(path: &str) -> bool {
    path.starts_with('/')
        && path.len() <= 1024
        && !path.contains("//")
        && !path.split('/').any(|part| part == "." || part == "..")
        && path.chars().all(|c| c.is_ascii_alphanumeric() || "/-_.~%+@:=,!".contains(c))
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

fn is_cpu(quantity: &str) -> bool {
    // From a thousandth of a processor up.
    amount(quantity).is_some_and(|cpus| (0.001..=1_000.0).contains(&cpus))
}

fn is_memory(quantity: &str) -> bool {
    // `128` would be bytes and `128m` a fraction of one: slips of the hand, both.
    const MEBIBYTE: f64 = 1024.0 * 1024.0;
    amount(quantity).is_some_and(|bytes| (4.0 * MEBIBYTE..=MEBIBYTE * MEBIBYTE * 16.0).contains(&bytes))
}

/// A Kubernetes quantity as a number.
fn amount(quantity: &str) -> Option<f64> {
    let digits = quantity.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &quantity[digits.len()..] {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1024.0,
        "Mi" => 1024.0 * 1024.0,
        "Gi" => 1024.0 * 1024.0 * 1024.0,
        "Ti" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    plain.then(|| digits.parse::<f64>().ok()).flatten().map(|number| number * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Choices)) -> Result<Deploy, Problem> {
        let mut choices = Choices::default();
        change(&mut choices);
        settle(&choices, &|_| None)
    }

    #[test]
    fn every_question_has_an_answer_without_choices() {
        let deploy = with(|_| {}).unwrap();
        assert_eq!((&*deploy.namespace, deploy.replicas), ("default", 1));
        assert_eq!((&*deploy.host, &*deploy.path, &*deploy.ingress), ("localhost", "/", "auto"));
        assert_eq!((&*deploy.cpu, &*deploy.memory, deploy.health), ("100m", "128Mi", None));
    }

    #[test]
    fn what_kubernetes_or_a_browser_would_refuse_is_refused_here() {
        type Change = fn(&mut Choices);
        let refusals: [(&str, Change); 19] = [
            ("port", |c| c.port = Some(0)),
            ("namespace", |c| c.namespace = Some("Demo".into())),
            ("namespace", |c| c.namespace = Some(String::new())),
            ("replicas", |c| c.replicas = Some(0)),
            ("replicas", |c| c.replicas = Some(101)),
            ("host", |c| c.host = Some("http://localhost".into())),
            ("host", |c| c.host = Some("localhost:8080".into())),
            ("host", |c| c.host = Some("127.0.0.1".into())),
            ("host", |c| c.host = Some("*.test".into())),
            ("path", |c| c.path = Some("iris".into())),
            ("path", |c| c.path = Some("/(.*)".into())),
            ("path", |c| c.path = Some("/a/../b".into())),
            ("health", |c| c.health = Some("healthz".into())),
            ("cpu", |c| c.cpu = Some("lots".into())),
            ("memory", |c| c.memory = Some("128m".into())),
            ("memory", |c| c.memory = Some("128".into())),
            ("class", |c| c.ingress = Some("My Class".into())),
            ("env", |c| drop(c.env.insert("1A".into(), "x".into()))),
            ("env", |c| drop(c.env.insert("A".into(), "from-secret:iris".into()))),
        ];
        for (field, change) in refusals {
            let problem = with(change).unwrap_err();
            assert_eq!(
                (problem.code, &problem.args["field"]),
                (Code::ChoiceInvalid, &field.into()),
                "{problem:?}"
            );
        }
    }

    #[test]
    fn good_choices_are_kept_as_they_are() {
        let deploy = with(|c| {
            c.namespace = Some("2024".into());
            c.host = Some("iris.localhost".into());
            c.path = Some("/iris/v1".into());
            c.cpu = Some("0.5".into());
            c.memory = Some("1.5Gi".into());
            c.replicas = Some(100);
            c.env.insert("KEY".into(), "from-secret:iris.v1/api_key".into());
        })
        .unwrap();
        assert_eq!((&*deploy.cpu, &*deploy.memory, deploy.env), ("0.5", "1.5Gi", vec!["KEY".to_owned()]));
    }

    #[test]
    fn a_value_of_the_file_is_refused_with_its_line() {
        let choices = Choices { replicas: Some(0), ..Choices::default() };
        let problem = settle(&choices, &|key| (key == "deploy.replicas").then_some(7)).unwrap_err();
        assert_eq!((problem.code, &problem.args["line"]), (Code::SettingsInvalid, &7_u32.into()));
        assert_eq!(problem.evidence[1], Evidence::quoted("slipway.toml:7"));
    }

    #[test]
    fn a_secret_is_named_by_name_and_key() {
        let key = SecretKey { name: "iris".into(), key: "a.b".into() };
        assert_eq!(SecretKey::of("from-secret:iris/a.b"), Some(Ok(key)));
        assert_eq!(SecretKey::of("plain"), None);
        for value in ["from-secret:", "from-secret:Iris/a", "from-secret:iris/", "from-secret:iris/a/b"] {
            assert_eq!(SecretKey::of(value), Some(Err(())), "{value}");
        }
    }
}
