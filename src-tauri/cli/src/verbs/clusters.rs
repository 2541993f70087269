//! `slipway clusters`: the contexts of the kubeconfig.

use serde_json::json;
use slipway_engine::{facts::ClusterChoice, foreign::harmless, kubernetes::clusters, text};

use super::{Call, Ended};
use crate::{
    args::Folder,
    exit::Exit,
    human::{problem, table},
    screen::Screen,
};

/// Runs it.
pub async fn run(call: &mut Call, folder: Folder) -> Ended {
    let journey = super::journey(call.common.choices(folder.folder))?;
    let listed = clusters(&journey.choices, &journey.places, &journey.kubeconfig);
    let clusters = call.looking(listed).await?;
    let screen = &call.screen;
    if screen.json {
        let clusters: Vec<_> = clusters
            .iter()
            .map(|cluster| {
                json!({
                    "context": cluster.context,
                    "server": harmless(&cluster.server),
                    "local": cluster.local,
                    "current": cluster.current,
                    "pinned": cluster.pinned,
                    "version": cluster.version,
                    "problem": cluster.problem.as_ref().map(|problem| problem.code),
                    "credential_program": cluster.credential_program,
                })
            })
            .collect();
        screen.object(&json!({"event": "result", "ok": true, "clusters": clusters}));
        return Ok(Exit::Holds);
    }
    let heading = [
        text!("cli-clusters-context"),
        text!("cli-clusters-server"),
        text!("cli-clusters-where"),
        text!("cli-clusters-answer"),
        text!("cli-clusters-notes"),
    ];
    let rows: Vec<_> = clusters.iter().map(|cluster| row(screen, cluster)).collect();
    for line in table::columns(heading.map(|text| screen.say(&text)), &rows, screen.out) {
        screen.print(&line);
    }
    if screen.verbose {
        for told in clusters.iter().filter_map(|cluster| cluster.problem.as_ref()) {
            for line in problem::lines(screen, told, screen.err) {
                screen.complain(&line);
            }
        }
    }
    Ok(Exit::Holds)
}

fn row(screen: &Screen, cluster: &ClusterChoice) -> [String; 5] {
    let place = if cluster.local { text!("cli-clusters-local") } else { text!("cli-clusters-elsewhere") };
    let answer = match (&cluster.version, &cluster.problem) {
        (Some(version), _) => version.clone(),
        (None, Some(problem)) => problem.code.name().to_owned(),
        (None, None) => screen.say(&text!("cli-clusters-answers")),
    };
    let mut notes = Vec::new();
    if cluster.pinned {
        notes.push(screen.say(&text!("cli-clusters-pinned")));
    }
    if cluster.current {
        notes.push(screen.say(&text!("cli-clusters-current")));
    }
    if let Some(program) = &cluster.credential_program {
        notes.push(screen.say(&text!("cli-clusters-program", program = program)));
    }
    [
        harmless(&cluster.context),
        harmless(&cluster.server),
        screen.say(&place),
        harmless(&answer),
        notes.join(", "),
    ]
}
