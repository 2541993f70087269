//! Cost against size: contexts that grow in bytes and in files, apps that grow in pods.

use super::{
    builds,
    deployed::Deployed,
    journeys,
    lines::{CONTEXTS, Context, LARGE_CONTEXTS, MANY_PODS, PODS},
    pairs,
    stand::Bench,
    table::{Line, Row},
};
use crate::run::Done;

/// The lines of the part `sizes`.
pub const LINES: &[&[Line]] = &[
    &CONTEXTS[0].lines,
    &CONTEXTS[1].lines,
    &CONTEXTS[2].lines,
    &CONTEXTS[3].lines,
    &[PODS[0].0, PODS[1].0],
];
/// The lines of the part `large`.
pub const LARGE_LINES: &[&[Line]] = &[&LARGE_CONTEXTS[0].lines, &LARGE_CONTEXTS[1].lines, &[MANY_PODS[0].0]];

/// Sizes that are quick to measure.
pub fn run(bench: &Bench) -> Done<Vec<Row>> {
    measure(bench, &CONTEXTS, &PODS)
}

/// The largest.
pub fn large(bench: &Bench) -> Done<Vec<Row>> {
    measure(bench, &LARGE_CONTEXTS, &MANY_PODS)
}

fn measure(bench: &Bench, contexts: &[Context], apps: &[(Line, u32)]) -> Done<Vec<Row>> {
    let mut rows = Vec::new();
    for Context { lines, files, bytes } in contexts {
        let pairs = builds::first(bench, lines[0].work, *files, *bytes)?;
        rows.extend(pairs::rows(lines, &pairs));
    }
    for (line, pods) in apps {
        let deployed = Deployed::ours(bench, *pods)?;
        let pairs = journeys::looks(bench, line.work, &deployed, *pods as usize)?;
        deployed.remove()?;
        rows.extend(pairs::rows(&[*line], &pairs));
    }
    Ok(rows)
}
