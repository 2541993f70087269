//! What the user may do in the cluster, asked of the cluster itself.

use futures_util::future::try_join_all;
use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, ResourceRule, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
    SelfSubjectRulesReview, SelfSubjectRulesReviewSpec,
};
use kube::{Api, api::PostParams};

use super::{
    Connection,
    reads::{ANSWER, answered},
};
use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
};

/// Something that may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// `get`, `list`, `watch`, `create`, `patch`, `delete`.
    pub verb: &'static str,
    /// The API group; empty: core.
    pub group: &'static str,
    /// The plural, with a subresource where one is meant: `pods/log`.
    pub resource: &'static str,
    /// The namespace; `None`: all.
    pub namespace: Option<String>,
}

impl Right {
    /// `patch deployments.apps`
    fn shown(&self) -> String {
        let dot = if self.group.is_empty() { "" } else { "." };
        format!("{} {}{dot}{}", self.verb, self.resource, self.group)
    }
}

/// What the app stage needs in its namespace.
pub fn of_app(namespace: &str) -> Vec<Right> {
    const APPLIED: [(&str, &str); 3] =
        [("apps", "deployments"), ("", "services"), ("networking.k8s.io", "ingresses")];
    const READ: [(&str, &str, &str); 5] = [
        ("watch", "apps", "replicasets"),
        ("watch", "", "pods"),
        ("get", "", "pods/log"),
        ("watch", "", "events"),
        ("create", "", "pods/portforward"),
    ];
    let right =
        |verb, group, resource| Right { verb, group, resource, namespace: Some(namespace.to_owned()) };
    // server-side apply is a patch, and creates what is not there
    let applied = APPLIED.iter().flat_map(|(group, resource)| {
        ["get", "create", "patch", "delete"].map(|verb| right(verb, group, resource))
    });
    applied.chain(READ.iter().map(|(verb, group, resource)| right(verb, group, resource))).collect()
}

/// Whether the rule grants the right for objects of every name.
fn grants(rule: &ResourceRule, right: &Right) -> bool {
    let any = |list: &[String], wanted: &[&str]| {
        list.iter().any(|item| item == "*" || wanted.contains(&item.as_str()))
    };
    let list = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
    let of_all = right.resource.split_once('/').map(|(_, subresource)| format!("*/{subresource}"));
    list(&rule.resource_names).is_empty()
        && any(&rule.verbs, &[right.verb])
        && any(&list(&rule.api_groups), &[right.group])
        && any(&list(&rule.resources), &[right.resource, of_all.as_deref().unwrap_or(right.resource)])
}

impl Connection {
    /// Those of these rights that the user has not.
    pub async fn refused(&self, rights: &[Right]) -> Result<Vec<Right>, Problem> {
        let namespace = rights.first().and_then(|right| right.namespace.as_deref());
        let rules = self.rules(namespace).await?;
        let granted = |right: &&Right| {
            right.namespace.as_deref() == namespace && rules.iter().any(|rule| grants(rule, right))
        };
        // Not every authorizer lists all that it grants, so what is not listed is asked for one by one.
        let open: Vec<_> = rights.iter().filter(|right| !granted(right)).collect();
        let answers = try_join_all(open.iter().map(|right| self.may(right))).await?;
        Ok(open.into_iter().zip(answers).filter(|(_, may)| !may).map(|(right, _)| right.clone()).collect())
    }

    /// What the user is listed to may do in a namespace, in one question. It grants all that it lists.
    async fn rules(&self, namespace: Option<&str>) -> Result<Vec<ResourceRule>, Problem> {
        let Some(namespace) = namespace else { return Ok(Vec::new()) };
        let review = SelfSubjectRulesReview {
            spec: SelfSubjectRulesReviewSpec { namespace: Some(namespace.to_owned()) },
            ..SelfSubjectRulesReview::default()
        };
        let reviews: Api<SelfSubjectRulesReview> = Api::all(self.client.clone());
        match answered(&self.asked, ANSWER, reviews.create(&PostParams::default(), &review)).await {
            Ok(answer) => Ok(answer.status.map(|status| status.resource_rules).unwrap_or_default()),
            Err(problem) if problem.code == Code::ClusterForbidden => Ok(Vec::new()),
            Err(problem) => Err(problem),
        }
    }

    /// The problem of rights that the user has not, if there are any.
    pub async fn needs(&self, rights: &[Right]) -> Result<(), Problem> {
        let refused = self.refused(rights).await?;
        let Some(first) = refused.first() else { return Ok(()) };
        let namespace = first.namespace.clone().unwrap_or_default();
        let mut problem = self.asked.of(Code::ClusterForbidden);
        for right in &refused {
            problem = problem.because(Evidence::exactly(
                text!("right-refused", right = right.shown(), namespace = &namespace),
                format!(
                    "{} --namespace {namespace}",
                    self.asked.kubectl(["auth", "can-i", right.verb, right.resource])
                ),
            ));
        }
        Err(problem.remedy(Remedy::run(
            text!("remedy-ask-for-rights"),
            self.asked.kubectl(["auth", "can-i", "--list", "--namespace", &namespace]),
        )))
    }

    /// A question, though it is sent as if something were to be made: nothing is kept of it.
    async fn may(&self, right: &Right) -> Result<bool, Problem> {
        let (resource, subresource) = match right.resource.split_once('/') {
            Some((resource, subresource)) => (resource, Some(subresource)),
            None => (right.resource, None),
        };
        let review = SelfSubjectAccessReview {
            spec: SelfSubjectAccessReviewSpec {
                resource_attributes: Some(ResourceAttributes {
                    verb: Some(right.verb.to_owned()),
                    group: Some(right.group.to_owned()),
                    resource: Some(resource.to_owned()),
                    subresource: subresource.map(str::to_owned),
                    namespace: right.namespace.clone(),
                    ..ResourceAttributes::default()
                }),
                ..SelfSubjectAccessReviewSpec::default()
            },
            ..SelfSubjectAccessReview::default()
        };
        let reviews: Api<SelfSubjectAccessReview> = Api::all(self.client.clone());
        let answer = answered(&self.asked, ANSWER, reviews.create(&PostParams::default(), &review)).await?;
        Ok(answer.status.is_some_and(|status| status.allowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(verbs: &[&str], groups: &[&str], resources: &[&str], names: &[&str]) -> ResourceRule {
        let owned = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        ResourceRule {
            verbs: owned(verbs),
            api_groups: Some(owned(groups)),
            resources: Some(owned(resources)),
            resource_names: Some(owned(names)),
        }
    }

    #[test]
    fn a_rule_grants_what_it_lists_for_every_name_and_nothing_else() {
        let right = |verb, group, resource| Right { verb, group, resource, namespace: None };
        let read = right("get", "", "pods/log");
        let write = right("patch", "apps", "deployments");
        for (rule, grants_read, grants_write) in [
            (rule(&["*"], &["*"], &["*"], &[]), true, true),
            (rule(&["get", "list"], &[""], &["pods", "pods/log"], &[]), true, false),
            (rule(&["get"], &[""], &["*/log"], &[]), true, false),
            (rule(&["get", "patch"], &["", "apps"], &["pods", "deployments"], &[]), false, true),
            (rule(&["patch"], &[""], &["deployments"], &[]), false, false),
            (rule(&["*"], &["*"], &["*"], &["iris"]), false, false),
        ] {
            assert_eq!(
                (grants(&rule, &read), grants(&rule, &write)),
                (grants_read, grants_write),
                "{rule:?}"
            );
        }
    }
}
