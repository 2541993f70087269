//! Models that are a zip: PyTorch's, Keras', skops', numpy's. Which one, the names of the files in it say.

use super::{
    Format, Library, Model,
    danger::{Findings, Kind},
    fault::{Bound, Fault},
    keras,
    machine::Dialect,
    npy, pickle, skops,
    stream::{File, Stream},
    zip::{self, Entry},
};

/// Pickles in one zip: PyTorch writes one, or two for a script.
const PICKLES: usize = 100;

/// Reads a zip.
pub fn read(file: &mut dyn File, size: u64) -> Result<Model, Fault> {
    let entries = zip::entries(file, size, |name| {
        pickle_named(name)
            || matches!(name, "schema.json" | "config.json" | "metadata.json")
            || npy_named(name)
    })?;
    let find = |name: &str| entries.iter().find(|entry| entry.name == name);
    let pickles: Vec<&Entry> = entries.iter().filter(|entry| pickle_named(&entry.name)).collect();
    if pickles.len() > PICKLES {
        return Err(Fault::TooLarge { at: 0, bound: Bound::Entries });
    }
    if !pickles.is_empty() {
        return torch(file, size, &pickles);
    }
    if let Some(entry) = find("schema.json") {
        let mut model = Model::new(Format::Skops, size);
        let mut findings = Findings::default();
        findings.begin(Some(entry.name.clone()));
        let schema = skops::read(&mut zip::open(file, size, entry)?, &mut findings)?;
        (model.class, model.library) = (schema.class, schema.library);
        (model.steps, model.inputs) = (schema.steps, schema.inputs);
        model.found(findings);
        return Ok(model);
    }
    if let (Some(config), Some(metadata)) = (find("config.json"), find("metadata.json")) {
        let mut model = Model::new(Format::Keras, size);
        let mut findings = Findings::default();
        findings.begin(Some(config.name.clone()));
        let network = keras::read(&mut zip::open(file, size, config)?, &mut findings)?;
        let version = keras::version(&mut zip::open(file, size, metadata)?)?;
        model.library = Some(Library { name: "keras".to_owned(), version });
        (model.class, model.steps, model.inputs) = (network.class, network.layers, network.inputs);
        model.found(findings);
        return Ok(model);
    }
    let arrays: Vec<&Entry> = entries.iter().filter(|entry| npy_named(&entry.name)).collect();
    if arrays.is_empty() {
        return Err(Fault::Unknown);
    }
    let mut model = Model::new(Format::Numpy, size);
    let mut findings = Findings::default();
    for entry in arrays.into_iter().take(PICKLES) {
        findings.begin(Some(entry.name.clone()));
        model.broken = npy::read(&mut zip::open(file, size, entry)?, &mut findings)?;
        if model.broken.is_some() {
            break;
        }
    }
    model.library = Some(Library { name: "numpy".to_owned(), version: None });
    model.found(findings);
    model.told()
}

fn pickle_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [".pkl", ".pickle", ".joblib"].iter().any(|end| name.ends_with(end))
}

fn npy_named(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with(".npy")
}

fn torch(file: &mut dyn File, size: u64, pickles: &[&Entry]) -> Result<Model, Fault> {
    let mut model = Model::new(Format::Torch, size);
    let mut findings = Findings::default();
    // A model as TorchScript: its classes are in the zip too, and torch makes them without Python.
    let script = pickles.iter().any(|entry| entry.name.ends_with("/constants.pkl"));
    for entry in pickles {
        findings.begin(Some(entry.name.clone()));
        let mut stream: Stream<'_> = zip::open(file, size, entry)?;
        let read = pickle::read(&mut stream, &mut findings, Dialect::Plain);
        if model.class.is_none() {
            model.told_by(read.facts());
        }
        model.broken = read.fault;
        if model.broken.is_some() {
            break;
        }
    }
    if model.library.is_none() {
        model.library = Some(Library { name: "torch".to_owned(), version: None });
    }
    if script {
        model.class = Some("torch.jit.ScriptModule".to_owned());
        findings
            .dangers
            .retain(|danger| danger.kind == Kind::Known || !danger.call.starts_with("__torch__."));
    }
    model.found(findings);
    model.told()
}
