//! What a journey costs by itself: its own time, apart from what engine and cluster take, and what it asks of the
//! API server. Both are seen from outside, through a socket before the engine and a proxy before the API server.

use std::{
    collections::BTreeMap,
    process::Command,
    time::{Duration, Instant},
};

use practice_cluster::faults::{ApiProxy, Came};

use super::{
    deployed::Deployed,
    lines::{OWN_TIME, OWN_TIME_LIMIT, REQUESTS, REQUESTS_LIMITS},
    requests::{Purpose, purpose},
    run::{Run, measured, must},
    stand::Bench,
    table::{Line, Row},
    tap::{Span, Tap},
};
use crate::{
    ground::block_on,
    run::{Done, Stop},
};

/// The lines of the part.
pub const LINES: &[&[Line]] = &[&OWN_TIME, &REQUESTS];

/// A journey as it was seen from outside.
struct Seen {
    own: Duration,
    requests: Vec<Came>,
}

/// Runs it.
pub fn run(bench: &Bench) -> Done<Vec<Row>> {
    if !bench.ground.is_practice() {
        println!("  only the practice cluster can be listened to: this part is left out");
        return Ok(Vec::new());
    }
    let deployed = Deployed::ours(bench, 1)?;
    let (mut whole, mut unchanged) = (Vec::new(), Vec::new());
    for number in 0..bench.pairs {
        must(&mut deployed.slipway("down"))?;
        let answer = format!("within {number}");
        deployed.edit_ours(&answer).map_err(Stop::Because)?;
        for journeys in [&mut whole, &mut unchanged] {
            let (run, seen) = listened(bench, deployed.up())?;
            deployed.ours_answers(&run, &answer).map_err(Stop::Because)?;
            println!(
                "    {:.0} ms, {} ms of its own, {} requests",
                run.ms,
                seen.own.as_millis(),
                seen.requests.len()
            );
            journeys.push(seen);
        }
    }
    deployed.remove()?;
    let mut rows = Vec::new();
    for (at, journeys) in [whole, unchanged].iter().enumerate() {
        let own = journeys.iter().map(|seen| seen.own.as_secs_f64() * 1000.0);
        rows.extend(OWN_TIME[at].row_of_limit(OWN_TIME_LIMIT, own));
        #[allow(clippy::cast_precision_loss)] // a few dozen
        let requests = journeys.iter().map(|seen| seen.requests.len() as f64);
        rows.extend(REQUESTS[at].row_of_limit(REQUESTS_LIMITS[at], requests));
        if let Some(last) = journeys.last() {
            println!("  {}:", REQUESTS[at].work);
            explain(&last.requests)?;
        }
    }
    Ok(rows)
}

/// Runs a journey whose every word to engine and cluster is heard.
fn listened(bench: &Bench, mut command: Command) -> Done<(Run, Seen)> {
    let Some(cluster) = bench.ground.cluster() else {
        return Err(Stop::Because("there is no practice cluster".into()));
    };
    let folder = tempfile::tempdir().map_err(|error| Stop::Because(error.to_string()))?;
    let engine = cluster.env().docker_host.trim_start_matches("unix://").to_owned();
    block_on(async {
        let proxy =
            ApiProxy::start(cluster, folder.path()).await.map_err(|why| Stop::Because(why.to_string()))?;
        let tap =
            Tap::before(engine.as_ref(), folder.path()).map_err(|why| Stop::Because(why.to_string()))?;
        command.env("KUBECONFIG", proxy.kubeconfig()).env("DOCKER_HOST", tap.address());
        let begun = Instant::now();
        let run = tokio::task::spawn_blocking(move || measured(&mut command)).await;
        let run = run.map_err(|why| Stop::Because(why.to_string()))?.map_err(Stop::Because)?;
        let ended = Instant::now();
        let requests = proxy.came();
        let cluster = requests.iter().map(|came| (came.begun, came.ended.unwrap_or(ended)));
        let waited = union(tap.spans().into_iter().chain(cluster).collect());
        let own = (ended - begun).saturating_sub(waited);
        Ok((run, Seen { own, requests }))
    })?
}

/// How long at least one of them lasted.
fn union(mut spans: Vec<Span>) -> Duration {
    spans.sort();
    let mut whole = Duration::ZERO;
    let mut until = None;
    for (begun, ended) in spans {
        let from = until.map_or(begun, |until: Instant| until.max(begun));
        whole += ended.saturating_duration_since(from);
        until = Some(until.map_or(ended, |until| until.max(ended)));
    }
    whole
}

/// Says what each request is for. One that nobody can explain is one too many.
fn explain(requests: &[Came]) -> Done {
    let mut by_purpose: BTreeMap<Purpose, usize> = BTreeMap::new();
    for came in requests {
        let purpose = purpose(came).ok_or_else(|| {
            Stop::Because(format!(
                "nobody knows what this is for: {} {}?{}",
                came.method, came.path, came.query
            ))
        })?;
        *by_purpose.entry(purpose).or_default() += 1;
    }
    for (purpose, count) in by_purpose {
        println!("    {count:>3}  {purpose}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_in_which_several_are_waited_for_counts_once() {
        let begun = Instant::now();
        let span = |from, to| (begun + Duration::from_millis(from), begun + Duration::from_millis(to));
        assert_eq!(
            union(vec![span(50, 60), span(0, 10), span(5, 20), span(6, 8)]),
            Duration::from_millis(30)
        );
        assert_eq!(union(Vec::new()), Duration::ZERO);
    }
}
