//! Text of foreign origin (logs, clusters, file names, addresses), made fit to be shown: what would be obeyed by a
//! terminal is made visible, and passwords in addresses are left out.

use std::{borrow::Cow, fmt::Write as _, sync::LazyLock};

use regex::Regex;

/// What stands for something that is not shown.
pub const HIDDEN: &str = "****";

/// The text with terminal escapes and other control characters replaced by visible ones, and without the passwords of
/// addresses in it. Tabs and line ends stay. Doing it twice changes nothing more.
pub fn harmless(text: &str) -> String {
    without_passwords(text)
        .chars()
        .map(|c| match c {
            c if is_harmless(c) => c,
            '\u{7f}' => '\u{2421}',
            c if (c as u32) < 0x20 => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            _ => '\u{fffd}',
        })
        .collect()
}

/// Whether a terminal shows the character and does nothing else with it.
pub fn is_harmless(c: char) -> bool {
    match c {
        '\n' | '\t' => true,
        // C1 controls, and the marks that reorder or hide text
        '\u{7f}'..='\u{9f}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => false,
        c => c >= ' ',
    }
}

/// The same JSON with every character that is not harmless written as an escape, which JSON's own writers do for some
/// only.
pub fn harmless_json(json: &str) -> Cow<'_, str> {
    if json.chars().all(is_harmless) {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if is_harmless(c) {
            shown.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(shown, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(shown)
}

/// What a parser says of a file that may hold secrets, without the values that it quotes from there.
pub fn without_values(words: &str) -> Cow<'_, str> {
    match &*QUOTED_VALUE {
        Some(quoted) => quoted.replace_all(words, format!("string \"{HIDDEN}\"")),
        None => Cow::Borrowed(HIDDEN),
    }
}

/// serde's `invalid type: string "…"`.
static QUOTED_VALUE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?s)string "(?:[^"\\]|\\.)*""#).ok());

/// `user:password@` of any address, and what stands alone before the `@` of one that a browser would take: a token.
static IN_ADDRESS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(://[^\s/?#@:]*:|\bhttps?://)[^\s/?#@:]+@").ok());

fn without_passwords(text: &str) -> Cow<'_, str> {
    match &*IN_ADDRESS {
        Some(in_address) if text.contains("://") && text.contains('@') => {
            in_address.replace_all(text, format!("${{1}}{HIDDEN}@"))
        }
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_foreign_text_are_shown_not_obeyed() {
        assert_eq!(harmless("a\u{1b}[31mred\r\nb"), "a\u{241b}[31mred\u{240d}\nb");
        assert_eq!(harmless("abc\u{202e}cba"), "abc\u{fffd}cba");
        assert_eq!(harmless("\u{9b}31m\u{7f}"), "\u{fffd}31m\u{2421}");
    }

    #[test]
    fn passwords_and_tokens_of_addresses_are_left_out_and_names_stay() {
        for (text, shown) in [
            ("proxy http://ada:s3cret@proxy:3128 refused", "proxy http://ada:****@proxy:3128 refused"),
            ("index https://t0ken@pypi.example/simple", "index https://****@pypi.example/simple"),
            ("socks5://:s3cret@p", "socks5://:****@p"),
            ("ssh://ada@lab", "ssh://ada@lab"),
            ("http://localhost:8000/a@b", "http://localhost:8000/a@b"),
            ("write to ada@example.org", "write to ada@example.org"),
        ] {
            assert_eq!(harmless(text), shown);
            assert_eq!(harmless(shown), shown, "twice is once");
        }
    }

    #[test]
    fn what_a_parser_quotes_of_a_file_is_left_out() {
        let words = r#"invalid type: string "s3\"cret", expected a map at line 1"#;
        assert_eq!(without_values(words), r#"invalid type: string "****", expected a map at line 1"#);
    }

    #[test]
    fn json_says_the_same_without_a_character_that_a_terminal_would_obey() {
        let text = "\u{9b}31m\u{7f}\u{202e}\u{1b}";
        let json = serde_json::to_string(text).unwrap();
        let shown = harmless_json(&json);
        assert!(shown.chars().all(is_harmless), "{shown:?}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
