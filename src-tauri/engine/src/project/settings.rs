//! `slipway.toml`: the choices that a user keeps with the project. Optional; never written by reading.

use std::{collections::BTreeMap, ops::Range, path::PathBuf};

use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::nearest::nearest;
use crate::{
    choices::Choices,
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// The file's name.
pub const FILE: &str = "slipway.toml";

/// The longest file that is read, in bytes.
const BYTES_AT_MOST: usize = 1024 * 1024;

/// Choices kept with the project. What is left out, Slipway finds or decides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "slipway.toml")]
pub struct Settings {
    /// The project's name: at most 63 of a-z, 0-9 and dashes, beginning with a letter.
    pub name: Option<String>,
    /// The port on which the app listens.
    #[schemars(range(min = 1))]
    pub port: Option<u16>,
    /// How the app is deployed.
    pub deploy: DeploySettings,
    /// How the image is built.
    pub build: BuildSettings,
    /// How requests reach the app.
    pub ingress: IngressSettings,
}

/// How the app is deployed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeploySettings {
    /// The namespace.
    pub namespace: Option<String>,
    /// How many pods, from 1 to 100.
    #[schemars(range(min = 1, max = 100))]
    pub replicas: Option<u32>,
    /// The Ingress rule's host, such as localhost.
    pub host: Option<String>,
    /// The Ingress rule's path, such as /.
    pub path: Option<String>,
    /// Environment variables: values, or from-secret:NAME/KEY for a key of a Secret in the namespace.
    pub env: BTreeMap<String, String>,
    /// CPU request, such as 100m.
    pub cpu: Option<String>,
    /// Memory request, such as 256Mi.
    pub memory: Option<String>,
    /// The path that answers 200 when the app is well, such as /healthz.
    pub health: Option<String>,
}

/// How the image is built.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BuildSettings {
    /// The Dockerfile, relative to the folder; or a compose service, such as compose.yaml:api.
    pub dockerfile: Option<PathBuf>,
    /// The Dockerfile's stage to build.
    pub target: Option<String>,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
}

/// How requests reach the app.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IngressSettings {
    /// auto, f5, ingress-nginx or the name of an IngressClass.
    pub class: Option<String>,
}

/// The file, read: its settings, and the line of each of its keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Kept {
    /// The settings.
    pub settings: Settings,
    /// Lines by dotted key, such as `deploy.replicas`.
    pub lines: BTreeMap<String, u32>,
}

/// The JSON Schema of the file, for editors.
pub fn schema() -> Value {
    // TOML has no null, and a default that says nothing is no help.
    let plain = RecursiveTransform(|schema: &mut Schema| {
        schema.remove("default");
        if let Some(Value::Array(kinds)) = schema.get("type")
            && let Some(kind) = kinds.iter().find(|kind| *kind != "null").cloned()
        {
            schema.insert("type".to_owned(), kind);
        }
    });
    SchemaSettings::draft2020_12()
        .with_transform(plain)
        .into_generator()
        .into_root_schema_for::<Settings>()
        .to_value()
}

impl Kept {
    /// Reads the folder's `slipway.toml`; nothing kept where there is none.
    pub fn read(folder: &std::path::Path) -> Result<Self, Problem> {
        let bytes = match std::fs::read(folder.join(FILE)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(super::folder::unreadable(std::path::Path::new(FILE), &error)),
        };
        let text = String::from_utf8(bytes).map_err(|error| {
            let upto = error.utf8_error().valid_up_to();
            let line = line_of(&String::from_utf8_lossy(error.as_bytes()), &(upto..upto));
            invalid(line, &error.utf8_error().to_string())
        })?;
        Self::parse(&text)
    }

