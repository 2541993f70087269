//! Which library on PyPI a module belongs to.

use super::{Library, node::Store, show::harmless};

/// The first part of a module's name, and the name that pip installs.
const NAMES: &[(&str, &str)] = &[
    ("catboost", "catboost"),
    ("category_encoders", "category-encoders"),
    ("imblearn", "imbalanced-learn"),
    ("joblib", "joblib"),
    ("keras", "keras"),
    ("lightgbm", "lightgbm"),
    ("numpy", "numpy"),
    ("pandas", "pandas"),
    ("polars", "polars"),
    ("scipy", "scipy"),
    ("sentence_transformers", "sentence-transformers"),
    ("sklearn", "scikit-learn"),
    ("spacy", "spacy"),
    ("statsmodels", "statsmodels"),
    ("tensorflow", "tensorflow"),
    ("torch", "torch"),
    ("torchvision", "torchvision"),
    ("transformers", "transformers"),
    ("xgboost", "xgboost"),
];

/// The library that a module is of.
pub fn of_module(module: &str) -> Option<&'static str> {
    let first = module.split('.').next()?;
    NAMES.iter().find(|(room, _)| *room == first).map(|(_, name)| *name)
}

/// The library with the version that wrote these values, if it left it there.
pub fn with_version(name: &str, store: &Store) -> Library {
    // Every estimator of scikit-learn has it; the others keep none in a pickle.
    let version = (name == "scikit-learn").then(|| store.anywhere("_sklearn_version")).flatten();
    Library { name: name.to_owned(), version: version.map(|version| harmless(version, 40)) }
}

/// The libraries of all that is called, besides the first.
pub fn needs(calls: &[String], first: Option<&Library>, store: &Store) -> Vec<Library> {
    let mut needs: Vec<Library> = Vec::new();
    for name in calls.iter().filter_map(|call| of_module(call)) {
        let there = needs.iter().chain(first).any(|library| library.name == name);
        if !there {
            needs.push(with_version(name, store));
        }
    }
    // Their estimators are scikit-learn's.
    let wrapper =
        |call: &String| call.starts_with("xgboost.sklearn.") || call.starts_with("lightgbm.sklearn.");
    if calls.iter().any(wrapper) && !needs.iter().chain(first).any(|library| library.name == "scikit-learn") {
        needs.push(with_version("scikit-learn", store));
    }
    needs
}
