//! What applying would change, field by field, as the server's own dry run says.

use std::collections::BTreeSet;

use futures_util::future::try_join_all;
use kube::{api::DynamicObject, core::Status};
use serde_json::{Map, Value};

use super::{
    Connection,
    apply::{self, Conflict},
    manifest::{Manifest, ObjectRef},
    yaml,
};
use crate::{
    action::Change,
    foreign::HIDDEN,
    problem::{Problem, internal},
};

/// What applying one object would change.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Difference {
    /// The changes. Empty: it is there as it should be.
    pub changes: Vec<Change>,
    /// The refusal, where fields of it are owned by somebody else.
    pub(super) conflicts: Vec<Conflict>,
    /// Whether the object is not there yet.
    pub new: bool,
}

impl Difference {
    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.conflicts.is_empty()
    }

    /// The problem of fields that are owned by somebody else and that the user did not say to take over.
    pub fn owned(
        &self,
        connection: &Connection,
        object: &ObjectRef,
        take_over: &[String],
    ) -> Result<(), Problem> {
        let others: Vec<Conflict> = self
            .conflicts
            .iter()
            .filter(|conflict| !take_over.contains(&conflict.key(object)))
            .cloned()
            .collect();
        if others.is_empty() { Ok(()) } else { Err(apply::owned(connection.asked(), object, &others)) }
    }
}

/// What the server says that an object would be after applying it.
#[derive(Debug, Clone)]
pub struct Tried {
    after: DynamicObject,
    conflicts: Vec<Conflict>,
}

impl Connection {
    /// What applying each of these would change; nothing is changed.
    pub async fn differences(&self, manifests: &[Manifest]) -> Result<Vec<Difference>, Problem> {
        let (standing, tried) = tokio::try_join!(self.standing(manifests), self.tried(manifests))?;
        compared(manifests, &standing, &tried)
    }

    /// Each as it stands; `None`: it is not there, or is on its way out, which nothing can stop.
    pub async fn standing(&self, manifests: &[Manifest]) -> Result<Vec<Option<DynamicObject>>, Problem> {
        try_join_all(manifests.iter().map(|manifest| async {
            let object = manifest.reference();
            let found = self
                .dynamic(&object.api_version, &object.kind, object.namespace.as_deref())
                .get(&object.name)
                .await?;
            Ok(found.filter(|object| object.metadata.deletion_timestamp.is_none()))
        }))
        .await
    }

    /// Each as it would be after applying it; nothing is changed.
    pub async fn tried(&self, manifests: &[Manifest]) -> Result<Vec<Tried>, Problem> {
        try_join_all(manifests.iter().map(|manifest| self.try_one(manifest, manifests))).await
    }

    async fn try_one(&self, manifest: &Manifest, all: &[Manifest]) -> Result<Tried, Problem> {
        let object = manifest.reference();
        let status = match self.dry_run(manifest, false).await? {
            Ok(after) => return Ok(Tried { after, conflicts: Vec::new() }),
            Err(status) if in_a_namespace_to_come(&status, &object, all) => {
                return Ok(Tried { after: manifest.object.clone(), conflicts: Vec::new() });
            }
            Err(status) => status,
        };
        let conflicts = apply::conflicts(&status);
        if conflicts.is_empty() {
            return Err(apply::refusal(self.asked(), &object, &status));
        }
        let forced = self.dry_run(manifest, true).await?;
        let after = forced.map_err(|status| apply::refusal(self.asked(), &object, &status))?;
        Ok(Tried { after, conflicts })
    }
}

