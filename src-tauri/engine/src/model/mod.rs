//! Reading a model file without loading it: what it is, which library made it, what it takes and gives, and what
//! loading it would run. Nothing of the file is ever executed, imported or wholly held in memory.
//!
//! Every file ends, within a second and 64 MB (`limits.rs`), in a [`Model`] or a [`Fault`].

#![cfg_attr(
    not(test),
    deny(clippy::indexing_slicing, clippy::unwrap_used, clippy::expect_used, clippy::panic)
)]

mod archive;
mod array;
mod bz2;
mod compression;
mod danger;
mod escape;
mod fault;
mod format;
mod joblib;
mod json;
mod keras;
mod known;
mod library;
mod lightgbm;
mod limits;
mod lzma;
mod machine;
mod node;
mod npy;
mod onnx;
mod opcode;
mod pickle;
mod safetensors;
mod show;
mod sklearn;
mod skops;
mod stream;
#[cfg(test)]
mod tests;
mod tree;
mod trust;
mod ubjson;
mod xgboost;
mod zip;

use std::io::{Read, Seek, SeekFrom};

use serde::{Serialize, Serializer};

pub use compression::Compression;
pub use danger::{Danger, Kind};
pub use fault::{Bound, Fault};
pub use format::Format;
pub use trust::look;

use danger::Findings;
use format::Content;
use machine::Dialect;
use stream::{File, Stream};
use xgboost::Written;

/// What a file says about itself. Every text in it is bounded and free of control characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Model {
    /// By its bytes.
    pub format: Format,
    /// Around the format, if there is one.
    pub compression: Option<Compression>,
    /// Bytes of the file.
    pub size: u64,
    /// Who made it; none if it does not say.
    pub library: Option<Library>,
    /// The class of the model with its module: `sklearn.pipeline.Pipeline`.
    pub class: Option<String>,
    /// The parts of a pipeline, or of a dictionary of models, in order.
    pub steps: Vec<Step>,
    /// What it takes; none if it does not say.
    pub inputs: Option<Inputs>,
    /// The classes that it can answer, in its order; at most 1,000.
    pub classes: Vec<String>,
    /// What it gives, where the format says so.
    pub outputs: Vec<Output>,
    /// Libraries besides the first whose classes are in it, each with its version if the file says it: without them
    /// it cannot be loaded.
    pub needs: Vec<Library>,
    /// Every class and function that loading would call, once; at most 1,000.
    pub calls: Vec<String>,
    /// What loading would run beyond making plain data, in the order of the file; at most 100.
    pub dangers: Vec<Danger>,
    /// How many more of those there are.
    pub more_dangers: u64,
    /// Why reading ended early, though what came before is worth telling: a pickle that breaks has run until there.
    #[serde(serialize_with = "in_words")]
    pub broken: Option<Fault>,
}

/// A library by its name on PyPI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Library {
    /// `scikit-learn`
    pub name: String,
    /// The version that wrote the file, where it says so.
    pub version: Option<String>,
}

/// A part of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// Its name in the pipeline, or its key.
    pub name: String,
    /// Its class with the module, or a word that stands for none: `passthrough`.
    pub class: String,
}

/// What a model takes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// How many features, or how many tensors where `types` has their shapes.
    pub count: Option<u64>,
    /// Their names in order, at most 10,000; empty if they have none.
    pub names: Vec<String>,
    /// Their types in the words of the format, as many as names; empty if it has none.
    pub types: Vec<String>,
}

/// A tensor that a model gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its type and shape: `float32[?,3]`.
    pub kind: String,
}

impl Model {
    /// Whether only numpy 2 can load it: it names modules that numpy 1 does not have.
    pub fn needs_numpy_2(&self) -> bool {
        self.calls.iter().any(|call| call.starts_with("numpy._core."))
    }

    fn new(format: Format, size: u64) -> Self {
        Self {
            format,
            compression: None,
            size,
            library: None,
            class: None,
            steps: Vec::new(),
            inputs: None,
            classes: Vec::new(),
            outputs: Vec::new(),
            needs: Vec::new(),
            calls: Vec::new(),
            dangers: Vec::new(),
            more_dangers: 0,
            broken: None,
        }
    }

