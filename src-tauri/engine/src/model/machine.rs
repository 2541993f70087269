//! The machine that a pickle is a program for. It makes [`super::node`]s instead of objects: nothing is imported,
//! nothing is called.

use super::{
    danger::Findings,
    escape,
    fault::{Bound, Fault},
    joblib, known, limits,
    node::{Id, Items, Node, Store},
    opcode::{self, Argument, Opcode},
    show::{harmless, show},
    stream::Stream,
};

/// A file while its pickles are read, one after the other.
pub struct Reading<'s, 'a> {
    /// Where they come from.
    pub stream: &'s mut Stream<'a>,
    /// What they make.
    pub store: &'s mut Store,
    /// What loading them would run.
    pub findings: &'s mut Findings,
    /// Opcodes of all of them.
    pub opcodes: u64,
    /// Arrays that joblib put between opcodes.
    pub arrays: u64,
}

/// Who wrote the pickle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// joblib, perhaps: behind its wrappers there are arrays. Only joblib reads it so.
    Joblib,
    /// pickle itself: to it a wrapper is an object like others, and what follows are opcodes.
    Plain,
}

enum Operand {
    None,
    Number(u64),
    Signed(i64),
    Big,
    Real(f64),
    Line(Vec<u8>, bool),
    Names(String, String),
    Text(Node),
    Bytes(u32),
}

struct Machine<'r, 's, 'a> {
    reading: &'r mut Reading<'s, 'a>,
    dialect: Dialect,
    stack: Vec<Id>,
    marks: Vec<usize>,
    memo: Vec<Id>,
    remembered: usize,
    /// Values that were there before.
    before: usize,
    /// The byte of this opcode.
    at: u64,
}

impl Reading<'_, '_> {
    /// Reads one pickle to its STOP and returns what it makes; `None` where the file ends before it.
    pub fn pickle(&mut self, dialect: Dialect) -> Result<Option<Id>, Fault> {
        if self.stream.peek()?.is_none() {
            return Ok(None);
        }
        let before = self.store.count();
        Machine {
            reading: self,
            dialect,
            stack: Vec::new(),
            marks: Vec::new(),
            memo: Vec::new(),
            remembered: 0,
            before,
            at: 0,
        }
        .run()
        .map(Some)
    }
}

