//! Programs that run to their end, told line by line.

use std::{collections::VecDeque, ffi::OsStr, path::Path, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncRead, BufReader},
    process::Command,
};

use crate::{
    error::{Doing, Error, Result},
    progress::Step,
};

/// How many last lines a failure shows.
const LAST_WORDS: usize = 30;

/// A program that dies with us, all that it started included, and whose mounts nobody else sees: `kill -9` at
/// any moment leaves nothing running and nothing mounted. Its files on the way lie in `scratch`.
pub(crate) fn contained(program: impl AsRef<OsStr>, scratch: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]);
    command.args(["--mount-proc", "--"]).arg(program).env("TMPDIR", scratch);
    command
}

/// A program of the engine's own files, run inside a root.
pub(crate) fn inside(root: &Path, program: &str) -> Command {
    let mut command = Command::new("chroot");
    command.arg(root).arg(program).env("PATH", crate::root::PATH).current_dir("/");
    command
}

/// Runs it and gives what it wrote on standard output.
pub(crate) async fn output(command: &mut Command) -> Result<String> {
    gather(command, |_| ()).await
}

/// Runs it, telling those lines that `tells` makes something of.
pub(crate) async fn told(
    command: &mut Command,
    step: &Step,
    mut tells: impl FnMut(&str) -> Option<String>,
) -> Result<()> {
    gather(command, |line| {
        if let Some(words) = tells(line) {
            step.says(words);
        }
    })
    .await
    .map(drop)
}

async fn gather(command: &mut Command, mut heard: impl FnMut(&str)) -> Result<String> {
    let typed = typed(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .doing(|| format!("start `{typed}`"))?;
    let mut out = lines(child.stdout.take());
    let mut err = lines(child.stderr.take());
    let mut whole = String::new();
    let mut last = VecDeque::new();
    while out.is_some() || err.is_some() {
        let line = tokio::select! {
            line = next(&mut out), if out.is_some() => {
                line.inspect(|line| { whole.push_str(line); whole.push('\n'); })
            }
            line = next(&mut err), if err.is_some() => line,
        };
        let Some(line) = line else { continue };
        heard(&line);
        last.push_back(line);
        if last.len() > LAST_WORDS {
            last.pop_front();
        }
    }
    let status = child.wait().await.doing(|| format!("await `{typed}`"))?;
    if status.success() {
        return Ok(whole);
    }
    Err(Error::Command { command: typed, status: status.to_string(), end: Vec::from(last).join("\n") })
}

type Lines = tokio::io::Split<BufReader<Box<dyn AsyncRead + Send + Unpin>>>;

fn lines(stream: Option<impl AsyncRead + Send + Unpin + 'static>) -> Option<Lines> {
    stream.map(|stream| {
        let stream: Box<dyn AsyncRead + Send + Unpin> = Box::new(stream);
        BufReader::new(stream).split(b'\n')
    })
}

/// The next line; none, and none for ever, at the end.
async fn next(lines: &mut Option<Lines>) -> Option<String> {
    let line = match lines {
        Some(open) => open.next_segment().await.ok().flatten(),
        None => None,
    };
    if line.is_none() {
        *lines = None;
    }
    line.map(|line| String::from_utf8_lossy(&line).trim_end().to_owned())
}

/// As a person would type it, without what only wraps it.
fn typed(command: &Command) -> String {
    let command = command.as_std();
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    if let Some(end) = words.iter().position(|word| word == "--").filter(|_| words[0] == "setpriv") {
        words.drain(..=end);
    }
    words.join(" ")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::progress::Progress;

    #[tokio::test]
    async fn a_failure_shows_the_command_and_its_last_words() {
        let error = output(Command::new("sh").args(["-c", "echo one; echo two >&2; exit 3"])).await;
        let said = error.unwrap_err().to_string();
        assert!(said.contains("`sh -c echo one;") && said.contains("exit status: 3"), "{said}");
        assert!(said.contains("one") && said.contains("two"), "{said}");
    }

    #[tokio::test]
    async fn lines_are_told_as_they_come_and_output_is_kept() {
        assert_eq!(output(Command::new("printf").arg("a\nb")).await.unwrap(), "a\nb\n");
        let heard = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
        let progress = Progress::to({
            let heard = heard.clone();
            move |event| heard.lock().unwrap().push_str(event.words)
        });
        told(Command::new("sh").args(["-c", "echo a >&2; echo b"]), &progress.step("x"), |line| {
            (line == "a").then(|| "said a".to_owned())
        })
        .await
        .unwrap();
        assert_eq!(*heard.lock().unwrap(), "said a");
    }
}
