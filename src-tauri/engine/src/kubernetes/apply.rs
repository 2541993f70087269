//! Server-side apply of objects, never forced but for the fields that the user named.

use std::time::Duration;

use futures_util::future::try_join_all;
use kube::{
    Api, Client, Error,
    api::{DynamicObject, Patch, PatchParams},
    core::Status,
};

use super::{
    Connection, Writer,
    error::{Asked, server_words},
    manifest::{Manifest, ObjectRef},
    mark,
};
use crate::{
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

/// An admission webhook alone may take 30 s.
const WRITTEN: Duration = Duration::from_secs(40);

/// So long an object on its way out is waited for: its pods have 30 s to end, unless they say otherwise.
const LEAVES: Duration = Duration::from_mins(1);

impl Writer<'_> {
    /// Applies the objects side by side; those that others need first (namespaces, kinds) before the others.
    /// Fields in `take_over` (`Kind/name field`) are taken from whoever owns them; no other field is.
    pub async fn apply(&self, manifests: &[Manifest], take_over: &[String]) -> Result<(), Problem> {
        let (first, then): (Vec<_>, Vec<_>) = manifests.iter().partition(|manifest| {
            matches!(manifest.reference().kind.as_str(), "Namespace" | "CustomResourceDefinition")
        });
        for wave in [first, then].into_iter().filter(|wave| !wave.is_empty()) {
            let client = self.client().await?;
            let applied = wave.into_iter().map(|manifest| self.apply_one(&client, manifest, take_over));
            try_join_all(applied).await?;
        }
        Ok(())
    }

    async fn apply_one(
        &self,
        client: &Client,
        manifest: &Manifest,
        take_over: &[String],
    ) -> Result<(), Problem> {
        let asked = self.connection().asked();
        let object = manifest.reference();
        let api = api_of(client.clone(), &object);
        let patch = async || patched(&api, manifest, &PatchParams::apply(mark::SLIPWAY), asked).await;
        let mut applied = patch().await?;
        // One on its way out takes the change with it.
        if let Ok(leaving) = &applied
            && leaving.metadata.deletion_timestamp.is_some()
        {
            self.gone(&object, leaving.metadata.uid.as_deref(), LEAVES).await?;
            self.client().await?;
            applied = patch().await?;
        }
        match applied {
            Ok(_) => return Ok(()),
            Err(status) => {
                let conflicts = conflicts(&status);
                let all_given = !conflicts.is_empty()
                    && conflicts.iter().all(|conflict| take_over.contains(&conflict.key(&object)));
                if !all_given {
                    return Err(refusal(asked, &object, &status));
                }
            }
        }
        self.take_over(&api, manifest, take_over).await
    }

    /// Forces the apply. The resource version makes sure that nobody's fields go but those just seen to conflict.
    async fn take_over(
        &self,
        api: &Api<DynamicObject>,
        manifest: &Manifest,
        take_over: &[String],
    ) -> Result<(), Problem> {
        let asked = self.connection().asked();
        let object = manifest.reference();
        let live = super::reads::answered(asked, WRITTEN, api.get_opt(&object.name)).await?;
        let mut pinned = manifest.clone();
        pinned.object.metadata.resource_version = live.and_then(|live| live.metadata.resource_version);
        let dry = PatchParams::apply(mark::SLIPWAY).dry_run();
        if let Err(status) = patched(api, &pinned, &dry, asked).await?
            && !conflicts(&status).iter().all(|conflict| take_over.contains(&conflict.key(&object)))
        {
            return Err(refusal(asked, &object, &status));
        }
        self.client().await?;
        let forced = PatchParams::apply(mark::SLIPWAY).force();
        patched(api, &pinned, &forced, asked).await?.map_err(|status| refusal(asked, &object, &status))?;
        Ok(())
    }
}

impl Connection {
    /// What the object would be after applying it, as the server says; nothing is changed.
    pub(super) async fn dry_run(
        &self,
        manifest: &Manifest,
        force: bool,
    ) -> Result<Result<DynamicObject, Box<Status>>, Problem> {
        let params = PatchParams::apply(mark::SLIPWAY).dry_run();
        let params = if force { params.force() } else { params };
        patched(&api_of(self.client.clone(), &manifest.reference()), manifest, &params, &self.asked).await
    }
}

fn api_of(client: Client, object: &ObjectRef) -> Api<DynamicObject> {
    match &object.namespace {
        Some(namespace) => Api::namespaced_with(client, namespace, &object.resource()),
        None => Api::all_with(client, &object.resource()),
    }
}

