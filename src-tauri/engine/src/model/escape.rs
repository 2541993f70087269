//! The escapes in the lines of protocol 0.

/// The content of a literal like `'a\n'` or `"a"`, as Python 2 wrote it; `None` if it is none. A line that was cut
/// lacks its last quote.
pub fn quoted(line: &[u8], whole: bool) -> Option<Vec<u8>> {
    let line = line.trim_ascii();
    let (quote, rest) = line.split_first()?;
    if *quote != b'\'' && *quote != b'"' {
        return None;
    }
    let inner = if whole { rest.strip_suffix(&[*quote])? } else { rest };
    let mut out = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match bytes.next() {
            Some(b'n') => out.push(b'\n'),
            Some(b'r') => out.push(b'\r'),
            Some(b't') => out.push(b'\t'),
            Some(b'a') => out.push(7),
            Some(b'b') => out.push(8),
            Some(b'f') => out.push(12),
            Some(b'v') => out.push(11),
            Some(b'x') => out.push(u8::try_from(number(&mut bytes, 2, 16)?).ok()?),
            Some(digit @ b'0'..=b'7') => {
                let mut value = u32::from(digit - b'0');
                for _ in 0..2 {
                    let Some(digit) = bytes.next_if(|byte| (b'0'..=b'7').contains(byte)) else { break };
                    value = value * 8 + u32::from(digit - b'0');
                }
                out.push(u8::try_from(value & 0xff).ok()?);
            }
            Some(other @ (b'\\' | b'\'' | b'"')) => out.push(other),
            Some(other) => out.extend([b'\\', other]),
            None => {}
        }
    }
    Some(out)
}

/// Text with `\uXXXX` and `\UXXXXXXXX`, in which every other byte is the letter of that number.
pub fn unicode(line: &[u8]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut bytes = line.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let digits = match bytes.peek() {
            Some(b'u') if byte == b'\\' => 4,
            Some(b'U') if byte == b'\\' => 8,
            _ => {
                out.push(char::from(byte));
                continue;
            }
        };
        bytes.next();
        let letter = number(&mut bytes, digits, 16).and_then(char::from_u32);
        out.push(letter.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    out
}

fn number(bytes: &mut impl Iterator<Item = u8>, digits: usize, radix: u32) -> Option<u32> {
    let mut value: u32 = 0;
    for _ in 0..digits {
        let digit = char::from(bytes.next()?).to_digit(radix)?;
        value = value.checked_mul(radix)?.checked_add(digit)?;
    }
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_of_python_2() {
        for (line, content) in [
            (&b"'a'"[..], Some(&b"a"[..])),
            (b"\"it's\" ", Some(b"it's")),
            (br"'\x41\n\\\'\101\q'", Some(b"A\n\\'A\\q")),
            (b"'a", None),
            (b"a'", None),
            (b"", None),
            (br"'\x4'", None),
        ] {
            assert_eq!(quoted(line, true).as_deref(), content, "{}", line.escape_ascii());
        }
    }

    #[test]
    fn escapes_of_unicode() {
        assert_eq!(unicode(b"a\\u00e4\xe4\\U0001F600\\n"), "a\u{e4}\u{e4}\u{1f600}\\n");
        assert_eq!(unicode(b"\\ud800\\u12"), "\u{fffd}\u{fffd}");
    }
}
