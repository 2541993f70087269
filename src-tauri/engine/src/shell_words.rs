//! Commands as a person would type them. They are shown and put into scripts; Slipway itself never runs them.

use std::fmt::{self, Write as _};

use crate::foreign::is_harmless;

/// A command line for a POSIX shell, each word quoted where it needs to be. What is secret in it stands there by the
/// name of a shell variable.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShellCommand {
    words: Vec<Word>,
    input: Option<Input>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Word {
    /// As it is.
    Plain(String),
    /// `NAME=VALUE`, its value by the variable's name alone.
    Setting(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Input {
    text: String,
    /// Variables that stand in it as [`reference`] has them.
    variables: Vec<String>,
}

impl ShellCommand {
    /// A command of these words.
    pub fn of<W: Into<String>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::default().with(words)
    }

    /// Adds words.
    #[must_use]
    pub fn with<W: Into<String>>(mut self, words: impl IntoIterator<Item = W>) -> Self {
        self.words.extend(words.into_iter().map(|word| Word::Plain(word.into())));
        self
    }

    /// Adds the word `NAME=VALUE` with the value left to a shell variable of this name.
    #[must_use]
    pub fn with_setting(mut self, name: &str) -> Self {
        self.words.push(Word::Setting(name.to_owned()));
        self
    }

    /// Gives the command this text as its standard input (a here-document).
    #[must_use]
    pub fn reading(self, input: impl Into<String>) -> Self {
        self.reading_with(input, [])
    }

    /// Gives the command this text as its standard input, with the values of these variables where the text has
    /// their [`reference`].
    #[must_use]
    pub fn reading_with<'a>(
        mut self,
        input: impl Into<String>,
        variables: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let variables = variables.into_iter().map(str::to_owned).collect();
        self.input = Some(Input { text: input.into(), variables });
        self
    }
}

impl fmt::Display for ShellCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, word) in self.words.iter().enumerate() {
            if at > 0 {
                f.write_char(' ')?;
            }
            match word {
                Word::Plain(word) => f.write_str(&quoted(word))?,
                Word::Setting(name) => write!(f, "\"{name}={}\"", reference(name))?,
            }
        }
        let Some(input) = &self.input else { return Ok(()) };
        let mut end = "END".to_owned();
        while input.text.lines().any(|line| line == end) {
            end.push('_');
        }
        let text = input.written();
        let start = if input.variables.is_empty() { format!("'{end}'") } else { end.clone() };
        write!(f, " <<{start}\n{text}{}{end}", if text.ends_with('\n') { "" } else { "\n" })
    }
}

impl Input {
    /// The text as it stands in the here-document: where a shell looks for variables in it, it must find no others.
    fn written(&self) -> String {
        if self.variables.is_empty() {
            return self.text.clone();
        }
        let escaped = self.text.replace('\\', r"\\").replace('$', r"\$").replace('`', r"\`");
        self.variables
            .iter()
            .map(|name| reference(name))
            .fold(escaped, |text, reference| text.replace(&format!(r"\{reference}"), &reference))
    }
}

/// How a shell takes a variable's value. Kubernetes allows names that a shell does not: dots and dashes are lines then.
pub fn reference(name: &str) -> String {
    format!("${{{}}}", variable(name))
}

/// The name of the shell variable for a variable of an environment.
pub fn variable(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

/// One word, quoted for a POSIX shell only where that is needed. What a terminal would obey is not in it: the shell
/// is told how to make it.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let mut written = format!("'{}'", word.replace('\'', r"'\''"));
    if !word.chars().all(is_harmless) {
        written = written
            .chars()
            .map(|c| if is_harmless(c) { c.to_string() } else { format!(r#"'"$(printf '{}')"'"#, octal(c)) })
            .collect();
    }
    written
}

fn octal(c: char) -> String {
    c.encode_utf8(&mut [0; 4]).bytes().fold(String::new(), |octal, byte| format!(r"{octal}\{byte:03o}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_where_a_shell_would_split_or_expand_them() {
        let command =
            ShellCommand::of(["docker", "build", "-t", "iris:3f", "my folder", "it's", "$HOME", ""]);
        assert_eq!(command.to_string(), r"docker build -t iris:3f 'my folder' 'it'\''s' '$HOME' ''");
    }

    #[test]
    fn a_here_document_never_ends_early() {
        let command = ShellCommand::of(["cat"]).reading("END\n");
        assert_eq!(command.to_string(), "cat <<'END_'\nEND\nEND_");
    }

    #[test]
    fn a_setting_is_shown_by_its_name() {
        let command = ShellCommand::of(["docker", "run", "--env"]).with_setting("API.KEY");
        assert_eq!(command.to_string(), r#"docker run --env "API.KEY=${API_KEY}""#);
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_makes_of_it_what_was_meant() {
        let said = |command: &ShellCommand| {
            let shell = std::process::Command::new("sh")
                .args(["-c", &command.to_string()])
                .env("KEY", "a'b c")
                .output();
            String::from_utf8(shell.unwrap().stdout).unwrap()
        };
        let words = "it's \u{1b}]0;t\u{7} \u{9b}31m $HOME `ls` \\";
        let command = ShellCommand::of(["printf", "%s", words]);
        assert!(command.to_string().chars().all(is_harmless), "{command}");
        assert_eq!(said(&command), words);
        let text = "a: ${KEY}\nb: $HOME `ls` \\n\n";
        assert_eq!(
            said(&ShellCommand::of(["cat"]).reading_with(text, ["KEY"])),
            text.replace("${KEY}", "a'b c")
        );
        assert_eq!(said(&ShellCommand::of(["printf", "%s"]).with_setting("KEY")), "KEY=a'b c");
    }
}
