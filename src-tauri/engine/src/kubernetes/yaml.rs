//! YAML that a person would write.

use serde::Serialize;

use crate::{
    foreign::{harmless_json, is_harmless},
    problem::{Problem, internal},
};

/// A document: its fields in the order of the value, strings quoted only where a reader would take them for
/// something else, also a reader of YAML 1.1, as kubectl is.
pub fn document(value: &impl Serialize) -> Result<String, Problem> {
    let mut text = String::new();
    let options = serde_saphyr::ser_options! { compact_list_indent: true, prefer_block_scalars: false };
    serde_saphyr::to_fmt_writer_with_options(&mut text, value, options).map_err(internal)?;
    if text.chars().all(is_harmless) {
        return Ok(text);
    }
    // JSON is YAML too, and every character can be escaped in it.
    let json = serde_json::to_string_pretty(value).map_err(internal)?;
    Ok(format!("{}\n", harmless_json(&json)))
}

/// A value on a line or several, for a change's `before` and `after`.
pub fn value(value: &impl Serialize) -> String {
    document(value).map_or_else(|problem| problem.to_string(), |text| text.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_reader_would_take_for_something_else_is_quoted() {
        let strings = json!({"a": "yes", "b": "1", "c": "0x1f", "d": "1:30", "e": "null", "f": "plain", "g": "", "h": "on"});
        let text = document(&strings).unwrap();
        let back: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
        assert_eq!(back, strings);
        for (line, quoted) in text.lines().zip([true, true, true, true, true, false, true, true]) {
            assert_eq!(line.ends_with('"') || line.ends_with('\''), quoted, "{line}");
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_escaped() {
        for strings in [json!({"a": "\u{1b}]0;t\u{7}"}), json!({"a": "\u{9b}31m"}), json!({"\u{202e}": 1})] {
            let text = document(&strings).unwrap();
            assert!(text.chars().all(is_harmless), "{text:?}");
            assert_eq!(serde_saphyr::from_str::<serde_json::Value>(&text).unwrap(), strings);
        }
    }

    #[test]
    fn lists_and_long_lines_are_written_as_people_write_them() {
        let long = "x ".repeat(60);
        let text =
            document(&json!({"env": [{"name": "A", "value": long.trim_end()}], "ports": [80]})).unwrap();
        assert_eq!(text, format!("env:\n- name: A\n  value: {}\nports:\n- 80\n", long.trim_end()));
    }
}
