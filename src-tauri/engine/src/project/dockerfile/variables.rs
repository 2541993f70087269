//! `$v`, `${v:-default}` and their kin, quotes and escapes, expanded as BuildKit expands them.

use std::{iter::Peekable, str::Chars};

use super::fault::What;

/// The longest that a value may grow: `ENV A=$A$A` doubles it each time.
const VALUE_AT_MOST: usize = 64 * 1024;

/// How deep `${a:-${b:-…}}` may be.
const DEPTH_AT_MOST: u32 = 64;

/// A longer value is left whole by `${v#pattern}` and its kin.
const PATTERN_AT_MOST: usize = 4 * 1024;

/// Expands the variables of `word` by `value_of` and takes its quotes and escapes away.
pub fn expand<'v>(
    word: &str,
    escape: char,
    value_of: &dyn Fn(&str) -> Option<&'v str>,
) -> Result<String, What> {
    let mut expander = Expander { chars: word.chars().peekable(), escape, value_of, words: word, depth: 0 };
    expander.until(None)
}

struct Expander<'a, 'v> {
    chars: Peekable<Chars<'a>>,
    escape: char,
    value_of: &'a dyn Fn(&str) -> Option<&'v str>,
    words: &'a str,
    depth: u32,
}

impl Expander<'_, '_> {
    fn bad(&self) -> What {
        What::Substitution { words: self.words.chars().take(200).collect() }
    }

    /// Reads up to `end`, which is consumed, or to the end of the word where there is none.
    fn until(&mut self, end: Option<char>) -> Result<String, What> {
        self.depth += 1;
        if self.depth > DEPTH_AT_MOST {
            return Err(self.bad());
        }
        let mut out = String::new();
        loop {
            match self.chars.next() {
                None if end.is_none() => break,
                None => return Err(self.bad()),
                Some(c) if Some(c) == end => break,
                Some('\'') => loop {
                    match self.chars.next() {
                        Some('\'') => break,
                        Some(c) => out.push(c),
                        None => return Err(self.bad()),
                    }
                },
                Some('"') => self.double_quoted(&mut out)?,
                Some('$') => out.push_str(&self.dollar()?),
                Some(c) if c == self.escape => match self.chars.next() {
                    Some(c) => out.push(c),
                    None => break,
                },
                Some(c) => out.push(c),
            }
            if out.len() > VALUE_AT_MOST {
                return Err(What::ValueTooLong { name: self.words.chars().take(80).collect() });
            }
        }
        self.depth -= 1;
        Ok(out)
    }

    fn double_quoted(&mut self, out: &mut String) -> Result<(), What> {
        loop {
            match self.chars.next() {
                Some('"') => return Ok(()),
                Some('$') => out.push_str(&self.dollar()?),
                Some(c) if c == self.escape => match self.chars.next() {
                    Some(next) if next == '"' || next == '$' || next == self.escape => out.push(next),
                    Some(next) => out.extend([c, next]),
                    None => return Err(self.bad()),
                },
                Some(c) => out.push(c),
                None => return Err(self.bad()),
            }
            if out.len() > VALUE_AT_MOST {
                return Err(What::ValueTooLong { name: self.words.chars().take(80).collect() });
            }
        }
    }

    /// After a `$`.
    fn dollar(&mut self) -> Result<String, What> {
        if self.chars.next_if_eq(&'{').is_none() {
            let name = self.name();
            return Ok(if name.is_empty() { "$".to_owned() } else { self.value(&name).unwrap_or_default() });
        }
        let name = self.name();
        if name.is_empty() {
            return Err(self.bad());
        }
        let value = self.value(&name);
        let Some(operator) = self.chars.next() else { return Err(self.bad()) };
        // With a colon, an empty value counts as none.
        let (operator, set) = match operator {
            ':' => (
                self.chars.next().ok_or_else(|| self.bad())?,
                value.as_ref().is_some_and(|value| !value.is_empty()),
            ),
            operator => (operator, value.is_some()),
        };
        let value = value.unwrap_or_default();
        match operator {
            '}' => Ok(value),
            '-' => self.until(Some('}')).map(|other| if set { value } else { other }),
            '+' => self.until(Some('}')).map(|other| if set { other } else { String::new() }),
            '?' => {
                self.until(Some('}'))?;
                if set { Ok(value) } else { Err(self.bad()) }
            }
            '#' | '%' => {
                let greedy = self.chars.next_if_eq(&operator).is_some();
                let pattern = self.until(Some('}'))?;
                Ok(if operator == '#' {
                    without_prefix(&value, &pattern, greedy)
                } else {
                    without_suffix(&value, &pattern, greedy)
                }
                .to_owned())
            }
            '/' => {
                let all = self.chars.next_if_eq(&'/').is_some();
                let pattern = self.until(Some('/'))?;
                let replacement = self.until(Some('}'))?;
                // A pattern with wildcards is rare and is left to the engine.
                let plain =
                    !pattern.is_empty() && !pattern.contains(['*', '?']) && value.len() <= PATTERN_AT_MOST;
                let replaced = match (plain, all) {
                    (false, _) => value,
                    (true, true) => value.replace(&pattern, &replacement),
                    (true, false) => value.replacen(&pattern, &replacement, 1),
                };
                Ok(replaced)
            }
            _ => Err(self.bad()),
        }
    }

