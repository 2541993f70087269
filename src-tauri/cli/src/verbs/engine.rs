//! `slipway engine`: which Docker Engine was found and by which rule.

use serde_json::json;
use slipway_engine::{choices::Choices, docker::Engine, text, text::Text};

use super::{Call, Ended};
use crate::{exit::Exit, human::table};

/// Runs it.
pub async fn run(call: &mut Call) -> Ended {
    let journey = super::journey(Choices::default())?;
    let engine = call.looking(journey.engine()).await?;
    let screen = &call.screen;
    if screen.json {
        screen.object(&json!({
            "event": "result",
            "ok": true,
            "engine": {
                "host": engine.host,
                "rule": screen.say(&engine.rule),
                "product": engine.product,
                "version": engine.version,
                "api": engine.api,
                "os": engine.os,
                "arch": engine.arch,
                "store": engine.store,
                "buildkit": engine.buildkit,
                "memory": engine.memory,
                "cpus": engine.cpus,
            },
        }));
    } else {
        let rows = rows(engine).map(|(name, value)| (screen.say(&name), screen.say(&value)));
        for line in table::pairs(&rows, screen.out) {
            screen.print(&line);
        }
    }
    Ok(Exit::Holds)
}

fn rows(engine: &Engine) -> [(Text, Text); 7] {
    let buildkit = if engine.buildkit { text!("cli-yes") } else { text!("cli-no") };
    [
        (text!("cli-engine-product"), Text::quoted(format!("{} {}", engine.product, engine.version))),
        (text!("cli-engine-host"), Text::quoted(&engine.host)),
        (text!("cli-engine-rule"), engine.rule.clone()),
        (text!("cli-engine-api"), Text::quoted(format!("{} ({}/{})", engine.api, engine.os, engine.arch))),
        (text!("cli-engine-store"), Text::quoted(&engine.store)),
        (text!("cli-engine-buildkit"), buildkit),
        (
            text!("cli-engine-resources"),
            text!("cli-engine-given", cpus = engine.cpus, memory = engine.memory),
        ),
    ]
}
