//! ONNX: a graph as protobuf. Weights are passed over by seeking. Source: `onnx/onnx.proto`.

use std::collections::HashSet;

use super::{Inputs, Library, Output, fault::Fault, limits, show::harmless, stream::Stream};

/// What the graph says.
#[derive(Debug, Default)]
pub struct Graph {
    /// Who made it: `skl2onnx`, `pytorch`.
    pub library: Option<Library>,
    pub inputs: Vec<(String, String)>,
    pub outputs: Vec<Output>,
    pub classes: Vec<String>,
    /// Whether there was a graph: other files are protobuf, too.
    pub there: bool,
}

impl Graph {
    /// The inputs with their types.
    pub fn takes(&self) -> Inputs {
        Inputs {
            count: Some(self.inputs.len() as u64),
            names: self.inputs.iter().map(|(name, _)| name.clone()).collect(),
            types: self.inputs.iter().map(|(_, kind)| kind.clone()).collect(),
        }
    }
}

/// Bytes of a description of an input that is read.
const DESCRIPTION: u64 = 16 * 1024;

/// A field: its number and what it holds.
enum Field {
    Number(u64, u64),
    /// So many bytes follow.
    Bytes(u64, u64),
}

struct Walk<'s, 'a> {
    stream: &'s mut Stream<'a>,
    fields: u64,
    graph: Graph,
    weights: HashSet<String>,
}

/// Reads a model.
pub fn read(stream: &mut Stream<'_>, size: u64) -> Result<Graph, Fault> {
    let mut walk = Walk { stream, fields: 0, graph: Graph::default(), weights: HashSet::new() };
    walk.model(size)?;
    let Walk { mut graph, weights, .. } = walk;
    // Before version 4 of the format the weights were inputs, too.
    graph.inputs.retain(|(name, _)| !weights.contains(name));
    Ok(graph)
}