    fn by(format: Format, library: &str, size: u64) -> Self {
        let library = Library { name: library.to_owned(), version: None };
        Self { library: Some(library), ..Self::new(format, size) }
    }

    /// What a pickled value says about itself.
    fn told_by(&mut self, facts: sklearn::Facts) {
        (self.class, self.library, self.steps) = (facts.class, facts.library, facts.steps);
        (self.inputs, self.classes) = (facts.inputs, facts.classes);
    }

    /// Reads the same bytes as pickle itself would, to which joblib's arrays are opcodes: in them a call could hide
    /// from who reads as joblib does. By chance they look like an opcode, but not like a call that is known. Only
    /// to the first STOP: behind that of an array of objects the rest has no beginning.
    fn as_plain_pickle(&mut self, stream: &mut Stream<'_>) {
        let mut findings = Findings::default();
        pickle::first(stream, &mut findings);
        for danger in findings.dangers {
            if danger.kind == Kind::Known && !self.dangers.contains(&danger) {
                self.dangers.push(danger);
            }
        }
        self.dangers.truncate(limits::DANGERS);
    }

    /// Adds what a model of XGBoost says to what is known of what it is in.
    fn boosted(&mut self, booster: xgboost::Booster) {
        let inner = booster.inputs.filter(|inputs| inputs.count != Some(0));
        match (&mut self.inputs, inner) {
            (None, inner) => self.inputs = inner,
            (Some(inputs), Some(inner)) if inputs.count == inner.count && inputs.names == inner.names => {
                inputs.types = inner.types;
            }
            _ => {}
        }
        if self.classes.is_empty() {
            self.classes = booster.classes;
        }
        let Some(library) = booster.library else { return };
        if self.library.is_none() {
            self.library = Some(library);
            return;
        }
        match self.library.iter_mut().chain(&mut self.needs).find(|other| other.name == library.name) {
            Some(known) => known.version = library.version,
            None => self.needs.push(library),
        }
    }

    fn found(&mut self, findings: Findings) {
        self.calls = findings.calls;
        self.dangers = findings.dangers;
        self.more_dangers = findings.more;
    }

    /// A file that broke is told with what would have run until there; without any of that it is only a fault.
    fn told(self) -> Result<Self, Fault> {
        match self.broken {
            Some(fault) if self.dangers.is_empty() => Err(fault),
            _ => Ok(self),
        }
    }
}

#[allow(clippy::ref_option)] // as serde calls it
fn in_words<S: Serializer>(fault: &Option<Fault>, serializer: S) -> Result<S::Ok, S::Error> {
    fault.as_ref().map(ToString::to_string).serialize(serializer)
}

