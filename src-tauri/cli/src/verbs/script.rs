//! `slipway script`: the journey as a shell script.

use serde_json::json;

use super::{Call, Ended};
use crate::{args::Wish, exit::Exit};

/// Runs it.
pub async fn run(call: &mut Call, wish: Wish) -> Ended {
    let journey = super::journey(wish.choices(&call.common))?;
    let script = call.looking(Box::pin(journey.script())).await?;
    let words = script.written(&|text| call.screen.say(text));
    if call.screen.json {
        call.screen.object(&json!({"event": "result", "ok": true, "script": words}));
    } else {
        call.screen.print(words.trim_end());
    }
    Ok(Exit::Holds)
}
