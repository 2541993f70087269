//! `slipway explain`: the page of a problem, by its code.

use serde_json::json;
use slipway_engine::{problem::Code, project::nearest::nearest, stage::Stage, text};
use slipway_locales::page;

use super::Call;
use crate::{exit::Exit, human::table, screen::Screen};

/// Runs it.
pub fn run(call: &Call, code: Option<&str>) -> Exit {
    let screen = &call.screen;
    match code.map(|name| (name, Code::named(name))) {
        None => tell_all(screen),
        Some((_, Some(code))) => tell(screen, code),
        Some((name, None)) => return unknown(screen, name),
    }
    Exit::Holds
}

fn tell(screen: &Screen, code: Code) {
    let [summary, detail, causes, fixes] = page(code, screen.words());
    if screen.json {
        screen.object(&json!({
            "event": "result", "ok": true, "code": code, "stage": code.stage(),
            "summary": summary, "detail": detail, "causes": causes, "fixes": fixes,
        }));
        return;
    }
    let stage = screen.say(&code.stage().title());
    screen.print(&format!("{}  {}", screen.out.bold(code.name()), screen.out.dim(&stage)));
    screen.print(&format!("\n{summary}\n{detail}"));
    screen.print(&format!("\n{}\n  {causes}", screen.out.bold(&screen.say(&text!("cli-explain-causes")))));
    screen.print(&format!("\n{}\n  {fixes}", screen.out.bold(&screen.say(&text!("cli-explain-fixes")))));
}

fn tell_all(screen: &Screen) {
    if screen.json {
        let codes: Vec<_> = Code::ALL
            .iter()
            .map(|code| json!({"code": code, "stage": code.stage(), "summary": page(*code, screen.words())[0]}))
            .collect();
        screen.object(&json!({"event": "result", "ok": true, "codes": codes}));
        return;
    }
    for stage in Stage::ALL {
        screen.print(&screen.out.bold(&screen.say(&stage.title())));
        let rows: Vec<_> = Code::ALL
            .iter()
            .filter(|code| code.stage() == stage)
            .map(|code| (format!("  {code}"), page(*code, screen.words())[0].clone()))
            .collect();
        for line in table::pairs(&rows, screen.out) {
            screen.print(&line);
        }
    }
}

fn unknown(screen: &Screen, name: &str) -> Exit {
    let nearest = nearest(name, Code::ALL.iter().map(|code| code.name()));
    if screen.json {
        screen.object(&json!({"event": "result", "ok": false, "nearest": nearest}));
        return Exit::Usage;
    }
    screen.complain(&screen.say(&match nearest {
        Some(nearest) => text!("cli-explain-nearest", code = name, nearest = nearest),
        None => text!("cli-explain-unknown", code = name),
    }));
    Exit::Usage
}
