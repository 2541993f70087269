//! Journeys, beside docker and kubectl: after an edit, with nothing changed, and a look at what stands.

use super::{
    deployed::{Deployed, result},
    lines::{EDIT, STATUS, UNCHANGED, UNCHANGED_LIMIT},
    pairs::{self, Pair},
    run::measured,
    stand::Bench,
    table::{Line, Row},
};
use crate::run::Done;

/// The lines of the part `edit`.
pub const EDIT_LINES: &[&[Line]] = &[&EDIT];
/// The lines of the part `up`.
pub const UNCHANGED_LINES: &[&[Line]] = &[&UNCHANGED];
/// The lines of the part `status`.
pub const STATUS_LINES: &[&[Line]] = &[&STATUS];

/// One line edited.
pub fn edit(bench: &Bench) -> Done<Vec<Row>> {
    let deployed = Deployed::both(bench)?;
    let pairs = pairs::in_turn(
        EDIT[0].work,
        bench.pairs,
        &mut |number| {
            let answer = format!("n{number}");
            deployed.edit_ours(&answer)?;
            let run = measured(&mut deployed.up())?;
            deployed.ours_answers(&run, &answer)?;
            Ok(run)
        },
        &mut |number| {
            let answer = format!("n{number}");
            deployed.edit_theirs(&answer)?;
            let run = measured(&mut deployed.build_set_wait_ask(&answer))?;
            deployed.theirs_answers(&answer)?;
            Ok(run)
        },
    )?;
    deployed.remove()?;
    Ok(pairs::rows(&EDIT, &pairs))
}

/// Nothing changed.
pub fn unchanged(bench: &Bench) -> Done<Vec<Row>> {
    let deployed = Deployed::both(bench)?;
    let pairs = pairs::in_turn(
        UNCHANGED[0].work,
        bench.pairs,
        &mut |_| {
            let run = measured(&mut deployed.up())?;
            deployed.ours_answers(&run, "0")?;
            Ok(run)
        },
        &mut |_| {
            let run = measured(&mut deployed.build_apply("0"))?;
            let unchanged = run.out.lines().filter(|line| line.ends_with(" unchanged")).count();
            if unchanged != 3 {
                return Err(format!("kubectl apply says {:?}", run.out));
            }
            deployed.theirs_answers("0")?;
            Ok(run)
        },
    )?;
    deployed.remove()?;
    let mut rows = pairs::rows(&UNCHANGED[..1], &pairs);
    rows.extend(UNCHANGED[1].row_of_limit(UNCHANGED_LIMIT, pairs.iter().map(|pair| pair.ours.ms)));
    Ok(rows)
}

/// A look at what stands.
pub fn status(bench: &Bench) -> Done<Vec<Row>> {
    let deployed = Deployed::ours(bench, 1)?;
    let pairs = looks(bench, STATUS[0].work, &deployed, 1)?;
    deployed.remove()?;
    Ok(pairs::rows(&STATUS, &pairs))
}

/// Looks at an app with so many pods.
pub fn looks(bench: &Bench, work: &str, deployed: &Deployed<'_>, pods: usize) -> Done<Vec<Pair>> {
    pairs::in_turn(
        work,
        bench.pairs,
        &mut |_| {
            let run = measured(&mut deployed.slipway("status"))?;
            let result = result(&run);
            if result["ok"] != true || result["answer"]["body"] != "0" {
                return Err(format!("slipway's result is {result}"));
            }
            Ok(run)
        },
        &mut |_| {
            let run = measured(&mut deployed.get())?;
            let shown = |kind: &str| run.out.lines().filter(|line| line.starts_with(kind)).count();
            let there = ["deployment.apps/", "service/", "ingress.networking.k8s.io/", "pod/"].map(shown);
            if there[..3] != [1, 1, 1] || there[3] < pods {
                return Err(format!("kubectl get says {:?}", run.out));
            }
            Ok(run)
        },
    )
}
