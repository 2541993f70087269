//! The services of a compose file that are built from the folder.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::Value;
use serde_saphyr::Spanned;

use super::{dockerfile::expand, patterns::clean};
use crate::facts::Found;

/// The names of a compose file, in compose's own order.
pub const NAMES: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/// The longest compose file that is read, in bytes.
const BYTES_AT_MOST: u64 = 1024 * 1024;

/// A service with a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// The context, relative to the folder.
    pub context: PathBuf,
    /// The Dockerfile, relative to the folder.
    pub dockerfile: PathBuf,
    /// The stage.
    pub target: Option<String>,
    /// Build arguments.
    pub args: BTreeMap<String, String>,
    /// The container's ports that it publishes or exposes.
    pub ports: Vec<Found<u16>>,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    services: BTreeMap<String, Option<Definition>>,
}

#[derive(Deserialize)]
struct Definition {
    build: Option<Value>,
    #[serde(default)]
    ports: Vec<Spanned<Value>>,
    #[serde(default)]
    expose: Vec<Spanned<Value>>,
}

/// The built services of the folder's compose file, with the file's name. `None`: there is no such file, or it is
/// none that compose would read, which is no fault of the project: it can be built without.
pub fn services(folder: &Path) -> Option<(PathBuf, Vec<Service>)> {
    let file = NAMES.iter().map(PathBuf::from).find(|name| folder.join(name).is_file())?;
    let path = folder.join(&file);
    if std::fs::metadata(&path).ok()?.len() > BYTES_AT_MOST {
        return None;
    }
    let parsed: File = serde_saphyr::from_str(&std::fs::read_to_string(path).ok()?).ok()?;
    let services = parsed
        .services
        .into_iter()
        .filter_map(|(name, definition)| service(name, &definition?, &file))
        .collect();
    Some((file, services))
}

fn service(name: String, definition: &Definition, file: &Path) -> Option<Service> {
    let build = definition.build.as_ref()?;
    let text = |key: &str| build.get(key).and_then(Value::as_str).map(interpolated);
    let context = match build {
        Value::String(context) => interpolated(context),
        Value::Object(_) => text("context").unwrap_or_else(|| ".".to_owned()),
        _ => return None,
    };
    // A context elsewhere is another project's.
    if context.contains("://") || context.starts_with("git@") || build.get("dockerfile_inline").is_some() {
        return None;
    }
    let context = inside(&context)?;
    let dockerfile =
        inside(&format!("{context}/{}", text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned())))?;
    let published = definition.ports.iter().chain(&definition.expose);
    Some(Service {
        name,
        context: context.into(),
        dockerfile: dockerfile.into(),
        target: text("target"),
        args: build.get("args").map(args).unwrap_or_default(),
        ports: published
            .filter_map(|port| {
                let line = u32::try_from(port.referenced.line()).ok();
                Some(Found { value: container_port(&port.value)?, file: Some(file.to_owned()), line })
            })
            .collect(),
    })
}

/// A path of the folder, cleaned; `None` where it leads out of it.
fn inside(path: &str) -> Option<String> {
    let path = clean(&path.replace('\\', "/"));
    (!path.starts_with('/') && path != ".." && !path.starts_with("../")).then_some(path)
}

/// Variables with their defaults: what the user's shell holds is not read here.
fn interpolated(words: &str) -> String {
    if !words.contains('$') {
        return words.to_owned();
    }
    expand(words, '\0', &|_| None).unwrap_or_else(|_| words.to_owned())
}

fn args(args: &Value) -> BTreeMap<String, String> {
    let scalar = |value: &Value| match value {
        Value::String(words) => Some(interpolated(words)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(on) => Some(on.to_string()),
        _ => None,
    };
    match args {
        Value::Object(map) => {
            map.iter().filter_map(|(name, value)| Some((name.clone(), scalar(value)?))).collect()
        }
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), interpolated(value)))
            .collect(),
        _ => BTreeMap::new(),
    }
}

/// The container's side of a port: `8000`, `"80:8000"`, `"127.0.0.1:80:8000/tcp"`, `{target: 8000}`.
fn container_port(port: &Value) -> Option<u16> {
    let words = match port {
        Value::Number(number) => number.to_string(),
        Value::String(words) => interpolated(words),
        Value::Object(map) => {
            let target = map.get("target")?;
            return target.as_str().map_or_else(|| target.to_string(), interpolated).parse().ok();
        }
        _ => return None,
    };
    let (ports, protocol) = words.split_once('/').unwrap_or((&words, "tcp"));
    let container = ports.rsplit(':').next()?;
    let first = container.split('-').next()?;
    (protocol == "tcp").then(|| first.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services_of(text: &str) -> Vec<Service> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("docker-compose.yml"), text).unwrap();
        services(folder.path()).map(|(_, services)| services).unwrap_or_default()
    }

    #[test]
    fn built_services_are_read_in_both_forms_and_pulled_ones_are_not() {
        let services = services_of(
            "services:\n  api:\n    build: ./api\n    ports:\n      - \"80:8000\"\n  web:\n    build:\n      context: .\n      \
             dockerfile: docker/web.Dockerfile\n      target: prod\n      args:\n        - V=1\n        - NONE\n    expose: [3000]\n  \
             db:\n    image: postgres\n  nothing:\n",
        );
        let port = |value, line| Found { value, file: Some("docker-compose.yml".into()), line: Some(line) };
        assert_eq!(
            services,
            [
                Service {
                    name: "api".into(),
                    context: "api".into(),
                    dockerfile: "api/Dockerfile".into(),
                    target: None,
                    args: BTreeMap::new(),
                    ports: vec![port(8000, 5)],
                },
                Service {
                    name: "web".into(),
                    context: ".".into(),
                    dockerfile: "docker/web.Dockerfile".into(),
                    target: Some("prod".into()),
                    args: [("V".to_owned(), "1".to_owned())].into(),
                    ports: vec![port(3000, 14)],
                },
            ]
        );
    }

    #[test]
    fn the_containers_side_of_a_port_is_found_in_all_its_forms() {
        for (port, expected) in [
            ("8000", Some(8000)),
            ("\"8000\"", Some(8000)),
            ("\"80:8000\"", Some(8000)),
            ("\"127.0.0.1:80:8000/tcp\"", Some(8000)),
            ("\"53:53/udp\"", None),
            ("\"3000-3005\"", Some(3000)),
            ("\"${PORT:-80}:${INNER:-8000}\"", Some(8000)),
            ("\"${PORT}:${INNER}\"", None),
            ("{target: 8000, published: 80}", Some(8000)),
            ("{target: \"8000\"}", Some(8000)),
            ("[1]", None),
        ] {
            let services =
                services_of(&format!("services:\n  a:\n    build: .\n    ports:\n      - {port}\n"));
            assert_eq!(services[0].ports.first().map(|port| port.value), expected, "{port}");
        }
    }

    #[test]
    fn contexts_that_are_not_of_the_folder_are_left_out() {
        for build in ["../other", "/srv/x", "https://example.com/a.git", "git@example.com:a.git", "a/../../b"]
        {
            assert_eq!(services_of(&format!("services:\n  a:\n    build: {build}\n")), [], "{build}");
        }
    }

    #[test]
    fn what_is_no_compose_file_is_passed_over() {
        for text in ["", "services", "services: [1]", "a: &a [*a]", "services:\n  a: 1\n", "\u{0}"] {
            assert_eq!(services_of(text), [], "{text:?}");
        }
    }
}
