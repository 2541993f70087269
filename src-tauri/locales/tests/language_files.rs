//! What holds for the Fluent files as a whole: both languages say the same things, everything that is said
//! anywhere exists, and nothing exists that is never said.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::LazyLock,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement},
    parser,
};
use regex::Regex;
use slipway_engine::problem::Code;
use slipway_locales::FILES;

/// A message's patterns by `""` or `.attribute`, each with its variables.
type Message = BTreeMap<String, BTreeSet<String>>;

/// A language's messages by id, and the messages that other messages refer to.
#[derive(Default)]
struct Messages {
    by_id: BTreeMap<String, Message>,
    referred: BTreeSet<String>,
}

static EN: LazyLock<Messages> = LazyLock::new(|| Messages::read(|file| file.en));
static ZH_CN: LazyLock<Messages> = LazyLock::new(|| Messages::read(|file| file.zh_cn));

impl Messages {
    fn read(of: impl Fn(&slipway_locales::File) -> &'static str) -> Self {
        let mut messages = Self::default();
        for file in FILES {
            let resource =
                parser::parse(of(file)).unwrap_or_else(|(_, errors)| panic!("{}: {errors:?}", file.name));
            for entry in resource.body {
                let Entry::Message(message) = entry else { continue };
                let mut patterns = Message::new();
                if let Some(value) = &message.value {
                    patterns.insert(String::new(), messages.variables(value));
                }
                for attribute in &message.attributes {
                    let variables = messages.variables(&attribute.value);
                    patterns.insert(format!(".{}", attribute.id.name), variables);
                }
                let twice = messages.by_id.insert(message.id.name.to_owned(), patterns).is_some();
                assert!(!twice, "{} stands twice, once in {}", message.id.name, file.name);
            }
        }
        messages
    }

    fn variables(&mut self, pattern: &Pattern<&str>) -> BTreeSet<String> {
        let mut variables = BTreeSet::new();
        self.walk(pattern, &mut variables);
        variables
    }

    fn walk(&mut self, pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            match element {
                PatternElement::TextElement { .. } => {}
                PatternElement::Placeable { expression } => self.walk_expression(expression, variables),
            }
        }
    }

    fn walk_expression(&mut self, expression: &Expression<&str>, variables: &mut BTreeSet<String>) {
        match expression {
            Expression::Inline(inline) => self.walk_inline(inline, variables),
            Expression::Select { selector, variants } => {
                self.walk_inline(selector, variables);
                for variant in variants {
                    self.walk(&variant.value, variables);
                }
            }
        }
    }

    fn walk_inline(&mut self, inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
        match inline {
            InlineExpression::VariableReference { id } => drop(variables.insert(id.name.to_owned())),
            InlineExpression::FunctionReference { arguments, .. } => {
                arguments.positional.iter().for_each(|argument| self.walk_inline(argument, variables));
            }
            InlineExpression::MessageReference { id, .. } => drop(self.referred.insert(id.name.to_owned())),
            InlineExpression::Placeable { expression } => self.walk_expression(expression, variables),
            _ => {}
        }
    }
}

/// The sources that say things: Rust without its tests and comments, and the window's TypeScript and Svelte.
static SOURCES: LazyLock<Vec<(PathBuf, String)>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut sources = Vec::new();
    for folder in ["src-tauri", "ui/src"] {
        let walk = walkdir::WalkDir::new(root.join(folder)).into_iter().filter_entry(|entry| {
            !matches!(entry.file_name().to_str(), Some("tests" | "target" | "node_modules" | "types"))
        });
        for entry in walk.filter_map(Result::ok) {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy();
            let kind = path.extension().and_then(|kind| kind.to_str());
            if !matches!(kind, Some("rs" | "ts" | "svelte")) || name.ends_with(".test.ts") {
                continue;
            }
            let mut source = std::fs::read_to_string(path).unwrap();
            if let Some(tests) = source.find("#[cfg(test)]\nmod tests") {
                source.truncate(tests);
            }
            let said: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
            sources.push((path.strip_prefix(&root).unwrap().to_owned(), said.join("\n")));
        }
    }
    assert!(sources.len() > 20, "the sources were not found");
    sources
});

fn problem_id(code: Code) -> String {
    format!("problem-{code}")
}

