//! `cargo xtask bench`: Slipway beside the tools that it replaces.
//!
//! Both sides run in turn, as programs of their own, with the same work; each side is seen to have done it, or the
//! pair does not count. What counts is the median of the pairs' ratios: the machine's mood meets both sides alike.

mod applies;
mod builds;
mod deployed;
mod folder;
mod journeys;
mod lines;
mod memory;
mod objects;
mod pairs;
#[cfg(target_os = "linux")]
mod requests;
mod run;
mod sizes;
mod stand;
mod table;
#[cfg(target_os = "linux")]
mod tap;
#[cfg(target_os = "linux")]
mod within;

use std::time::Instant;

use clap::Args;

use crate::run::{Done, Stop, time};
use stand::Bench;
use table::{Line, Row};

/// What to compare.
#[derive(Debug, Args)]
pub struct Comparison {
    /// Parts to run; all but the largest sizes when none is named.
    parts: Vec<String>,
    /// How many pairs of each.
    #[arg(long, env = "SLIPWAY_BENCH_PAIRS", default_value_t = 10)]
    pairs: usize,
    /// Lists the parts and what each is.
    #[arg(long)]
    list: bool,
}

/// Some lines of the table, measured together.
struct Part {
    name: &'static str,
    what: &'static str,
    lines: &'static [&'static [Line]],
    run: fn(&Bench) -> Done<Vec<Row>>,
}

const PARTS: &[Part] = &[
    Part { name: "build", what: "building, beside docker", lines: builds::LINES, run: builds::run },
    Part {
        name: "apply",
        what: "applying and waiting, beside kubectl",
        lines: applies::LINES,
        run: applies::run,
    },
    Part {
        name: "edit",
        what: "an edit of the app, until its answer comes",
        lines: journeys::EDIT_LINES,
        run: journeys::edit,
    },
    Part {
        name: "up",
        what: "slipway up with nothing changed",
        lines: journeys::UNCHANGED_LINES,
        run: journeys::unchanged,
    },
    Part {
        name: "status",
        what: "slipway status, beside kubectl get",
        lines: journeys::STATUS_LINES,
        run: journeys::status,
    },
    Part { name: "memory", what: "the memory of a whole journey", lines: memory::LINES, run: memory::run },
    #[cfg(target_os = "linux")]
    Part {
        name: "within",
        what: "the journey's own time, and its requests to the API server",
        lines: within::LINES,
        run: within::run,
    },
    Part { name: "sizes", what: "cost against size", lines: sizes::LINES, run: sizes::run },
    Part {
        name: LARGE,
        what: "cost against the largest sizes; only when it is named",
        lines: sizes::LARGE_LINES,
        run: sizes::large,
    },
];

/// Takes an hour, so it runs only when it is named.
const LARGE: &str = "large";

/// Measures, prints the table, and keeps it.
pub fn run(comparison: &Comparison) -> Done {
    if comparison.list {
        for part in PARTS {
            println!("{:<8} {}", part.name, part.what);
        }
        return Ok(());
    }
    let chosen = chosen(&comparison.parts)?;
    let begun = Instant::now();
    let bench = Bench::raise(comparison.pairs.max(1))?;
    let measured = chosen.iter().try_fold(Vec::new(), |mut rows, part| {
        println!("{}: {}", part.name, part.what);
        let fresh = (part.run)(&bench)?;
        table::keep(&part.lines.concat(), &fresh)?;
        rows.extend(fresh);
        Ok(rows)
    });
    let left = bench.leave();
    let rows = measured?;
    left?;
    println!();
    table::print(&rows);
    println!("\nIn {}, written to {}.", time(begun), table::path().display());
    let failed = rows.iter().filter(|row| !row.holds()).count();
    if failed == 0 {
        Ok(())
    } else {
        Err(Stop::Because(format!("{failed} of {} lines do not hold.", rows.len())))
    }
}

fn chosen(names: &[String]) -> Done<Vec<&'static Part>> {
    if let Some(unknown) = names.iter().find(|name| PARTS.iter().all(|part| part.name != **name)) {
        let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        return Err(Stop::Because(format!(
            "There is no part {unknown}. The parts are: {}.",
            known.join(", ")
        )));
    }
    Ok(PARTS
        .iter()
        .filter(|part| (names.is_empty() && part.name != LARGE) || names.iter().any(|name| part.name == name))
        .collect())
}
