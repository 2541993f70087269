//! nginx itself: its files, its start, its reload without dropping a request, its end.

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::UnixStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::configuration::{Made, version_file};

const CONFIGURATION: &str = "/etc/nginx";
const STATE: &str = "/var/lib/nginx";

/// How often a worker is asked whether it has the new configuration: nginx tells nobody.
const ASK_AGAIN: Duration = Duration::from_millis(10);

/// Why nginx did not take a configuration.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file of it could not be written.
    #[error("could not write {0}: {1}")]
    Write(PathBuf, io::Error),
    /// nginx could not be run.
    #[error("could not run nginx: {0}")]
    Run(io::Error),
    /// nginx said no.
    #[error("nginx reload failed: {0}")]
    Refused(String),
    /// The new workers did not come up in time.
    #[error("could not get newest config version: nginx still runs {0:?} after {1:?}")]
    Late(Option<u64>, Duration),
}

/// A running nginx.
pub struct Nginx {
    child: Child,
    version: u64,
    patience: Duration,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Nginx {
    /// Writes the first configuration and starts nginx with it.
    pub async fn start(main: &str, made: &Made, patience: Duration) -> Result<Self, Error> {
        remove_sockets();
        for folder in ["conf.d", "secrets"] {
            let folder = Path::new(CONFIGURATION).join(folder);
            fs::create_dir_all(&folder).map_err(|error| Error::Write(folder, error))?;
        }
        write(&Path::new(CONFIGURATION).join("nginx.conf"), main.as_bytes())?;
        let files = files(made);
        for (path, content) in &files {
            write(path, content)?;
        }
        write_version(0)?;
        let child = nginx().kill_on_drop(true).spawn().map_err(Error::Run)?;
        let nginx = Self { child, version: 0, patience, files };
        nginx.wait_for_version().await?;
        Ok(nginx)
    }

    /// Makes nginx run this configuration, if it does not yet. The old workers finish the requests that they
    /// have; new workers take the new ones. Returns whether anything changed.
    pub async fn take(&mut self, made: &Made) -> Result<bool, Error> {
        let files = files(made);
        if files == self.files {
            return Ok(false);
        }
        for (path, content) in &files {
            if self.files.get(path) != Some(content) {
                write(path, content)?;
            }
        }
        for path in self.files.keys().filter(|path| !files.contains_key(*path)) {
            fs::remove_file(path).map_err(|error| Error::Write(path.clone(), error))?;
        }
        self.files = files;
        self.version += 1;
        write_version(self.version)?;
        let said =
            nginx().args(["-s", "reload"]).stderr(Stdio::piped()).output().await.map_err(Error::Run)?;
        if !said.status.success() {
            return Err(Error::Refused(String::from_utf8_lossy(&said.stderr).trim().to_owned()));
        }
        self.wait_for_version().await?;
        Ok(true)
    }

    /// Waits until nginx ends, which it should not.
    pub async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.child.wait().await
    }

    /// Lets nginx finish its requests and end.
    pub async fn quit(mut self) -> Result<(), Error> {
        nginx().args(["-s", "quit"]).status().await.map_err(Error::Run)?;
        self.child.wait().await.map_err(Error::Run)?;
        Ok(())
    }

    async fn wait_for_version(&self) -> Result<(), Error> {
        let mut seen = None;
        let wait = async {
            loop {
                seen = running_version().await.ok().flatten();
                if seen == Some(self.version) {
                    return;
                }
                sleep(ASK_AGAIN).await;
            }
        };
        timeout(self.patience, wait).await.map_err(|_| Error::Late(seen, self.patience))
    }
}

/// What nginx calls its version, such as `1.22.1`.
pub async fn version() -> Result<String, Error> {
    let said = Command::new("nginx").arg("-v").output().await.map_err(Error::Run)?;
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    Ok(words.trim().rsplit('/').next().unwrap_or_default().to_owned())
}

fn nginx() -> Command {
    let mut command = Command::new("nginx");
    command.args(["-e", "stderr"]).stdin(Stdio::null());
    command
}

fn files(made: &Made) -> BTreeMap<PathBuf, Vec<u8>> {
    let configuration = made
        .files
        .iter()
        .map(|(name, text)| (Path::new(CONFIGURATION).join("conf.d").join(name), text.clone().into_bytes()));
    let secrets = made
        .secrets
        .iter()
        .map(|(name, pem)| (Path::new(crate::configuration::SECRETS).join(name), pem.clone()));
    configuration.chain(secrets).collect()
}

fn socket() -> PathBuf {
    Path::new(STATE).join("nginx-config-version.sock")
}

fn write_version(version: u64) -> Result<(), Error> {
    let text = version_file(version, &socket().to_string_lossy());
    write(&Path::new(CONFIGURATION).join("config-version.conf"), text.as_bytes())
}

/// Writes a file whole or not at all: nginx may read it at any moment. Readable by its owner alone, since it may
/// hold a key.
fn write(path: &Path, content: &[u8]) -> Result<(), Error> {
    let begun = path.with_extension("begun");
    fs::write(&begun, content)
        .and_then(|()| fs::set_permissions(&begun, fs::Permissions::from_mode(0o600)))
        .and_then(|()| fs::rename(&begun, path))
        .map_err(|error| Error::Write(path.to_owned(), error))
}

/// Sockets that an earlier nginx in the same container left would keep a new one from listening.
fn remove_sockets() {
    for entry in fs::read_dir(STATE).into_iter().flatten().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "sock") {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// The configuration's version that answers now.
async fn running_version() -> io::Result<Option<u64>> {
    let mut stream = UnixStream::connect(socket()).await?;
    stream.write_all(b"GET /configVersion HTTP/1.0\r\n\r\n").await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.rsplit("\r\n\r\n").next().and_then(|body| body.trim().parse().ok()))
}
