//! The pages of problems: one for `slipway explain CODE`, all of them in docs/problems.md.

use std::fmt::Write as _;

use slipway_engine::{
    problem::Code,
    stage::Stage,
    text::{Arg, Text},
};

use crate::{Language, Words};

/// The page of one problem, as parts: summary, detail, causes, fixes. Its variables stand as their names, since no
/// problem has happened.
pub fn page(code: Code, words: &Words) -> [String; 4] {
    ["", ".detail", ".causes", ".fixes"].map(|part| {
        let id = format!("problem-{code}{part}");
        let args = words.variables(&id).into_iter().map(|name| (name.clone(), Arg::Text(shouted(&name))));
        words.say(&Text { id, args: args.collect() })
    })
}

/// docs/problems.md: every code with a heading, by stage.
pub fn problems_page() -> String {
    let words = Words::new(Language::En);
    let mut written = INTRODUCTION.to_owned();
    for stage in Stage::ALL {
        let _ = writeln!(written, "\n## {}", words.say(&stage.title()));
        for code in Code::ALL.iter().filter(|code| code.stage() == stage) {
            let [summary, detail, causes, fixes] = page(*code, &words);
            let _ = write!(
                written,
                "\n### {code}\n**{summary}** {detail}\n\n- Causes: {causes}\n- What to do: {fixes}\n"
            );
        }
    }
    written
}

const INTRODUCTION: &str = "# Problems
Every problem that Slipway tells of has a code. Here is what each means, what causes it and what to do;
`slipway explain CODE` prints the same in a terminal, also in 简体中文. Words in capitals stand for what Slipway names in
each case.

This page is made from the codes and their sentences. After changing those:
`SLIPWAY_WRITE_DOCS=1 cargo test -p slipway-locales problems`.
";

/// A variable's name as a word that stands for its value: `context` as `CONTEXT`.
fn shouted(name: &str) -> String {
    if name == "ms" { "TIME".to_owned() } else { name.replace(['-', '_'], " ").to_uppercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_problems_says_what_the_program_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/problems.md");
        let made = problems_page();
        if std::env::var_os("SLIPWAY_WRITE_DOCS").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            made == committed.replace("\r\n", "\n"),
            "docs/problems.md is not as the program has it: SLIPWAY_WRITE_DOCS=1 cargo test -p slipway-locales problems"
        );
    }

    #[test]
    fn variables_stand_as_words_whatever_they_count() {
        let words = Words::new(Language::En);
        for code in Code::ALL {
            for part in page(*code, &words) {
                assert!(!part.contains(['{', '}']), "{code}: {part}");
            }
        }
    }
}
