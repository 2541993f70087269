//! Running other programs: what they print goes to a log, and its end is shown when they fail.

use std::{
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

/// Why a chore stopped.
#[derive(Debug, thiserror::Error)]
pub enum Stop {
    /// A program could not be started.
    #[error("{program} could not be started: {cause}")]
    Start {
        /// The program.
        program: String,
        /// Why.
        cause: std::io::Error,
    },
    /// A program ended badly.
    #[error("{program} failed ({status}). The end of {}:\n{end}", log.display())]
    Failed {
        /// The program and its first words.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// Where all that it printed is.
        log: PathBuf,
        /// The last lines of that.
        end: String,
    },
    /// A file or folder could not be read or written.
    #[error("{}: {cause}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// Anything else, in a sentence.
    #[error("{0}")]
    Because(String),
}

/// The result of a chore.
pub type Done<T = ()> = Result<T, Stop>;

/// The workspace's root.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where the tools' caches lie: the user's cache folder.
pub fn cache() -> Done<PathBuf> {
    use etcetera::BaseStrategy;
    let base = etcetera::choose_base_strategy()
        .map_err(|error| Stop::Because(format!("no home folder: {error}")))?;
    Ok(base.cache_dir().join("slipway"))
}

/// Cargo's own folder.
pub fn cargo_home() -> Done<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = etcetera::home_dir().map_err(|error| Stop::Because(format!("no home folder: {error}")))?;
    Ok(home.join(".cargo"))
}

/// A command that starts in the workspace's root.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The cargo that runs this chore. Its own variables are not handed on: they would make it build anew.
pub fn cargo() -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_")
            || text.starts_with("CARGO_MANIFEST_")
            || text.starts_with("CARGO_BIN_")
        {
            command.env_remove(&name);
        }
    }
    // What a failed test says shall not drown in calls.
    command.env("RUST_BACKTRACE", "0");
    command
}

/// Runs a command, its output in `target/xtask/LOG.log` (added to), and waits for it.
pub fn quietly(log: &str, command: &mut Command) -> Done {
    let path = root().join("target/xtask").join(format!("{log}.log"));
    let file = open_log(&path)?;
    let copy = file.try_clone().map_err(|cause| Stop::File { path: path.clone(), cause })?;
    command.stdout(file).stderr(copy);
    let status = start(command)?;
    if status.success() {
        return Ok(());
    }
    let text = fs::read(&path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines: Vec<_> = text.lines().collect();
    let end = lines[lines.len().saturating_sub(60)..].join("\n");
    Err(Stop::Failed { program: words(command), status, log: path, end })
}

/// Runs a command in the foreground, its output shown as it comes.
pub fn openly(command: &mut Command) -> Done {
    let status = start(command)?;
    if status.success() {
        Ok(())
    } else {
        Err(Stop::Because(format!("{} failed ({status})", words(command))))
    }
}

/// What a command prints on standard output; `None` when it cannot be run or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Empties a log, so that a part's log holds this run only.
pub fn fresh_log(log: &str) {
    let _ = fs::remove_file(root().join("target/xtask").join(format!("{log}.log")));
}

/// A time as a person reads it.
pub fn time(since: Instant) -> String {
    human(since.elapsed())
}

/// A duration as a person reads it.
pub fn human(took: Duration) -> String {
    match took.as_secs() {
        0..=9 => format!("{:.1} s", took.as_secs_f64()),
        10..=119 => format!("{} s", took.as_secs()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn open_log(path: &Path) -> Done<File> {
    let open = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        File::options().create(true).append(true).open(path)
    };
    open().map_err(|cause| Stop::File { path: path.to_owned(), cause })
}

fn start(command: &mut Command) -> Done<std::process::ExitStatus> {
    command
        .status()
        .map_err(|cause| Stop::Start { program: command.get_program().to_string_lossy().into_owned(), cause })
}

fn words(command: &Command) -> String {
    let name =
        Path::new(command.get_program()).file_name().unwrap_or_default().to_string_lossy().into_owned();
    let arguments = command.get_args().take(4).map(|word| word.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}
