//! XGBoost's own formats, JSON and UBJSON: one tree of keys. Source: XGBoost's `doc/model.schema`.

use super::{
    Inputs, Library,
    fault::Fault,
    json, limits,
    show::harmless,
    stream::Stream,
    tree::{Path, Value},
    ubjson,
};

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // known by these names
pub enum Written {
    Json,
    Ubjson,
}

/// What a model says.
#[derive(Debug, Default)]
pub struct Booster {
    pub library: Option<Library>,
    pub inputs: Option<Inputs>,
    pub classes: Vec<String>,
}

/// Reads a model; none where the tree is somebody else's.
pub fn read(stream: &mut Stream<'_>, written: Written) -> Result<Option<Booster>, Fault> {
    let mut names = Vec::new();
    let mut types = Vec::new();
    let mut version = Vec::new();
    let mut features = None;
    let mut classes = 0;
    let mut objective = None;
    let mut visit = |path: &Path, value: Value<'_>| {
        // In a pickle the model lies beside its settings.
        let keys = path.keys().len() - usize::from(path.first() == Some("Model"));
        let ends = |tail: &[&str]| keys == tail.len() && path.ends(tail);
        if ends(&["learner", "feature_names", "*"]) {
            if let Some(name) = value.text().filter(|_| names.len() < limits::FEATURES) {
                names.push(harmless(name, limits::SHORT));
            }
        } else if ends(&["learner", "feature_types", "*"]) {
            if let Some(kind) = value.text().filter(|_| types.len() < limits::FEATURES) {
                types.push(harmless(kind, 40));
            }
        } else if ends(&["version", "*"]) && version.len() < 3 {
            version.extend(value.count());
        } else if ends(&["learner", "learner_model_param", "num_feature"]) {
            features = value.count();
        } else if ends(&["learner", "learner_model_param", "num_class"]) {
            classes = value.count().unwrap_or(0);
        } else if ends(&["learner", "objective", "name"]) {
            objective = value.text().map(|name| harmless(name, 80));
        }
    };
    match written {
        Written::Json => json::walk(stream, limits::JSON, &mut visit)?,
        Written::Ubjson => ubjson::walk(stream, &mut visit)?,
    }
    if features.is_none() && objective.is_none() {
        return Ok(None);
    }
    if classes == 0 && objective.as_deref().is_some_and(|objective| objective.starts_with("binary:")) {
        classes = 2;
    }
    if types.len() != names.len() {
        types.clear();
    }
    let version: Vec<String> = version.iter().map(u64::to_string).collect();
    Ok(Some(Booster {
        library: Some(Library {
            name: "xgboost".to_owned(),
            version: (version.len() == 3).then(|| version.join(".")),
        }),
        inputs: Some(Inputs { count: features, names, types }),
        classes: (0..classes.min(limits::CLASSES as u64)).map(|class| class.to_string()).collect(),
    }))
}
