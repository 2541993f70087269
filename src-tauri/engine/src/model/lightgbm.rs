//! LightGBM's own text: lines `key=value` before the trees.

use super::{Inputs, Library, fault::Fault, limits, show::harmless, stream::Stream};

/// How such a file begins.
pub const MAGIC: &[u8] = b"tree\nversion=";

/// Bytes of the lines before the first tree: ten thousand feature names.
const HEAD: usize = 1024 * 1024;
/// Lines before the first tree.
const LINES: usize = 64;

/// What stands before the trees.
#[derive(Debug, Default)]
pub struct Head {
    pub library: Option<Library>,
    pub inputs: Option<Inputs>,
    pub classes: Vec<String>,
}

/// Reads to the first empty line.
pub fn read(stream: &mut Stream<'_>) -> Result<Head, Fault> {
    let mut text = Vec::new();
    for _ in 0..LINES {
        let begin = text.len();
        stream.line(HEAD - begin, &mut text)?;
        if text.len() == begin {
            break;
        }
        text.push(b'\n');
        if text.len() >= HEAD {
            break;
        }
    }
    let text = String::from_utf8_lossy(&text);
    let names = names(&text).unwrap_or_default();
    let last: Option<u64> = value(&text, "max_feature_idx").and_then(|index| index.parse().ok());
    let count = last.and_then(|last| last.checked_add(1));
    let classes: u64 = value(&text, "num_class").and_then(|count| count.parse().ok()).unwrap_or(1);
    let binary = value(&text, "objective").is_some_and(|objective| objective.starts_with("binary"));
    let classes = match classes {
        1 if binary => 2,
        2.. => classes.min(limits::CLASSES as u64),
        _ => 0,
    };
    Ok(Head {
        // The version in the text is that of the format.
        library: Some(Library { name: "lightgbm".to_owned(), version: None }),
        inputs: Some(Inputs { count, names, types: Vec::new() }),
        classes: (0..classes).map(|class| class.to_string()).collect(),
    })
}

/// The names of the features: none if LightGBM made them up.
pub fn names(text: &str) -> Option<Vec<String>> {
    let line = value(text, "feature_names")?;
    let names: Vec<String> =
        line.split(' ').take(limits::FEATURES).map(|name| harmless(name, limits::SHORT)).collect();
    let made_up = names.iter().zip(0..).all(|(name, index)| *name == format!("Column_{index}"));
    (!made_up).then_some(names)
}

fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().take(LINES).find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
}
