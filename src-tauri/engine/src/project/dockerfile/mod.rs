//! A Dockerfile: read with its lines, as BuildKit reads it, and settled for the stage that is built.
//!
//! [`Dockerfile::parse`] gives the instructions, [`Dockerfile::built`] what the image of one stage will be.
//! Parsers on crates.io were weighed: the best of them refuses a here-document that follows a command
//! (`RUN python - <<EOF`), which BuildKit takes. Any input ends in a result, soon.

mod built;
mod fault;
mod instruction;
mod lines;
mod steps;
mod variables;
mod words;

use std::ops::Range;

pub use built::{Built, Copied, Lined};
pub use fault::{Fault, What};
pub use instruction::{Command, Flag, Heredoc, Instruction, Keyword};
pub use lines::Directives;
pub use steps::Step;
pub use variables::expand;
pub use words::split;

/// Settling a stage reads all those below it, so their number is bounded.
const STAGES_AT_MOST: usize = 256;

/// A Dockerfile's instructions by stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dockerfile {
    /// What its first comments say to the parser.
    pub directives: Directives,
    /// All instructions, in order.
    pub instructions: Vec<Instruction>,
    stages: Vec<Stage>,
}

/// A stage: `FROM … AS name` and what follows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stage {
    /// Its name, in lower case.
    name: Option<String>,
    /// Its instructions, `FROM` first.
    range: Range<usize>,
}

impl Dockerfile {
    /// Reads the bytes of a Dockerfile.
    pub fn parse_bytes(bytes: &[u8]) -> Result<(Self, String), (Fault, String)> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        if bytes.len() > lines::BYTES_AT_MOST {
            return Err((Fault { line: 0, what: What::TooLong }, String::new()));
        }
        // What some Windows editors and `>` of old PowerShells write.
        if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
            return Err((Fault { line: 0, what: What::Utf16 }, String::new()));
        }
        match Self::parse(&text) {
            Ok(dockerfile) => Ok((dockerfile, text)),
            Err(fault) => Err((fault, text)),
        }
    }

    /// Reads the text of a Dockerfile.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let (directives, instructions) = lines::read(text)?;
        let mut stages: Vec<Stage> = Vec::new();
        for (at, instruction) in instructions.iter().enumerate() {
            if instruction.keyword == Keyword::From {
                let name = instruction.arguments.split_whitespace().nth(2).map(str::to_lowercase);
                stages.push(Stage { name, range: at..at + 1 });
            } else if let Some(stage) = stages.last_mut() {
                stage.range.end = at + 1;
            } else if instruction.keyword != Keyword::Arg {
                let what = What::BeforeFrom { keyword: instruction.keyword.name() };
                return Err(Fault { line: instruction.line, what });
            }
        }
        if instructions.is_empty() {
            return Err(Fault { line: 0, what: What::Empty });
        }
        if stages.is_empty() {
            return Err(Fault { line: 0, what: What::NoFrom });
        }
        if stages.len() > STAGES_AT_MOST {
            return Err(Fault { line: 0, what: What::TooManyStages { most: STAGES_AT_MOST } });
        }
        Ok(Self { directives, instructions, stages })
    }

    /// The names of its stages, in order.
    pub fn stage_names(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().filter_map(|stage| stage.name.as_deref())
    }

    /// The index of the stage that `name` (a name in any case, or a number) means before stage `before`.
    fn stage_before(&self, name: &str, before: usize) -> Option<usize> {
        let name = name.to_lowercase();
        let stages = &self.stages[..before.min(self.stages.len())];
        stages
            .iter()
            .rposition(|stage| stage.name.as_deref() == Some(&name))
            .or_else(|| name.parse().ok().filter(|index| *index < stages.len()))
    }
}