    /// Reads the text of the file.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        if text.len() > BYTES_AT_MOST {
            return Err(invalid(0, "longer than 1 MiB"));
        }
        let broken = |error: toml::de::Error| {
            invalid(error.span().map_or(0, |span| line_of(text, &span)), error.message())
        };
        let table = DeTable::parse(text).map_err(broken)?;
        let schema = schema();
        let mut lines = BTreeMap::new();
        check_keys(text, table.get_ref(), &schema, &schema, "", &mut lines)?;
        let settings = toml::from_str(text).map_err(broken)?;
        Ok(Self { settings, lines })
    }

    /// The line that gives `key`, unless the user gives it now.
    pub fn line_giving(&self, key: &str, choices: &Choices) -> Option<u32> {
        let now = match key {
            "name" => choices.name.is_some(),
            "port" => choices.port.is_some(),
            "deploy.namespace" => choices.namespace.is_some(),
            "deploy.replicas" => choices.replicas.is_some(),
            "deploy.host" => choices.host.is_some(),
            "deploy.path" => choices.path.is_some(),
            "deploy.cpu" => choices.cpu.is_some(),
            "deploy.memory" => choices.memory.is_some(),
            "deploy.health" => choices.health.is_some(),
            "build.target" => choices.target.is_some(),
            "ingress.class" => choices.ingress.is_some(),
            key => key.strip_prefix("deploy.env.").is_some_and(|name| choices.env.contains_key(name)),
        };
        self.lines.get(key).copied().filter(|_| !now)
    }

    /// The user's choices with the file's filled in where the user chose nothing.
    pub fn under(&self, choices: &Choices) -> Choices {
        let Settings { name, port, deploy, build, ingress } = self.settings.clone();
        let beneath = |kept: BTreeMap<String, String>, chosen: &BTreeMap<String, String>| {
            let mut all = kept;
            all.extend(chosen.clone());
            all
        };
        let chosen = choices.clone();
        // A build of another Dockerfile than the file's has nothing of the file's target and arguments.
        let other_build = chosen.dockerfile.is_some() && chosen.dockerfile != build.dockerfile;
        let build = if other_build { BuildSettings::default() } else { build };
        Choices {
            name: chosen.name.or(name),
            port: chosen.port.or(port),
            namespace: chosen.namespace.or(deploy.namespace),
            replicas: chosen.replicas.or(deploy.replicas),
            host: chosen.host.or(deploy.host),
            path: chosen.path.or(deploy.path),
            env: beneath(deploy.env, &chosen.env),
            cpu: chosen.cpu.or(deploy.cpu),
            memory: chosen.memory.or(deploy.memory),
            health: chosen.health.or(deploy.health),
            dockerfile: chosen.dockerfile.or(build.dockerfile),
            target: chosen.target.or(build.target),
            args: beneath(build.args, &chosen.args),
            ingress: chosen.ingress.or(ingress.class),
            ..chosen
        }
    }
}

/// Notes the line of each key and refuses those that the schema does not know.
fn check_keys(
    text: &str,
    table: &DeTable<'_>,
    schema: &Value,
    root: &Value,
    prefix: &str,
    lines: &mut BTreeMap<String, u32>,
) -> Result<(), Problem> {
    let known = schema.get("properties").and_then(Value::as_object);
    for (key, value) in table {
        let name: &str = key.get_ref();
        let dotted = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        let line = line_of(text, &key.span());
        lines.insert(dotted.clone(), u32::try_from(line).unwrap_or(u32::MAX));
        let Some(known) = known else { continue }; // env and args take any name
        let Some(inner) = known.get(name) else {
            return Err(unknown(text, line, &dotted, prefix, known.keys().map(String::as_str)));
        };
        if let DeValue::Table(table) = value.get_ref() {
            let reference = inner.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
            let inner = reference.and_then(|path| root.pointer(path)).unwrap_or(inner);
            check_keys(text, table, inner, root, &dotted, lines)?;
        }
    }
    Ok(())
}

fn unknown<'a>(
    text: &str,
    line: usize,
    key: &str,
    prefix: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Problem {
    let last = key.rsplit('.').next().unwrap_or(key);
    let problem = Problem::new(Code::SettingsUnknownKey)
        .with("key", key)
        .with("line", line)
        .because(Evidence::quoted(quote(text, line)));
    // A key of another table is a slip too: `replicas` belongs under `[deploy]`.
    let elsewhere = || {
        [("deploy", "DeploySettings"), ("build", "BuildSettings"), ("ingress", "IngressSettings")]
            .into_iter()
            .filter(|(table, _)| *table != prefix)
            .find(|(_, kind)| schema().pointer(&format!("/$defs/{kind}/properties/{last}")).is_some())
    };
    if let Some(nearest) = nearest(last, known.clone()) {
        return problem.remedy(Remedy::say(text!("remedy-settings-nearest", nearest = nearest)));
    }
    if let Some((table, _)) = elsewhere() {
        return problem.remedy(Remedy::say(text!("remedy-settings-table", key = last, table = table)));
    }
    let known = known.collect::<Vec<_>>().join(", ");
    problem.remedy(Remedy::say(text!("remedy-settings-known", known = known)))
}

/// The problem of a value in the file.
pub fn invalid(line: usize, words: &str) -> Problem {
    let exact = if line == 0 { format!("{FILE}: {words}") } else { format!("{FILE}:{line}: {words}") };
    Problem::new(Code::SettingsInvalid)
        .with("line", line)
        .because(Evidence::quoted(exact))
        .remedy(Remedy::say(text!("remedy-settings-line")))
}

/// Makes the problem of a choice that of the line of the file that gives it.
pub fn given_by(line: u32, problem: Problem) -> Problem {
    Problem { code: Code::SettingsInvalid, ..problem }
        .with("line", line)
        .because(Evidence::quoted(format!("{FILE}:{line}")))
}

