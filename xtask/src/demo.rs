//! `cargo xtask demo`: the main job on a fresh machine, from nothing to the model's answer and the window.

use std::{path::PathBuf, time::Instant};

use clap::Args;

use crate::{
    ground::{self, Ground},
    packages::{self, WINDOW, WINDOW_TESTS},
    run::{Done, Stop, cargo, fresh_log, openly, program, quietly, root, time},
    ui,
};

/// How to show it.
#[derive(Debug, Args)]
pub struct Demo {
    /// Takes everything away again: the app, its image, the ingress controller, the practice cluster.
    #[arg(long)]
    down: bool,
}

const SAMPLE: &str = "samples/iris";

/// Runs it.
pub fn run(demo: &Demo) -> Done {
    let begun = Instant::now();
    fresh_log("demo");
    if demo.down {
        take_away()?;
    } else {
        show()?;
    }
    println!("\nDone in {}.", time(begun));
    Ok(())
}

fn show() -> Done {
    let display = has_display();
    println!("1/5  What building needs");
    packages::need(if display { &[WINDOW] } else { &[WINDOW, WINDOW_TESTS] })?;
    println!("2/5  Building the page, the window and the command line (log: target/xtask/demo.log)");
    ui::build("demo")?;
    quietly(
        "demo",
        cargo().args(["build", "--workspace", "--locked", "--bin", "slipway", "--bin", "slipway-window"]),
    )?;
    println!("3/5  An engine and a cluster");
    let ground = Ground::for_demo()?;
    println!("4/5  slipway up {SAMPLE} --yes\n");
    let mut up = program(binary("slipway"));
    up.args(["up", SAMPLE, "--yes"]);
    ground.under(&mut up);
    openly(&mut up)?;
    println!("\n5/5  The window");
    if display {
        let mut window = program(binary("slipway-window"));
        window.arg(root().join(SAMPLE));
        ground.under(&mut window);
        println!(
            "     It is open now; this ends when you close it. `cargo xtask demo --down` takes everything away."
        );
        openly(&mut window)?;
    } else {
        println!("     There is no display: the same journey is played in the real window on a virtual one.");
        let pictures = root().join("target/demo");
        let _ = std::fs::remove_dir_all(&pictures); // of an earlier run
        let mut play = cargo();
        play.args(["test", "--workspace", "--locked", "--test", "demo", "--", "--nocapture"]);
        ground.under(&mut play);
        quietly("demo", &mut play)?;
        for picture in pictures_in(&pictures)? {
            println!("     {}", picture.display());
        }
    }
    let exports = ground.exports();
    if !exports.is_empty() {
        println!(
            "\nTo go on by hand:\n\n  eval \"$(cargo xtask cluster env)\"\n  target/debug/slipway status {SAMPLE}"
        );
    }
    Ok(())
}

fn take_away() -> Done {
    let slipway = binary("slipway");
    let practice_stands = ground::stands()?;
    if slipway.exists() && (practice_stands || ground::own_cluster().is_some()) {
        let mut down = program(slipway);
        down.args(["down", SAMPLE, "--all", "--yes"]);
        if practice_stands {
            ground::Ground::practice()?.under(&mut down);
        }
        openly(&mut down)?;
    }
    ground::down()
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// A program that the workspace builds.
fn binary(name: &str) -> PathBuf {
    root().join("target/debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}

fn pictures_in(folder: &PathBuf) -> Done<Vec<PathBuf>> {
    let read = std::fs::read_dir(folder).map_err(|cause| Stop::File { path: folder.clone(), cause })?;
    let mut pictures: Vec<_> = read
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "png"))
        .map(|path| path.strip_prefix(root()).map_or(path.clone(), PathBuf::from))
        .collect();
    pictures.sort();
    Ok(pictures)
}
