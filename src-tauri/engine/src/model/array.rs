//! Arrays of numpy: what their elements are, and the elements of small ones as text.

use super::{
    limits,
    node::{Array, Id, Node, Store},
    show::harmless,
};

/// What the elements of an array are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dtype {
    /// numpy's letter: `f`, `i`, `u`, `b`, `U`, `S`, `O`, `V`, `M`, `m`, `c`.
    pub kind: u8,
    /// Bytes of one element.
    pub size: u64,
    /// The most significant byte comes first.
    pub big: bool,
    /// Python objects are in it.
    pub objects: bool,
}

/// Numpy's bit for a dtype that has references to objects in it: `NPY_ITEM_REFCOUNT`.
const REFERENCES: i64 = 1;

/// The dtype that `numpy.dtype('f8', False, True)` and its state describe.
pub fn dtype(store: &Store, id: Id) -> Option<Dtype> {
    let object = store.object_of(id)?;
    if !store.global_of(object.callable)?.is("numpy", "dtype") {
        return None;
    }
    let text = store.text(store.elements(object.arguments).next()?)?;
    let (order, text) = match text.as_bytes().first()? {
        b'<' | b'=' | b'|' => (Some(false), text.get(1..)?),
        b'>' => (Some(true), text.get(1..)?),
        _ => (None, text),
    };
    let kind = *text.as_bytes().first()?;
    let count: u64 = text.get(1..).filter(|digits| !digits.is_empty()).map_or(Ok(0), str::parse).ok()?;
    // (3, byte order, subdtype, names, fields, size or -1, alignment, flags)
    let state: Vec<Id> = store.elements(object.state).take(8).collect();
    let part = |index: usize| state.get(index).copied();
    let big = order.unwrap_or(part(1).and_then(|id| store.text(id)) == Some(">"));
    let size = part(5).and_then(|id| store.int(id)).and_then(|size| u64::try_from(size).ok());
    let flags = part(7).and_then(|id| store.int(id)).unwrap_or(0);
    let size = match kind {
        b'O' => 8,
        b'U' => size.unwrap_or(count.checked_mul(4)?),
        _ => size.unwrap_or(count),
    };
    Some(Dtype { kind, size, big, objects: kind == b'O' || flags & REFERENCES != 0 })
}