/// What applying each would change, from what stands and what the server says.
pub fn compared(
    manifests: &[Manifest],
    standing: &[Option<DynamicObject>],
    tried: &[Tried],
) -> Result<Vec<Difference>, Problem> {
    let one = |((manifest, live), tried): ((&Manifest, &Option<DynamicObject>), &Tried)| {
        let object = manifest.reference().shown();
        let Some(live) = live else {
            let after = Some(manifest.yaml.trim_end().to_owned());
            let whole = Change { object, field: String::new(), before: None, after };
            return Ok(Difference { changes: vec![whole], conflicts: Vec::new(), new: true });
        };
        let changes = fields(&object, live, &tried.after)?;
        Ok(Difference { changes, conflicts: tried.conflicts.clone(), new: false })
    };
    manifests.iter().zip(standing).zip(tried).map(one).collect()
}

/// An object cannot be tried in a namespace that is only made with it.
fn in_a_namespace_to_come(status: &Status, object: &ObjectRef, all: &[Manifest]) -> bool {
    status.code == 404
        && all
            .iter()
            .map(Manifest::reference)
            .any(|other| other.kind == "Namespace" && Some(&other.name) == object.namespace.as_ref())
}

/// The fields in which two states of an object differ, without what the server keeps for itself.
pub fn fields(object: &str, before: &DynamicObject, after: &DynamicObject) -> Result<Vec<Change>, Problem> {
    let before = stripped(serde_json::to_value(before).map_err(internal)?);
    let after = stripped(serde_json::to_value(after).map_err(internal)?);
    let mut changes = Vec::new();
    compare(object, "", Some(&before), Some(&after), &mut changes);
    Ok(changes)
}

fn stripped(mut object: Value) -> Value {
    if let Some(object) = object.as_object_mut() {
        object.remove("status");
        if let Some(metadata) = object.get_mut("metadata").and_then(Value::as_object_mut) {
            for kept_by_server in
                ["managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"]
            {
                metadata.remove(kept_by_server);
            }
        }
    }
    object
}

fn compare(
    object: &str,
    path: &str,
    before: Option<&Value>,
    after: Option<&Value>,
    changes: &mut Vec<Change>,
) {
    match (before, after) {
        (before, after) if before == after => {}
        (Some(Value::Object(before)), Some(Value::Object(after))) => {
            for key in keys(before, after) {
                compare(object, &child(path, key), before.get(key), after.get(key), changes);
            }
        }
        (Some(Value::Array(before)), Some(Value::Array(after))) if named(before) && named(after) => {
            let names: BTreeSet<&str> = before.iter().chain(after).filter_map(name).collect();
            for one in names {
                let find = |list: &'_ [Value]| list.iter().find(|item| name(item) == Some(one)).cloned();
                let path = format!("{path}[{one}]");
                compare(object, &path, find(before).as_ref(), find(after).as_ref(), changes);
            }
        }
        (before, after) => changes.push(Change {
            object: object.to_owned(),
            field: path.to_owned(),
            before: before.map(|value| yaml::value(&shown(path, value))),
            after: after.map(|value| yaml::value(&shown(path, value))),
        }),
    }
}

