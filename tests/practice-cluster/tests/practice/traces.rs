//! What a cluster could leave behind: mounts, links, addresses, routes, rules, settings, processes, control groups.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use practice_cluster::Places;

/// All of it, a line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traces(BTreeSet<String>);

impl Traces {
    /// As it is now, in this network and this mount namespace.
    pub fn now() -> Self {
        let places = Places::of_user().unwrap();
        let mut all = BTreeSet::new();
        let mut put = |kind: &str, text: &str| {
            all.extend(text.lines().map(|line| format!("{kind}: {}", line.trim_end())));
        };
        put("mount", &fs::read_to_string("/proc/mounts").unwrap());
        for object in ["link", "addr", "route"] {
            for family in ["-4", "-6"] {
                put(object, &tool(&places, "ip", &["-o", family, object, "show"]));
            }
        }
        for program in ["iptables-save", "ip6tables-save"] {
            put(program, &rules(&tool(&places, program, &[])));
        }
        for name in ["net/ipv4/ip_forward", "net/ipv4/conf/all/route_localnet", "vm/overcommit_memory"] {
            put("setting", &format!("{name} {}", fs::read_to_string(format!("/proc/sys/{name}")).unwrap()));
        }
        for process in processes(&places) {
            put("process", &process);
        }
        for group in groups() {
            put("control group", &group);
        }
        Self(all)
    }

    /// Fails with what came and what went.
    pub fn must_equal(&self, before: &Self) {
        let came: Vec<_> = self.0.difference(&before.0).collect();
        let went: Vec<_> = before.0.difference(&self.0).collect();
        assert!(came.is_empty() && went.is_empty(), "came: {came:#?}\nwent: {went:#?}");
    }

    /// Whether any line of a kind contains this.
    pub fn has(&self, kind: &str, text: &str) -> bool {
        self.0.iter().any(|line| line.starts_with(kind) && line.contains(text))
    }
}

/// A network tool of the engine's files: the machine may have none.
pub fn tool(places: &Places, program: &str, arguments: &[&str]) -> String {
    let engine = fs::read_dir(places.cache())
        .unwrap()
        .map(|entry| entry.unwrap())
        .find(|entry| entry.file_name().to_string_lossy().starts_with("engine-"))
        .unwrap()
        .path();
    let output = Command::new("chroot")
        .arg(engine)
        .arg(program)
        .args(arguments)
        .env("PATH", "/usr/sbin:/usr/bin")
        .output()
        .unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Without dates and counts.
fn rules(dump: &str) -> String {
    dump.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(" [").next().unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Those whose root or program lies in the cluster's root, whatever network they are in.
fn processes(places: &Places) -> Vec<String> {
    let link = |path: PathBuf| fs::read_link(path).unwrap_or_default();
    fs::read_dir("/proc")
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|folder| folder.join("exe").exists())
        .filter(|folder| {
            link(folder.join("root")).starts_with(places.root())
                || link(folder.join("exe")).starts_with(places.root())
        })
        .map(|folder| format!("{} {}", folder.display(), link(folder.join("exe")).display()))
        .collect()
}

fn groups() -> Vec<String> {
    let Ok(hierarchies) = fs::read_dir("/sys/fs/cgroup") else { return Vec::new() };
    let own = |folder: PathBuf| {
        fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(Result::ok)
            .map(|entry| entry.path().display().to_string())
            .filter(|path| path.contains("slipway-practice"))
            .collect::<Vec<_>>()
    };
    let mut all = own("/sys/fs/cgroup".into());
    all.extend(hierarchies.filter_map(Result::ok).flat_map(|entry| own(entry.path())));
    all
}
