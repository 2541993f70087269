//! Where the program speaks: its language, its format, its colours, and whether somebody sits there.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use serde::Serialize;
use slipway_engine::{
    foreign::{harmless, harmless_json, is_harmless},
    text::Text,
};
use slipway_locales::{Language, Words};

use crate::args::{Colour, Common};

/// The terminal or pipe in which the program runs. Standard output has what was asked for; standard error has
/// problems and questions, unless everything is JSON.
#[derive(Debug)]
pub struct Screen {
    words: Words,
    /// Whether programs read it.
    pub json: bool,
    /// Whether to show more.
    pub verbose: bool,
    /// Whether standard output is a terminal in which lines can be drawn again.
    pub live: bool,
    /// Whether somebody can be asked.
    pub asks: bool,
    /// How to paint what goes to standard output.
    pub out: Paint,
    /// How to paint what goes to standard error.
    pub err: Paint,
}

/// Colours, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paint(bool);

impl Screen {
    /// The screen that these flags and this environment make.
    pub fn new(common: &Common) -> Self {
        let language = common.lang.map_or_else(Language::of_system, Language::from);
        let out = console::Term::stdout();
        let terminal = out.is_term();
        // Asking for it also switches a Windows console to understanding escapes.
        let escapes = terminal && out.features().colors_supported();
        let no_color = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        let paint = |capable: bool| Paint::decide(common.color, capable && !dumb, no_color);
        Self {
            words: Words::new(language),
            json: common.json,
            verbose: common.verbose,
            live: !common.json && terminal && (escapes || !cfg!(windows)) && !dumb,
            asks: !common.json && io::stdin().is_terminal() && terminal,
            out: paint(terminal),
            err: paint(io::stderr().is_terminal()),
        }
    }

    /// The text in words.
    pub fn say(&self, text: &Text) -> String {
        self.words.say(text)
    }

    /// All words, for what says more than one text.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Prints a line on standard output. Where nobody reads any more, the work goes on unheard.
    #[allow(clippy::unused_self)] // one way to print
    pub fn print(&self, line: &str) {
        let _ = writeln!(io::stdout(), "{}", obeying_only_paint(line));
    }

    /// Shows a line that stays only until [`Screen::passed`]. For a live screen.
    #[allow(clippy::unused_self)]
    pub fn passing(&self, line: &str) {
        let mut out = io::stdout();
        let _ = write!(out, "{line}").and_then(|()| out.flush());
    }

    /// Takes the passing line away.
    #[allow(clippy::unused_self)]
    pub fn passed(&self) {
        let mut out = io::stdout();
        let _ = write!(out, "\r\u{1b}[K").and_then(|()| out.flush());
    }

    /// Prints a line on standard error.
    #[allow(clippy::unused_self)]
    pub fn complain(&self, line: &str) {
        let _ = writeln!(io::stderr(), "{}", obeying_only_paint(line));
    }

    /// Prints an object as a line of JSON.
    pub fn object(&self, object: &impl Serialize) {
        if let Ok(line) = serde_json::to_string(object) {
            self.print(&harmless_json(&line));
        }
    }
}

impl Paint {
    /// The flag decides; `auto` paints a terminal that can, unless `NO_COLOR` is set.
    fn decide(flag: Colour, capable: bool, no_color: bool) -> Self {
        Self(match flag {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => capable && !no_color,
        })
    }

    /// Without colours.
    #[cfg(test)]
    pub const NONE: Self = Self(false);

    fn with(self, code: &str, words: &str) -> String {
        if self.0 && !words.is_empty() { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
    }

    /// What is most important.
    pub fn bold(self, words: &str) -> String {
        self.with("1", words)
    }

    /// What matters less.
    pub fn dim(self, words: &str) -> String {
        self.with("2", words)
    }

    /// Proven.
    pub fn green(self, words: &str) -> String {
        self.with("32", words)
    }

    /// Failed.
    pub fn red(self, words: &str) -> String {
        self.with("31", words)
    }

    /// Under way; what can be typed.
    pub fn cyan(self, words: &str) -> String {
        self.with("36", words)
    }
}

/// The words with nothing in them that a terminal obeys, but for paint of ours: whatever else is made harmless
/// where it comes from, this is the last gate.
fn obeying_only_paint(words: &str) -> String {
    let mut rest = words;
    let mut shown = String::with_capacity(words.len());
    while let Some(at) = rest.find(|c| !is_harmless(c)) {
        shown.push_str(&rest[..at]);
        rest = &rest[at..];
        let paint = PAINTS.iter().find(|paint| rest.starts_with(**paint));
        let length = paint.map_or_else(|| rest.chars().next().map_or(1, char::len_utf8), |paint| paint.len());
        match paint {
            Some(paint) => shown.push_str(paint),
            None => shown.push_str(&harmless(&rest[..length])),
        }
        rest = &rest[length..];
    }
    shown + rest
}

/// All that [`Paint`] says to a terminal.
const PAINTS: [&str; 6] = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[36m"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_is_told_nothing_but_paint() {
        assert_eq!(
            obeying_only_paint("\u{1b}[1mbold\u{1b}[0m \u{1b}]0;title\u{7}"),
            "\u{1b}[1mbold\u{1b}[0m \u{241b}]0;title\u{2407}"
        );
    }

    #[test]
    fn colours_are_for_terminals_unless_the_user_says_otherwise() {
        let painted = |flag, capable, no_color| Paint::decide(flag, capable, no_color).0;
        assert!(painted(Colour::Auto, true, false));
        assert!(!painted(Colour::Auto, true, true), "NO_COLOR");
        assert!(!painted(Colour::Auto, false, false), "a pipe");
        assert!(painted(Colour::Always, false, true), "the flag beats the variable");
        assert!(!painted(Colour::Never, true, false));
    }
}
