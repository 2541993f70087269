//! From text to instructions: directives, comments, continued lines and here-documents, as BuildKit reads them.

use super::{
    fault::{Fault, What},
    instruction::{Flag, Heredoc, Instruction, Keyword},
    words,
};
use crate::project::nearest::nearest;

/// The longest Dockerfile that is read, in bytes.
pub const BYTES_AT_MOST: usize = 1024 * 1024;

/// BuildKit refuses a longer line.
const LINE_AT_MOST: usize = 65_535;

/// What the comments at the very top say to the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directives {
    /// The image of another frontend, and its line.
    pub syntax: Option<(String, u32)>,
    /// The character that continues a line and escapes the next character.
    pub escape: char,
}

/// Reads all instructions, in order.
pub fn read(text: &str) -> Result<(Directives, Vec<Instruction>), Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut source = Source { lines: text.lines(), number: 0 };
    let directives = directives(text)?;
    let escape = directives.escape;
    let mut instructions = Vec::new();
    while let Some(line) = source.next()? {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let first = source.number;
        let mut joined = String::new();
        let mut continued = push_part(&mut joined, line, escape);
        while continued {
            let Some(line) = source.next()? else { break };
            let trimmed = line.trim_start();
            if trimmed.is_empty() || trimmed.starts_with('#') {
                continue;
            }
            continued = push_part(&mut joined, line, escape);
        }
        let joined = joined.trim();
        if joined.is_empty() {
            continue;
        }
        let mut instruction = instruction(joined, first, escape)?;
        if instruction.takes_heredocs() {
            for (name, expand, tabs) in words::heredocs(&instruction.arguments, escape) {
                let body = source.heredoc(&name, tabs, first)?;
                instruction.heredocs.push(Heredoc { name, expand, body });
            }
        }
        instructions.push(instruction);
    }
    Ok((directives, instructions))
}

struct Source<'a> {
    lines: std::str::Lines<'a>,
    number: u32,
}

impl<'a> Source<'a> {
    fn next(&mut self) -> Result<Option<&'a str>, Fault> {
        let Some(line) = self.lines.next() else { return Ok(None) };
        self.number += 1;
        if line.len() > LINE_AT_MOST {
            return Err(Fault { line: self.number, what: What::LineTooLong });
        }
        Ok(Some(line))
    }

    /// The lines up to the one that is `name` alone.
    fn heredoc(&mut self, name: &str, tabs: bool, begun: u32) -> Result<String, Fault> {
        let mut body = String::new();
        while let Some(line) = self.next()? {
            let line = if tabs { line.trim_start_matches('\t') } else { line };
            if line == name {
                return Ok(body);
            }
            body.push_str(line);
            body.push('\n');
        }
        Err(Fault { line: begun, what: What::HeredocOpen { name: name.to_owned() } })
    }
}

/// Adds a line; `true` when it ends in one escape character, which is left out: the next line belongs to it.
fn push_part(joined: &mut String, line: &str, escape: char) -> bool {
    let trimmed = line.trim_end_matches([' ', '\t']);
    match trimmed.strip_suffix(escape) {
        Some(part) if !part.ends_with(escape) => {
            joined.push_str(part);
            true
        }
        _ => {
            joined.push_str(line);
            false
        }
    }
}

fn directives(text: &str) -> Result<Directives, Fault> {
    let mut found = Directives { syntax: None, escape: '\\' };
    let mut seen = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let Some((key, value)) = line.trim().strip_prefix('#').and_then(|rest| rest.split_once('=')) else {
            break;
        };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if !["syntax", "escape", "check"].contains(&&*key) || value.is_empty() {
            break;
        }
        if seen.contains(&key) {
            return Err(Fault { line: number, what: What::DirectiveTwice { name: key } });
        }
        match (&*key, value) {
            ("syntax", value) => found.syntax = Some((value.to_owned(), number)),
            ("escape", "\\") => {}
            ("escape", "`") => found.escape = '`',
            ("escape", value) => {
                return Err(Fault { line: number, what: What::Escape { value: value.to_owned() } });
            }
            _ => {}
        }
        seen.push(key);
    }
    Ok(found)
}

fn instruction(joined: &str, line: u32, escape: char) -> Result<Instruction, Fault> {
    let (word, rest) = joined.split_once(char::is_whitespace).unwrap_or((joined, ""));
    let Some(keyword) = Keyword::named(word) else {
        let near = nearest(&word.to_ascii_uppercase(), Keyword::ALL.iter().map(|keyword| keyword.name()));
        return Err(Fault {
            line,
            what: What::Unknown { word: word.to_owned(), nearest: near.map(str::to_owned) },
        });
    };
    let (flags, arguments) = flags(rest.trim(), escape);
    let instruction = Instruction { line, keyword, flags, arguments, heredocs: Vec::new() };
    instruction.checked(escape)
}

