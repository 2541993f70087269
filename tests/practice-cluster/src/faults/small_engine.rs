//! An engine whose disk is full, or soon will be: a second one beside the cluster's, on a file system of a given size.

use std::{
    fs,
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use bollard::Docker;
use tokio::process::Command;

use crate::{
    cluster::Cluster,
    error::{Doing, Error, Result},
    images, mounts,
    parts::end_of,
    programs,
    root::{LOOK, PATH, Root, write_whole},
    system,
};

/// By this a file system in memory counts.
const PAGE: u64 = 4096;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_mins(1);

/// Of its own: an engine that finds another's containerd would keep its images on that one's disk.
const CONTAINERD: &str = r#"version = 3
root = "/srv/NAME/containerd"
state = "/run/NAME/containerd"
disabled_plugins = [
  "io.containerd.grpc.v1.cri", "io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime"
]
[grpc]
  address = "/run/NAME/containerd.sock"
"#;

/// The engine. [`SmallEngine::remove`] takes it away; dropped, its processes end, and the next `down` does the rest.
/// It has no network: nothing that it runs reaches anything.
#[derive(Debug)]
pub struct SmallEngine {
    root: Root,
    /// `small-N`: its folders' name below /srv and /run.
    name: String,
}

static COUNT: AtomicUsize = AtomicUsize::new(0);

impl SmallEngine {
    /// Starts it on `bytes` of memory used as a disk, with these of the served images, each of which needs about
    /// 1.4 times its size.
    pub async fn start(cluster: &Cluster, bytes: u64, images: &[&str]) -> Result<Self> {
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("small{}-{number}", std::process::id());
        let engine = Self { root: cluster.root().clone(), name };
        engine.run(bytes)?;
        engine.await_health().await?;
        for image in images {
            let file = images::cached_file(cluster.places(), image)?;
            // Beside the disk that is to be small.
            let outside = engine.root.path().join(format!("tmp/{}.tar", engine.name));
            images::link_or_copy(&file, &outside)?;
            let inside = format!("/tmp/{}.tar", engine.name);
            let loaded = programs::output(&mut engine.docker(&["load", "-q", "-i", &inside])).await;
            fs::remove_file(&outside).doing(|| format!("remove {}", outside.display()))?;
            loaded?;
        }
        Ok(engine)
    }

    /// For `DOCKER_HOST`.
    pub fn docker_host(&self) -> String {
        format!("unix://{}", self.root.path().join("run").join(&self.name).join("docker.sock").display())
    }

    /// What of its disk is free, in bytes.
    pub fn free_bytes(&self) -> Result<u64> {
        system::free_bytes(&self.disk()).doing(|| format!("look at {}", self.disk().display()))
    }

    /// Writes a file of zeros until so many bytes are free.
    pub fn fill(&self, leave_free: u64) -> Result<()> {
        let path = self.disk().join("filling");
        let doing = || format!("write {}", path.display());
        let file = fs::File::options().create(true).append(true).open(&path).doing(doing)?;
        // An engine that has just started frees some while the file is written.
        loop {
            let more = self.free_bytes()?.saturating_sub(leave_free);
            if more == 0 {
                return Ok(());
            }
            let now = file.metadata().doing(doing)?.len();
            // By whole pages, so that no more is free than was said.
            system::allocate(&file, now + more.next_multiple_of(PAGE)).doing(doing)?;
        }
    }

    /// Takes the filling away again.
    pub fn unfill(&self) -> Result<()> {
        let path = self.disk().join("filling");
        fs::remove_file(&path).doing(|| format!("remove {}", path.display()))
    }

    /// Lets containerd collect the finished layers of its build cache, which the cache does not get to know.
    pub async fn lose_cached_layers(&self) -> Result<()> {
        let address = format!("/run/{}/containerd.sock", self.name);
        let ctr = |words: &[&str]| {
            let mut ctr = programs::inside(self.root.path(), "ctr");
            ctr.args(["--address", &address, "--namespace", "moby"]).args(words);
            ctr
        };
        let snapshots = programs::output(&mut ctr(&["snapshots", "ls"])).await?;
        let finished: Vec<_> = snapshots
            .lines()
            .filter(|row| row.trim_end().ends_with(" Committed"))
            .filter_map(|row| row.split_whitespace().next())
            .collect();
        // What holds a layer of the cache is named like it.
        let leases = programs::output(&mut ctr(&["leases", "ls", "-q"])).await?;
        let held =
            leases.split_whitespace().filter(|lease| finished.contains(&lease.trim_end_matches("-view")));
        programs::output(ctr(&["leases", "rm", "--sync"]).args(held)).await.map(drop)
    }

    /// Ends it and all that it runs at once, as a crash does: its disk and its socket stay.
    pub async fn kill_at_once(&self) -> Result<()> {
        let begun = Instant::now();
        while self.kill()? {
            if begun.elapsed() > PATIENCE {
                return Err(Error::NotUp(format!("the engine {} does not end", self.name)));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    /// Ends it and removes its disk.
    pub async fn remove(self) -> Result<()> {
        self.kill_at_once().await?;
        mounts::detach_below(&self.root.path().join("run").join(&self.name))?;
        mounts::detach_below(&self.disk())?;
        fs::remove_dir(self.disk()).doing(|| format!("remove {}", self.disk().display()))?;
        let log = self.root.log(&self.name);
        fs::remove_file(&log).doing(|| format!("remove {}", log.display()))?;
        let run = self.root.path().join("run").join(&self.name);
        fs::remove_dir_all(&run).doing(|| format!("remove {}", run.display()))
    }

    fn disk(&self) -> PathBuf {
        self.root.path().join("srv").join(&self.name)
    }

    fn run(&self, bytes: u64) -> Result<()> {
        let (disk, name) = (self.disk(), &self.name);
        let run = self.root.path().join("run").join(name);
        for folder in [&disk, &run] {
            fs::create_dir_all(folder).doing(|| format!("make {}", folder.display()))?;
        }
        system::mount_new("tmpfs", &disk, &format!("size={bytes}"))
            .doing(|| format!("mount {}", disk.display()))?;
        write_whole(&run.join("containerd.toml"), CONTAINERD.replace("NAME", name).as_bytes())?;
        self.spawn(&format!("containerd -c /run/{name}/containerd.toml"))?;
        self.spawn(&format!(
            "dockerd -H unix:///run/{name}/docker.sock --data-root /srv/{name}/docker --exec-root /run/{name}/docker \
             --containerd /run/{name}/containerd.sock --pidfile /run/{name}/docker.pid --bridge none \
             --iptables=false --ip6tables=false --feature containerd-snapshotter=true \
             --cgroup-parent {}/{name} --exec-opt native.cgroupdriver=cgroupfs",
            self.root.cgroup().path()
        ))
    }

    fn spawn(&self, words: &str) -> Result<()> {
        let doing = || format!("start `{words}`");
        let log = self.root.log(&self.name);
        let log = fs::File::options().create(true).append(true).open(log).doing(doing)?;
        let mut command = Command::new("setsid");
        // An engine without a bridge removes the one that it finds: that would be the cluster's engine's.
        command.args(["unshare", "--net", "chroot"]).arg(self.root.path()).args(words.split_whitespace());
        command.env_clear().env("PATH", PATH).env("HOME", "/root").current_dir("/");
        command.stdin(Stdio::null()).stdout(log.try_clone().doing(doing)?).stderr(log);
        let child = command.spawn().doing(doing)?;
        child.id().map_or(Ok(()), |process| self.root.cgroup().adopt(process))
    }

    async fn await_health(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            // No socket is there at first.
            let answer = match Docker::connect_with_host(&self.docker_host()) {
                Ok(docker) => docker.ping().await,
                Err(error) => Err(error),
            };
            let Err(error) = answer else { return Ok(()) };
            if begun.elapsed() > PATIENCE {
                let log = self.root.log(&self.name);
                let end = end_of(&log);
                let (said, waited) = (error.to_string(), begun.elapsed());
                return Err(Error::PartSilent { part: "a small dockerd", said, waited, log, end });
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    fn docker(&self, arguments: &[&str]) -> Command {
        let mut docker = programs::inside(self.root.path(), "docker");
        docker.env("DOCKER_HOST", format!("unix:///run/{}/docker.sock", self.name)).args(arguments);
        docker
    }

    /// Kills its processes and its containers'; whether there were any.
    fn kill(&self) -> Result<bool> {
        let mut any = false;
        let group = format!("{}/{}", self.root.cgroup().path(), self.name);
        let mark = format!("/{}/", self.name);
        for process in self.root.processes()? {
            let its = process.arguments.iter().any(|word| word.contains(&mark))
                || fs::read_to_string(format!("/proc/{}/cgroup", process.number))
                    .is_ok_and(|text| text.contains(&group));
            if its {
                any = true;
                system::kill(process.number).doing(|| format!("end process {}", process.number))?;
            }
        }
        Ok(any)
    }
}

impl Drop for SmallEngine {
    fn drop(&mut self) {
        // What is left, `down` removes.
        let _ = self.kill();
    }
}
