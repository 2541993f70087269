//! The values that a pickle would make, as plain data: no value owns another, so nothing here is recursive, and
//! dropping it all is dropping a few vectors. Cycles are possible, as in Python: whoever walks bounds the walk.

use std::{borrow::Cow, collections::HashMap};

use super::{
    fault::{Bound, Fault},
    known::{self, Verdict},
    limits,
};

/// Which value: its place in [`Store::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id(u32);

impl Id {
    /// No value: what a gap in the memo holds, and an object without state.
    pub const NONE: Self = Self(u32::MAX);

    fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    fn index(self) -> usize {
        self.0 as usize
    }
}

/// The values of a container, in order: a chain of cells, to which one can be added at the end. A dictionary's are
/// key, value, key, value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Items {
    first: u32,
    last: u32,
    count: u32,
}

impl Items {
    /// None yet.
    pub const NONE: Self = Self { first: u32::MAX, last: u32::MAX, count: 0 };

    /// How many values.
    pub fn count(self) -> usize {
        self.count as usize
    }
}

/// A string: the part that was kept, and how long it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    begin: u32,
    kept: u32,
    /// Its bytes in the file, or all bits set when there are more than that counts.
    length: u32,
}

/// One value. Sixteen bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Node {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// A number that fits
    Int(i64),
    /// A number that does not fit, or is not one
    Long,
    /// A number with a fraction
    Float(f64),
    /// A string
    Text(Text),
    /// Bytes, as in [`Store::blobs`]
    Bytes(u32),
    /// A tuple
    Tuple(Items),
    /// A list
    List(Items),
    /// A dictionary
    Dict(Items),
    /// A set, frozen or not
    Set(Items),
    /// A class or function by its names, as in [`Store::globals`]
    Global(u32),
    /// An object made by a call, as in [`Store::objects`]
    Object(u32),
    /// An array whose bytes joblib put into the stream, as in [`Store::arrays`]
    Array(u32),
    /// What a program that loads it finds under this identity
    Persistent(Id),
    /// A class or function by its number in copyreg's registry, known only to the program that loads it
    Extension(u32),
    /// A buffer that travels outside of the file
    Buffer,
}

/// Bytes in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob {
    /// Where they begin.
    pub at: u64,
    /// How many.
    pub length: u64,
    begin: u32,
    kept: u32,
}

/// A class or function by its names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Global {
    /// The module, with the name that Python 3 gives it.
    pub module: String,
    /// The name in it; may have dots.
    pub name: String,
    /// What calling it means.
    pub verdict: Verdict,
}

impl Global {
    /// Module and name with a dot.
    pub fn dotted(&self) -> String {
        format!("{}.{}", self.module, self.name)
    }

    /// Whether it is this one.
    pub fn is(&self, module: &str, name: &str) -> bool {
        self.module == module && self.name == name
    }
}

/// What was called, with what, and what was put into the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object {
    /// What was called.
    pub callable: Id,
    /// The tuple of arguments.
    pub arguments: Id,
    /// What the last BUILD gave it, or [`Id::NONE`].
    pub state: Id,
    /// What was appended, or set by key.
    pub items: Items,
}

/// An array of joblib's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Array {
    /// Its dtype.
    pub dtype: Id,
    /// The bytes, as in [`Store::blobs`].
    pub blob: u32,
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    value: Id,
    next: u32,
}

/// All values of one file.
#[derive(Debug, Default)]
pub struct Store {
    nodes: Vec<Node>,
    cells: Vec<Cell>,
    texts: Vec<u8>,
    kept: Vec<u8>,
    blobs: Vec<Blob>,
    objects: Vec<Object>,
    arrays: Vec<Array>,
    globals: Vec<Global>,
    named: HashMap<(String, String), u32>,
    names: usize,
}

impl Store {
    fn weigh(&self, at: u64) -> Result<(), Fault> {
        let memory = self.nodes.len() * size_of::<Node>()
            + self.cells.len() * size_of::<Cell>()
            + self.texts.len()
            + self.kept.len()
            + self.blobs.len() * size_of::<Blob>()
            + self.objects.len() * size_of::<Object>()
            + self.arrays.len() * size_of::<Array>()
            + self.names;
        if memory > limits::MEMORY {
            return Err(Fault::TooLarge { at, bound: Bound::Memory });
        }
        Ok(())
    }

    /// A new value. `at` is for the fault.
    pub fn add(&mut self, node: Node, at: u64) -> Result<Id, Fault> {
        if self.nodes.len() >= limits::NODES {
            return Err(Fault::TooLarge { at, bound: Bound::Nodes });
        }
        self.weigh(at)?;
        self.nodes.push(node);
        Ok(Id::new(self.nodes.len() - 1))
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.nodes.len()
    }

    /// The value; `None` in Python's sense where there is none.
    pub fn node(&self, id: Id) -> Node {
        self.nodes.get(id.index()).copied().unwrap_or(Node::None)
    }

    /// Gives the value another content.
    pub fn replace(&mut self, id: Id, node: Node) {
        if let Some(old) = self.nodes.get_mut(id.index()) {
            *old = node;
        }
    }