    fn value(&self, name: &str) -> Option<String> {
        (self.value_of)(name).map(str::to_owned)
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
            // `$1` and its kin are one character.
            if name.len() == 1 && c.is_ascii_digit() {
                break;
            }
        }
        // So are `$$` and its kin; in an image's making they have no value.
        if name.is_empty()
            && let Some(special) = self.chars.next_if(|c| "@*#?-$!".contains(*c))
        {
            name.push(special);
        }
        name
    }
}

fn ends(value: &str) -> impl DoubleEndedIterator<Item = usize> {
    let known = if value.len() <= PATTERN_AT_MOST { value.len() } else { 0 };
    (0..=known).filter(|at| value.is_char_boundary(*at))
}

fn without_prefix<'v>(value: &'v str, pattern: &str, greedy: bool) -> &'v str {
    let matching = |at: &usize| matches(pattern, &value[..*at]);
    let at = if greedy { ends(value).rev().find(matching) } else { ends(value).find(matching) };
    at.map_or(value, |at| &value[at..])
}

fn without_suffix<'v>(value: &'v str, pattern: &str, greedy: bool) -> &'v str {
    let matching = |at: &usize| matches(pattern, &value[*at..]);
    let at = if greedy { ends(value).find(matching) } else { ends(value).rev().find(matching) };
    at.map_or(value, |at| &value[..at])
}

/// Whether a pattern of `*`, `?` and plain characters matches the whole text. Linear but for `*`, which
/// remembers one place to go back to.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut back) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => {
                let Some((star, at)) = back else { return false };
                back = Some((star, at + 1));
                p = star + 1;
                t = at + 1;
            }
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(word: &str) -> Result<String, What> {
        expand(word, '\\', &|name| match name {
            "V" => Some("3.13-slim"),
            "EMPTY" => Some(""),
            _ => None,
        })
    }

    #[test]
    fn variables_are_expanded_as_a_shell_would() {
        for (word, expected) in [
            ("python:$V", "python:3.13-slim"),
            ("python:${V}x", "python:3.13-slimx"),
            ("${NO:-d}/${NO-d}", "d/d"),
            ("${EMPTY:-d}/${EMPTY-d}", "d/"),
            ("${V:+y}/${NO:+y}/${EMPTY+y}/${EMPTY:+y}", "y//y/"),
            ("${NO:-${V}}", "3.13-slim"),
            ("a$NO-b", "a-b"),
            ("$", "$"),
            ("a$ b", "a$ b"),
            (r"\$V", "$V"),
            ("'$V'", "$V"),
            (r#""$V \" \n""#, r#"3.13-slim " \n"#),
            (r"a\ b", "a b"),
            ("${V#*.}", "13-slim"),
            ("${V%-*}", "3.13"),
            ("${V%%.*}", "3"),
            ("${V##*-}", "slim"),
            ("${V/slim/full}", "3.13-full"),
            ("${V//3/4}", "4.14-slim"),
            ("$1x", "x"),
            ("a$$b$!c", "abc"),
        ] {
            assert_eq!(expanded(word).as_deref(), Ok(expected), "{word}");
        }
    }

    #[test]
    fn what_is_no_substitution_is_a_fault() {
        for word in ["${", "${}", "${V", "${V:", "${V!x}", "'a", "\"a", "${NO:?wanted}"] {
            assert!(matches!(expanded(word), Err(What::Substitution { .. })), "{word}");
        }
        assert!(matches!(expanded(&"${N:-".repeat(100_000)), Err(What::Substitution { .. })));
    }

    #[test]
    fn a_value_cannot_grow_without_end() {
        let long = "x".repeat(40_000);
        let grown = expand("$A$A", '\\', &|_| Some(&*long));
        assert!(matches!(grown, Err(What::ValueTooLong { .. })));
    }

    #[test]
    fn a_pattern_of_many_stars_is_matched_in_time() {
        assert!(!matches(&"*a".repeat(500), &"a".repeat(499)));
        assert!(matches("*a*b", "xxaxxb"));
    }
}
