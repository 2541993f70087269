//! Values of JSON and UBJSON as they come by, each with the path that leads to it. Nothing is collected.

use super::{
    fault::{Bound, Fault},
    limits,
};

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// Of an object, cut to `limits::SHORT` bytes.
    Name(String),
    /// Of an array.
    Index(u64),
}

/// The way to a value.
#[derive(Debug, Default)]
pub struct Path {
    keys: Vec<Key>,
}

/// A value that has no others inside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'v> {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A string, cut to `limits::TEXT` bytes.
    Text(&'v str),
}

/// What is done with each value.
pub type Visit<'v> = dyn FnMut(&Path, Value<'_>) + 'v;

impl Path {
    /// The steps, from the outermost.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Whether it is this one; `*` is any place in an array.
    pub fn is(&self, path: &[&str]) -> bool {
        self.keys.len() == path.len()
            && self.keys.iter().zip(path).all(|(key, name)| match key {
                Key::Name(key) => key == name,
                Key::Index(_) => *name == "*",
            })
    }

    /// Whether it ends so.
    pub fn ends(&self, path: &[&str]) -> bool {
        let tail = self.keys.len().checked_sub(path.len()).and_then(|from| self.keys.get(from..));
        tail.is_some_and(|tail| {
            tail.iter().zip(path).all(|(key, name)| match key {
                Key::Name(key) => key == name,
                Key::Index(_) => *name == "*",
            })
        })
    }

    /// The first step, if it is a name.
    pub fn first(&self) -> Option<&str> {
        match self.keys.first()? {
            Key::Name(name) => Some(name),
            Key::Index(_) => None,
        }
    }

    /// The place in the array that is this many steps inside.
    pub fn index(&self, depth: usize) -> Option<u64> {
        match self.keys.get(depth)? {
            Key::Index(index) => Some(*index),
            Key::Name(_) => None,
        }
    }

    /// Goes a step in.
    pub fn push(&mut self, key: Key, at: u64) -> Result<(), Fault> {
        if self.keys.len() >= limits::DEPTH {
            return Err(Fault::TooLarge { at, bound: Bound::Depth });
        }
        self.keys.push(key);
        Ok(())
    }

    /// Goes to the next place of the array.
    pub fn next(&mut self) {
        if let Some(Key::Index(index)) = self.keys.last_mut() {
            *index += 1;
        }
    }

    /// Goes a step out.
    pub fn pop(&mut self) {
        self.keys.pop();
    }
}

impl Value<'_> {
    /// The string.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, also where it was written as a string.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::Int(number) => u64::try_from(*number).ok(),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}
