//! One instruction of a Dockerfile, its arguments checked for what BuildKit would refuse.

use super::{
    fault::{Fault, What},
    words,
};

macro_rules! keywords {
    ($($keyword:ident $name:literal,)*) => {
        /// The instructions that there are.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs)] // docker's reference says what each means
        pub enum Keyword { $($keyword,)* }

        impl Keyword {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$keyword,)*];

            /// As it is written.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$keyword => $name,)* }
            }
        }
    };
}

keywords! {
    Add "ADD",
    Arg "ARG",
    Cmd "CMD",
    Copy "COPY",
    Entrypoint "ENTRYPOINT",
    Env "ENV",
    Expose "EXPOSE",
    From "FROM",
    Healthcheck "HEALTHCHECK",
    Label "LABEL",
    Maintainer "MAINTAINER",
    Onbuild "ONBUILD",
    Run "RUN",
    Shell "SHELL",
    Stopsignal "STOPSIGNAL",
    User "USER",
    Volume "VOLUME",
    Workdir "WORKDIR",
}

impl Keyword {
    /// The instruction of this name, in any case.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|keyword| keyword.name().eq_ignore_ascii_case(word))
    }
}

/// An instruction as it stands, variables not yet expanded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Its first line, from 1.
    pub line: u32,
    /// What it is.
    pub keyword: Keyword,
    /// `--name=value` before the arguments.
    pub flags: Vec<Flag>,
    /// The rest, its lines joined.
    pub arguments: String,
    /// The here-documents that its arguments name.
    pub heredocs: Vec<Heredoc>,
}

/// `--name` or `--name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without the dashes.
    pub name: String,
    /// After the `=`.
    pub value: Option<String>,
}

/// A here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Whether variables are expanded in it.
    pub expand: bool,
    /// Its lines.
    pub body: String,
}

/// What `CMD`, `ENTRYPOINT` and `HEALTHCHECK` run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `["program", "argument"]`: run as it is.
    Exec(Vec<String>),
    /// Given to a shell.
    Shell(String),
}

impl Command {
    /// As a shell would say it.
    pub fn words(&self) -> String {
        match self {
            Self::Exec(words) => {
                words.iter().map(|word| crate::shell_words::quoted(word)).collect::<Vec<_>>().join(" ")
            }
            Self::Shell(line) => line.clone(),
        }
    }
}

impl Instruction {
    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.iter().find(|flag| flag.name == name).and_then(|flag| flag.value.as_deref())
    }

    /// The command in exec form if the arguments are a list of strings, else in shell form.
    pub fn command(&self) -> Command {
        command(&self.arguments)
    }

    /// The arguments, split as BuildKit splits those of this instruction.
    pub fn list(&self) -> Vec<String> {
        match words::json(&self.arguments) {
            Some(list) if matches!(self.keyword, Keyword::Add | Keyword::Copy | Keyword::Volume) => list,
            _ => self.arguments.split_whitespace().map(str::to_owned).collect(),
        }
    }

    pub(super) fn takes_heredocs(&self) -> bool {
        let (keyword, arguments) = match self.keyword {
            Keyword::Onbuild => {
                let (word, rest) = self.arguments.split_once(char::is_whitespace).unwrap_or_default();
                (Keyword::named(word), rest)
            }
            keyword => (Some(keyword), &*self.arguments),
        };
        matches!(keyword, Some(Keyword::Run | Keyword::Copy | Keyword::Add))
            && words::json(arguments).is_none()
    }

    /// Refuses what BuildKit would refuse of the arguments.
    pub(super) fn checked(self, escape: char) -> Result<Self, Fault> {
        let count = self.arguments.split_whitespace().count();
        let needs = |wants: What, holds: bool| {
            if holds { Ok(()) } else { Err(Fault { line: self.line, what: wants }) }
        };
        let name = self.keyword.name();
        let at_least = |least: u32| What::Arguments { keyword: name, least };
        match self.keyword {
            Keyword::From => {
                let words: Vec<_> = self.arguments.split_whitespace().collect();
                needs(at_least(1), count > 0)?;
                let form = words.len() == 1 || words.len() == 3 && words[1].eq_ignore_ascii_case("as");
                needs(What::FromForm { words: self.arguments.clone() }, form)?;
                if let Some(stage) = words.get(2) {
                    needs(What::StageName { name: (*stage).to_owned() }, is_stage_name(stage))?;
                }
            }
            Keyword::Add | Keyword::Copy => needs(at_least(2), self.list().len() > 1)?,
            Keyword::Env | Keyword::Label => {
                needs(at_least(1), count > 0)?;
                if let Some(word) = words::pairs(&self.arguments, escape).into_iter().find_map(Result::err) {
                    needs(What::Pair { keyword: name, word }, false)?;
                }
            }
            Keyword::Arg => {
                needs(at_least(1), count > 0)?;
                let blank = words::split(&self.arguments, escape).iter().any(|word| word.starts_with('='));
                needs(What::NameBlank { keyword: name }, !blank)?;
            }
            Keyword::Onbuild => {
                needs(at_least(1), count > 0)?;
                let word = self.arguments.split_whitespace().next().unwrap_or_default();
                let trigger = !matches!(
                    Keyword::named(word),
                    Some(Keyword::From | Keyword::Onbuild | Keyword::Maintainer)
                );
                needs(What::Trigger { word: word.to_owned() }, trigger)?;
            }
            Keyword::Expose
            | Keyword::User
            | Keyword::Workdir
            | Keyword::Stopsignal
            | Keyword::Maintainer
            | Keyword::Volume => needs(at_least(1), count > 0)?,
            Keyword::Shell => {
                needs(What::ShellForm, words::json(&self.arguments).is_some_and(|list| !list.is_empty()))?;
            }
            Keyword::Healthcheck => {
                let kind = self.arguments.split_whitespace().next().unwrap_or_default();
                let form = kind.eq_ignore_ascii_case("none") || kind.eq_ignore_ascii_case("cmd") && count > 1;
                needs(What::HealthcheckForm, form)?;
            }
            Keyword::Cmd | Keyword::Entrypoint | Keyword::Run => {}
        }
        Ok(self)
    }
}

