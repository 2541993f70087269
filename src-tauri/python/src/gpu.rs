//! Whether the code cannot do without a GPU: it asks for one and never asks whether there is one.

use std::collections::HashSet;

use crate::{
    code::{Code, When},
    files::is_test,
    found::Found,
    syntax::{Expr, Kind, keyword, positional},
};

/// Words that stand in code that looks for a GPU first.
const LOOKS: [&str; 7] = [
    "is_available",
    "device_count",
    "list_physical_devices",
    "is_gpu_available",
    "get_available_providers",
    "current_accelerator",
    "list_logical_devices",
];

/// Each place that wants a GPU, as the code writes it.
pub(crate) fn wanted<'a>(code: &Code<'a>, modules: &HashSet<usize>) -> Vec<Found<String>> {
    let mut found = Vec::new();
    // One look anywhere may be what the others rely on.
    let looks = code.each().any(|(_, _, outline)| {
        outline.calls.iter().any(|call| {
            call.expr.call().is_some_and(|(callee, _)| match &callee.kind {
                Kind::Attribute(_, name) | Kind::Name(name) => LOOKS.contains(&name.as_str()),
                _ => false,
            })
        })
    });
    if looks {
        return found;
    }
    for (module, parsed, outline) in code.each() {
        let learns = outline.imports.iter().any(|import| {
            let first = import.module.split('.').next().unwrap_or_default();
            ["torch", "transformers", "diffusers", "sentence_transformers", "ultralytics", "cupy"]
                .contains(&first)
        });
        if !modules.contains(&module) || !learns || is_test(&parsed.path) {
            continue;
        }
        for call in &outline.calls {
            let Some((callee, arguments)) = call.expr.call() else { continue };
            if call.at.branch || call.at.caught || code.when(module, call.at) == When::Unclear {
                continue;
            }
            let cuda = |expr: Option<&'a Expr>| {
                let text = expr.and_then(|expr| code.text(module, expr, call.at));
                text.is_some_and(|text| text == "cuda" || text.starts_with("cuda:"))
            };
            let asks = match &callee.kind {
                Kind::Attribute(_, name) if name == "cuda" => arguments.is_empty(),
                Kind::Attribute(_, name) if name == "to" => cuda(positional(arguments, 0)),
                _ => {
                    code.library(module, callee, call.at).as_deref() == Some("torch.device")
                        && cuda(positional(arguments, 0))
                }
            };
            if asks || cuda(keyword(arguments, "device")) || cuda(keyword(arguments, "device_map")) {
                found.push(Found::at(code.source(module, call.expr), &parsed.path, call.expr.line));
            }
        }
    }
    found
}
