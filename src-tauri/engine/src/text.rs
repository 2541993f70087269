//! A sentence for a person, before it is put into words: a message's id and its arguments.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::foreign::harmless;

/// A message of the Fluent files in `src-tauri/locales` and what goes into it. Make one with [`text!`](crate::text!).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(export)]
pub struct Text {
    /// The message's id in the Fluent files.
    pub id: String,
    /// The message's variables by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[ts(as = "Option<BTreeMap<String, Arg>>", optional)]
    pub args: BTreeMap<String, Arg>,
}

/// One variable of a message. Numbers stay numbers, so that each language can choose its plural and its format.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
#[ts(export)]
pub enum Arg {
    /// A count, a size in bytes or a time in milliseconds: the message says which.
    Number(f64),
    /// A name, a path or other text that is shown as it is, made harmless.
    Text(String),
}

impl Text {
    /// A message without arguments. `id` must be a literal, so that the test of the language files finds it.
    pub fn new(id: &str) -> Self {
        Self { id: id.to_owned(), args: BTreeMap::new() }
    }

    /// Adds a variable.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Arg>) -> Self {
        self.args.insert(name.to_owned(), value.into());
        self
    }

    /// Words that are the same in every language: a line of a log, a server's own sentence, a path.
    pub fn quoted(words: impl Into<String>) -> Self {
        Self::new("quoted").with("text", words.into())
    }
}

impl From<&str> for Arg {
    fn from(value: &str) -> Self {
        Self::Text(harmless(value))
    }
}

impl From<String> for Arg {
    fn from(value: String) -> Self {
        Self::Text(harmless(&value))
    }
}

impl From<&String> for Arg {
    fn from(value: &String) -> Self {
        Self::Text(harmless(value))
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Arg {
            #[allow(clippy::cast_precision_loss, clippy::cast_lossless)] // shown to a person, rounded
            fn from(value: $kind) -> Self {
                Self::Number(value as f64)
            }
        }
    )*};
}
numbers!(u8, u16, u32, u64, usize, i32, i64, f64);

/// `text!("image-built", tag = tag, steps = 6)` is a [`Text`](crate::text::Text) with these arguments.
#[macro_export]
macro_rules! text {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::Text::new($id)$(.with(stringify!($name), $value))*
    };
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_text_keeps_numbers_as_numbers() {
        let text = text!("image-built", tag = "iris:1", steps = 6_u32);
        assert_eq!(
            serde_json::to_value(text).unwrap(),
            serde_json::json!({"id": "image-built", "args": {"steps": 6.0, "tag": "iris:1"}})
        );
    }
}
