//! Splitting an instruction's arguments into words, quotes and escapes heeded.

/// The first word, with its quotes as they stand, and what follows it.
pub fn first(text: &str, escape: char) -> (&str, &str) {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        if escaped {
            escaped = false;
        } else if c == escape && quote != Some('\'') {
            escaped = true;
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
        } else if quote.is_none() && c.is_whitespace() {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// All words, with their quotes as they stand.
pub fn split(text: &str, escape: char) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (word, after) = first(rest, escape);
        words.push(word);
        rest = after.trim_start();
    }
    words
}

/// The list of strings, if the text is one in JSON.
pub fn json(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    if text.starts_with('[') { serde_json::from_str(text).ok() } else { None }
}

/// `key=value` words, or the one pair of the old form `key value`. A word that is no pair comes as the error.
pub fn pairs(text: &str, escape: char) -> Vec<Result<(&str, &str), String>> {
    let (word, rest) = first(text.trim(), escape);
    if !word.contains('=') {
        let value = rest.trim();
        return vec![if value.is_empty() { Err(word.to_owned()) } else { Ok((word, value)) }];
    }
    split(text, escape)
        .into_iter()
        .map(|word| match word.split_once('=') {
            Some((key, value)) if !key.is_empty() => Ok((key, value)),
            _ => Err(word.to_owned()),
        })
        .collect()
}

/// The here-documents that the words announce: name, whether variables are expanded, whether leading tabs go.
pub fn heredocs(text: &str, escape: char) -> Vec<(String, bool, bool)> {
    if !text.contains("<<") || !balanced(text, escape) {
        return Vec::new();
    }
    split(text, escape).into_iter().filter_map(heredoc).collect()
}

fn heredoc(word: &str) -> Option<(String, bool, bool)> {
    let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
    let (tabs, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let name: String = rest.chars().filter(|c| !"\"'".contains(*c)).collect();
    let expand = name.len() == rest.len();
    (!name.is_empty()).then_some((name, expand, tabs))
}

/// Whether every quote is closed.
fn balanced(text: &str, escape: char) -> bool {
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == escape && quote != Some('\'') {
            chars.next();
        } else if quote == Some(c) {
            quote = None;
        } else if quote.is_none() && (c == '"' || c == '\'') {
            quote = Some(c);
        }
    }
    quote.is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_is_quoted_together() {
        for (text, expected) in [
            ("a  b\tc", vec!["a", "b", "c"]),
            (r#"a="b c" d"#, vec![r#"a="b c""#, "d"]),
            (r"a=b\ c d", vec![r"a=b\ c", "d"]),
            (r"a='b\' c", vec![r"a='b\'", "c"]),
            (r#"a="b\" c" d"#, vec![r#"a="b\" c""#, "d"]),
            (r#"a "b c"#, vec!["a", r#""b c"#]),
            ("", vec![]),
        ] {
            assert_eq!(split(text, '\\'), expected, "{text}");
        }
    }

    #[test]
    fn pairs_have_a_new_form_and_an_old_one() {
        assert_eq!(pairs("a=b c='d e'", '\\'), [Ok(("a", "b")), Ok(("c", "'d e'"))]);
        assert_eq!(pairs("a b  c=d", '\\'), [Ok(("a", "b  c=d"))]);
        assert_eq!(pairs("a", '\\'), [Err("a".into())]);
        assert_eq!(pairs("a=b =c", '\\'), [Ok(("a", "b")), Err("=c".into())]);
    }
}