/// The patched object, or the server's refusal to be explained.
async fn patched(
    api: &Api<DynamicObject>,
    manifest: &Manifest,
    params: &PatchParams,
    asked: &Asked,
) -> Result<Result<DynamicObject, Box<Status>>, Problem> {
    let name = manifest.object.metadata.name.clone().unwrap_or_default();
    let patch = Patch::Apply(&manifest.object);
    match tokio::time::timeout(WRITTEN, api.patch(&name, params, &patch)).await {
        Ok(Ok(object)) => Ok(Ok(object)),
        Ok(Err(Error::Api(status))) => Ok(Err(status)),
        Ok(Err(error)) => Err(asked.problem(&error)),
        Err(_) => Err(asked.too_slow(WRITTEN)),
    }
}

/// A field that somebody else owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conflict {
    field: String,
    manager: String,
}

impl Conflict {
    /// As `choices.take_over` names it.
    pub(super) fn key(&self, object: &ObjectRef) -> String {
        format!("{} {}", object.shown(), self.field)
    }
}

/// The conflicts that a refused apply lists.
pub(super) fn conflicts(status: &Status) -> Vec<Conflict> {
    let causes = status.details.iter().flat_map(|details| &details.causes);
    causes
        .filter(|cause| cause.reason == "FieldManagerConflict")
        .map(|cause| Conflict {
            field: cause.field.trim_start_matches('.').to_owned(),
            manager: manager(&cause.message).to_owned(),
        })
        .collect()
}

/// The manager's name in `conflict with "kubectl-scale" with subresource "scale" using apps/v1`.
fn manager(message: &str) -> &str {
    message.split('"').nth(1).unwrap_or(message)
}

/// Why the server did not apply an object.
pub(super) fn refusal(asked: &Asked, object: &ObjectRef, status: &Status) -> Problem {
    let namespace = object.namespace.as_deref().unwrap_or_default();
    let words = server_words(status);
    let conflicts = conflicts(status);
    let of = |code: Code| asked.of(code).with("object", object.shown()).with("namespace", namespace);
    if !conflicts.is_empty() {
        return owned(asked, object, &conflicts);
    }
    let caused = |reason: &str| {
        status
            .details
            .as_ref()
            .is_some_and(|details| details.causes.iter().any(|cause| cause.reason == reason))
    };
    if caused("NamespaceTerminating") {
        return namespace_terminating(asked, namespace, &words);
    }
    let missing_kind = status.details.as_ref().map(|details| details.kind.as_str());
    if status.code == 404 && missing_kind == Some("namespaces") {
        return namespace_missing(asked, namespace, &words);
    }
    if words.contains("exceeded quota") {
        return quota_exceeded(asked, namespace, &object.shown(), &words);
    }
    if status.code == 403 && !words.contains(" cannot ") || [400, 406, 409, 422].contains(&status.code) {
        if let Some([host, path, other]) = other_ingress(&words) {
            return of(Code::HostTaken)
                .with("host", host)
                .with("path", path)
                .with("other", other)
                .quoting(&words)
                .remedy(Remedy::say(text!("remedy-other-host")));
        }
        return of(Code::ApplyRefused)
            .quoting(words)
            .remedy(Remedy::say(text!("remedy-read-servers-words")))
            .retry();
    }
    if words.contains("failed calling webhook") {
        return of(Code::ApplyRefused)
            .quoting(words)
            .remedy(Remedy::say(text!("remedy-wait-for-webhook")))
            .retry();
    }
    asked.refused(status)
}

/// The problem of a namespace that is not there. Slipway makes none: it might stand for somebody's rules.
pub fn namespace_missing(asked: &Asked, namespace: &str, words: &str) -> Problem {
    asked.of(Code::NamespaceMissing).with("namespace", namespace).quoting(words).remedy(Remedy::run(
        text!("remedy-create-namespace"),
        asked.kubectl(["create", "namespace", namespace]),
    ))
}

/// The problem of a namespace that is being deleted.
pub fn namespace_terminating(asked: &Asked, namespace: &str, words: &str) -> Problem {
    asked
        .of(Code::NamespaceTerminating)
        .with("namespace", namespace)
        .quoting(words)
        .remedy(Remedy::run(
            text!("remedy-wait-for-namespace"),
            asked.kubectl(["get", "namespace", namespace]),
        ))
        .retry()
}

/// The problem of a quota that leaves no room.
pub(super) fn quota_exceeded(asked: &Asked, namespace: &str, object: &str, words: &str) -> Problem {
    asked
        .of(Code::QuotaExceeded)
        .with("namespace", namespace)
        .with("object", object)
        .quoting(words)
        .remedy(Remedy::run(
            text!("remedy-see-quota"),
            asked.kubectl(["describe", "quota", "--namespace", namespace]),
        ))
        .remedy(Remedy::say(text!("remedy-ask-for-less")))
}

