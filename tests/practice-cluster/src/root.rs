//! The running root: what the cluster's programs see as `/`. The engine's files show in it, read-only; what the
//! programs write is its own and outlives `down`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::{
    cgroup::Cgroup,
    error::{Doing, Result},
    mounts,
    network::Before,
    places, processes,
    processes::Process,
    programs, system,
};

/// For programs inside.
pub(crate) const PATH: &str = "/srv/cluster/bin:/usr/sbin:/usr/bin";

/// Our own folder, as seen from inside.
pub(crate) const HOME: &str = "/srv/cluster";

/// What was known when the cluster was raised; needed to take it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct State {
    /// What made the parts that run.
    pub made_of: String,
    /// The network before.
    pub before: Before,
}

/// A root by its folder.
#[derive(Debug, Clone)]
pub(crate) struct Root {
    path: PathBuf,
    cgroup: Cgroup,
}

impl Root {
    pub fn at(path: &Path) -> Self {
        let name = format!("slipway-practice-{}", places::key([path.as_os_str().as_encoded_bytes()]));
        Self { path: path.to_owned(), cgroup: Cgroup::new(&name) }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn cgroup(&self) -> &Cgroup {
        &self.cgroup
    }

    /// A file of ours: settings, certificates, programs.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(&HOME[1..]).join(name)
    }

    /// The log of a part.
    pub fn log(&self, part: &str) -> PathBuf {
        self.file("log").join(format!("{part}.log"))
    }

    /// The engine's socket, as seen from outside.
    pub fn socket(&self) -> PathBuf {
        self.path.join("run/docker.sock")
    }

    pub fn kubeconfig(&self) -> PathBuf {
        self.file(crate::certificates::FOLDER).join("admin.conf")
    }

    /// Every process that belongs to it.
    pub fn processes(&self) -> Result<Vec<Process>> {
        processes::of(&self.path, &self.cgroup)
    }

    /// Ends all of them.
    pub async fn end_processes(&self) -> Result<()> {
        processes::end_all(&self.path, &self.cgroup).await
    }

    /// What the last `up` noted, when it is of now.
    pub fn state(&self) -> Option<State> {
        serde_json::from_str(&fs::read_to_string(self.file("state.json")).ok()?).ok()
    }

    pub fn note(&self, state: &State) -> Result<()> {
        let path = self.file("state.json");
        let text = serde_json::to_string_pretty(state).doing(|| "write down the state".to_owned())?;
        write_whole(&path, text.as_bytes())
    }

    pub fn forget(&self) -> Result<()> {
        match fs::remove_file(self.file("state.json")) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.doing(|| "forget the state".to_owned()),
        }
    }

    /// Whether the last thing that [`Root::set_up`] does was done.
    pub fn is_set_up(&self) -> Result<bool> {
        Ok(mounts::all()?.iter().any(|mount| mount.target == self.path && mount.shared))
    }

    /// Makes the folders and mounts of it; with other engine files than last time, everything anew.
    pub async fn set_up(&self, engine: &Path, engine_key: &str) -> Result<()> {
        if self.is_set_up()? {
            return Ok(());
        }
        mounts::detach_below(&self.path)?;
        let mark = self.file("engine");
        if fs::read_to_string(&mark).is_ok_and(|made| made != engine_key) {
            self.remove()?;
        }
        if !mark.exists() {
            self.make_folders(engine).await?;
            write_whole(&mark, engine_key.as_bytes())?;
        }
        self.follow_the_machine()?;
        self.mount(engine).doing(|| format!("mount the root {}", self.path.display()))
    }

    /// Takes its mounts away.
    pub fn detach(&self) -> Result<()> {
        mounts::detach_below(&self.path)
    }

    /// Removes it with all that it holds: nothing runs in it and nothing is mounted below it.
    pub fn remove(&self) -> Result<()> {
        mounts::detach_below(&self.path)?;
        match fs::remove_dir_all(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other.doing(|| format!("remove {}", self.path.display())),
        }
    }

    async fn make_folders(&self, engine: &Path) -> Result<()> {
        let doing = || format!("make the root {}", self.path.display());
        for folder in [
            "usr",
            "proc",
            "sys",
            "dev",
            "run",
            "tmp",
            "root",
            "opt",
            "etc/cni/net.d",
            "var/lib",
            "var/log",
            "var/tmp",
            "var/cache",
            "srv/cluster/log",
            "srv/cluster/bin",
        ] {
            fs::create_dir_all(self.path.join(folder)).doing(doing)?;
        }
        system::set_mode(&self.path.join("tmp"), 0o1777).doing(doing)?;
        for (link, original) in [
            ("bin", "usr/bin"),
            ("sbin", "usr/sbin"),
            ("lib", "usr/lib"),
            ("lib64", "usr/lib64"),
            ("var/run", "/run"),
        ] {
            link_to(original, &self.path.join(link)).doing(doing)?;
        }
        let mut copy = Command::new("cp");
        copy.arg("-a").arg(engine.join("etc").join(".")).arg(self.path.join("etc"));
        programs::output(&mut copy).await.map(drop)
    }

    /// Names and certificates are those of the machine, as they are now.
    fn follow_the_machine(&self) -> Result<()> {
        for (of_machine, ours) in [
            (resolver(), "etc/resolv.conf"),
            (Path::new("/etc/ssl/certs/ca-certificates.crt"), "etc/ssl/certs/ca-certificates.crt"),
        ] {
            let text = fs::read(of_machine).doing(|| format!("read {}", of_machine.display()))?;
            write_whole(&self.path.join(ours), &text)?;
        }
        Ok(())
    }

    fn mount(&self, engine: &Path) -> io::Result<()> {
        let root = &self.path;
        system::bind(root, root)?;
        system::make_private(root)?;
        system::bind_read_only(&engine.join("usr"), &root.join("usr"))?;
        system::mount_new("proc", &root.join("proc"), "")?;
        system::bind_with_mounts(Path::new("/sys"), &root.join("sys"))?;
        system::bind_with_mounts(Path::new("/dev"), &root.join("dev"))?;
        system::mount_new("tmpfs", &root.join("run"), "mode=755")?;
        system::make_shared(&root.join("run"))?;
        // The last: it says that the others are there.
        system::make_shared(root)
    }
}

/// Where a resolver listens on the machine's loopback, containers need the servers behind it.
fn resolver() -> &'static Path {
    let behind = Path::new("/run/systemd/resolve/resolv.conf");
    let local = fs::read_to_string("/etc/resolv.conf").is_ok_and(|text| text.contains("nameserver 127."));
    if local && behind.exists() { behind } else { Path::new("/etc/resolv.conf") }
}

fn link_to(original: &str, link: &Path) -> io::Result<()> {
    match fs::remove_file(link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    system::symlink(original, link)
}

/// Writes a file so that it is there whole or not at all.
pub(crate) fn write_whole(path: &Path, text: &[u8]) -> Result<()> {
    let doing = || format!("write {}", path.display());
    let partial = path.with_extension("partial");
    fs::write(&partial, text).doing(doing)?;
    fs::rename(&partial, path).doing(doing)
}

/// How often something that tells nobody of its change is looked at.
pub(crate) const LOOK: Duration = Duration::from_millis(100);