impl Walk<'_, '_> {
    fn model(&mut self, end: u64) -> Result<(), Fault> {
        let mut producer = (None, None);
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(2, length) => producer.0 = Some(self.text(length)?),
                Field::Bytes(3, length) => producer.1 = Some(self.text(length)?),
                Field::Bytes(7, length) => {
                    self.graph.there = true;
                    let end = self.end(length, end)?;
                    self.graph(end)?;
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        self.graph.library = producer
            .0
            .filter(|name| !name.is_empty())
            .map(|name| Library { name, version: producer.1.filter(|version| !version.is_empty()) });
        Ok(())
    }

    fn graph(&mut self, end: u64) -> Result<(), Fault> {
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(1, length) => {
                    let end = self.end(length, end)?;
                    self.node(end)?;
                }
                Field::Bytes(5, length) => {
                    let end = self.end(length, end)?;
                    self.weight(end)?;
                }
                Field::Bytes(which @ (11 | 12), length) if length <= DESCRIPTION => {
                    let end = self.end(length, end)?;
                    let (name, kind) = self.value(end)?;
                    if which == 11 && self.graph.inputs.len() < limits::FEATURES {
                        self.graph.inputs.push((name, kind));
                    } else if which == 12 && self.graph.outputs.len() < limits::STEPS {
                        self.graph.outputs.push(Output { name, kind });
                    }
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok(())
    }

    /// A node: only classifiers are of interest, for their labels.
    fn node(&mut self, end: u64) -> Result<(), Fault> {
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(5, length) => {
                    let end = self.end(length, end)?;
                    self.attribute(end)?;
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok(())
    }

    fn attribute(&mut self, end: u64) -> Result<(), Fault> {
        let mut labels = false;
        let mut classes = Vec::new();
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(1, length) => {
                    labels = matches!(&*self.text(length)?, "classlabels_strings" | "classlabels_int64s");
                }
                Field::Bytes(9, length) if labels && classes.len() < limits::CLASSES => {
                    classes.push(self.text(length)?);
                }
                Field::Number(8, number) if labels && classes.len() < limits::CLASSES => {
                    classes.push(number.cast_signed().to_string());
                }
                // The same numbers, packed.
                Field::Bytes(8, length) if labels => {
                    let end = self.end(length, end)?;
                    while self.stream.at() < end && classes.len() < limits::CLASSES {
                        classes.push(self.number(end)?.cast_signed().to_string());
                    }
                    self.stream.skip(end.saturating_sub(self.stream.at()))?;
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        if !classes.is_empty() && self.graph.classes.is_empty() {
            self.graph.classes = classes;
        }
        Ok(())
    }

    fn weight(&mut self, end: u64) -> Result<(), Fault> {
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(8, length) => {
                    let name = self.text(length)?;
                    if self.weights.len() < limits::FEATURES {
                        self.weights.insert(name);
                    }
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok(())
    }

    /// An input or output: its name, and its type as `float32[?,4]`.
    fn value(&mut self, end: u64) -> Result<(String, String), Fault> {
        let (mut name, mut kind) = (String::new(), String::new());
        while let Some(field) = self.field(end)? {
            match field {
                Field::Bytes(1, length) => name = self.text(length)?,
                // TypeProto: a tensor, or something else.
                Field::Bytes(2, length) => {
                    let end = self.end(length, end)?;
                    while let Some(field) = self.field(end)? {
                        match field {
                            Field::Bytes(1, length) => {
                                let end = self.end(length, end)?;
                                kind = self.tensor(end)?;
                            }
                            Field::Bytes(which, length) => {
                                match which {
                                    4 => "sequence".clone_into(&mut kind),
                                    5 => "map".clone_into(&mut kind),
                                    _ => {}
                                }
                                self.stream.skip(length)?;
                            }
                            Field::Number(..) => {}
                        }
                    }
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok((name, kind))
    }

    fn tensor(&mut self, end: u64) -> Result<String, Fault> {
        let mut element = "?";
        let mut sides: Option<Vec<String>> = None;
        while let Some(field) = self.field(end)? {
            match field {
                Field::Number(1, number) => element = element_name(number),
                Field::Bytes(2, length) => {
                    let sides = sides.get_or_insert_default();
                    let end = self.end(length, end)?;
                    while let Some(field) = self.field(end)? {
                        match field {
                            Field::Bytes(1, length) => {
                                let end = self.end(length, end)?;
                                let side = self.side(end)?;
                                if sides.len() < 16 {
                                    sides.push(side);
                                }
                            }
                            Field::Bytes(_, length) => self.stream.skip(length)?,
                            Field::Number(..) => {}
                        }
                    }
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok(sides.map_or_else(|| element.to_owned(), |sides| format!("{element}[{}]", sides.join(","))))
    }

    /// One side of a shape: a number, a name, or `?`.
    fn side(&mut self, end: u64) -> Result<String, Fault> {
        let mut side = "?".to_owned();
        while let Some(field) = self.field(end)? {
            match field {
                Field::Number(1, number) => side = number.cast_signed().to_string(),
                Field::Bytes(2, length) => {
                    side = self.text(length)?.chars().take(40).collect();
                }
                Field::Bytes(_, length) => self.stream.skip(length)?,
                Field::Number(..) => {}
            }
        }
        Ok(side)
    }

    /// Where `length` bytes from here end, which must be inside of what they are in.
    fn end(&self, length: u64, outer: u64) -> Result<u64, Fault> {
        let end = self.stream.at().saturating_add(length);
        if end > outer { Err(self.malformed()) } else { Ok(end) }
    }

    fn malformed(&self) -> Fault {
        Fault::Malformed { at: self.stream.at(), what: "no protobuf" }
    }

    fn field(&mut self, end: u64) -> Result<Option<Field>, Fault> {
        if self.stream.at() >= end {
            return if self.stream.at() == end { Ok(None) } else { Err(self.malformed()) };
        }
        self.fields += 1;
        if self.fields > limits::VALUES {
            return Err(Fault::TooLarge { at: self.stream.at(), bound: super::Bound::Nodes });
        }
        let tag = self.number(end)?;
        let field = tag >> 3;
        Ok(Some(match tag & 7 {
            0 => Field::Number(field, self.number(end)?),
            1 => Field::Number(field, u64::from_le_bytes(self.stream.bytes()?)),
            5 => Field::Number(field, u32::from_le_bytes(self.stream.bytes()?).into()),
            2 => {
                let length = self.number(end)?;
                self.end(length, end)?;
                Field::Bytes(field, length)
            }
            _ => return Err(self.malformed()),
        }))
    }

    /// A varint.
    fn number(&mut self, end: u64) -> Result<u64, Fault> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            if self.stream.at() >= end {
                break;
            }
            let byte = self.stream.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(self.malformed())
    }

    fn text(&mut self, length: u64) -> Result<String, Fault> {
        let kept = length.min(limits::SHORT as u64);
        let mut bytes = Vec::new();
        self.stream.append(usize::try_from(kept).unwrap_or(0), &mut bytes)?;
        self.stream.skip(length - kept)?;
        Ok(harmless(&String::from_utf8_lossy(&bytes), limits::SHORT))
    }
}

/// TensorProto.DataType
fn element_name(number: u64) -> &'static str {
    match number {
        1 => "float32",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "string",
        9 => "bool",
        10 => "float16",
        11 => "float64",
        12 => "uint32",
        13 => "uint64",
        14 => "complex64",
        15 => "complex128",
        16 => "bfloat16",
        _ => "?",
    }
}