/// The `--name=value` words at the beginning, and the rest.
fn flags(rest: &str, escape: char) -> (Vec<Flag>, String) {
    let mut flags = Vec::new();
    let mut rest = rest;
    while let Some(word) = rest.strip_prefix("--") {
        let (word, after) = words::first(word, escape);
        rest = after.trim_start();
        if word.is_empty() {
            break;
        }
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (word, None),
        };
        flags.push(Flag { name: name.to_owned(), value });
    }
    (flags, rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Vec<(u32, String)> {
        read(text)
            .unwrap()
            .1
            .into_iter()
            .map(|instruction| {
                (instruction.line, format!("{} {}", instruction.keyword.name(), instruction.arguments))
            })
            .collect()
    }

    #[test]
    fn lines_are_joined_as_buildkit_joins_them() {
        for (text, expected) in [
            ("FROM a\n\n# c\nRUN b\n", vec![(1, "FROM a"), (4, "RUN b")]),
            ("from a\n run b \\\n# c\n\n   c\nUSER d", vec![(1, "FROM a"), (2, "RUN b    c"), (6, "USER d")]),
            ("\u{feff}FROM a\r\nRUN b \\\r\n c\r\n", vec![(1, "FROM a"), (2, "RUN b  c")]),
            ("FROM a\nRUN b \\ \t\nc", vec![(1, "FROM a"), (2, "RUN b c")]),
            ("FROM a\nRUN b \\\\\nUSER c", vec![(1, "FROM a"), (2, "RUN b \\\\"), (3, "USER c")]),
            ("FROM a\nRUN b \\", vec![(1, "FROM a"), (2, "RUN b")]),
            (
                "# escape=`\nFROM a\nRUN dir c:\\\nRUN b `\n c",
                vec![(2, "FROM a"), (3, "RUN dir c:\\"), (4, "RUN b  c")],
            ),
            ("# a comment\n# escape=`\nFROM a\nRUN b \\\n c", vec![(3, "FROM a"), (4, "RUN b  c")]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(line, text)| (line, text.to_owned())).collect();
            assert_eq!(lines_of(text), expected, "{text:?}");
        }
    }

    #[test]
    fn heredocs_belong_to_their_instruction_wherever_they_stand_in_it() {
        let text = "FROM a\nRUN cat <<EOF > /x && python - <<-'PY'\nUSER no\nEOF\n\tprint(1)\n\tPY\nCMD b\n";
        let (_, instructions) = read(text).unwrap();
        assert_eq!(instructions.len(), 3);
        assert_eq!(
            instructions[1].heredocs,
            [
                Heredoc { name: "EOF".into(), expand: true, body: "USER no\n".into() },
                Heredoc { name: "PY".into(), expand: false, body: "print(1)\n".into() },
            ]
        );
        assert_eq!(instructions[2].line, 7);
    }

    #[test]
    fn what_only_looks_like_a_heredoc_is_none() {
        for run in [
            "echo \"<<EOF\"",
            "cat <<<EOF",
            "echo $((1<<2))x",
            "[\"sh\", \"-c\", \"cat <<EOF\"]",
            "echo it's <<EOF",
        ] {
            let (_, instructions) = read(&format!("FROM a\nRUN {run}\nCMD b\n")).unwrap();
            assert_eq!(instructions.len(), 3, "{run}");
        }
    }

    #[test]
    fn faults_have_their_line() {
        for (text, line, what) in [
            ("FROM a\n\nRUNN b", 3, What::Unknown { word: "RUNN".into(), nearest: Some("RUN".into()) }),
            ("FORM a", 1, What::Unknown { word: "FORM".into(), nearest: Some("FROM".into()) }),
            ("FROM a\npip install x", 2, What::Unknown { word: "pip".into(), nearest: None }),
            ("FROM a\nRUN <<EOF\nx\n", 2, What::HeredocOpen { name: "EOF".into() }),
            ("# escape=x\nFROM a", 1, What::Escape { value: "x".into() }),
            ("# escape=`\n# escape=`\nFROM a", 2, What::DirectiveTwice { name: "escape".into() }),
            (&format!("FROM a\nRUN {}", "x".repeat(70_000)), 2, What::LineTooLong),
        ] {
            assert_eq!(read(text).unwrap_err(), Fault { line, what }, "{}", &text[..text.len().min(60)]);
        }
    }
}
