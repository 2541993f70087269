//! Values in words: bounded, on one line, with nothing in it that a terminal obeys.

use super::node::{Id, Node, Store};

/// Letters of the whole.
const ALL: usize = 200;
/// Letters of one string.
const STRING: usize = 80;
/// Values of one container.
const ITEMS: usize = 4;
/// Containers in containers.
const DEPTH: usize = 3;

/// The value as Python would write it, or the call of it with these arguments.
pub fn show(store: &Store, id: Id, arguments: Option<Id>) -> String {
    let mut out = String::new();
    value(store, id, DEPTH, &mut out);
    if let Some(arguments) = arguments {
        out.push('(');
        list(store, store.elements(arguments), DEPTH, &mut out);
        out.push(')');
    }
    if out.chars().nth(ALL).is_some() {
        let closes = arguments.is_some();
        out = out.chars().take(ALL).collect();
        out.push('…');
        if closes {
            out.push(')');
        }
    }
    out
}

/// Text from a file, made harmless. Quotes are: a feature may be called `d'eau`.
pub fn harmless(text: &str, most: usize) -> String {
    let mut out = String::new();
    for char in text.chars().take(most) {
        match char {
            '\'' | '"' => out.push(char),
            other => out.extend(other.escape_debug()),
        }
    }
    if text.chars().nth(most).is_some() {
        out.push('…');
    }
    out
}

fn value(store: &Store, id: Id, depth: usize, out: &mut String) {
    // What is over is cut anyway.
    if depth == 0 || out.len() > 4 * ALL {
        out.push('…');
        return;
    }
    match store.node(id) {
        Node::None => out.push_str("None"),
        Node::Bool(true) => out.push_str("True"),
        Node::Bool(false) => out.push_str("False"),
        Node::Int(number) => out.push_str(&number.to_string()),
        Node::Float(number) => out.push_str(&number.to_string()),
        Node::Text(_) => {
            let text = store.head(id).unwrap_or_default();
            out.push('\'');
            out.push_str(&harmless(&text, STRING).replace('\'', "\\'"));
            out.push('\'');
        }
        Node::Bytes(blob) => {
            let length = store.blob(blob).map_or(0, |blob| blob.length);
            match store.bytes(blob) {
                Some(bytes) if bytes.len() <= STRING => {
                    out.push_str("b'");
                    out.push_str(&bytes.escape_ascii().to_string());
                    out.push('\'');
                }
                _ => out.extend(["<", &length.to_string(), " bytes>"]),
            }
        }
        Node::Tuple(items) => wrapped(store, '(', ')', store.items(items), depth, out),
        Node::List(items) => wrapped(store, '[', ']', store.items(items), depth, out),
        Node::Set(items) => wrapped(store, '{', '}', store.items(items), depth, out),
        Node::Dict(items) if items.count() == 0 => out.push_str("{}"),
        Node::Dict(_) => out.push_str("{…}"),
        Node::Global(index) => {
            if let Some(global) = store.global(index) {
                out.push_str(&harmless(&global.dotted(), 2 * STRING));
            }
        }
        Node::Object(index) => {
            if let Some(object) = store.object(index) {
                value(store, object.callable, depth - 1, out);
                wrapped(store, '(', ')', store.elements(object.arguments), depth, out);
            }
        }
        Node::Extension(code) => out.extend(["<copyreg extension ", &code.to_string(), ">"]),
        Node::Array(_) => out.push_str("<array>"),
        Node::Long | Node::Persistent(_) | Node::Buffer => out.push('…'),
    }
}

fn wrapped(
    store: &Store,
    open: char,
    close: char,
    items: impl Iterator<Item = Id>,
    depth: usize,
    out: &mut String,
) {
    out.push(open);
    list(store, items, depth, out);
    out.push(close);
}

fn list(store: &Store, items: impl Iterator<Item = Id>, depth: usize, out: &mut String) {
    for (index, item) in items.take(ITEMS + 1).enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        if index == ITEMS {
            out.push('…');
        } else {
            value(store, item, depth - 1, out);
        }
    }
}
