//! JSON as a stream: any length, a bounded depth, no recursion.

use super::{
    fault::{Bound, Fault},
    limits,
    stream::Stream,
    tree::{Key, Path, Value, Visit},
};

/// Walks through one value of at most `most` bytes and tells each that has no others in it.
pub fn walk(stream: &mut Stream<'_>, most: u64, visit: &mut Visit<'_>) -> Result<(), Fault> {
    let end = stream.at().saturating_add(most);
    let mut path = Path::default();
    // For each open bracket: whether it is an object's.
    let mut open: Vec<bool> = Vec::new();
    let mut text = String::new();
    loop {
        let at = stream.at();
        let mut closed = true;
        match solid(stream)? {
            b'{' => {
                open.push(true);
                match solid(stream)? {
                    b'}' => drop(open.pop()),
                    b'"' => {
                        key(stream, &mut path)?;
                        closed = false;
                    }
                    _ => return Err(malformed(stream)),
                }
            }
            b'[' => {
                if ahead(stream)? == b']' {
                    stream.byte()?;
                } else {
                    open.push(false);
                    path.push(Key::Index(0), at)?;
                    closed = false;
                }
            }
            b'"' => {
                string(stream, limits::TEXT, &mut text)?;
                visit(&path, Value::Text(&text));
            }
            first => visit(&path, word(stream, first, &mut text)?),
        }
        if stream.at() > end {
            return Err(Fault::TooLarge { at: stream.at(), bound: Bound::Json });
        }
        while closed {
            let Some(object) = open.last() else { return Ok(()) };
            match (solid(stream)?, object) {
                (b',', true) => {
                    path.pop();
                    if solid(stream)? != b'"' {
                        return Err(malformed(stream));
                    }
                    key(stream, &mut path)?;
                    closed = false;
                }
                (b',', false) => {
                    path.next();
                    closed = false;
                }
                (b'}', true) | (b']', false) => {
                    path.pop();
                    open.pop();
                }
                _ => return Err(malformed(stream)),
            }
        }
    }
}

fn malformed(stream: &Stream<'_>) -> Fault {
    Fault::Malformed { at: stream.at(), what: "no JSON" }
}

/// The next byte that is no blank.
fn solid(stream: &mut Stream<'_>) -> Result<u8, Fault> {
    let byte = ahead(stream)?;
    stream.byte()?;
    Ok(byte)
}

fn ahead(stream: &mut Stream<'_>) -> Result<u8, Fault> {
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    match stream.peek()? {
        Some(byte) if !blank(byte) => return Ok(byte),
        _ => stream.run(0, &mut Vec::new(), blank)?,
    }
    stream.peek()?.ok_or(Fault::Truncated { at: stream.at() })
}

fn key(stream: &mut Stream<'_>, path: &mut Path) -> Result<(), Fault> {
    let mut name = String::new();
    string(stream, limits::SHORT, &mut name)?;
    path.push(Key::Name(name), stream.at())?;
    if solid(stream)? == b':' { Ok(()) } else { Err(malformed(stream)) }
}

/// The rest of a string after its quote, of which at most `most` bytes are kept.
fn string(stream: &mut Stream<'_>, most: usize, into: &mut String) -> Result<(), Fault> {
    let mut bytes = Vec::new();
    let mut letter = [0; 4];
    loop {
        let room = most.saturating_sub(bytes.len());
        stream.run(room, &mut bytes, |byte| byte != b'"' && byte != b'\\')?;
        let part: &[u8] = match stream.byte()? {
            b'"' => break,
            _ => match stream.byte()? {
                b'n' => b"\n",
                b'r' => b"\r",
                b't' => b"\t",
                b'b' => b"\x08",
                b'f' => b"\x0c",
                b'u' => unicode(stream)?.encode_utf8(&mut letter).as_bytes(),
                b'"' => b"\"",
                b'\\' => b"\\",
                b'/' => b"/",
                _ => return Err(malformed(stream)),
            },
        };
        if bytes.len() + part.len() <= most {
            bytes.extend_from_slice(part);
        }
    }
    into.clear();
    into.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}

fn unicode(stream: &mut Stream<'_>) -> Result<char, Fault> {
    let first = hexadecimal(stream)?;
    if !(0xd800..0xdc00).contains(&first) {
        return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    if stream.byte()? != b'\\' || stream.byte()? != b'u' {
        return Err(malformed(stream));
    }
    let second = hexadecimal(stream)?.wrapping_sub(0xdc00) & 0x3ff;
    Ok(char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + second).unwrap_or(char::REPLACEMENT_CHARACTER))
}

fn hexadecimal(stream: &mut Stream<'_>) -> Result<u32, Fault> {
    let mut value = 0;
    for _ in 0..4 {
        let digit = char::from(stream.byte()?).to_digit(16).ok_or(malformed(stream))?;
        value = value * 16 + digit;
    }
    Ok(value)
}

/// A number, or one of the words; also Python's `NaN` and `Infinity`.
fn word<'t>(stream: &mut Stream<'_>, first: u8, text: &'t mut String) -> Result<Value<'t>, Fault> {
    let mut bytes = vec![first];
    stream.run(64, &mut bytes, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))?;
    text.clear();
    text.push_str(std::str::from_utf8(&bytes).map_err(|_| malformed(stream))?);
    Ok(match &**text {
        "null" => Value::Null,
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "NaN" => Value::Float(f64::NAN),
        "Infinity" => Value::Float(f64::INFINITY),
        "-Infinity" => Value::Float(f64::NEG_INFINITY),
        number if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => match number.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => Value::Float(number.parse().map_err(|_| malformed(stream))?),
        },
        _ => return Err(malformed(stream)),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn told(text: &str) -> Result<Vec<String>, Fault> {
        let mut file = Cursor::new(text.as_bytes());
        let mut told = Vec::new();
        let mut stream = Stream::of(&mut file, 0, text.len() as u64)?;
        walk(&mut stream, u64::MAX, &mut |path, value| {
            let keys: Vec<_> = path
                .keys()
                .iter()
                .map(|key| match key {
                    Key::Name(name) => name.clone(),
                    Key::Index(index) => index.to_string(),
                })
                .collect();
            told.push(format!("{} {value:?}", keys.join("/")));
        })?;
        Ok(told)
    }

    #[test]
    fn each_value_is_told_with_its_path() {
        assert_eq!(
            told(r#" {"a": [1, -2.5, {"b": "\u00e4\ud83d\ude00\n"}], "c": {}, "d": [], "e": true} x"#)
                .unwrap(),
            ["a/0 Int(1)", "a/1 Float(-2.5)", "a/2/b Text(\"\u{e4}\u{1f600}\\n\")", "e Bool(true)",]
        );
    }

    #[test]
    fn what_is_no_json_is_a_fault() {
        for text in ["{", "[1,]", "{\"a\" 1}", "{1:2}", "[1}", "nul", "\"\\x\"", "[1 2]", "", "--1"] {
            assert!(told(text).is_err(), "{text}");
        }
        assert!(matches!(told(&"[".repeat(1_000_000)), Err(Fault::TooLarge { bound: Bound::Depth, .. })));
        assert!(matches!(
            told(&"{\"a\":".repeat(1_000_000)),
            Err(Fault::TooLarge { bound: Bound::Depth, .. })
        ));
    }
}
