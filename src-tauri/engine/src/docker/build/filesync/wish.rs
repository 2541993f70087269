//! What the engine wants of a folder: it says so in the call's metadata.

use std::path::Path;

use tonic::metadata::MetadataMap;

use crate::{
    problem::{Code, Problem, Remedy},
    project::{
        context::{Context, follow},
        patterns::{BadPattern, Patterns},
    },
    text,
};

/// The engine's wish.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Which folder: `context` or `dockerfile`.
    pub folder: String,
    /// These paths, and what links among them lead to; none: no such wish.
    follow: Vec<String>,
    /// What fits these; none: no such wish.
    include: Vec<String>,
    /// But not what fits these.
    exclude: Vec<String>,
}

impl Wish {
    pub fn read(metadata: &MetadataMap) -> Self {
        let list = |name: &str| -> Vec<String> {
            let encoded = metadata.get(format!("{name}-encoded")).is_some_and(|value| value == "1");
            let values = metadata.get_all(name).iter().filter_map(|value| value.to_str().ok());
            values.map(|value| if encoded { decoded(value) } else { value.to_owned() }).collect()
        };
        Self {
            folder: list("dir-name").pop().unwrap_or_default(),
            follow: list("followpaths"),
            include: list("include-patterns"),
            exclude: list("exclude-patterns"),
        }
    }

    /// The part of the folder that it means.
    pub fn context(&self, root: &Path) -> Result<Context, Problem> {
        let mut wanted = self.include.clone();
        if !self.follow.is_empty() {
            wanted.extend(follow(root, &self.follow).unwrap_or_default());
        }
        let wanted = if wanted.is_empty() { None } else { Some(patterns(&wanted)?) };
        Ok(Context { root: root.to_owned(), wanted, ignored: patterns(&self.exclude)? })
    }
}

/// The engine has checked them before; a list that we refuse is a fault of either.
fn patterns(list: &[String]) -> Result<Patterns, Problem> {
    Patterns::new((1..).zip(list.iter().map(String::as_str))).map_err(|BadPattern { line, pattern }| {
        Problem::new(Code::DockerignoreInvalid)
            .with("file", ".dockerignore")
            .with("line", line)
            .with("pattern", &pattern)
            .quoting(&pattern)
            .remedy(Remedy::say(text!("remedy-dockerignore-line", file = ".dockerignore", line = line)))
    })
}

/// Undoes the encoding of a URL's query, which the engine uses for what is not ASCII.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let hex = rest.as_slice().get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
                match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                    Some(byte) => {
                        rest.nth(1);
                        byte
                    }
                    None => b'%',
                }
            }
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&'static str, &str)]) -> Wish {
        let mut metadata = MetadataMap::new();
        for (name, value) in pairs {
            metadata.append(*name, value.parse().unwrap());
        }
        Wish::read(&metadata)
    }

    #[test]
    fn a_wish_is_read_from_the_metadata() {
        let wish = read(&[
            ("dir-name", "context"),
            ("followpaths", "app"),
            ("followpaths", "requirements.txt"),
            ("exclude-patterns", "*.log"),
        ]);
        assert_eq!(wish.folder, "context");
        assert_eq!(wish.follow, ["app", "requirements.txt"]);
        assert_eq!(wish.exclude, ["*.log"]);
    }

    #[test]
    fn what_is_not_ascii_comes_encoded() {
        let wish = read(&[("followpaths", "%E6%A8%A1%E5%9E%8B+1%2B1/100%"), ("followpaths-encoded", "1")]);
        assert_eq!(wish.follow, ["模型 1+1/100%"]);
        let plain = read(&[("followpaths", "a+b%20")]);
        assert_eq!(plain.follow, ["a+b%20"]);
    }

    #[test]
    fn a_wish_for_the_top_is_a_wish_for_everything() {
        let folder = tempfile::tempdir().unwrap();
        let context = |wish: &Wish| wish.context(folder.path()).unwrap();
        assert!(context(&read(&[("followpaths", "."), ("followpaths", "a")])).wanted.is_none());
        assert!(context(&read(&[("followpaths", "a")])).wanted.is_some());
        assert!(context(&read(&[])).wanted.is_none());
    }
}