/// The problem of fields that somebody else owns.
pub(super) fn owned(asked: &Asked, object: &ObjectRef, conflicts: &[Conflict]) -> Problem {
    let managers: std::collections::BTreeSet<&str> =
        conflicts.iter().map(|conflict| conflict.manager.as_str()).collect();
    let mut problem = asked
        .of(Code::FieldsOwned)
        .with("object", object.shown())
        .with("manager", managers.into_iter().collect::<Vec<_>>().join(", "));
    for conflict in conflicts {
        problem = problem.because(Evidence::exactly(
            text!("field-owned", field = &conflict.field, manager = &conflict.manager),
            conflict.key(object),
        ));
    }
    let fields = conflicts.iter().flat_map(|conflict| ["--take-over".to_owned(), conflict.key(object)]);
    let take_over = ShellCommand::of(["slipway", "up"]).with(fields);
    problem
        .remedy(Remedy::run(text!("remedy-take-over"), take_over))
        .remedy(Remedy::say(text!("remedy-keep-their-fields")))
}

/// What is named in `host "localhost" and path "/" is already defined in ingress default/other`: host, path, Ingress.
fn other_ingress(words: &str) -> Option<[&str; 3]> {
    let (before, after) = words.split_once(" is already defined in ingress ")?;
    let (before, path) = before.trim_end_matches('"').rsplit_once("path \"")?;
    let host = before.rsplit_once("host \"")?.1.split('"').next()?;
    Some([host, path, after.split_whitespace().next()?])
}

#[cfg(test)]
mod tests {
    use kube::core::response::{StatusCause, StatusDetails};

    use super::*;

    fn asked() -> Asked {
        Asked { context: "a".into(), server: "https://127.0.0.1".into(), credential_program: None }
    }

    fn object() -> ObjectRef {
        ObjectRef {
            api_version: "apps/v1".into(),
            kind: "Deployment".into(),
            namespace: Some("lab".into()),
            name: "iris".into(),
            uid: None,
            app: None,
        }
    }

    fn refused(code: u16, message: &str, kind: &str, causes: &[(&str, &str, &str)]) -> Status {
        let causes = causes
            .iter()
            .map(|(reason, message, field)| StatusCause {
                reason: (*reason).into(),
                message: (*message).into(),
                field: (*field).into(),
            })
            .collect();
        Status::failure(message, "").with_code(code).with_details(StatusDetails {
            kind: kind.into(),
            causes,
            name: String::new(),
            group: String::new(),
            uid: String::new(),
            retry_after_seconds: 0,
        })
    }

    #[test]
    fn a_conflict_names_the_manager_and_the_field() {
        let status = refused(
            409,
            "Apply failed with 1 conflict",
            "",
            &[(
                "FieldManagerConflict",
                r#"conflict with "kubectl-scale" with subresource "scale" using apps/v1"#,
                ".spec.replicas",
            )],
        );
        let problem = refusal(&asked(), &object(), &status);
        assert_eq!(problem.code, Code::FieldsOwned);
        assert_eq!(problem.args["manager"], "kubectl-scale".into());
        assert_eq!(problem.evidence[0].exact.as_deref(), Some("Deployment/iris spec.replicas"));
    }

    #[test]
    fn each_refusal_of_the_server_has_its_own_code_and_keeps_the_servers_words() {
        for (status, expected) in [
            (refused(404, r#"namespaces "lab" not found"#, "namespaces", &[]), Code::NamespaceMissing),
            (
                refused(
                    403,
                    "forbidden: unable to create",
                    "",
                    &[("NamespaceTerminating", "being terminated", "metadata.namespace")],
                ),
                Code::NamespaceTerminating,
            ),
            (
                refused(403, "deployments is forbidden: exceeded quota: small, requested: 1", "", &[]),
                Code::QuotaExceeded,
            ),
            (
                refused(403, r#"forbidden: User "a" cannot patch resource "deployments""#, "", &[]),
                Code::ClusterForbidden,
            ),
            (refused(403, r#"admission webhook "a" denied the request: no"#, "", &[]), Code::ApplyRefused),
            (refused(422, "Deployment is invalid: spec.replicas", "", &[]), Code::ApplyRefused),
            (refused(500, r#"failed calling webhook "a": refused"#, "", &[]), Code::ApplyRefused),
            (
                refused(
                    400,
                    r#"host "localhost" and path "/" is already defined in ingress default/other"#,
                    "",
                    &[],
                ),
                Code::HostTaken,
            ),
            (refused(401, "Unauthorized", "", &[]), Code::ClusterUnauthorized),
        ] {
            let problem = refusal(&asked(), &object(), &status);
            assert_eq!(problem.code, expected, "{}", status.message);
            assert!(problem.evidence.contains(&Evidence::quoted(&status.message)), "{}", status.message);
            assert!(!problem.remedies.is_empty(), "{}", status.message);
        }
    }
}
