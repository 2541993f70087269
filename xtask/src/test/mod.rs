//! `cargo xtask test`: every part of the tests, one line each, and a summary last.

mod parts;

use std::time::Instant;

use clap::Args;

use crate::run::{Done, Stop, fresh_log, time};
use parts::{PARTS, Part, Stand};

/// Which parts to run.
#[derive(Debug, Args)]
pub struct Test {
    /// Parts to run, in the order of the list; all when none is named.
    parts: Vec<String>,
    /// Lists the parts and what each is.
    #[arg(long)]
    list: bool,
}

/// Runs the tests.
pub fn run(test: &Test) -> Done {
    if test.list {
        for part in PARTS {
            println!("{:<10} {}", part.name, part.what);
        }
        return Ok(());
    }
    let chosen = chosen(&test.parts)?;
    let begun = Instant::now();
    let mut stand = Stand::default();
    let (mut passed, mut failed) = (0, 0);
    for part in chosen {
        println!("{:<10} {} …", part.name, part.what);
        fresh_log(part.name);
        let part_begun = Instant::now();
        match (part.run)(&mut stand) {
            Ok(said) => {
                passed += 1;
                println!(
                    "{:<10} ok, {}{}",
                    part.name,
                    time(part_begun),
                    said.map_or(String::new(), |said| format!(": {said}"))
                );
            }
            Err(why) => {
                failed += 1;
                println!("{:<10} FAILED after {}\n{why}", part.name, time(part_begun));
            }
        }
    }
    stand.leave()?;
    println!("\nAll in {}.\n{passed} passed, {failed} failed", time(begun));
    if failed == 0 {
        Ok(())
    } else {
        Err(Stop::Because(format!("{failed} of {} parts failed.", passed + failed)))
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
    // On a bare machine no other part builds before the first has installed what it needs.
    let named = |part: &Part| names.is_empty() || names.iter().any(|name| part.name == name);
    Ok(PARTS.iter().enumerate().filter(|(at, part)| *at == 0 || named(part)).map(|(_, part)| part).collect())
}
