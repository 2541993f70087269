//! Putting a [`Text`] into words.

use fluent_bundle::{
    FluentArgs, FluentError, FluentResource, FluentValue,
    concurrent::FluentBundle,
    resolver::{ResolverError, errors::ReferenceKind},
};
use fluent_syntax::ast::Pattern;
use slipway_engine::text::{Arg, Text};

use crate::{FILES, Language, bytes, duration};

/// All sentences of one language.
pub struct Words {
    /// The language.
    pub language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("language", &self.language).finish_non_exhaustive()
    }
}

impl Words {
    /// The sentences of this language.
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // Marks around each variable would end up in what people copy from a terminal.
        bundle.set_use_isolating(false);
        for file in FILES {
            let source = match language {
                Language::En => file.en,
                Language::ZhCn => file.zh_cn,
            };
            // What could be parsed is kept; a test sees to it that all of it can.
            let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(parsed, _)| parsed);
            bundle.add_resource_overriding(resource);
        }
        for (name, say) in [("BYTES", bytes as fn(f64, Language) -> String), ("DURATION", duration as _)] {
            let said = bundle.add_function(name, move |values, _| match values {
                [FluentValue::Number(number)] => FluentValue::from(say(number.value, language)),
                // a word that stands for the number
                [FluentValue::String(word)] => FluentValue::String(word.clone().into_owned().into()),
                _ => FluentValue::Error,
            });
            debug_assert!(said.is_ok(), "{name} is added once");
        }
        Self { language, bundle }
    }

    /// The text in words. A message that is not there is shown by its id and arguments, never hidden.
    pub fn say(&self, text: &Text) -> String {
        let Some(pattern) = self.pattern(&text.id) else { return unknown(text) };
        let mut args = FluentArgs::with_capacity(text.args.len());
        for (name, value) in &text.args {
            args.set(
                name.as_str(),
                match value {
                    Arg::Number(number) => FluentValue::from(*number),
                    Arg::Text(words) => FluentValue::from(words.as_str()),
                },
            );
        }
        // A variable that was not given shows as its name in braces.
        self.bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned()
    }

    /// The variables that a message or attribute speaks of.
    pub(crate) fn variables(&self, id: &str) -> Vec<String> {
        let mut missing = Vec::new();
        if let Some(pattern) = self.pattern(id) {
            self.bundle.format_pattern(pattern, None, &mut missing);
        }
        missing
            .into_iter()
            .filter_map(|error| match error {
                FluentError::ResolverError(ResolverError::Reference(ReferenceKind::Variable { id })) => {
                    Some(id)
                }
                _ => None,
            })
            .collect()
    }

    /// The pattern of a message `id`, or of an attribute `id.attribute`.
    fn pattern(&self, id: &str) -> Option<&Pattern<&str>> {
        match id.split_once('.') {
            None => self.bundle.get_message(id)?.value(),
            Some((id, attribute)) => Some(self.bundle.get_message(id)?.get_attribute(attribute)?.value()),
        }
    }
}

fn unknown(text: &Text) -> String {
    let args: Vec<_> = text
        .args
        .iter()
        .map(|(name, value)| match value {
            Arg::Number(number) => format!("{name}: {number}"),
            Arg::Text(words) => format!("{name}: {words}"),
        })
        .collect();
    if args.is_empty() { text.id.clone() } else { format!("{} ({})", text.id, args.join(", ")) }
}

#[cfg(test)]
mod tests {
    use slipway_engine::{
        problem::{Code, Problem},
        text,
    };

    use super::*;

    #[test]
    fn a_problem_is_said_in_each_language() {
        let problem = Problem::new(Code::FolderMissing).with("folder", "/home/ana/iris");
        let en = Words::new(Language::En);
        let zh = Words::new(Language::ZhCn);
        assert_eq!(en.say(&problem.summary()), "There is no folder /home/ana/iris.");
        assert_eq!(zh.say(&problem.summary()), "文件夹 /home/ana/iris 不存在。");
        assert_ne!(en.say(&problem.detail()), en.say(&problem.summary()));
    }

    #[test]
    fn foreign_words_pass_as_they_are() {
        let words = "{ $x } BYTES(3) 50 % <b>";
        assert_eq!(Words::new(Language::En).say(&Text::quoted(words)), words);
    }

    #[test]
    fn what_is_missing_is_shown_by_its_name() {
        let words = Words::new(Language::En);
        let missing = Text::new("no-such-message").with("path", "a/b").with("count", 3_u32);
        assert_eq!(words.say(&missing), "no-such-message (count: 3, path: a/b)");
        assert_eq!(words.say(&Text::new("quoted.no-such-attribute")), "quoted.no-such-attribute");
        assert_eq!(words.say(&text!("quoted")), "{$text}", "a variable that was not given");
    }

    #[test]
    fn sizes_and_times_are_said_by_functions() {
        let mut words = Words::new(Language::En);
        let source = "test = { BYTES($size) } in { DURATION($ms) }";
        words.bundle.add_resource_overriding(FluentResource::try_new(source.into()).unwrap());
        let text = Text::new("test").with("size", 3_200_000_u64).with("ms", 2_400_u64);
        assert_eq!(words.say(&text), "3.2 MB in 2.4 s");
    }
}
