//! What a pickled estimator knows about itself: scikit-learn's own and those that follow its interface.

use super::{
    Inputs, Library, Step, array,
    known::Verdict,
    library, limits,
    node::{Blob, Id, Node, Store},
    show::harmless,
};

/// Estimators inside of estimators that are looked through.
const DEPTH: usize = 8;
/// Attributes under which an estimator keeps the fitted one that does its work.
const INNER: &[&str] =
    &["best_estimator_", "estimator_", "regressor_", "base_estimator_", "calibrated_classifiers_"];

/// What was found.
#[derive(Debug, Default)]
pub struct Facts {
    pub library: Option<Library>,
    pub class: Option<String>,
    pub steps: Vec<Step>,
    pub inputs: Option<Inputs>,
    pub classes: Vec<String>,
    /// A model of XGBoost as bytes in the file.
    pub booster: Option<Blob>,
}

/// What the value says.
pub fn facts(store: &Store, root: Id) -> Facts {
    let parts = parts(store, root);
    let class = class(store, root);
    let steps: Vec<Step> = parts.iter().map(|(name, id)| step(store, name, *id)).collect();
    let holders: Vec<Id> = std::iter::once(root).chain(parts.iter().map(|(_, id)| *id)).collect();
    let library = holders.iter().find_map(|id| library(store, *id));
    let library = library.map(|name| library::with_version(name, store));
    Facts {
        library,
        class,
        steps,
        inputs: inputs(store, root),
        classes: classes(store, root),
        booster: booster(store, root),
    }
}

/// The dotted name of its class.
fn class(store: &Store, id: Id) -> Option<String> {
    Some(match store.node(id) {
        Node::Object(_) => {
            let class = store.class_of(id)?;
            // What a function returns has a class that is not written down.
            if class.verdict == Verdict::Known {
                return None;
            }
            harmless(&class.dotted(), limits::NAME)
        }
        Node::Dict(_) => "builtins.dict".to_owned(),
        Node::List(_) => "builtins.list".to_owned(),
        Node::Tuple(_) => "builtins.tuple".to_owned(),
        Node::Array(_) => "numpy.ndarray".to_owned(),
        _ => return None,
    })
}

fn step(store: &Store, name: &str, id: Id) -> Step {
    let class = match store.node(id) {
        Node::Text(_) => store.head(id).map(|text| harmless(&text, limits::SHORT)),
        _ => class(store, id),
    };
    Step { name: harmless(name, limits::SHORT), class: class.unwrap_or_default() }
}

/// The name under which pip has the library of the value's class.
fn library(store: &Store, id: Id) -> Option<&'static str> {
    library::of_module(&store.class_of(id)?.module)
}

/// An attribute of an object, from the state that BUILD gave it.
fn attribute(store: &Store, id: Id, name: &str) -> Option<Id> {
    let state = store.object_of(id)?.state;
    match store.node(state) {
        Node::Dict(_) => store.get(state, name),
        // (attributes, slots)
        Node::Tuple(_) => store.elements(state).take(2).find_map(|part| store.get(part, name)),
        _ => None,
    }
}

/// The named parts of a pipeline, or of a plain dictionary or list of models.
fn parts(store: &Store, root: Id) -> Vec<(String, Id)> {
    let model = |id| library(store, id).is_some_and(|name| name != "numpy");
    match store.node(root) {
        Node::Dict(_) => store
            .entries(root)
            .filter(|(_, value)| model(*value))
            .filter_map(|(name, value)| Some((array::scalar(store, name)?, value)))
            .take(limits::STEPS)
            .collect(),
        Node::List(_) | Node::Tuple(_) => store
            .elements(root)
            .enumerate()
            .filter(|(_, value)| model(*value))
            .map(|(index, value)| (index.to_string(), value))
            .take(limits::STEPS)
            .collect(),
        _ => {
            let holder = attribute(store, root, "best_estimator_").unwrap_or(root);
            let Some(steps) = attribute(store, holder, "steps") else { return Vec::new() };
            store
                .elements(steps)
                .filter_map(|step| {
                    let mut pair = store.elements(step);
                    Some((store.head(pair.next()?)?.into_owned(), pair.next()?))
                })
                .take(limits::STEPS)
                .collect()
        }
    }
}

/// Walks from an estimator to those that work for it, until one has an answer.
fn search<T>(store: &Store, root: Id, last: bool, find: impl Fn(Id) -> Option<T>) -> Option<T> {
    let mut at = root;
    for _ in 0..DEPTH {
        if let Some(found) = find(at) {
            return Some(found);
        }
        let parts = parts(store, at);
        let mut objects = parts.iter().map(|(_, id)| *id).filter(|id| store.object_of(*id).is_some());
        let next = if last { objects.next_back() } else { objects.next() };
        at = next.or_else(|| {
            let inner = INNER.iter().find_map(|name| attribute(store, at, name))?;
            match store.node(inner) {
                Node::List(_) => store.elements(inner).next(),
                _ => Some(inner),
            }
        })?;
    }
    None
}

fn inputs(store: &Store, root: Id) -> Option<Inputs> {
    search(store, root, false, |id| {
        let names = attribute(store, id, "feature_names_in_")
            .and_then(|names| array::texts(store, names, limits::FEATURES))
            .or_else(|| lightgbm_names(store, id))
            .unwrap_or_default();
        let count = ["n_features_in_", "_n_features_in", "_n_features"]
            .iter()
            .find_map(|name| attribute(store, id, name))
            .and_then(|count| array::count(store, count))
            .or_else(|| (!names.is_empty()).then_some(names.len() as u64));
        count.map(|count| Inputs { count: Some(count), names, types: Vec::new() })
    })
}

fn classes(store: &Store, root: Id) -> Vec<String> {
    search(store, root, true, |id| {
        let classes = attribute(store, id, "classes_").or_else(|| attribute(store, id, "_classes"));
        if let Some(classes) = classes {
            return array::texts(store, classes, limits::CLASSES);
        }
        // XGBoost numbers its classes.
        let class = store.class_of(id)?;
        let count = attribute(store, id, "n_classes_").and_then(|count| array::count(store, count))?;
        (class.module == "xgboost.sklearn" && (1..=limits::CLASSES as u64).contains(&count))
            .then(|| (0..count).map(|class| class.to_string()).collect())
    })
    .unwrap_or_default()
}

/// LightGBM's wrapper keeps the names in its model's text, in the line `feature_names=`.
fn lightgbm_names(store: &Store, id: Id) -> Option<Vec<String>> {
    if library(store, id)? != "lightgbm" {
        return None;
    }
    let booster = attribute(store, id, "_Booster")?;
    let text = ["_handle", "handle"].iter().find_map(|name| attribute(store, booster, name))?;
    super::lightgbm::names(&store.head(text)?)
}

fn booster(store: &Store, root: Id) -> Option<Blob> {
    search(store, root, true, |id| {
        let booster = if store.class_of(id)?.is("xgboost.core", "Booster") {
            id
        } else {
            attribute(store, id, "_Booster").filter(|booster| {
                store.class_of(*booster).is_some_and(|class| class.is("xgboost.core", "Booster"))
            })?
        };
        let handle = attribute(store, booster, "handle")?;
        match store.node(handle) {
            Node::Bytes(blob) => store.blob(blob),
            // bytearray(bytes)
            Node::Object(_) => {
                let first = store.elements(store.object_of(handle)?.arguments).next()?;
                let Node::Bytes(blob) = store.node(first) else { return None };
                store.blob(blob)
            }
            _ => None,
        }
    })
}
