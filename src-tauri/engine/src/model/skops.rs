//! skops: a zip whose `schema.json` names the classes that are to be made. skops itself asks before it makes others
//! than those it knows; they are reported here by the same lists as those of a pickle.

use super::{
    Inputs, Library, Step,
    danger::Findings,
    fault::Fault,
    json, known, limits,
    show::harmless,
    stream::Stream,
    tree::{Key, Path},
};

/// What the schema says.
#[derive(Debug, Default)]
pub struct Schema {
    pub class: Option<String>,
    pub library: Option<Library>,
    pub steps: Vec<Step>,
    pub inputs: Option<Inputs>,
}

/// Reads `schema.json`.
pub fn read(stream: &mut Stream<'_>, findings: &mut Findings) -> Result<Schema, Fault> {
    let mut schema = Schema::default();
    let mut class = String::new();
    let mut names = Vec::new();
    // The estimator whose names these are: the first that has any.
    let mut holder = None;
    let mut count = None;
    let mut version = None;
    json::walk(stream, limits::JSON, &mut |path: &Path, value| {
        let Some(Key::Name(last)) = path.keys().last() else { return };
        let depth = path.keys().len();
        match &**last {
            // It stands before the module of the same object.
            "__class__" => value.text().unwrap_or_default().clone_into(&mut class),
            "__module__" => {
                let module = value.text().unwrap_or_default();
                findings.named(module, &class);
                let dotted = harmless(&format!("{module}.{class}"), limits::NAME);
                if depth == 1 {
                    let library = if module.starts_with("sklearn.") { "scikit-learn" } else { module };
                    schema.library = Some(Library { name: harmless(library, 80), version: None });
                    schema.class = Some(dotted);
                } else if path.is(&[
                    "content",
                    "content",
                    "steps",
                    "content",
                    "*",
                    "content",
                    "*",
                    "__module__",
                ]) && module != "builtins"
                    && let Some(step) = schema.steps.last_mut()
                {
                    step.class = dotted;
                }
            }
            "content" => {
                let parent = depth.checked_sub(2).and_then(|place| path.keys().get(place));
                let Some(content) = value.text() else { return };
                let plain = content.trim_matches('"');
                if path.is(&["content", "content", "steps", "content", "*", "content", "*", "content"]) {
                    if schema.steps.len() < limits::STEPS {
                        let name = harmless(plain, limits::SHORT);
                        schema.steps.push(Step { name, class: String::new() });
                    }
                } else if path.ends(&["feature_names_in_", "content", "*", "content"]) {
                    let owner = path.keys().get(..depth - 4).map(<[Key]>::to_vec);
                    if holder.is_none() {
                        holder.clone_from(&owner);
                    }
                    if holder == owner && names.len() < limits::FEATURES {
                        names.push(harmless(plain, limits::SHORT));
                    }
                } else if let Some(Key::Name(parent)) = parent {
                    match &**parent {
                        "_sklearn_version" if version.is_none() => version = Some(harmless(plain, 40)),
                        "n_features_in_" if count.is_none() => count = plain.parse().ok(),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    })?;
    if let Some(library) = &mut schema.library
        && library.name == "scikit-learn"
    {
        library.version = version;
    }
    if count.is_some() || !names.is_empty() {
        let count = count.or(Some(names.len() as u64));
        schema.inputs = Some(Inputs { count, names, types: Vec::new() });
    }
    Ok(schema)
}

impl Findings {
    /// A class that a list names, with no call to show.
    fn named(&mut self, module: &str, name: &str) {
        let dotted = harmless(&format!("{module}.{name}"), limits::NAME);
        if self.calls.len() >= limits::CALLS || self.calls.contains(&dotted) {
            return;
        }
        match known::judge(module, name).danger() {
            Some(super::Kind::Known) => self.trick(dotted.clone(), 0),
            Some(super::Kind::Unknown) => self.unknown(dotted.clone(), 0),
            None => {}
        }
        self.calls.push(dotted);
    }
}