/// The elements as text, at most `most`, if they are numbers or strings and were kept.
pub fn texts(store: &Store, id: Id, most: usize) -> Option<Vec<String>> {
    match store.node(id) {
        Node::List(_) | Node::Tuple(_) => Some(objects(store, id, most)),
        Node::Array(index) => {
            let Array { dtype: of, blob } = store.array(index)?;
            raw(store.bytes(blob)?, dtype(store, of)?, most)
        }
        Node::Object(_) => {
            let object = store.object_of(id)?;
            let called = store.global_of(object.callable)?;
            match &*called.name {
                // (version, shape, dtype, fortran, list or bytes)
                "_reconstruct" => {
                    let state: Vec<Id> = store.elements(object.state).take(5).collect();
                    let (of, content) = (dtype(store, *state.get(2)?)?, *state.get(4)?);
                    match store.node(content) {
                        Node::List(_) => Some(objects(store, content, most)),
                        _ => raw(&bytes(store, content)?, of, most),
                    }
                }
                // (buffer, dtype, shape, order)
                "_frombuffer" => {
                    let mut arguments = store.elements(object.arguments);
                    let (content, of) = (arguments.next()?, arguments.next()?);
                    raw(&bytes(store, content)?, dtype(store, of)?, most)
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The values that a list holds, as text.
fn objects(store: &Store, list: Id, most: usize) -> Vec<String> {
    let mut room = limits::LISTED;
    store
        .elements(list)
        .take(most)
        .map(|id| scalar(store, id).unwrap_or_else(|| "…".to_owned()))
        .take_while(|text| {
            room = room.saturating_sub(text.len());
            room > 0
        })
        .collect()
}

/// One value as text: a string as it is, a number as Python writes it.
pub fn scalar(store: &Store, id: Id) -> Option<String> {
    match store.node(id) {
        Node::None => Some("None".to_owned()),
        Node::Bool(truth) => Some(if truth { "True" } else { "False" }.to_owned()),
        Node::Int(number) => Some(number.to_string()),
        Node::Float(number) => Some(float(number)),
        Node::Text(_) => store.head(id).map(|text| harmless(&text, limits::SHORT)),
        // numpy.core.multiarray.scalar(dtype, bytes)
        Node::Object(_) => {
            let object = store.object_of(id)?;
            if store.global_of(object.callable)?.name != "scalar" {
                return None;
            }
            let mut arguments = store.elements(object.arguments);
            let (of, content) = (arguments.next()?, arguments.next()?);
            if matches!(store.node(content), Node::Text(_)) && dtype(store, of)?.objects {
                return scalar(store, content);
            }
            raw(&bytes(store, content)?, dtype(store, of)?, 1)?.pop()
        }
        _ => None,
    }
}

/// A whole number, Python's or numpy's.
pub fn count(store: &Store, id: Id) -> Option<u64> {
    match store.node(id) {
        Node::Int(number) => u64::try_from(number).ok(),
        Node::Object(_) => scalar(store, id)?.parse().ok(),
        _ => None,
    }
}

/// Bytes in each of the ways in which a protocol writes them.
pub fn bytes(store: &Store, id: Id) -> Option<Vec<u8>> {
    match store.node(id) {
        Node::Bytes(blob) => store.bytes(blob).map(<[u8]>::to_vec),
        // Python 2 has no other.
        Node::Text(_) => store.raw(id).filter(|(_, whole)| *whole).map(|(bytes, _)| bytes.to_vec()),
        Node::Object(_) => {
            let object = store.object_of(id)?;
            let called = store.global_of(object.callable)?;
            let mut arguments = store.elements(object.arguments);
            let content = arguments.next();
            match &*called.name {
                // Protocols 0 to 2: each letter is a byte.
                "encode" => {
                    let text = store.text(content?)?;
                    text.chars().map(|letter| u8::try_from(letter).ok()).collect()
                }
                "bytes" | "bytearray" => match content {
                    None => Some(Vec::new()),
                    Some(content) => match store.node(content) {
                        Node::Bytes(blob) => store.bytes(blob).map(<[u8]>::to_vec),
                        Node::Object(_) if store.object_of(content)?.callable != object.callable => {
                            latin(store, content)
                        }
                        _ => None,
                    },
                },
                _ => None,
            }
        }
        _ => None,
    }
}

/// `_codecs.encode('…', 'latin1')`
fn latin(store: &Store, id: Id) -> Option<Vec<u8>> {
    let object = store.object_of(id)?;
    if store.global_of(object.callable)?.name != "encode" {
        return None;
    }
    let text = store.text(store.elements(object.arguments).next()?)?;
    text.chars().map(|letter| u8::try_from(letter).ok()).collect()
}

fn raw(bytes: &[u8], of: Dtype, most: usize) -> Option<Vec<String>> {
    let size = usize::try_from(of.size).ok().filter(|size| *size > 0)?;
    let mut room = limits::LISTED;
    bytes
        .chunks_exact(size)
        .take(most)
        .map(|element| element_text(element, of))
        .take_while(|text| {
            room = room.saturating_sub(text.as_ref().map_or(0, String::len));
            room > 0
        })
        .collect()
}

fn element_text(element: &[u8], of: Dtype) -> Option<String> {
    let number = |bytes: &[u8]| {
        let fold = |value: u64, byte: &u8| (value << 8) | u64::from(*byte);
        if of.big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    };
    match (of.kind, element.len()) {
        (b'b', 1) => Some(if element == [0] { "False" } else { "True" }.to_owned()),
        (b'u', 1 | 2 | 4 | 8) => Some(number(element).to_string()),
        (b'i', length @ (1 | 2 | 4 | 8)) => {
            let above = 64 - 8 * u32::try_from(length).ok()?;
            Some((number(element).cast_signed() << above >> above).to_string())
        }
        (b'f', 4) => Some(float(f32::from_bits(u32::try_from(number(element)).ok()?).into())),
        (b'f', 8) => Some(float(f64::from_bits(number(element)))),
        (b'U', _) => {
            let letters = element.chunks_exact(4).map(|letter| u32::try_from(number(letter)).unwrap_or(0));
            let text: String = letters
                .take_while(|letter| *letter != 0)
                .map(|letter| char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER))
                .collect();
            Some(harmless(&text, limits::SHORT))
        }
        (b'S', _) => {
            let end = element.iter().position(|byte| *byte == 0).unwrap_or(element.len());
            Some(harmless(&String::from_utf8_lossy(element.get(..end)?), limits::SHORT))
        }
        _ => None,
    }
}

/// As Python writes it: `1.0`, not `1`.
fn float(number: f64) -> String {
    format!("{number:?}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_by_their_dtype() {
        let of = |kind, size, big| Dtype { kind, size, big, objects: false };
        for (bytes, of, expected) in [
            (&[1, 0, 255, 255][..], of(b'i', 2, false), vec!["1", "-1"]),
            (&[0, 1, 255, 255], of(b'i', 2, true), vec!["1", "-1"]),
            (&[0, 0, 0, 0, 0, 0, 0, 128], of(b'i', 8, false), vec!["-9223372036854775808"]),
            (&[255, 255], of(b'u', 2, false), vec!["65535"]),
            (&[0, 0, 128, 63], of(b'f', 4, false), vec!["1.0"]),
            (&[0, 1], of(b'b', 1, false), vec!["False", "True"]),
            (b"a\0\0\0\0\0\0\0b\0\0\0\xe4\0\0\0", of(b'U', 8, false), vec!["a", "b\u{e4}"]),
            (b"ab\0c\0\0", of(b'S', 3, false), vec!["ab", "c"]),
        ] {
            assert_eq!(raw(bytes, of, 10).unwrap(), expected);
        }
        assert_eq!(raw(&[0; 16], of(b'V', 16, false), 10), None);
        assert_eq!(raw(&[], of(b'V', 0, false), 10), None);
    }
}