#[test]
fn both_languages_have_the_same_messages_with_the_same_variables() {
    let mut faults = Vec::new();
    for (id, en) in &EN.by_id {
        match ZH_CN.by_id.get(id) {
            None => faults.push(format!("{id} is missing in zh-CN")),
            Some(zh) if zh != en => faults.push(format!("{id} differs: en {en:?}, zh-CN {zh:?}")),
            Some(_) => {}
        }
    }
    for id in ZH_CN.by_id.keys().filter(|id| !EN.by_id.contains_key(*id)) {
        faults.push(format!("{id} is missing in en"));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_code_that_is_used_has_its_page() {
    let faults: Vec<_> = Code::ALL
        .iter()
        .filter(|code| uses(**code))
        .flat_map(|code| {
            let id = problem_id(*code);
            let parts = EN.by_id.get(&id).cloned().unwrap_or_default();
            ["", ".detail", ".causes", ".fixes"]
                .into_iter()
                .filter(move |part| !parts.contains_key(*part))
                .map(move |part| format!("{id}{part}"))
        })
        .collect();
    assert!(faults.is_empty(), "missing:\n{}", faults.join("\n"));
}

#[test]
fn every_code_is_used() {
    let unused: Vec<_> = Code::ALL.iter().filter(|code| !uses(**code)).map(|code| code.name()).collect();
    assert!(unused.is_empty(), "no source makes: {}", unused.join(", "));
}

/// Whether a source other than the table of codes names the code.
fn uses(code: Code) -> bool {
    let name = Regex::new(&format!(r"\bCode::{code:?}\b")).unwrap();
    SOURCES.iter().any(|(_, source)| name.is_match(source))
}

#[test]
fn every_sentence_that_is_said_exists_and_gets_its_variables() {
    let literal = Regex::new(r#"(?:\btext!\(|\bText::new\(|\B\$t\(|\bt\()\s*["']([a-z0-9.-]+)["']"#).unwrap();
    let variable = Regex::new(r"\b([a-z_][a-z0-9_]*)\s*=[^=]").unwrap();
    // What several texts of a file share may be added to them in one place.
    let added = Regex::new(r#"\.with\("([a-z_][a-z0-9_]*)""#).unwrap();
    let mut faults = Vec::new();
    for (path, source) in SOURCES.iter() {
        for found in literal.captures_iter(source) {
            let id = &found[1];
            let (message, attribute) = match id.split_once('.') {
                Some((message, attribute)) => (message, format!(".{attribute}")),
                None => (id, String::new()),
            };
            let place = format!("{} says {id}", path.display());
            let Some(variables) = EN.by_id.get(message).and_then(|message| message.get(&attribute)) else {
                faults.push(format!("{place}, which is missing"));
                continue;
            };
            if found[0].starts_with("text!(") {
                let arguments = balanced(&source[found.get(0).unwrap().start() + "text!".len()..]);
                let given: BTreeSet<_> = variable
                    .captures_iter(arguments)
                    .chain(added.captures_iter(source))
                    .map(|found| found[1].to_owned())
                    .collect();
                for missing in variables.difference(&given) {
                    faults.push(format!("{place} without ${missing}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The text from an opening parenthesis to the one that closes it.
fn balanced(source: &str) -> &str {
    let mut depth = 0;
    for (at, c) in source.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 1 => return &source[..at],
            ')' => depth -= 1,
            _ => {}
        }
    }
    source
}

#[test]
fn every_message_is_said_somewhere() {
    // "stage-{}" in Rust and `stage-${name}` in TypeScript say every message that begins so.
    let quoted = Regex::new(r#"["'`]([a-z][a-z0-9-]*)(?:(\$?\{[^"'`]*)|(\.[a-z]+))?["'`]"#).unwrap();
    let mut literals = BTreeSet::new();
    let mut beginnings = BTreeSet::new();
    for (_, source) in SOURCES.iter() {
        for found in quoted.captures_iter(source) {
            if found.get(2).is_some() {
                if found[1].ends_with('-') {
                    beginnings.insert(found[1].to_owned());
                }
            } else {
                literals.insert(found[1].to_owned());
            }
        }
    }
    beginnings.remove("problem-"); // those are said when their code is used
    let unsaid: Vec<_> = EN
        .by_id
        .keys()
        .filter(|id| {
            !literals.contains(*id)
                && !EN.referred.contains(*id)
                && !beginnings.iter().any(|beginning| id.starts_with(beginning))
                && !Code::ALL.iter().any(|code| problem_id(*code) == **id)
        })
        .map(String::as_str)
        .collect();
    assert!(unsaid.is_empty(), "nobody says:\n{}", unsaid.join("\n"));
}