fn quote(text: &str, line: usize) -> String {
    let words = line.checked_sub(1).and_then(|before| text.lines().nth(before)).unwrap_or_default().trim();
    format!("{FILE}:{line}: {}", words.chars().take(200).collect::<String>())
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    1 + text.bytes().take(span.start).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"name = "iris"
port = 8000

[deploy]
namespace = "demo"
replicas = 2
host = "iris.localhost"
path = "/iris"
env = { MODE = "fast", KEY = "from-secret:iris/key" }
cpu = "250m"
memory = "256Mi"
health = "/healthz"

[build]
dockerfile = "docker/Dockerfile"
target = "prod"
args = { V = "1" }

[ingress]
class = "nginx"
"#;

    #[test]
    fn every_key_is_read_with_its_line_and_stands_under_the_users_choices() {
        let kept = Kept::parse(WHOLE).unwrap();
        assert_eq!(
            (kept.lines["name"], kept.lines["deploy.replicas"], kept.lines["deploy.env.KEY"]),
            (1, 6, 9)
        );
        let chosen = Choices {
            replicas: Some(3),
            env: [("MODE".to_owned(), "slow".to_owned())].into(),
            timeout: Some(9),
            ..Choices::default()
        };
        let settled = kept.under(&chosen);
        assert_eq!(settled.name.as_deref(), Some("iris"));
        assert_eq!((settled.replicas, settled.port, settled.timeout), (Some(3), Some(8000), Some(9)));
        let env: Vec<_> = settled.env.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(env, ["KEY=from-secret:iris/key", "MODE=slow"]);
        assert_eq!((settled.target.as_deref(), settled.ingress.as_deref()), (Some("prod"), Some("nginx")));
    }

    #[test]
    fn another_dockerfile_has_nothing_of_the_files_target_and_arguments() {
        let chosen = Choices { dockerfile: Some("Dockerfile".into()), ..Choices::default() };
        let settled = Kept::parse(WHOLE).unwrap().under(&chosen);
        assert_eq!((settled.target, settled.args.len()), (None, 0));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        for (text, key, line, remedy, argument) in [
            ("nmae = 'x'", "nmae", 1, "remedy-settings-nearest", "name"),
            ("\n[deploy]\nreplica = 2", "deploy.replica", 3, "remedy-settings-nearest", "replicas"),
            ("[deploi]\nreplicas = 2", "deploi", 1, "remedy-settings-nearest", "deploy"),
            ("deploy.hots = 'x'", "deploy.hots", 1, "remedy-settings-nearest", "host"),
            ("replicas = 2", "replicas", 1, "remedy-settings-table", "deploy"),
            ("colour = 1", "colour", 1, "remedy-settings-known", "name, port, deploy, build, ingress"),
        ] {
            let problem = Kept::parse(text).unwrap_err();
            assert_eq!(
                (problem.code, &problem.args["key"]),
                (Code::SettingsUnknownKey, &key.into()),
                "{text}"
            );
            assert_eq!(problem.args["line"], line.into(), "{text}");
            assert_eq!(problem.remedies[0].title.id, remedy, "{text}");
            assert!(problem.remedies[0].title.args.values().any(|value| *value == argument.into()), "{text}");
        }
    }

    #[test]
    fn a_value_of_the_wrong_kind_is_named_with_its_line() {
        for (text, line) in [
            ("name = 1", 1),
            ("port = 70000", 1),
            ("[deploy]\nreplicas = -1", 2),
            ("[deploy]\nenv = { PORT = 8000 }", 2),
            ("name = \"x\nport = 1", 1),
            ("name = 'a'\nname = 'b'", 2),
            ("deploy = 1", 1),
        ] {
            let problem = Kept::parse(text).unwrap_err();
            assert_eq!(
                (problem.code, &problem.args["line"]),
                (Code::SettingsInvalid, &line.into()),
                "{text}"
            );
        }
    }

    #[test]
    fn nothing_kept_changes_nothing() {
        let chosen = Choices { replicas: Some(3), ..Choices::default() };
        assert_eq!(Kept::parse("# nothing\n").unwrap().under(&chosen), chosen);
    }

    /// `SLIPWAY_WRITE_SCHEMA=1 cargo test -p slipway-engine schema` writes it anew.
    #[test]
    fn the_shipped_schema_is_that_of_the_types() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("slipway.schema.json");
        let now = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        if std::env::var_os("SLIPWAY_WRITE_SCHEMA").is_some() {
            std::fs::write(&path, &now).unwrap();
        }
        let shipped = std::fs::read_to_string(&path).unwrap_or_default().replace('\r', "");
        assert_eq!(shipped, now, "SLIPWAY_WRITE_SCHEMA=1 cargo test -p slipway-engine schema writes it anew");
    }
}
