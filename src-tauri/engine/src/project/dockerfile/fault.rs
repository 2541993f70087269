//! What is wrong with a Dockerfile, and in which line.

use std::path::Path;

use crate::{
    problem::{Code, Problem, Remedy},
    stage::Evidence,
    text,
    text::Text,
};

/// A fault and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0: the whole file.
    pub line: u32,
    /// What is wrong.
    pub what: What,
}

/// The kinds of faults. The engine would refuse nearly each of them too; the rest are bounds that no real file meets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // each has its sentence below
pub enum What {
    Empty,
    TooLong,
    TooManyStages { most: usize },
    Utf16,
    LineTooLong,
    DirectiveTwice { name: String },
    Escape { value: String },
    Unknown { word: String, nearest: Option<String> },
    HeredocOpen { name: String },
    Arguments { keyword: &'static str, least: u32 },
    FromForm { words: String },
    StageName { name: String },
    Pair { keyword: &'static str, word: String },
    ShellForm,
    HealthcheckForm,
    Trigger { word: String },
    NameBlank { keyword: &'static str },
    BeforeFrom { keyword: &'static str },
    NoFrom,
    BaseBlank { words: String },
    Substitution { words: String },
    ValueTooLong { name: String },
    Port { word: String },
    TargetMissing { target: String, stages: Vec<String> },
}

impl Fault {
    /// The fault as a problem of the Dockerfile at `path` (relative to the folder), whose text is `source`.
    pub fn problem(self, path: &Path, source: &str) -> Problem {
        let path = path.display().to_string();
        let words = usize::try_from(self.line)
            .ok()
            .and_then(|line| line.checked_sub(1))
            .and_then(|before| source.lines().nth(before))
            .map(|line| line.trim().chars().take(200).collect::<String>());
        let exact = match words {
            Some(words) => format!("{path}:{}: {words}", self.line),
            None => path.clone(),
        };
        let code = match &self.what {
            What::Empty => Code::DockerfileEmpty,
            What::TargetMissing { .. } => Code::ChoiceInvalid,
            _ => Code::DockerfileInvalid,
        };
        let (says, remedy) = self.what.says(&path);
        let problem = Problem::new(code).because(Evidence::exactly(says, exact)).remedy(remedy);
        match self.what {
            What::TargetMissing { target, .. } => problem.with("field", "target").with("value", target),
            _ => problem.with("dockerfile", path).with("line", self.line),
        }
    }
}

impl What {
    /// What is wrong in a sentence, and what to do about it.
    fn says(&self, path: &str) -> (Text, Remedy) {
        let edit = || Remedy::say(text!("remedy-dockerfile-edit", dockerfile = path));
        let reference = |anchor: &str| {
            Remedy::read(text!("remedy-dockerfile-reference"), &format!("{REFERENCE}#{anchor}"))
        };
        match self {
            Self::Empty => (text!("dockerfile-empty"), Remedy::say(text!("remedy-dockerfile-begin"))),
            Self::TooLong => (text!("dockerfile-too-long"), edit()),
            Self::TooManyStages { most } => (text!("dockerfile-too-many-stages", most = *most), edit()),
            Self::Utf16 => (text!("dockerfile-utf16"), Remedy::say(text!("remedy-dockerfile-utf8"))),
            Self::LineTooLong => (text!("dockerfile-line-too-long"), edit()),
            Self::DirectiveTwice { name } => {
                (text!("dockerfile-directive-twice", name = name), reference("parser-directives"))
            }
            Self::Escape { value } => (text!("dockerfile-escape", value = value), reference("escape")),
            Self::Unknown { word, nearest: Some(nearest) } => (
                text!("dockerfile-unknown", word = word),
                Remedy::say(text!("remedy-dockerfile-nearest", nearest = nearest)),
            ),
            Self::Unknown { word, nearest: None } => {
                (text!("dockerfile-unknown", word = word), Remedy::say(text!("remedy-dockerfile-run")))
            }
            Self::HeredocOpen { name } => (
                text!("dockerfile-heredoc-open", name = name),
                Remedy::say(text!("remedy-dockerfile-heredoc", name = name)),
            ),
            Self::Arguments { keyword, least } => (
                text!("dockerfile-arguments", keyword = *keyword, least = *least),
                reference(&keyword.to_lowercase()),
            ),
            Self::FromForm { words } => (text!("dockerfile-from-form", words = words), reference("from")),
            Self::StageName { name } => (text!("dockerfile-stage-name", name = name), reference("from")),
            Self::Pair { keyword, word } => (
                text!("dockerfile-pair", keyword = *keyword, word = word),
                reference(&keyword.to_lowercase()),
            ),
            Self::ShellForm => (text!("dockerfile-shell-form"), reference("shell")),
            Self::HealthcheckForm => (text!("dockerfile-healthcheck-form"), reference("healthcheck")),
            Self::Trigger { word } => (text!("dockerfile-trigger", word = word), reference("onbuild")),
            Self::NameBlank { keyword } => {
                (text!("dockerfile-name-blank", keyword = *keyword), reference(&keyword.to_lowercase()))
            }
            Self::BeforeFrom { keyword } => (
                text!("dockerfile-before-from", keyword = *keyword),
                Remedy::say(text!("remedy-dockerfile-begin")),
            ),
            Self::NoFrom => (text!("dockerfile-no-from"), Remedy::say(text!("remedy-dockerfile-begin"))),
            Self::BaseBlank { words } => (text!("dockerfile-base-blank", words = words), reference("from")),
            Self::Substitution { words } => {
                (text!("dockerfile-substitution", words = words), reference("environment-replacement"))
            }
            Self::ValueTooLong { name } => (text!("dockerfile-value-too-long", name = name), edit()),
            Self::Port { word } => (text!("dockerfile-port", word = word), reference("expose")),
            Self::TargetMissing { stages, .. } if stages.is_empty() => {
                (text!("dockerfile-stages-unnamed"), Remedy::say(text!("remedy-dockerfile-no-target")))
            }
            Self::TargetMissing { stages, .. } => (
                text!("dockerfile-stages", stages = stages.join(", ")),
                Remedy::say(text!("remedy-dockerfile-target", stages = stages.join(", "))),
            ),
        }
    }
}

const REFERENCE: &str = "https://docs.docker.com/reference/dockerfile/";
