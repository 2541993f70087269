//! UBJSON as XGBoost writes it: <https://ubjson.org>, with typed arrays, which are passed over by seeking.

use super::{
    fault::{Bound, Fault},
    limits,
    stream::Stream,
    tree::{Key, Path, Value, Visit},
};

/// Elements of a typed array that are told one by one.
const SHORT: u64 = 16;

enum Open {
    Object,
    /// How many values are to come, where that is written.
    Array(Option<u64>),
}

/// Walks through one value and tells each that has no others in it.
pub fn walk(stream: &mut Stream<'_>, visit: &mut Visit<'_>) -> Result<(), Fault> {
    let mut path = Path::default();
    let mut open: Vec<Open> = Vec::new();
    let mut text = String::new();
    for _ in 0..limits::VALUES {
        let at = stream.at();
        match stream.byte()? {
            b'{' => {
                if stream.peek()? == Some(b'}') {
                    stream.byte()?;
                } else {
                    key(stream, &mut path)?;
                    open.push(Open::Object);
                    continue;
                }
            }
            b'[' => match header(stream)? {
                (Some(kind), Some(count)) => typed(stream, kind, count, &mut path, visit)?,
                (None, Some(0)) => {}
                (None, None) if stream.peek()? == Some(b']') => drop(stream.byte()?),
                (None, count) => {
                    path.push(Key::Index(0), at)?;
                    open.push(Open::Array(count));
                    continue;
                }
                (Some(_), None) => return Err(malformed(stream)),
            },
            b'S' => {
                let length = length(stream)?;
                string(stream, length, limits::TEXT, &mut text)?;
                visit(&path, Value::Text(&text));
            }
            kind => visit(&path, scalar(stream, kind)?),
        }
        // A value has ended, and with it perhaps what it is in.
        loop {
            match open.last_mut() {
                None => return Ok(()),
                Some(Open::Object) => {
                    path.pop();
                    if stream.peek()? != Some(b'}') {
                        key(stream, &mut path)?;
                        break;
                    }
                    stream.byte()?;
                }
                Some(Open::Array(count)) => {
                    path.next();
                    match count {
                        Some(count) if *count > 1 => {
                            *count -= 1;
                            break;
                        }
                        Some(_) => {}
                        None if stream.peek()? == Some(b']') => drop(stream.byte()?),
                        None => break,
                    }
                    path.pop();
                }
            }
            open.pop();
        }
    }
    Err(Fault::TooLarge { at: stream.at(), bound: Bound::Json })
}

fn malformed(stream: &Stream<'_>) -> Fault {
    Fault::Malformed { at: stream.at(), what: "no UBJSON" }
}

fn key(stream: &mut Stream<'_>, path: &mut Path) -> Result<(), Fault> {
    let length = length(stream)?;
    let mut name = String::new();
    string(stream, length, limits::SHORT, &mut name)?;
    path.push(Key::Name(name), stream.at())
}

fn length(stream: &mut Stream<'_>) -> Result<u64, Fault> {
    let kind = stream.byte()?;
    scalar(stream, kind)?.count().ok_or(malformed(stream))
}

fn string(stream: &mut Stream<'_>, length: u64, most: usize, into: &mut String) -> Result<(), Fault> {
    let kept = usize::try_from(length).unwrap_or(usize::MAX).min(most);
    let mut bytes = Vec::new();
    stream.append(kept, &mut bytes)?;
    stream.skip(length - kept as u64)?;
    into.clear();
    into.push_str(&String::from_utf8_lossy(&bytes));
    Ok(())
}

/// The type and the count that may stand at the beginning of an array.
fn header(stream: &mut Stream<'_>) -> Result<(Option<u8>, Option<u64>), Fault> {
    let mut kind = None;
    if stream.peek()? == Some(b'$') {
        stream.byte()?;
        kind = Some(stream.byte()?);
    }
    if stream.peek()? != Some(b'#') {
        return Ok((kind, None));
    }
    stream.byte()?;
    Ok((kind, Some(length(stream)?)))
}

fn typed(
    stream: &mut Stream<'_>,
    kind: u8,
    count: u64,
    path: &mut Path,
    visit: &mut Visit<'_>,
) -> Result<(), Fault> {
    let size = match kind {
        b'i' | b'U' | b'C' => 1,
        b'I' => 2,
        b'l' | b'd' => 4,
        b'L' | b'D' => 8,
        _ => return Err(malformed(stream)),
    };
    if count > SHORT {
        return stream.skip(count.checked_mul(size).ok_or(malformed(stream))?);
    }
    path.push(Key::Index(0), stream.at())?;
    for _ in 0..count {
        visit(path, scalar(stream, kind)?);
        path.next();
    }
    path.pop();
    Ok(())
}

fn scalar(stream: &mut Stream<'_>, kind: u8) -> Result<Value<'static>, Fault> {
    Ok(match kind {
        b'Z' | b'N' => Value::Null,
        b'T' => Value::Bool(true),
        b'F' => Value::Bool(false),
        b'i' => Value::Int(i8::from_be_bytes(stream.bytes()?).into()),
        b'U' | b'C' => Value::Int(stream.byte()?.into()),
        b'I' => Value::Int(i16::from_be_bytes(stream.bytes()?).into()),
        b'l' => Value::Int(i32::from_be_bytes(stream.bytes()?).into()),
        b'L' => Value::Int(i64::from_be_bytes(stream.bytes()?)),
        b'd' => Value::Float(f32::from_be_bytes(stream.bytes()?).into()),
        b'D' => Value::Float(f64::from_be_bytes(stream.bytes()?)),
        _ => return Err(malformed(stream)),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn told(bytes: &[u8]) -> Result<Vec<String>, Fault> {
        let mut file = Cursor::new(bytes);
        let mut told = Vec::new();
        let mut stream = Stream::of(&mut file, 0, bytes.len() as u64)?;
        walk(&mut stream, &mut |path, value| told.push(format!("{:?} {value:?}", path.keys())))?;
        Ok(told)
    }

    #[test]
    fn each_value_is_told_with_its_path() {
        let short = b"{i\x01a[$d#i\x63aaaabbbb";
        assert_eq!(told(short).unwrap_err(), Fault::Truncated { at: short.len() as u64 });
        assert_eq!(
            told(b"{i\x01a[#i\x02Si\x01xi\x05i\x01b[$i#i\x02\x01\xffi\x01c{}i\x01d[]i\x01e[T]}").unwrap(),
            [
                "[Name(\"a\"), Index(0)] Text(\"x\")",
                "[Name(\"a\"), Index(1)] Int(5)",
                "[Name(\"b\"), Index(0)] Int(1)",
                "[Name(\"b\"), Index(1)] Int(-1)",
                "[Name(\"e\"), Index(0)] Bool(true)",
            ]
        );
    }

    #[test]
    fn huge_counts_and_depths_are_faults() {
        let mut huge = b"[$D#L".to_vec();
        huge.extend(i64::MAX.to_be_bytes());
        assert!(matches!(told(&huge), Err(Fault::Malformed { .. })));
        let mut many = b"[#L".to_vec();
        many.extend(i64::MAX.to_be_bytes());
        many.extend([b'Z'; 100]);
        assert!(matches!(told(&many), Err(Fault::Truncated { .. })));
        assert!(matches!(told(&b"[".repeat(100_000)), Err(Fault::TooLarge { .. })));
        assert!(matches!(told(b"[#i\xff"), Err(Fault::Malformed { .. })));
    }
}
