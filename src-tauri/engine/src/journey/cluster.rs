//! The stage `cluster`: which one is meant, whether it answers and is ready, and whether the user may do there what
//! the journey needs. It holds once the cluster is pinned for the folder.

use async_trait::async_trait;
use k8s_openapi::api::core::v1::Node;

use super::{Journey, Scope, Verbs};
use crate::{
    action::{Action, Undo},
    docker::images,
    facts::{Cluster, Facts},
    kubernetes::{Connection, nodes, pin, rights},
    problem::{Code, Problem, internal},
    shell_words::ShellCommand,
    stage::{Evidence, Observation, Stage},
    text,
    text::Text,
    work::Work,
};

pub(super) struct ClusterStage;

#[async_trait]
impl Verbs for ClusterStage {
    async fn observe(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        let namespace = &facts.project()?.deploy.namespace;
        let connection = journey.connection().await?;
        let needed = rights::of_app(namespace);
        let all_nodes = connection.all::<Node>();
        let nodes = async {
            let found = visible(all_nodes.list("").await)?;
            let shares_images = share_images(journey, &found).await;
            Ok::<_, Problem>((found, shares_images))
        };
        let (version, nodes, may) = tokio::join!(connection.version(), nodes, connection.needs(&needed));
        may?;
        let (version, (found, shares_images)) = (version?, nodes?);
        let cluster = facts_of(connection, version, &found, shares_images);
        if cluster.nodes > 0 && cluster.nodes_ready == 0 {
            return Err(connection.not_ready(&found));
        }
        let pinned = pin::read(&journey.places, &pin::folder(&journey.choices.folder));
        let holds = pinned.as_ref() == Some(&connection.target) && connection.consented();
        let evidence = evidence(&cluster, holds);
        facts.cluster = Some(cluster);
        Ok(if holds { Observation::proven(evidence) } else { Observation::missing(evidence) })
    }

    async fn plan(&self, journey: &Journey, _facts: &Facts) -> Result<Vec<Action>, Problem> {
        let connection = journey.connection().await?;
        if !connection.consented() {
            return Err(connection.not_local());
        }
        let target = connection.target.clone();
        let folder = pin::folder(&journey.choices.folder);
        if pin::read(&journey.places, &folder).as_ref() == Some(&target) {
            return Ok(Vec::new());
        }
        Ok(vec![Action {
            stage: Stage::Cluster,
            effect: text!("cluster-pins", context = &target.context, folder = folder.display().to_string()),
            command: connection.asked().kubectl(["get", "nodes"]).to_string(),
            diff: Vec::new(),
            undo: Some(unpin(journey)),
            work: Work::Pin(target),
        }])
    }

    async fn act(&self, journey: &Journey, _facts: &mut Facts, work: &Work) -> Result<(), Problem> {
        let folder = pin::folder(&journey.choices.folder);
        match work {
            Work::Pin(target) => {
                let connection = journey.connection().await?;
                connection.verified().await?;
                if connection.target != *target {
                    return Err(internal("another cluster was planned for"));
                }
                pin::write(&journey.places, &folder, target)
            }
            Work::Unpin { folder } => pin::forget(&journey.places, folder),
            work => Err(internal(format!("cluster cannot do {work:?}"))),
        }
    }

    async fn prove(&self, journey: &Journey, facts: &mut Facts) -> Result<Observation, Problem> {
        self.observe(journey, facts).await
    }

    async fn undo(
        &self,
        journey: &Journey,
        _facts: &Facts,
        scope: Scope,
    ) -> Result<(Vec<Action>, Vec<Text>), Problem> {
        let pinned = pin::read(&journey.places, &pin::folder(&journey.choices.folder));
        if pinned.is_none() || scope != Scope::ALL {
            return Ok((Vec::new(), Vec::new()));
        }
        let Undo { effect, command, work } = unpin(journey);
        let action = Action { stage: Stage::Cluster, effect, command, diff: Vec::new(), undo: None, work };
        Ok((vec![action], Vec::new()))
    }
}

fn unpin(journey: &Journey) -> Undo {
    let folder = pin::folder(&journey.choices.folder);
    let file = pin::path(&journey.places, &folder).display().to_string();
    Undo {
        effect: text!("cluster-unpins", folder = folder.display().to_string()),
        command: ShellCommand::of(["rm", "-f", &file]).to_string(),
        work: Work::Unpin { folder },
    }
}

/// Whether the nodes use the engine's images. A cluster can be looked at without an engine.
async fn share_images(journey: &Journey, found: &[Node]) -> bool {
    let Ok(engine) = journey.engine().await else { return false };
    let on_nodes = nodes::some_images(found);
    let on_engine = images::of_these(engine, &on_nodes).await.unwrap_or_default();
    nodes::share_images(&on_nodes, &on_engine)
}

/// The nodes; none where the user may not see them.
fn visible(nodes: Result<Vec<Node>, Problem>) -> Result<Vec<Node>, Problem> {
    match nodes {
        Err(problem) if problem.code == Code::ClusterForbidden => Ok(Vec::new()),
        nodes => nodes,
    }
}

fn facts_of(connection: &Connection, version: String, found: &[Node], shares_images: bool) -> Cluster {
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Cluster {
        target: connection.target.clone(),
        local: connection.local,
        version,
        nodes_ready: count(found.iter().filter(|node| nodes::is_ready(node)).count()),
        nodes: count(found.len()),
        shares_images,
    }
}

fn evidence(cluster: &Cluster, pinned: bool) -> Vec<Evidence> {
    let target = &cluster.target;
    let mut evidence = vec![Evidence::exactly(
        text!("cluster-answers", context = &target.context, version = &cluster.version),
        format!("{} · kube-system {}", target.server, target.cluster_uid),
    )];
    evidence.push(if cluster.nodes == 0 {
        text!("cluster-nodes-hidden").into()
    } else {
        text!("cluster-nodes", ready = cluster.nodes_ready, nodes = cluster.nodes).into()
    });
    if !cluster.local {
        evidence.push(text!("cluster-elsewhere").into());
    }
    evidence.push(if cluster.shares_images {
        text!("cluster-shares-images").into()
    } else {
        text!("cluster-shares-no-images").into()
    });
    evidence.push(if pinned { text!("cluster-pinned").into() } else { text!("cluster-not-pinned").into() });
    evidence
}