/// The value as it may be shown: what an app finds in its environment may be secret, so that is told by name alone.
fn shown(path: &str, value: &Value) -> Value {
    let of_variable = path.ends_with("].value") && path.contains(".env[");
    match value {
        _ if of_variable => HIDDEN.into(),
        Value::Object(fields) => {
            let is_variable = path.contains(".env[") || path.rsplit('.').next() == Some("env");
            let fields = fields.iter().map(|(key, value)| {
                let hidden = is_variable && key == "value";
                let value = if hidden { HIDDEN.into() } else { shown(&child(path, key), value) };
                (key.clone(), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.iter().map(|item| shown(path, item)).collect(),
        value => value.clone(),
    }
}

fn keys<'a>(before: &'a Map<String, Value>, after: &'a Map<String, Value>) -> BTreeSet<&'a String> {
    before.keys().chain(after.keys()).collect()
}

/// `spec.replicas`; a key that holds a dot or a slash stands in brackets.
fn child(path: &str, key: &str) -> String {
    if key.contains(['.', '/']) {
        format!("{path}[{key}]")
    } else if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// Lists whose items are known by their names, such as containers, ports and variables.
fn named(list: &[Value]) -> bool {
    let names: BTreeSet<&str> = list.iter().filter_map(name).collect();
    names.len() == list.len()
}

fn name(item: &Value) -> Option<&str> {
    item.get("name")?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> DynamicObject {
        serde_json::from_value(value).unwrap()
    }

    fn changed(before: Value, after: Value) -> Vec<(String, Option<String>, Option<String>)> {
        fields("Deployment/iris", &object(before), &object(after))
            .unwrap()
            .into_iter()
            .map(|change| (change.field, change.before, change.after))
            .collect()
    }

    #[test]
    fn a_change_is_named_by_its_path_with_lists_read_by_name() {
        let with = |replicas: u32, image: &str| {
            json!({"spec": {"replicas": replicas, "template": {"spec": {"containers": [
                {"name": "iris", "image": image}, {"name": "proxy", "image": "p"},
            ]}}}})
        };
        assert_eq!(
            changed(with(1, "iris:1"), with(3, "iris:2")),
            [
                ("spec.replicas".into(), Some("1".into()), Some("3".into())),
                (
                    "spec.template.spec.containers[iris].image".into(),
                    Some("iris:1".into()),
                    Some("iris:2".into())
                ),
            ]
        );
    }

    #[test]
    fn what_comes_and_what_goes_has_one_side() {
        let ports = |names: &[&str]| json!({"ports": names.iter().map(|name| json!({"name": name, "port": 1})).collect::<Vec<_>>()});
        assert_eq!(
            changed(ports(&["A", "B"]), ports(&["B", "C"])),
            [
                ("ports[A]".into(), Some("name: A\nport: 1".into()), None),
                ("ports[C]".into(), None, Some("name: C\nport: 1".into())),
            ]
        );
    }

    #[test]
    fn values_of_an_environment_are_not_shown_wherever_they_change() {
        let secret = |value: &str| json!([{"name": "KEY", "value": value}]);
        let within = |containers: Value| json!({"spec": {"containers": containers}});
        let app = |env: Value| within(json!([{"name": "iris", "env": env}]));
        for (before, after) in [
            (app(secret("s3cret")), app(secret("s3cret too"))),
            (app(secret("s3cret")), app(json!([]))),
            (app(json!([{"name": "A", "value": "1"}])), app(secret("s3cret"))),
            (within(json!([{"name": "iris"}])), app(secret("s3cret"))),
            (within(json!([])), app(secret("s3cret"))),
            (app(json!([{"value": "s3cret"}])), app(json!([{"value": "s3cret"}, {"value": "s3cret"}]))),
            (json!({"spec": {}}), app(secret("s3cret"))),
        ] {
            let changes = changed(before, after);
            assert!(!changes.is_empty() && !format!("{changes:?}").contains("s3cret"), "{changes:?}");
        }
    }

    #[test]
    fn what_the_server_keeps_for_itself_is_no_change() {
        let with = |version: &str| {
            json!({
                "metadata": {"name": "iris", "resourceVersion": version, "generation": 1, "managedFields": [{"manager": version}]},
                "status": {"replicas": version},
            })
        };
        assert_eq!(changed(with("1"), with("2")), []);
    }

    #[test]
    fn keys_with_dots_are_told_from_paths() {
        let with = |folder: &str| json!({"metadata": {"annotations": {"slipway.local/folder": folder}}});
        assert_eq!(changed(with("/a"), with("/b"))[0].0, "metadata.annotations[slipway.local/folder]");
    }

    #[test]
    fn a_list_without_names_is_compared_whole() {
        assert_eq!(
            changed(json!({"rules": [{"host": "a"}]}), json!({"rules": [{"host": "b"}]})),
            [("rules".into(), Some("- host: a".into()), Some("- host: b".into()))]
        );
    }
}
