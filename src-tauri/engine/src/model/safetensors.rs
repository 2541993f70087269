//! safetensors: the length of a header, the header in JSON, then the numbers. It cannot run anything.
//! Source: <https://github.com/huggingface/safetensors>, "Format".

use super::{
    Step,
    fault::Fault,
    json, limits,
    show::harmless,
    stream::Stream,
    tree::{Key, Value},
};

/// What the header says.
#[derive(Debug, Default)]
pub struct Header {
    /// The tensors' names with their type and shape: at most `limits::STEPS`.
    pub tensors: Vec<Step>,
    /// The library that the metadata names as `format`: `pt`, `tf`, `flax`, `np`.
    pub written_for: Option<String>,
}

/// Reads the header.
pub fn read(stream: &mut Stream<'_>) -> Result<Header, Fault> {
    stream.skip(8)?;
    let mut header = Header::default();
    // One after the other, for a name is not given twice.
    let mut tensor = Tensor::default();
    json::walk(stream, limits::HEADER, &mut |path, value| {
        let [Key::Name(name), Key::Name(what), rest @ ..] = path.keys() else { return };
        if name == "__metadata__" {
            if what == "format" {
                header.written_for = value.text().map(|name| harmless(name, 40));
            }
            return;
        }
        if header.tensors.len() >= limits::STEPS {
            return;
        }
        if *name != tensor.name {
            header.tensors.extend(std::mem::take(&mut tensor).step());
            tensor.name.clone_from(name);
        }
        match (&**what, rest, value) {
            ("dtype", [], Value::Text(dtype)) => tensor.dtype = harmless(dtype, 20),
            ("shape", [_], Value::Int(side)) if tensor.shape.len() < 16 => {
                tensor.shape.push(side.to_string());
            }
            _ => {}
        }
    })?;
    header.tensors.extend(tensor.step());
    header.tensors.truncate(limits::STEPS);
    Ok(header)
}

#[derive(Default)]
struct Tensor {
    name: String,
    dtype: String,
    shape: Vec<String>,
}

impl Tensor {
    fn step(self) -> Option<Step> {
        (!self.dtype.is_empty()).then(|| Step {
            name: harmless(&self.name, limits::SHORT),
            class: format!("{}[{}]", self.dtype, self.shape.join(",")),
        })
    }
}
