//! The paths that a build asks for, and the links on the way to them.

use std::{collections::BTreeSet, path::Path};

use super::system;
use crate::project::patterns::{Patterns, clean};

/// Which paths of the folder must be there for `paths` to be read, links within it followed: the list to want.
/// `None`: the whole folder.
pub fn follow(root: &Path, paths: &[String]) -> Option<Vec<String>> {
    let mut resolver = Resolver { root, resolved: BTreeSet::new() };
    for path in paths {
        resolver.add(path);
    }
    let mut wanted: Vec<String> = Vec::new();
    for path in resolver.resolved {
        if path == "." {
            return None;
        }
        // Sorted: what lies inside of the one before comes with it.
        if !wanted
            .last()
            .is_some_and(|last| path.strip_prefix(last.as_str()).is_some_and(|rest| rest.starts_with('/')))
        {
            wanted.push(path);
        }
    }
    Some(wanted)
}

struct Resolver<'a> {
    root: &'a Path,
    resolved: BTreeSet<String>,
}

impl Resolver<'_> {
    fn add(&mut self, path: &str) {
        // Nothing leads out of the folder: its top is the top.
        let path = clean(&format!("/{path}"));
        let mut rest = &path[1..];
        let mut current = String::new();
        loop {
            let (part, after) = rest.split_once('/').unwrap_or((rest, ""));
            if !current.is_empty() {
                current.push('/');
            }
            current.push_str(part);
            let current = if current.is_empty() { ".".to_owned() } else { current.clone() };
            let targets = self.targets(&current);
            rest = after;
            if targets.is_empty() && !rest.is_empty() {
                continue;
            }
            // Seen before: the way goes on from there already, or in a circle.
            if self.resolved.insert(current) {
                for target in targets {
                    self.add(&format!("{target}/{rest}"));
                }
            }
            return;
        }
    }

    /// Where the links point that `path`'s last part names, or fits where it is a pattern.
    fn targets(&self, path: &str) -> Vec<String> {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        if !name.contains(['*', '?', '[']) {
            return self.target(folder, path).into_iter().collect();
        }
        let (Ok(pattern), Ok(listing)) =
            (Patterns::new([(1, name)]), std::fs::read_dir(self.root.join(system::native(folder))))
        else {
            return Vec::new();
        };
        listing
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| pattern.fit(name, None).0)
            .filter_map(|name| self.target(folder, &format!("{folder}/{name}")))
            .collect()
    }

    fn target(&self, folder: &str, path: &str) -> Option<String> {
        let target = std::fs::read_link(self.root.join(system::native(path.trim_start_matches('/')))).ok()?;
        let target = system::portable(target.to_str()?);
        Some(if target.starts_with('/') { target } else { format!("{folder}/{target}") })
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn followed(links: &[(&str, &str)], paths: &[&str]) -> Option<Vec<String>> {
        let folder = tempfile::tempdir().unwrap();
        for (link, target) in links {
            let link = folder.path().join(link);
            std::fs::create_dir_all(link.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(target, link).unwrap();
        }
        let paths: Vec<_> = paths.iter().map(|path| (*path).to_owned()).collect();
        follow(folder.path(), &paths)
    }

    #[test]
    fn a_link_on_the_way_brings_its_target() {
        for (links, paths, wanted) in [
            (&[][..], &["a/b", "a", "c.txt"][..], &["a", "c.txt"][..]),
            (&[("latest", "v2")], &["latest/model.bin"], &["latest", "v2/model.bin"]),
            (&[("a/latest", "../v2")], &["a/latest"], &["a/latest", "v2"]),
            (&[("abs", "/v2")], &["abs"], &["abs", "v2"]),
            (&[("out", "../../etc/passwd")], &["out"], &["etc/passwd", "out"]),
            (&[("m/x.bin", "../store/1")], &["m/*.bin"], &["m/*.bin", "store/1"]),
            (&[("a", "b"), ("b", "a")], &["a/x"], &["a", "b"]),
            (&[("a", "a/b")], &["a"], &["a"]),
        ] {
            let wanted: Vec<_> = wanted.iter().map(|path| (*path).to_owned()).collect();
            assert_eq!(followed(links, paths), Some(wanted), "{links:?} {paths:?}");
        }
    }

    #[test]
    fn the_top_stands_for_the_whole_folder() {
        for paths in [&["."][..], &["a", "/"], &["a/.."]] {
            assert_eq!(followed(&[], paths), None, "{paths:?}");
        }
        assert_eq!(followed(&[("all", ".")], &["all"]), None);
    }
}
