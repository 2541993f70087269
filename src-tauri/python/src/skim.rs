//! Makes the far parts of a large project cheap to parse: bodies of functions in which nothing can stand that is
//! looked for are blanked out, every other byte stays in its place.

use std::{borrow::Cow, ops::Range};

use aho_corasick::AhoCorasick;

use crate::framework::FRAMEWORKS;

/// Texts of which one stands in every body that matters.
const MARKS: [&str; 33] = [
    "import",
    "environ",
    "getenv",
    "dotenv",
    "onfig(",
    "Env",
    "open",
    "load",
    "read_",
    "imread",
    "Session",
    "pretrained",
    "pipeline",
    "requests",
    "httpx",
    "fetch",
    "url",
    "Transformer",
    "YOLO",
    "weights",
    "applications",
    "cuda",
    "serve",
    "Server",
    "launch",
    ".run",
    "run(",
    "listen",
    "mount",
    "router",
    "blueprint",
    "Blocks",
    "global ",
];

/// Blanks out what does not matter.
#[derive(Debug)]
pub struct Skim {
    marks: AhoCorasick,
}

impl Skim {
    /// One for many files; `None`: its table could not be built, which a test excludes.
    pub fn new() -> Option<Self> {
        let makers = FRAMEWORKS.iter().flat_map(|row| row.marks);
        AhoCorasick::new(MARKS.iter().chain(makers)).ok().map(|marks| Self { marks })
    }

    /// The text, of the same length, with what does not matter as blanks; a function becomes `name=...` in front of
    /// them, or stays one with an empty body where it is decorated.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let dull: Vec<Function> = functions(text)
            .into_iter()
            .filter(|function| !self.marks.is_match(text.get(function.body.clone()).unwrap_or_default()))
            .collect();
        if dull.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut bytes = text.as_bytes().to_vec();
        for function in dull {
            let bound = match text.get(function.name.clone()) {
                Some(name) if !function.decorated => format!("{name}=..."),
                _ => String::new(),
            };
            let (from, first) =
                if bound.is_empty() { (function.body.start, "0") } else { (function.start, &*bound) };
            let blank = bytes.get_mut(from..function.body.end).into_iter().flatten();
            let first = first.bytes().map(Some).chain(std::iter::repeat(None));
            for (byte, first) in blank.zip(first) {
                match first {
                    Some(first) => *byte = first,
                    None if *byte == b'\n' || *byte == b'\r' => {}
                    None => *byte = b' ',
                }
            }
        }
        String::from_utf8(bytes).map_or(Cow::Borrowed(text), Cow::Owned)
    }
}

/// An outermost function: its first byte, its name, and its body from the first word to the end of the last line.
struct Function {
    start: usize,
    name: Range<usize>,
    decorated: bool,
    body: Range<usize>,
}

/// The outermost functions of modules and classes.
fn functions(text: &str) -> Vec<Function> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // The function that is read, and its indentation.
    let mut open: Option<(usize, Function)> = None;
    let mut decorated = false;
    let mut at = 0;
    while at < bytes.len() {
        let begun = at;
        while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\x0c')) {
            at += 1;
        }
        if matches!(bytes.get(at), None | Some(b'\n' | b'\r' | b'#')) {
            let end = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default());
            at = end.map_or(bytes.len(), |end| at + end + 1);
            continue;
        }
        let (indent, first) = (at - begun, at);
        at = line_end(bytes, at);
        let end = if at > first && bytes.get(at - 1) == Some(&b'\n') { at - 1 } else { at };
        if let Some((own, function)) = &mut open
            && indent > *own
        {
            let start = if function.body.is_empty() { first } else { function.body.start };
            function.body = start..end;
            continue;
        }
        found.extend(open.take().map(|open| open.1).filter(|function| !function.body.is_empty()));
        let line = bytes.get(first..).unwrap_or_default();
        let def = [&b"def "[..], b"async def "].into_iter().find(|def| line.starts_with(def));
        if let Some(def) = def {
            let name = first + def.len();
            let rest = text.get(name..).unwrap_or_default();
            let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or_default();
            let name = name..name + length;
            open = Some((indent, Function { start: first, name, decorated, body: 0..0 }));
        }
        decorated = line.starts_with(b"@");
    }
    found.extend(open.map(|open| open.1).filter(|function| !function.body.is_empty()));
    found
}

/// Where the logical line that begins here ends: strings, brackets and continuations heeded.
fn line_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    let mut depth = 0_usize;
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\n' if depth == 0 => return at,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'\\' => at += 1,
            b'#' => {
                at = memchr::memchr(b'\n', bytes.get(at..).unwrap_or_default())
                    .map_or(bytes.len(), |end| at + end);
            }
            quote @ (b'"' | b'\'') => at = string_end(bytes, at, *quote),
            _ => {}
        }
    }
    bytes.len()
}

/// Where the string that begins before `at` ends.
fn string_end(bytes: &[u8], at: usize, quote: u8) -> usize {
    let mut at = at;
    let long = bytes.get(at) == Some(&quote) && bytes.get(at + 1) == Some(&quote);
    if long {
        at += 2;
    }
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'\\' => at += 1,
            // An open string ends with its line, as a fault.
            b'\n' if !long => return at - 1,
            byte if *byte == quote => {
                if !long {
                    return at;
                }
                if bytes.get(at) == Some(&quote) && bytes.get(at + 1) == Some(&quote) {
                    return at + 2;
                }
            }
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dull_bodies_are_blanked() {
        let skim = Skim::new().unwrap();
        for (text, expected) in [
            ("def f():\n    return 1\nx = 2\n", "f=...   \n            \nx = 2\n"),
            ("@a\ndef f():\n    return 1\nx = 2\n", "@a\ndef f():\n    0       \nx = 2\n"),
            (
                "def f(\n    a,\n):\n    b = '''\nx\n'''\n    c\ny\n",
                "f=... \n      \n  \n           \n \n   \n     \ny\n",
            ),
            ("def f():\n    import os\n    return 1\n", "def f():\n    import os\n    return 1\n"),
            (
                "class C:\n    x = 1\n    def m(self):\n        a(']')\n\n        # c\n    y = 2\n",
                "class C:\n    x = 1\n    m=...       \n              \n\n        # c\n    y = 2\n",
            ),
            ("def f(): return 1\nx\n", "def f(): return 1\nx\n"),
            ("async def f():\n\tab\n", "f=...         \n   \n"),
            ("def f():\n    'é'\n", "f=...   \n        \n"),
            ("x = '''\ndef f():\n    y\n'''\n", "x = '''\ndef f():\n    y\n'''\n"),
            ("def f():\n    'open", "def f():\n    'open"),
            ("def f():\n    ((\n", "f=...   \n       "),
            ("", ""),
        ] {
            assert_eq!(skim.text(text).trim_end(), expected.trim_end(), "{text}");
            assert_eq!(skim.text(text).len(), text.len(), "{text}");
        }
    }
}