impl Machine<'_, '_, '_> {
    fn run(mut self) -> Result<Id, Fault> {
        loop {
            self.at = self.reading.stream.at();
            self.reading.opcodes += 1;
            if self.reading.opcodes > limits::OPCODES {
                return Err(self.too_large(Bound::Opcodes));
            }
            let byte = self.reading.stream.byte()?;
            let Some((opcode, argument)) = opcode::of(byte) else {
                return Err(self.malformed("no opcode of pickle"));
            };
            let operand = self.operand(argument)?;
            if opcode == Opcode::Stop {
                return self.pop();
            }
            self.step(opcode, operand)?;
        }
    }

    fn malformed(&self, what: &'static str) -> Fault {
        Fault::Malformed { at: self.at, what }
    }

    fn too_large(&self, bound: Bound) -> Fault {
        Fault::TooLarge { at: self.at, bound }
    }

    fn operand(&mut self, argument: Argument) -> Result<Operand, Fault> {
        let stream = &mut *self.reading.stream;
        Ok(match argument {
            Argument::None => Operand::None,
            Argument::Unsigned8 => Operand::Number(stream.byte()?.into()),
            Argument::Unsigned16 => Operand::Number(u16::from_le_bytes(stream.bytes()?).into()),
            Argument::Signed32 => Operand::Signed(i32::from_le_bytes(stream.bytes()?).into()),
            Argument::Unsigned32 => Operand::Number(u32::from_le_bytes(stream.bytes()?).into()),
            Argument::Unsigned64 => Operand::Number(u64::from_le_bytes(stream.bytes()?)),
            Argument::Real => Operand::Real(f64::from_be_bytes(stream.bytes()?)),
            Argument::Decimal => {
                let mut line = Vec::new();
                let whole = stream.line(64, &mut line)?;
                Operand::Line(line, whole)
            }
            Argument::Quoted | Argument::Escaped => {
                let mut line = Vec::new();
                let room = self.reading.store.text_room(u64::MAX);
                let whole = stream.line(room, &mut line)?;
                Operand::Line(line, whole)
            }
            Argument::Names => Operand::Names(name(stream)?, name(stream)?),
            Argument::Long8 => {
                let length = stream.byte()?.into();
                self.long(length)?
            }
            Argument::Long32 => {
                let length = u32::from_le_bytes(stream.bytes()?).into();
                self.long(length)?
            }
            Argument::Text8 => {
                let length = stream.byte()?.into();
                Operand::Text(self.text(length)?)
            }
            Argument::Text32 => {
                let length = u32::from_le_bytes(stream.bytes()?).into();
                Operand::Text(self.text(length)?)
            }
            Argument::TextSigned32 => {
                let length = i32::from_le_bytes(stream.bytes()?);
                let length = u64::try_from(length).map_err(|_| self.malformed("a negative length"))?;
                Operand::Text(self.text(length)?)
            }
            Argument::Text64 => {
                let length = u64::from_le_bytes(stream.bytes()?);
                Operand::Text(self.text(length)?)
            }
            Argument::Bytes8 => {
                let length = stream.byte()?.into();
                Operand::Bytes(self.reading.blob(length)?)
            }
            Argument::Bytes32 => {
                let length = u32::from_le_bytes(stream.bytes()?).into();
                Operand::Bytes(self.reading.blob(length)?)
            }
            Argument::Bytes64 => {
                let length = u64::from_le_bytes(stream.bytes()?);
                Operand::Bytes(self.reading.blob(length)?)
            }
        })
    }

    /// A whole number of `length` bytes, little endian, signed.
    fn long(&mut self, length: u64) -> Result<Operand, Fault> {
        if length > 8 {
            self.reading.stream.skip(length)?;
            return Ok(Operand::Big);
        }
        let mut bytes = Vec::new();
        self.reading.stream.append(usize::try_from(length).unwrap_or(0), &mut bytes)?;
        let negative = bytes.last().is_some_and(|byte| byte & 0x80 != 0);
        let mut whole = [if negative { 0xff } else { 0 }; 8];
        for (to, from) in whole.iter_mut().zip(bytes) {
            *to = from;
        }
        Ok(Operand::Signed(i64::from_le_bytes(whole)))
    }

    fn text(&mut self, length: u64) -> Result<Node, Fault> {
        let Reading { stream, store, .. } = &mut *self.reading;
        let room = store.text_room(length);
        let begin = store.texts_length();
        stream.append(room, store.texts(self.at)?)?;
        stream.skip(length - room as u64)?;
        Ok(store.text_from(begin, length))
    }

    /// A string that stands escaped in a line. What was cut is longer than anything that is compared with.
    fn unescaped(&mut self, content: &[u8], whole: bool) -> Result<Node, Fault> {
        let store = &mut *self.reading.store;
        let begin = store.texts_length();
        store.texts(self.at)?.extend_from_slice(content);
        Ok(store.text_from(begin, if whole { content.len() as u64 } else { u64::MAX }))
    }

    fn push(&mut self, id: Id) -> Result<(), Fault> {
        if self.stack.len() >= limits::STACK {
            return Err(self.too_large(Bound::Stack));
        }
        self.stack.push(id);
        Ok(())
    }

    fn make(&mut self, node: Node) -> Result<(), Fault> {
        let id = self.reading.store.add(node, self.at)?;
        self.push(id)
    }

    /// What lies below the last mark is out of reach.
    fn pop(&mut self) -> Result<Id, Fault> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(self.malformed("nothing on the stack"));
        }
        self.stack.pop().ok_or(self.malformed("nothing on the stack"))
    }

    fn top(&self) -> Result<Id, Fault> {
        if self.stack.len() <= self.marks.last().copied().unwrap_or(0) {
            return Err(self.malformed("nothing on the stack"));
        }
        self.stack.last().copied().ok_or(self.malformed("nothing on the stack"))
    }

    fn mark(&mut self) -> Result<usize, Fault> {
        self.marks.pop().ok_or(self.malformed("no mark"))
    }

    /// Takes what lies above the last mark and adds it to `items`.
    fn take(&mut self, items: &mut Items) -> Result<(), Fault> {
        let mark = self.mark()?;
        self.take_from(mark, items)
    }

    fn take_from(&mut self, from: usize, items: &mut Items) -> Result<(), Fault> {
        for id in self.stack.get(from..).unwrap_or_default() {
            self.reading.store.push(items, *id, self.at)?;
        }
        self.stack.truncate(from);
        Ok(())
    }

    /// Takes the last `count` values into a tuple.
    fn tuple(&mut self, count: usize) -> Result<(), Fault> {
        let mut items = Items::NONE;
        let floor = self.marks.last().copied().unwrap_or(0);
        let from = self.stack.len().checked_sub(count).filter(|from| *from >= floor);
        self.take_from(from.ok_or(self.malformed("nothing on the stack"))?, &mut items)?;
        self.make(Node::Tuple(items))
    }

    fn step(&mut self, opcode: Opcode, operand: Operand) -> Result<(), Fault> {
        match (opcode, operand) {
            (Opcode::Mark, _) => {
                if self.marks.len() >= limits::MARKS {
                    return Err(self.too_large(Bound::Marks));
                }
                self.marks.push(self.stack.len());
                Ok(())
            }
            (Opcode::Pop, _) => {
                // On a mark it takes the mark.
                if self.marks.last().is_some_and(|mark| *mark == self.stack.len()) {
                    self.mark().map(drop)
                } else {
                    self.pop().map(drop)
                }
            }
            (Opcode::PopMark, _) => {
                let mark = self.mark()?;
                self.stack.truncate(mark);
                Ok(())
            }
            (Opcode::Dup, _) => {
                let top = self.top()?;
                self.push(top)
            }
            (Opcode::Proto, Operand::Number(0..=5)) | (Opcode::Frame | Opcode::Stop, _) => Ok(()),
            (Opcode::Proto, _) => Err(self.malformed("a protocol of pickle after 5")),

            (Opcode::None, _) => self.make(Node::None),
            (Opcode::NewTrue, _) => self.make(Node::Bool(true)),
            (Opcode::NewFalse, _) => self.make(Node::Bool(false)),
            (Opcode::Int, Operand::Line(line, _)) => match &*line {
                b"00" => self.make(Node::Bool(false)),
                b"01" => self.make(Node::Bool(true)),
                line => self.make(decimal(line).map_or(Node::Long, Node::Int)),
            },
            (Opcode::Long, Operand::Line(line, _)) => {
                self.make(decimal(line.strip_suffix(b"L").unwrap_or(&line)).map_or(Node::Long, Node::Int))
            }
            (Opcode::Float, Operand::Line(line, _)) => {
                let text = std::str::from_utf8(&line).unwrap_or_default().trim();
                self.make(text.parse().map_or(Node::Long, Node::Float))
            }
            (Opcode::BinInt1 | Opcode::BinInt2, Operand::Number(number)) => {
                self.make(i64::try_from(number).map_or(Node::Long, Node::Int))
            }
            (Opcode::BinInt | Opcode::Long1 | Opcode::Long4, Operand::Signed(number)) => {
                self.make(Node::Int(number))
            }
            (Opcode::Long1 | Opcode::Long4, _) => self.make(Node::Long),
            (Opcode::BinFloat, Operand::Real(number)) => self.make(Node::Float(number)),

            (Opcode::String, Operand::Line(line, whole)) => {
                let content = escape::quoted(&line, whole).ok_or(self.malformed("no literal"))?;
                let node = self.unescaped(&content, whole)?;
                self.make(node)
            }
            (Opcode::Unicode, Operand::Line(line, whole)) => {
                let node = self.unescaped(escape::unicode(&line).as_bytes(), whole)?;
                self.make(node)
            }
            (_, Operand::Text(node)) => self.make(node),
            (_, Operand::Bytes(blob)) => self.make(Node::Bytes(blob)),

            (Opcode::EmptyTuple, _) => self.make(Node::Tuple(Items::NONE)),
            (Opcode::Tuple1, _) => self.tuple(1),
            (Opcode::Tuple2, _) => self.tuple(2),
            (Opcode::Tuple3, _) => self.tuple(3),
            (Opcode::EmptyList, _) => self.make(Node::List(Items::NONE)),
            (Opcode::EmptyDict, _) => self.make(Node::Dict(Items::NONE)),
            (Opcode::EmptySet, _) => self.make(Node::Set(Items::NONE)),
            (Opcode::Tuple | Opcode::List | Opcode::FrozenSet | Opcode::Dict, _) => {
                let mut items = Items::NONE;
                self.take(&mut items)?;
                if opcode == Opcode::Dict {
                    self.keys(items)?;
                }
                self.make(match opcode {
                    Opcode::Tuple => Node::Tuple(items),
                    Opcode::List => Node::List(items),
                    Opcode::Dict => Node::Dict(items),
                    _ => Node::Set(items),
                })
            }
            (Opcode::Append, _) => {
                let from = self.stack.len().saturating_sub(1);
                self.add_from(from, opcode)
            }
            (Opcode::SetItem, _) => {
                let from = self.stack.len().saturating_sub(2);
                self.add_from(from, opcode)
            }
            (Opcode::Appends | Opcode::AddItems | Opcode::SetItems, _) => {
                let from = self.mark()?;
                self.add_from(from, opcode)
            }

            (Opcode::Put, Operand::Line(line, true)) => {
                let index = decimal(&line).and_then(|number| usize::try_from(number).ok());
                self.remember(index.ok_or(self.malformed("no index of the memo"))?)
            }
            (Opcode::BinPut | Opcode::LongBinPut, Operand::Number(index)) => {
                self.remember(usize::try_from(index).unwrap_or(usize::MAX))
            }
            (Opcode::Memoize, _) => self.remember(self.remembered),
            (Opcode::Get, Operand::Line(line, true)) => {
                let index = decimal(&line).and_then(|number| usize::try_from(number).ok());
                self.recall(index.ok_or(self.malformed("no index of the memo"))?)
            }
            (Opcode::BinGet | Opcode::LongBinGet, Operand::Number(index)) => {
                self.recall(usize::try_from(index).unwrap_or(usize::MAX))
            }

            (Opcode::Global, Operand::Names(module, name)) => {
                let id = self.global(module, name)?;
                self.push(id)
            }
            (Opcode::StackGlobal, _) => {
                let name = self.pop()?;
                let module = self.pop()?;
                let id = self.stack_global(module, name)?;
                self.push(id)
            }
            (Opcode::Ext1 | Opcode::Ext2 | Opcode::Ext4, Operand::Number(code)) => {
                let code = u32::try_from(code).unwrap_or(u32::MAX);
                let id = self.reading.store.add(Node::Extension(code), self.at)?;
                self.reading.findings.unknown(show(self.reading.store, id, None), self.at);
                self.push(id)
            }
            (Opcode::PersId, Operand::Line(line, whole)) => {
                let node = self.unescaped(&line, whole)?;
                let id = self.reading.store.add(node, self.at)?;
                self.make(Node::Persistent(id))
            }
            (Opcode::BinPersId, _) => {
                let id = self.pop()?;
                self.make(Node::Persistent(id))
            }
            (Opcode::NextBuffer, _) => self.make(Node::Buffer),
            (Opcode::ReadOnlyBuffer, _) => self.top().map(drop),

            (Opcode::Reduce | Opcode::NewObj, _) => {
                let arguments = self.pop()?;
                let callable = self.pop()?;
                self.call(callable, arguments)
            }
            (Opcode::NewObjEx, _) => {
                // The dictionary of named arguments comes last.
                let named = self.pop()?;
                let arguments = self.pop()?;
                let callable = self.pop()?;
                let mut items = Items::NONE;
                let count = self.stack.len();
                for id in self.reading.store.elements(arguments).take(8).collect::<Vec<_>>() {
                    self.push(id)?;
                }
                self.push(named)?;
                self.take_from(count, &mut items)?;
                let arguments = self.reading.store.add(Node::Tuple(items), self.at)?;
                self.call(callable, arguments)
            }
            (Opcode::Inst, Operand::Names(module, name)) => {
                // Without a mark Python does not even look for the class.
                let mut items = Items::NONE;
                self.take(&mut items)?;
                let callable = self.global(module, name)?;
                let arguments = self.reading.store.add(Node::Tuple(items), self.at)?;
                self.call(callable, arguments)
            }
            (Opcode::Obj, _) => {
                let mark = self.mark()?;
                let callable = self.stack.get(mark).copied().ok_or(self.malformed("no class"))?;
                let mut items = Items::NONE;
                self.take_from(mark + 1, &mut items)?;
                self.stack.truncate(mark);
                let arguments = self.reading.store.add(Node::Tuple(items), self.at)?;
                self.call(callable, arguments)
            }
            (Opcode::Build, _) => {
                let state = self.pop()?;
                let object = self.top()?;
                self.build(object, state)
            }
            _ => Err(self.malformed("a damaged argument")),
        }
    }

    /// Adds what lies from `from` on to the list, set, dictionary or object below it.
    fn add_from(&mut self, from: usize, opcode: Opcode) -> Result<(), Fault> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let target = from.checked_sub(1).filter(|place| *place >= floor);
        let target = target.and_then(|place| self.stack.get(place)).copied();
        let target = target.ok_or(self.malformed("nothing to add to"))?;
        let pairs = matches!(opcode, Opcode::SetItem | Opcode::SetItems);
        let node = self.reading.store.node(target);
        match (node, pairs) {
            (Node::List(mut items), false) => {
                self.take_from(from, &mut items)?;
                self.reading.store.replace(target, Node::List(items));
            }
            (Node::Set(mut items), false) => {
                self.take_from(from, &mut items)?;
                self.reading.store.replace(target, Node::Set(items));
            }
            (Node::Dict(mut items), true) => {
                self.keys_from(from);
                self.take_from(from, &mut items)?;
                self.reading.store.replace(target, Node::Dict(items));
            }
            (Node::Object(index), _) => {
                self.keys_from(from);
                let mut items = self.reading.store.object(index).map_or(Items::NONE, |object| object.items);
                self.take_from(from, &mut items)?;
                if let Some(object) = self.reading.store.object_mut(index) {
                    object.items = items;
                }
            }
            (Node::Global(_) | Node::Extension(_) | Node::Persistent(_), _) => {
                let mut items = Items::NONE;
                self.take_from(from, &mut items)?;
                let call = format!("{}[…] = …", show(self.reading.store, target, None));
                self.reading.findings.trick(call, self.at);
            }
            _ => return Err(self.malformed("nothing can be added to this")),
        }
        Ok(())
    }

    /// A dictionary with `__setstate__` can become an object's own: the next BUILD would call what is in it.
    fn keys_from(&mut self, from: usize) {
        for id in self.stack.get(from..).unwrap_or_default().iter().step_by(2) {
            if self.reading.store.raw(*id).is_some_and(|(key, _)| key == b"__setstate__") {
                self.reading.findings.trick("{'__setstate__': …}".to_owned(), self.at);
            }
        }
    }

    fn keys(&mut self, items: Items) -> Result<(), Fault> {
        if !items.count().is_multiple_of(2) {
            return Err(self.malformed("a key without a value"));
        }
        let store = &*self.reading.store;
        let tricky = store
            .items(items)
            .step_by(2)
            .any(|id| store.raw(id).is_some_and(|(key, _)| key == b"__setstate__"));
        if tricky {
            self.reading.findings.trick("{'__setstate__': …}".to_owned(), self.at);
        }
        Ok(())
    }

    fn remember(&mut self, index: usize) -> Result<(), Fault> {
        let id = self.top()?;
        // A pickler numbers what it wrote, so an index beyond the values that were made only costs memory.
        let made = self.reading.store.count() - self.before;
        if index >= limits::MEMO || index > made + limits::GAP {
            return Err(self.too_large(Bound::Memo));
        }
        if self.memo.len() <= index {
            self.memo.resize(index + 1, Id::NONE);
        }
        if let Some(place) = self.memo.get_mut(index) {
            if *place == Id::NONE {
                self.remembered += 1;
            }
            *place = id;
        }
        Ok(())
    }

    fn recall(&mut self, index: usize) -> Result<(), Fault> {
        match self.memo.get(index) {
            Some(id) if *id != Id::NONE => self.push(*id),
            _ => Err(self.malformed("not in the memo")),
        }
    }

    fn global(&mut self, module: String, name: String) -> Result<Id, Fault> {
        let Reading { store, findings, .. } = &mut *self.reading;
        let index = store.name(module, name, self.at)?;
        let id = store.add(Node::Global(index), self.at)?;
        findings.refer(store, id, self.at);
        Ok(id)
    }

    fn stack_global(&mut self, module: Id, name: Id) -> Result<Id, Fault> {
        let store = &*self.reading.store;
        let text = |id| store.text(id).filter(|text| text.len() <= limits::NAME).map(str::to_owned);
        if let (Some(module), Some(name)) = (text(module), text(name)) {
            return self.global(module, name);
        }
        if [module, name].into_iter().any(|id| never_a_string(store, id)) {
            return Err(self.malformed("a name that is no string"));
        }
        // What else may be a string when it is loaded is there to hide something.
        let (module, name) = (show(store, module, None), show(store, name, None));
        let call = format!("<{module}>.<{name}>");
        let Reading { store, findings, .. } = &mut *self.reading;
        let index = store.name("<made while loading>".to_owned(), harmless(&call, 200), self.at)?;
        findings.trick(call, self.at);
        store.add(Node::Global(index), self.at)
    }

    fn call(&mut self, callable: Id, arguments: Id) -> Result<(), Fault> {
        let Reading { store, findings, .. } = &mut *self.reading;
        findings.call(store, callable, arguments, self.at);
        let id = store.add_object(callable, arguments, self.at)?;
        self.push(id)
    }

    fn build(&mut self, object: Id, state: Id) -> Result<(), Fault> {
        let store = &mut *self.reading.store;
        match store.node(object) {
            Node::Object(index) => {
                if let Some(object) = store.object_mut(index) {
                    object.state = state;
                }
                let wrapper = store.class_of(object).is_some_and(|class| {
                    class.name == "NumpyArrayWrapper" && class.module.ends_with("joblib.numpy_pickle")
                });
                if wrapper && self.dialect == Dialect::Joblib {
                    self.reading.arrays += 1;
                    joblib::array(self.reading, object, state, self.at)?;
                }
            }
            // The class itself would be changed, for the whole program.
            Node::Global(_) | Node::Extension(_) | Node::Persistent(_) => {
                let call = format!("{}.__dict__.update(…)", show(store, object, None));
                self.reading.findings.trick(call, self.at);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Reading<'_, '_> {
    /// Bytes of the file: kept if there are few, passed over if there are many.
    pub fn blob(&mut self, length: u64) -> Result<u32, Fault> {
        let at = self.stream.at();
        let room = self.store.blob_room(length);
        let kept = self.store.kept();
        let begin = kept.len();
        self.stream.append(room, kept)?;
        self.stream.skip(length - room as u64)?;
        Ok(self.store.blob_from(begin, at, length))
    }
}

/// Whether Python would find something else than a string here, and stop.
fn never_a_string(store: &Store, id: Id) -> bool {
    match store.node(id) {
        Node::Text(_) | Node::Persistent(_) | Node::Extension(_) | Node::Buffer | Node::Global(_) => false,
        // A function may return one; what is written like a class makes its objects.
        Node::Object(_) => store.class_of(id).is_some_and(|class| known::class_like(&class.name)),
        _ => true,
    }
}

/// A line that is a name. One that is too long is marked with a letter that no name has.
fn name(stream: &mut Stream<'_>) -> Result<String, Fault> {
    let mut line = Vec::new();
    let whole = stream.line(limits::NAME, &mut line)?;
    let mut name = String::from_utf8_lossy(&line).into_owned();
    if !whole {
        name.push('…');
    }
    Ok(name)
}

fn decimal(line: &[u8]) -> Option<i64> {
    std::str::from_utf8(line).ok()?.trim().parse().ok()
}