pub(super) fn command(arguments: &str) -> Command {
    words::json(arguments).map_or_else(|| Command::Shell(arguments.to_owned()), Command::Exec)
}

fn is_stage_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::{super::lines, *};

    #[test]
    fn a_command_is_a_list_only_when_it_is_json() {
        let exec = |words: &[&str]| Command::Exec(words.iter().map(|word| (*word).to_owned()).collect());
        for (arguments, expected) in [
            (r#"["python", "app.py"]"#, exec(&["python", "app.py"])),
            (r#" [ "a b" ] "#, exec(&["a b"])),
            ("['python', 'app.py']", Command::Shell("['python', 'app.py']".into())),
            (r#"["a" "b"]"#, Command::Shell(r#"["a" "b"]"#.into())),
            (r#"["a", 1]"#, Command::Shell(r#"["a", 1]"#.into())),
            ("python app.py", Command::Shell("python app.py".into())),
        ] {
            let (_, instructions) = lines::read(&format!("FROM x\nCMD {arguments}")).unwrap();
            assert_eq!(instructions[1].command(), expected, "{arguments}");
        }
    }

    #[test]
    fn arguments_that_buildkit_refuses_are_refused_with_their_line() {
        for (text, what) in [
            ("FROM", What::Arguments { keyword: "FROM", least: 1 }),
            ("FROM a b", What::FromForm { words: "a b".into() }),
            ("FROM a AS 1b", What::StageName { name: "1b".into() }),
            ("COPY a", What::Arguments { keyword: "COPY", least: 2 }),
            ("COPY --from=b a", What::Arguments { keyword: "COPY", least: 2 }),
            ("ENV", What::Arguments { keyword: "ENV", least: 1 }),
            ("ENV a", What::Pair { keyword: "ENV", word: "a".into() }),
            ("ENV a=b c", What::Pair { keyword: "ENV", word: "c".into() }),
            ("USER", What::Arguments { keyword: "USER", least: 1 }),
            ("SHELL bash", What::ShellForm),
            ("HEALTHCHECK curl x", What::HealthcheckForm),
            ("HEALTHCHECK CMD", What::HealthcheckForm),
            ("ARG =1", What::NameBlank { keyword: "ARG" }),
            ("ONBUILD FROM x", What::Trigger { word: "FROM".into() }),
        ] {
            assert_eq!(lines::read(&format!("\n{text}\n")).unwrap_err(), Fault { line: 2, what }, "{text}");
        }
    }
}
