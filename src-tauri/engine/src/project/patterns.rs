//! Lists of path patterns with Docker's meaning: the lines of a `.dockerignore`, and what BuildKit asks for.
//!
//! Paths are relative to the folder, with `/` between their parts on every system.

use std::{iter::Peekable, str::Chars};

use regex::Regex;

/// A list of patterns. The last one that fits a path decides.
#[derive(Debug, Clone, Default)]
pub struct Patterns {
    all: Vec<Pattern>,
}

/// One pattern of a list.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// The line on which it stands, from 1; its place in the list where it stands in no file.
    pub line: u32,
    /// What is matched, without the `!`.
    text: String,
    /// Whether it began with `!`: what it fits is taken out again.
    exception: bool,
    shape: Shape,
}

/// How a pattern is matched. Docker tells these apart, and they do not mean the same for odd patterns.
#[derive(Debug, Clone)]
enum Shape {
    /// The path itself.
    Exact,
    /// `dir/**`: everything that begins so.
    Prefix(String),
    /// `**/name`: everything that ends so.
    Suffix(String),
    /// Everything else.
    Regex(Regex),
}

/// A pattern that docker refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadPattern {
    /// Its line or place, from 1.
    pub line: u32,
    /// The pattern as it was given.
    pub pattern: String,
}

/// What is known of a folder when its content is looked at: which patterns fit it.
#[derive(Debug, Clone, Default)]
pub struct Fits(Vec<bool>);

impl Patterns {
    /// Reads patterns as they come from an ignore file or from BuildKit, each with its line or place.
    pub fn new<'a>(patterns: impl IntoIterator<Item = (u32, &'a str)>) -> Result<Self, BadPattern> {
        let mut all = Vec::new();
        for (line, pattern) in patterns {
            let trimmed = pattern.trim();
            if !trimmed.is_empty() {
                let bad = || BadPattern { line, pattern: pattern.to_owned() };
                all.push(Pattern::new(line, trimmed, cfg!(windows)).ok_or_else(bad)?);
            }
        }
        Ok(Self { all })
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The patterns in order.
    pub fn iter(&self) -> impl Iterator<Item = &Pattern> {
        self.all.iter()
    }

    /// Whether the list fits `path`, given what is known of the folder around it (`None`: nothing is), and what
    /// its own content needs to know.
    pub fn fit(&self, path: &str, folder: Option<&Fits>) -> (bool, Fits) {
        let mut fits = vec![false; self.all.len()];
        let mut decided = false;
        for (at, pattern) in self.all.iter().enumerate() {
            let known = folder.and_then(|folder| folder.0.get(at)).copied();
            // A pattern that cannot change what was decided is not asked, and counts as not fitting.
            if known != Some(true) && pattern.exception != decided {
                continue;
            }
            fits[at] = known == Some(true)
                || pattern.fits(path)
                || (known.is_none() && folders_of(path).any(|folder| pattern.fits(folder)));
            if fits[at] {
                decided = !pattern.exception;
            }
        }
        (decided, Fits(fits))
    }

    /// The pattern that decides that the list fits `path`.
    pub fn decider(&self, path: &str) -> Option<&Pattern> {
        let mut decider: Option<&Pattern> = None;
        for pattern in &self.all {
            if pattern.exception == decider.is_some()
                && (pattern.fits(path) || folders_of(path).any(|folder| pattern.fits(folder)))
            {
                decider = (!pattern.exception).then_some(pattern);
            }
        }
        decider
    }

    /// Whether something inside of `folder`, which the list does not fit, may fit it.
    pub fn may_fit_inside(&self, folder: &str) -> bool {
        self.reaches_into(folder, false)
    }

    /// Whether something inside of `folder`, which the list fits, may be taken out again.
    pub fn may_except_inside(&self, folder: &str) -> bool {
        self.reaches_into(folder, true)
    }

    /// Docker looks into every folder as soon as one pattern of the kind has a wildcard before its end.
    fn reaches_into(&self, folder: &str, exception: bool) -> bool {
        let below = |stem: &str| {
            stem.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.all
            .iter()
            .filter(|pattern| pattern.exception == exception)
            .any(|pattern| pattern.stem().contains(WILD) || below(pattern.stem()))
    }
}

impl Pattern {
    fn new(line: u32, trimmed: &str, windows: bool) -> Option<Self> {
        // To Windows, a backslash is a separator and nothing can be escaped.
        let cleaned = if windows { clean(&trimmed.replace('\\', "/")) } else { clean(trimmed) };
        let (exception, text) = match cleaned.strip_prefix('!') {
            Some("") => return None,
            Some(rest) => (true, rest.to_owned()),
            None => (false, cleaned),
        };
        if !well_formed(&text) {
            return None;
        }
        let shape = shape(&text)?;
        Some(Self { line, text, exception, shape })
    }

    /// The pattern, cleaned, as docker would show it.
    pub fn shown(&self) -> String {
        format!("{}{}", if self.exception { "!" } else { "" }, self.text)
    }

    fn fits(&self, path: &str) -> bool {
        match &self.shape {
            Shape::Exact => path == self.text,
            Shape::Prefix(prefix) => path.starts_with(prefix),
            Shape::Suffix(suffix) => {
                path.ends_with(suffix) || suffix.strip_prefix('/').is_some_and(|name| path == name)
            }
            Shape::Regex(regex) => regex.is_match(path),
        }
    }

    /// The pattern without a `/*` or `/**` at its end.
    fn stem(&self) -> &str {
        let stem = self.text.strip_suffix("/**").unwrap_or(&self.text);
        stem.strip_suffix("/*").unwrap_or(stem)
    }
}

/// Characters that mean something in a pattern.
const WILD: &[char] = &['*', '[', ']', '?', '^', '\\'];

/// The folders around `path`, outermost first.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').map(|(at, _)| &path[..at])
}

