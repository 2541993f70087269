//! One run of a command: how long it took, how much memory it held at most, what it said.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::{
    io::{Read, Seek},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::run::{Done, Stop};
#[cfg(not(target_os = "linux"))]
use elsewhere::Peak;
#[cfg(target_os = "linux")]
use linux::Peak;

/// Often enough to see a peak, seldom enough to disturb neither side.
const LOOK_EVERY: Duration = Duration::from_millis(8);

/// What a run cost, and what it said.
#[derive(Debug, Clone)]
pub struct Run {
    /// From its start until it had ended, in milliseconds.
    pub ms: f64,
    /// The most memory that it and its children held together, in MiB; `None` where that cannot be seen.
    pub mib: Option<f64>,
    /// Its standard output.
    pub out: String,
}

/// Runs it to its end. `Err`: why it does not count.
pub fn measured(command: &mut Command) -> Result<Run, String> {
    let (mut out, mut err) = (file()?, file()?);
    command.stdout(out.try_clone().map_err(says)?).stderr(err.try_clone().map_err(says)?);
    let begun = Instant::now();
    let mut child = command.spawn().map_err(|error| format!("{}: {error}", command_words(command)))?;
    let ended = Arc::new(AtomicBool::new(false));
    let watching = {
        let (ended, process) = (ended.clone(), child.id());
        thread::spawn(move || {
            let mut peak = Peak::default();
            while !ended.load(Ordering::Relaxed) {
                peak.look(process);
                thread::sleep(LOOK_EVERY);
            }
            peak.mib()
        })
    };
    let status = child.wait();
    let ms = begun.elapsed().as_secs_f64() * 1000.0;
    ended.store(true, Ordering::Relaxed);
    let mib = watching.join().unwrap_or_default();
    let status = status.map_err(says)?;
    let out = text(&mut out)?;
    if !status.success() {
        let said = format!("{out}\n{}", text(&mut err)?);
        let end = said.trim().lines().rev().take(12).collect::<Vec<_>>();
        let end = end.into_iter().rev().collect::<Vec<_>>().join("\n");
        return Err(format!("{} ended with {status}:\n{end}", command_words(command)));
    }
    Ok(Run { ms, mib, out })
}

/// Runs what has to work for anything else to be measured.
pub fn must(command: &mut Command) -> Done<Run> {
    measured(command).map_err(Stop::Because)
}

fn file() -> Result<std::fs::File, String> {
    tempfile::tempfile().map_err(says)
}

fn text(file: &mut std::fs::File) -> Result<String, String> {
    let mut bytes = Vec::new();
    file.rewind().and_then(|()| file.read_to_end(&mut bytes)).map_err(says)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn says(error: std::io::Error) -> String {
    error.to_string()
}

fn command_words(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let name = program.rsplit('/').next().unwrap_or_default().to_owned();
    let arguments = command.get_args().take(4).map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_does_not_count_and_says_why() {
        let said = measured(Command::new("sh").args(["-c", "echo not today >&2; exit 3"])).unwrap_err();
        assert!(said.contains("not today") && said.contains('3'), "{said}");
        let run = measured(Command::new("sh").args(["-c", "echo well"])).unwrap();
        assert_eq!(run.out, "well\n");
        assert!(run.ms > 0.0);
    }
}
