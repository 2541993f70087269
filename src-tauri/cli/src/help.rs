//! What can be typed, with its help in the user's language: the definitions are [`Args`], the words are the language
//! files'.

use clap::{Arg, Command, CommandFactory};
use slipway_engine::{text, text::Text};
use slipway_locales::{Language, Words};

use crate::args::{Args, COMMON, Lang};

/// The command with all its help.
pub fn command(language: Language) -> Command {
    let words = Words::new(language);
    let say = |text: Text| words.say(&text);
    let mut command = Args::command();
    command.build(); // clap's own parts are there from now on
    let about = say(text!("help-slipway"));
    let long = format!("{about}\n\n{}", say(text!("help-more")));
    told(command, &words).about(about).long_about(long).after_help(say(text!("help-exit-codes")))
}

/// The language that these words ask for, else the system's. It is wanted before the words can be parsed.
pub fn language(typed: impl IntoIterator<Item = String>) -> Language {
    let mut typed = typed.into_iter();
    while let Some(word) = typed.next() {
        let named = match word.strip_prefix("--lang") {
            Some("") => typed.next(),
            Some(rest) => rest.strip_prefix('=').map(str::to_owned),
            None => continue,
        };
        if let Some(lang) = named.and_then(|named| <Lang as clap::ValueEnum>::from_str(&named, true).ok()) {
            return lang.into();
        }
    }
    Language::of_system()
}

/// The command and all below it, in these words.
fn told(mut command: Command, words: &Words) -> Command {
    let say = |text: Text| words.say(&text);
    let verbs: Vec<_> = command.get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    for name in verbs {
        let about = say(Text::new(&format!("help-verb-{name}")));
        command = command.mut_subcommand(&name, |verb| told(verb, words).about(about));
    }
    let usage = say(text!("help-heading-usage"));
    command
        .mut_args(|arg| described(arg, words))
        .subcommand_help_heading(say(text!("help-heading-verbs")))
        .help_template(format!("{{about-with-newline}}\n{usage}{{usage}}\n\n{{all-args}}{{after-help}}"))
}

fn described(arg: Arg, words: &Words) -> Arg {
    let say = |text: Text| words.say(&text);
    let help = say(Text::new(&format!("help-arg-{}", arg.get_id().as_str().replace('_', "-"))));
    let heading = if arg.get_help_heading() == Some(COMMON) {
        text!("help-heading-common")
    } else if arg.is_positional() {
        text!("help-heading-arguments")
    } else {
        text!("help-heading-options")
    };
    // The help itself names the values that can be chosen, and what holds without one.
    arg.long_help(help.clone())
        .help(help)
        .help_heading(say(heading))
        .hide_possible_values(true)
        .hide_default_value(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(language: Language, verb: &str) -> String {
        let mut command = command(language);
        let verb = command.find_subcommand_mut(verb).unwrap();
        verb.render_long_help().to_string()
    }

    #[test]
    fn every_verb_and_flag_is_described_in_both_languages() {
        for language in [Language::En, Language::ZhCn] {
            command(language).debug_assert();
            for verb in command(language).get_subcommands() {
                let page = page(language, verb.get_name());
                assert!(!page.contains("help-"), "a message is missing: {page}");
            }
        }
        let chinese = page(Language::ZhCn, "up");
        assert!(chinese.contains("用法：slipway up") && chinese.contains("通用选项:"), "{chinese}");
        assert!(!chinese.contains("Print"), "{chinese}");
    }

    #[test]
    fn the_language_is_known_before_the_rest_is() {
        let of = |words: &[&str]| language(words.iter().map(|word| (*word).to_owned()));
        assert_eq!(of(&["up", "--lang", "zh-CN", "--nonsense"]), Language::ZhCn);
        assert_eq!(of(&["--lang=en", "up"]), Language::En);
    }
}