/// The shortest way to write a path: no `.`, no `x/..`, no doubled or last slash.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// Whether the file name matcher of Go, which docker asks first, takes the pattern: classes are closed and hold
/// something, and nothing ends with an escape.
fn well_formed(pattern: &str) -> bool {
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' if chars.next().is_none() => return false,
            '[' => {
                chars.next_if_eq(&'^');
                loop {
                    if !class_end(&mut chars) || (chars.next_if_eq(&'-').is_some() && !class_end(&mut chars))
                    {
                        return false;
                    }
                    if chars.next_if_eq(&']').is_some() {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    true
}

/// Reads one end of a range of a class. The class must go on after it.
fn class_end(chars: &mut Peekable<Chars>) -> bool {
    let read = match chars.next() {
        None | Some('-' | ']') => false,
        Some('\\') => chars.next().is_some(),
        Some(_) => true,
    };
    read && chars.peek().is_some()
}

/// How the pattern is matched; `None` where docker's own translation gives no regular expression.
fn shape(pattern: &str) -> Option<Shape> {
    let mut go = String::from("^");
    let mut kind = Kind::Exact;
    let mut chars = pattern.chars().peekable();
    let mut first = true;
    while let Some(c) = chars.next() {
        match c {
            '*' if chars.next_if_eq(&'*').is_some() => {
                // `**/` is `**`
                chars.next_if_eq(&'/');
                match chars.peek() {
                    None if kind == Kind::Exact => kind = Kind::Prefix,
                    None => {
                        go.push_str(".*");
                        kind = Kind::Regex;
                    }
                    Some(_) => {
                        go.push_str("(.*/)?");
                        kind = Kind::Regex;
                    }
                }
                if first {
                    kind = Kind::Suffix;
                }
            }
            '*' => {
                go.push_str("[^/]*");
                kind = Kind::Regex;
            }
            '?' => {
                go.push_str("[^/]");
                kind = Kind::Regex;
            }
            '.' | '+' | '(' | ')' | '|' | '{' | '}' | '$' => go.extend(['\\', c]),
            '\\' => {
                go.push('\\');
                if let Some(next) = chars.next() {
                    go.push(next);
                    kind = Kind::Regex;
                }
            }
            '[' | ']' => {
                go.push(c);
                kind = Kind::Regex;
            }
            c => go.push(c),
        }
        first = false;
    }
    Some(match kind {
        Kind::Exact => Shape::Exact,
        Kind::Prefix => Shape::Prefix(pattern[..pattern.len() - 2].to_owned()),
        Kind::Suffix => Shape::Suffix(pattern[2..].to_owned()),
        Kind::Regex => Shape::Regex(Regex::new(&in_our_dialect(&(go + "$"))).ok()?),
    })
}

#[derive(PartialEq)]
enum Kind {
    Exact,
    Prefix,
    Suffix,
    Regex,
}

/// Go's regular expressions in the dialect of the crate `regex`: inside of a class, `[`, `&` and `~` mean
/// themselves, and everywhere an escaped sign is that sign.
fn in_our_dialect(go: &str) -> String {
    let mut ours = String::new();
    let mut chars = go.chars().peekable();
    // Where in a class we stand: `None` outside, else whether anything of it was read.
    let mut class: Option<bool> = None;
    while let Some(c) = chars.next() {
        match (c, class) {
            ('\\', _) => {
                match chars.next() {
                    Some(next) if next.is_ascii_punctuation() => {
                        ours.push_str(&regex::escape(next.encode_utf8(&mut [0; 4])));
                    }
                    Some(next) => ours.extend(['\\', next]),
                    None => ours.push('\\'),
                }
                class = class.map(|_| true);
            }
            ('[', None) => {
                ours.push('[');
                if chars.next_if_eq(&'^').is_some() {
                    ours.push('^');
                }
                class = Some(false);
            }
            // The first one is one of the class.
            (']', Some(false)) => {
                ours.push_str("\\]");
                class = Some(true);
            }
            (']', Some(true)) => {
                ours.push(']');
                class = None;
            }
            (']', None) => ours.push_str("\\]"),
            ('[', Some(_)) => {
                class = Some(true);
                let rest: String = chars.clone().collect();
                if let Some(name) = named_class(&rest) {
                    ours.extend(["[", name]);
                    chars.nth(name.len() - 1);
                } else {
                    ours.push_str("\\[");
                }
            }
            ('&' | '~', Some(_)) => {
                ours.extend(['\\', c]);
                class = Some(true);
            }
            (c, _) => {
                ours.push(c);
                class = class.map(|_| true);
            }
        }
    }
    ours
}

/// `:digit:]` and its kin at the beginning of what follows a `[` in a class.
fn named_class(rest: &str) -> Option<&str> {
    let name = rest.strip_prefix(':')?.split(":]").next()?;
    let known = ["alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct"];
    let more = ["space", "upper", "word", "xdigit"];
    (known.contains(&name) || more.contains(&name)).then(|| rest.get(..name.len() + 3)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(patterns: &[&str]) -> Patterns {
        Patterns::new(patterns.iter().map(|pattern| (1, *pattern))).unwrap()
    }

    /// Asked alone, and asked on a walk that knows the folders around: the same answer.
    fn fits(patterns: &[&str], path: &str) -> bool {
        let list = list(patterns);
        let alone = list.fit(path, None).0;
        let mut folder = None;
        for around in folders_of(path) {
            folder = Some(list.fit(around, folder.as_ref()).1);
        }
        assert_eq!(list.fit(path, folder.as_ref()).0, alone, "{patterns:?} {path}");
        assert_eq!(list.decider(path).is_some(), alone, "{patterns:?} {path}");
        alone
    }

    #[test]
    fn one_pattern_fits_as_docker_says() {
        for (pattern, path, expected) in [
            ("**", "file", true),
            ("**", "dir/file", true),
            ("**/", "file", true),
            ("**/**", "dir/file", true),
            ("dir/**", "dir/file", true),
            ("dir/**", "dir/dir2/file", true),
            ("dir/**", "dir", false),
            ("**/dir", "dir/file", true),
            ("**/dir", "a/dir/file", true),
            ("**/dir2/*", "dir/dir2/file", true),
            ("**/dir2/**", "dir/dir2/dir2/file", true),
            ("**file", "dir/profile", true),
            ("**/file", "dir/file.txt", false),
            ("**/file*txt", "dir/dir/file.txt", true),
            ("**/**/*.txt", "file.txt", true),
            ("a**/*.txt", "a/dir/dir/file.txt", true),
            ("a/*.txt", "a/dir/file.txt", false),
            ("a[b-d]e", "ace", true),
            ("a[b-d]e", "aae", false),
            ("a[^b-d]e", "aze", true),
            (".*", ".foo", true),
            (".*", "foo", false),
            ("abc.def", "abcZdef", false),
            ("abc?def", "abcZdef", true),
            ("*/b", "a/b", true),
            ("*/b", "a/c/b", false),
            ("node_modules", "node_modules/x/y.js", true),
            ("node_modules", "web/node_modules/x", false),
            ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
            ("./x/../data/", "data/train.csv", true),
            ("*.pyc", "a/b.pyc", false),
            ("**/*.pyc", "a/b.pyc", true),
            ("[a-ζ]*", "α", true),
            ("a?b", "a☺b", true),
            ("[[]x", "[x", true),
            ("[&&]", "&", true),
            ("v[[:digit:]]", "v1", true),
            ("v[[:digit:]]", "vd", false),
            ("v[[:x:]", "v:", true),
        ] {
            assert_eq!(fits(&[pattern], path), expected, "{pattern} {path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_backslash_escapes_the_next_sign() {
        for (pattern, path, expected) in [
            ("a\\*b", "a*b", true),
            ("a\\*b", "axb", false),
            ("a\\\\", "a\\", true),
            ("[\\]a]", "]", true),
            ("[\\-x]", "-", true),
            ("\\!keep", "!keep", true),
        ] {
            assert_eq!(fits(&[pattern], path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn the_last_pattern_that_fits_decides() {
        for (patterns, path, expected) in [
            (&["**", "!util/docker/web"][..], "util/docker/web/foo", false),
            (&["**", "!util/docker/web", "util/docker/web/foo"], "util/docker/web/foo", true),
            (&["**", "!dist/*.whl"], "dist/a+b-1.0.whl", false),
            (&["*.md", "!README.md"], "README.md", false),
            (&["!README.md", "*.md"], "README.md", true),
            (&["docs", "!docs/README.md"], "docs/README.md", false),
            (&["docs", "!docs/README.md"], "docs/other.md", true),
        ] {
            assert_eq!(fits(patterns, path), expected, "{patterns:?} {path}");
        }
    }

    #[test]
    fn what_docker_refuses_is_named_with_its_line() {
        for pattern in ["[", "[^", "[^bc", "a[", "[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "!", "[z-a]"] {
            let bad = Patterns::new([(1, "fine"), (7, pattern)]).unwrap_err();
            assert_eq!(bad, BadPattern { line: 7, pattern: pattern.to_owned() });
        }
    }

    #[test]
    fn the_pattern_that_hides_a_path_is_found() {
        let list = Patterns::new([(1, "*.csv"), (3, "data"), (4, "!data/keep.csv")]).unwrap();
        assert_eq!(list.decider("data/train.csv").map(|pattern| pattern.line), Some(3));
        assert_eq!(list.decider("top.csv").map(Pattern::shown).as_deref(), Some("*.csv"));
        assert!(list.decider("data/keep.csv").is_none());
    }

    #[test]
    fn a_folder_is_looked_into_only_where_something_may_be_found() {
        let wanted = list(&["src/model", "requirements.txt"]);
        assert!(wanted.may_fit_inside("src"));
        assert!(!wanted.may_fit_inside("data"));
        assert!(!wanted.may_fit_inside("sr"));
        assert!(list(&["*.py"]).may_fit_inside("data"), "a wildcard may fit anywhere");
        let ignored = list(&["data", "!data/small/a.csv"]);
        assert!(ignored.may_except_inside("data/small"));
        assert!(!ignored.may_except_inside("data/big"));
        assert!(!list(&["data"]).may_except_inside("data"));
    }

    #[test]
    fn paths_are_cleaned_as_go_cleans_them() {
        for (path, cleaned) in [
            ("", "."),
            ("a//b/./c/", "a/b/c"),
            ("a/../..", ".."),
            ("/../a", "/a"),
            ("/", "/"),
            ("../a", "../a"),
            ("!x/../y", "y"),
        ] {
            assert_eq!(clean(path), cleaned, "{path}");
        }
    }

    #[test]
    fn to_windows_a_backslash_is_a_separator() {
        assert_eq!(Pattern::new(1, r"data\raw", true).unwrap().text, "data/raw");
    }
}