/// Reads a model file. The name, or path, only decides between formats that begin alike.
pub fn read<R: Read + Seek>(mut source: R, name: &str) -> Result<Model, Fault> {
    let io = |error: std::io::Error| Fault::Io(error.to_string());
    let size = source.seek(SeekFrom::End(0)).map_err(io)?;
    let file: &mut dyn File = &mut source;
    let head = {
        let mut head = Vec::new();
        let mut stream = Stream::of(file, 0, size)?;
        stream.append(usize::try_from(size).unwrap_or(usize::MAX).min(format::HEAD), &mut head)?;
        head
    };
    match format::of(&head, size, name) {
        Content::Compressed(compression) => {
            let mut model = {
                let mut stream = compression.open(file, size)?;
                pickled(&mut stream, size, true)?.0
            };
            model.compression = Some(compression);
            if model.format == Format::Joblib {
                model.as_plain_pickle(&mut compression.open(file, size)?);
            }
            model.told()
        }
        Content::Pickle { certain } => {
            let (mut model, booster) = pickled(&mut Stream::of(file, 0, size)?, size, certain)?;
            // Too long to be kept on the way; here is a file to go back in.
            if let Some(blob) = booster
                && let Ok(Some(booster)) =
                    xgboost::read(&mut Stream::of(file, blob.at, blob.length)?, Written::Ubjson)
            {
                model.boosted(booster);
            }
            if model.format == Format::Joblib {
                model.as_plain_pickle(&mut Stream::of(file, 0, size)?);
            }
            model.told()
        }
        Content::Zip => archive::read(file, size),
        Content::LightgbmText => {
            let head = lightgbm::read(&mut Stream::of(file, 0, size)?)?;
            let mut model = Model::new(Format::LightgbmText, size);
            model.class = Some("lightgbm.basic.Booster".to_owned());
            (model.library, model.inputs, model.classes) = (head.library, head.inputs, head.classes);
            Ok(model)
        }
        Content::Json => boosted(&mut Stream::of(file, 0, size)?, size, Written::Json),
        Content::Ubjson => boosted(&mut Stream::of(file, 0, size)?, size, Written::Ubjson),
        Content::Safetensors => {
            let header = safetensors::read(&mut Stream::of(file, 0, size)?)?;
            let mut model = Model::new(Format::Safetensors, size);
            model.steps = header.tensors;
            let library = header.written_for.and_then(|library| match &*library {
                "pt" => Some("torch"),
                "tf" => Some("tensorflow"),
                "flax" => Some("flax"),
                "np" => Some("numpy"),
                _ => None,
            });
            model.library = library.map(|name| Library { name: name.to_owned(), version: None });
            Ok(model)
        }
        Content::Onnx => {
            let graph = onnx::read(&mut Stream::of(file, 0, size)?, size)?;
            if !graph.there {
                return Err(Fault::Unknown);
            }
            let mut model = Model::new(Format::Onnx, size);
            model.inputs = Some(graph.takes());
            (model.library, model.outputs, model.classes) = (graph.library, graph.outputs, graph.classes);
            Ok(model)
        }
        Content::Numpy => {
            let mut model = Model::new(Format::Numpy, size);
            let mut findings = Findings::default();
            model.broken = npy::read(&mut Stream::of(file, 0, size)?, &mut findings)?;
            model.library = Some(Library { name: "numpy".to_owned(), version: None });
            model.found(findings);
            model.told()
        }
        Content::Hdf5 => Ok(Model::new(Format::Hdf5, size)),
        Content::SavedModel => Ok(Model::by(Format::SavedModel, "tensorflow", size)),
        Content::Catboost => Ok(Model::by(Format::Catboost, "catboost", size)),
    }
}

/// A model in one of XGBoost's own formats.
fn boosted(stream: &mut Stream<'_>, size: u64, written: Written) -> Result<Model, Fault> {
    let booster = xgboost::read(stream, written)?.ok_or(Fault::Unknown)?;
    let mut model = Model::new(
        match written {
            Written::Json => Format::XgboostJson,
            Written::Ubjson => Format::XgboostUbjson,
        },
        size,
    );
    model.class = Some("xgboost.core.Booster".to_owned());
    model.boosted(booster);
    Ok(model)
}

/// The pickles in a stream as one model, and where the bytes of a model of XGBoost are that was too long to keep.
fn pickled(stream: &mut Stream<'_>, size: u64, certain: bool) -> Result<(Model, Option<node::Blob>), Fault> {
    let mut findings = Findings::default();
    let pickles = pickle::read(stream, &mut findings, Dialect::Joblib);
    if pickles.roots.is_empty() && pickles.fault.is_none() && findings.dangers.is_empty() {
        return Err(Fault::Unknown);
    }
    // Half of all texts begin with an opcode of protocol 0, and some name a module in their first lines.
    let odd = pickles.fault.is_some() || pickles.trailing > 0;
    if !certain && odd && !findings.ran {
        return Err(match pickles.fault {
            Some(fault @ Fault::TooLarge { .. }) => fault,
            _ => Fault::Unknown,
        });
    }
    let mut model = Model::new(pickles.format(), size);
    let facts = pickles.facts();
    let booster = facts.booster;
    model.told_by(facts);
    model.needs = library::needs(&findings.calls, model.library.as_ref(), &pickles.store);
    model.found(findings);
    model.broken = pickles.fault;
    if let Some(blob) = booster
        && let Some(bytes) = pickles.store.blob_bytes(blob)
    {
        let mut file = std::io::Cursor::new(bytes);
        let stream = Stream::of(&mut file, 0, bytes.len() as u64);
        if let Ok(Some(booster)) = stream.and_then(|mut stream| xgboost::read(&mut stream, Written::Ubjson)) {
            model.boosted(booster);
        }
        return Ok((model, None));
    }
    Ok((model, booster))
}