    /// Adds a value to the end of a container.
    pub fn push(&mut self, items: &mut Items, value: Id, at: u64) -> Result<(), Fault> {
        if self.cells.len() >= limits::CELLS {
            return Err(Fault::TooLarge { at, bound: Bound::Cells });
        }
        let index = Id::new(self.cells.len()).0;
        self.cells.push(Cell { value, next: u32::MAX });
        match self.cells.get_mut(items.last as usize) {
            Some(last) if items.count > 0 => last.next = index,
            _ => items.first = index,
        }
        items.last = index;
        items.count += 1;
        Ok(())
    }

    /// The values of a container.
    pub fn items(&self, items: Items) -> impl Iterator<Item = Id> + '_ {
        let mut next = items.first;
        (0..items.count).map_while(move |_| {
            let cell = self.cells.get(next as usize)?;
            next = cell.next;
            Some(cell.value)
        })
    }

    /// The values of a tuple, list or set; none of anything else.
    pub fn elements(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        self.items(match self.node(id) {
            Node::Tuple(items) | Node::List(items) | Node::Set(items) => items,
            _ => Items::NONE,
        })
    }

    /// The keys and values of a dictionary, or of an object that is one.
    pub fn entries(&self, id: Id) -> impl Iterator<Item = (Id, Id)> + '_ {
        let items = match self.node(id) {
            Node::Dict(items) => items,
            Node::Object(object) => self.object(object).map_or(Items::NONE, |object| object.items),
            _ => Items::NONE,
        };
        let mut all = self.items(items);
        std::iter::from_fn(move || Some((all.next()?, all.next()?)))
    }

    /// The value under a key that is a string: the last one, as in Python. Of a large dictionary, which no object's
    /// attributes are, only the beginning is looked at, for a file can have it looked at again and again.
    pub fn get(&self, dictionary: Id, key: &str) -> Option<Id> {
        self.entries(dictionary)
            .take(limits::ATTRIBUTES)
            .filter(|(name, _)| self.text(*name).is_some_and(|name| name == key))
            .map(|(_, value)| value)
            .last()
    }

    /// Room for a text of `length` bytes: how many of them are kept.
    pub fn text_room(&self, length: u64) -> usize {
        let most = if self.texts.len() < limits::LONG_TEXTS { limits::TEXT } else { limits::SHORT };
        usize::try_from(length).unwrap_or(usize::MAX).min(most)
    }

    /// Where kept text goes: to be followed by [`Store::text_from`].
    pub fn texts(&mut self, at: u64) -> Result<&mut Vec<u8>, Fault> {
        if self.texts.len() > limits::TEXTS {
            return Err(Fault::TooLarge { at, bound: Bound::Texts });
        }
        Ok(&mut self.texts)
    }

    /// How much text is kept.
    pub fn texts_length(&self) -> usize {
        self.texts.len()
    }

    /// The text that was put into [`Store::texts`] from `begin` on, of a string of `length` bytes.
    pub fn text_from(&self, begin: usize, length: u64) -> Node {
        Node::Text(Text {
            begin: Id::new(begin).0,
            kept: Id::new(self.texts.len().saturating_sub(begin)).0,
            length: u32::try_from(length).unwrap_or(u32::MAX),
        })
    }

    /// The kept bytes of a string, and whether they are all of it.
    pub fn raw(&self, id: Id) -> Option<(&[u8], bool)> {
        let Node::Text(text) = self.node(id) else { return None };
        let begin = text.begin as usize;
        let bytes = self.texts.get(begin..begin + text.kept as usize).unwrap_or_default();
        Some((bytes, text.kept == text.length))
    }

    /// The string, if it is one, whole and of letters.
    pub fn text(&self, id: Id) -> Option<&str> {
        let (bytes, whole) = self.raw(id)?;
        if whole { std::str::from_utf8(bytes).ok() } else { None }
    }

    /// As much of the string as was kept.
    pub fn head(&self, id: Id) -> Option<Cow<'_, str>> {
        self.raw(id).map(|(bytes, _)| String::from_utf8_lossy(bytes))
    }

    /// How many bytes of `length` are kept.
    pub fn blob_room(&self, length: u64) -> usize {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let room = limits::BLOBS.saturating_sub(self.kept.len());
        if length <= limits::BLOB.min(room) { length } else { 0 }
    }

    /// Where kept bytes go: to be followed by [`Store::blob_from`].
    pub fn kept(&mut self) -> &mut Vec<u8> {
        &mut self.kept
    }

    /// The bytes that were put into [`Store::kept`] from `begin` on, of `length` bytes at `at`.
    pub fn blob_from(&mut self, begin: usize, at: u64, length: u64) -> u32 {
        let kept = Id::new(self.kept.len().saturating_sub(begin)).0;
        self.blobs.push(Blob { at, length, begin: Id::new(begin).0, kept });
        Id::new(self.blobs.len() - 1).0
    }

    /// Where bytes stand.
    pub fn blob(&self, index: u32) -> Option<Blob> {
        self.blobs.get(index as usize).copied()
    }

    /// The bytes, where they were kept.
    pub fn bytes(&self, index: u32) -> Option<&[u8]> {
        self.blob_bytes(self.blob(index)?)
    }

    /// The bytes, where they were kept.
    pub fn blob_bytes(&self, blob: Blob) -> Option<&[u8]> {
        let begin = blob.begin as usize;
        if u64::from(blob.kept) != blob.length {
            return None;
        }
        self.kept.get(begin..begin + blob.kept as usize)
    }

    /// A new object.
    pub fn add_object(&mut self, callable: Id, arguments: Id, at: u64) -> Result<Id, Fault> {
        if self.objects.len() >= limits::OBJECTS {
            return Err(Fault::TooLarge { at, bound: Bound::Objects });
        }
        self.objects.push(Object { callable, arguments, state: Id::NONE, items: Items::NONE });
        self.add(Node::Object(Id::new(self.objects.len() - 1).0), at)
    }

    /// The object.
    pub fn object(&self, index: u32) -> Option<&Object> {
        self.objects.get(index as usize)
    }

    /// The object, to be given state or items.
    pub fn object_mut(&mut self, index: u32) -> Option<&mut Object> {
        self.objects.get_mut(index as usize)
    }

    /// Turns a value into an array.
    pub fn make_array(&mut self, id: Id, array: Array) {
        self.arrays.push(array);
        let index = Id::new(self.arrays.len() - 1).0;
        self.replace(id, Node::Array(index));
    }

    /// The array.
    pub fn array(&self, index: u32) -> Option<Array> {
        self.arrays.get(index as usize).copied()
    }

    /// The class or function with these names.
    pub fn name(&mut self, module: String, name: String, at: u64) -> Result<u32, Fault> {
        let module = known::today(module);
        let key = (module, name);
        if let Some(index) = self.named.get(&key) {
            return Ok(*index);
        }
        if self.globals.len() >= limits::GLOBALS {
            return Err(Fault::TooLarge { at, bound: Bound::Globals });
        }
        let (module, name) = key.clone();
        self.names += 2 * (module.len() + name.len() + size_of::<Global>());
        let verdict = known::judge(&module, &name);
        let index = Id::new(self.globals.len()).0;
        self.globals.push(Global { module, name, verdict });
        self.named.insert(key, index);
        Ok(index)
    }

    /// The class or function.
    pub fn global(&self, index: u32) -> Option<&Global> {
        self.globals.get(index as usize)
    }

    /// The first string under this key in any dictionary.
    pub fn anywhere(&self, key: &str) -> Option<&str> {
        let dictionaries = self.nodes.iter().filter_map(|node| match node {
            Node::Dict(items) => Some(*items),
            _ => None,
        });
        dictionaries.into_iter().find_map(|items| {
            let mut all = self.items(items);
            while let (Some(name), Some(value)) = (all.next(), all.next()) {
                if self.text(name) == Some(key) {
                    return self.text(value);
                }
            }
            None
        })
    }

    /// The class or function that a value is.
    pub fn global_of(&self, id: Id) -> Option<&Global> {
        let Node::Global(index) = self.node(id) else { return None };
        self.global(index)
    }

    /// What was called to make a value.
    pub fn object_of(&self, id: Id) -> Option<&Object> {
        let Node::Object(index) = self.node(id) else { return None };
        self.object(index)
    }

    /// The class of an object, through the functions that only make one: `copyreg._reconstructor(class, …)`.
    pub fn class_of(&self, id: Id) -> Option<&Global> {
        let object = self.object_of(id)?;
        let called = self.global_of(object.callable)?;
        let through = called.module == "copyreg"
            || called.name.starts_with("__pyx_unpickle_")
            || called.name == "_reconstruct" && called.module.starts_with("numpy");
        let first = || self.elements(object.arguments).next().and_then(|first| self.global_of(first));
        if through { first().or(Some(called)) } else { Some(called) }
    }

    /// The whole number.
    pub fn int(&self, id: Id) -> Option<i64> {
        match self.node(id) {
            Node::Int(number) => Some(number),
            Node::Bool(truth) => Some(i64::from(truth)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_takes_sixteen_bytes() {
        // `limits::MEMORY` is worth what this is.
        assert_eq!(size_of::<Node>(), 16);
        assert_eq!(size_of::<Cell>(), 8);
    }

    #[test]
    fn items_grow_at_the_end_and_are_read_in_order() {
        let mut store = Store::default();
        let mut items = Items::NONE;
        let mut other = Items::NONE;
        let ids: Vec<Id> = (0..5).map(|number| store.add(Node::Int(number), 0).unwrap()).collect();
        for id in &ids {
            store.push(&mut items, *id, 0).unwrap();
            store.push(&mut other, ids[0], 0).unwrap();
        }
        let read: Vec<_> = store.items(items).map(|id| store.int(id).unwrap()).collect();
        assert_eq!(read, [0, 1, 2, 3, 4]);
        assert_eq!(store.items(other).count(), 5);
    }
}
