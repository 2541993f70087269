//! `kill -9` at any moment.

use std::{
    process::Stdio,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use practice_cluster::{Places, Progress};

use crate::{
    apart::{apart, program},
    life::run_pod,
    traces::{Traces, tool},
};

/// How often a run is killed; half of the times `up` follows, half `down`.
const TIMES: u64 = 8;

/// Within which time: an `up` is through by then, on an idle machine.
const WITHIN: u64 = 6000;

#[test]
fn whenever_up_is_killed_the_next_up_or_down_mends_it() {
    apart("killed::whenever_up_is_killed_the_next_up_or_down_mends_it", async |cluster| {
        tool(&Places::of_user().unwrap(), "ip", &["link", "set", "lo", "up"]);
        let before = Traces::now();
        for time in 0..TIMES {
            // Spread over the whole, and never the same twice.
            let moment = (WITHIN * time / TIMES) + random(WITHIN / TIMES);
            kill_after("up", moment).await;
            if time % 2 == 0 {
                cluster
                    .up(&Progress::silent())
                    .await
                    .unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
                let status = cluster.status().await.unwrap();
                assert!(status.is_healthy(), "after {moment} ms: {status}");
                run_pod(cluster, &format!("pod-{time}")).await;
            }
            cluster
                .down(&Progress::silent())
                .await
                .unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
            Traces::now().must_equal(&before);
        }
    });
}

#[test]
fn whenever_down_is_killed_the_next_down_or_up_mends_it() {
    apart("killed::whenever_down_is_killed_the_next_down_or_up_mends_it", async |cluster| {
        tool(&Places::of_user().unwrap(), "ip", &["link", "set", "lo", "up"]);
        let before = Traces::now();
        for time in 0..4 {
            cluster.up(&Progress::silent()).await.unwrap();
            run_pod(cluster, &format!("pod-{time}")).await;
            let moment = random(500);
            kill_after("down", moment).await;
            if time % 2 == 0 {
                cluster
                    .up(&Progress::silent())
                    .await
                    .unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
                let status = cluster.status().await.unwrap();
                assert!(status.is_healthy(), "after {moment} ms: {status}");
            }
            cluster
                .down(&Progress::silent())
                .await
                .unwrap_or_else(|error| panic!("after {moment} ms: {error}"));
            Traces::now().must_equal(&before);
        }
    });
}

async fn kill_after(verb: &str, milliseconds: u64) {
    println!("kills {verb} after {milliseconds} ms");
    let mut child = program(verb).stderr(Stdio::null()).spawn().unwrap();
    tokio::time::sleep(Duration::from_millis(milliseconds)).await;
    child.kill().unwrap();
    child.wait().unwrap();
}

fn random(below: u64) -> u64 {
    u64::from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().subsec_nanos()) / 1000 % below
}
