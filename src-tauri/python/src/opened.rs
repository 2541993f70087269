//! Files that the code opens by a path that is written out, and whether they are in the folder.

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    code::{Code, When},
    files::{Files, folder_of, is_test, joined},
    found::Found,
    outline::{Bound, Where},
    syntax::{Argument, Expr, Kind, keyword, positional},
};

/// How many names and calls one path may go through.
const STEPS_AT_MOST: usize = 40;

/// A file that is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Opened {
    /// The path, as the code puts it together; seen from the project's folder where the code says so by `__file__`.
    pub path: String,
    /// What opens it: `joblib.load`.
    pub by: String,
    /// Whether what opens it is for models.
    pub model: bool,
    /// Whether it is in the folder; `None`: cannot be told, for it lies outside, or the code may write it itself.
    pub there: Option<bool>,
    /// When it is opened.
    pub when: When,
    /// Whether it is opened only under some condition.
    pub guarded: bool,
}

/// A function that opens: its path, the place of the file among the arguments, its keyword, whether for models.
type Opener = (&'static str, usize, &'static str, bool);

#[rustfmt::skip]
const OPENERS: [Opener; 36] = [
    ("builtins.open", 0, "file", false),
    ("io.open", 0, "file", false),
    ("gzip.open", 0, "filename", false),
    ("joblib.load", 0, "filename", true),
    ("sklearn.externals.joblib.load", 0, "filename", true),
    ("torch.load", 0, "f", true),
    ("torch.jit.load", 0, "f", true),
    ("keras.models.load_model", 0, "filepath", true),
    ("keras.saving.load_model", 0, "filepath", true),
    ("tensorflow.keras.models.load_model", 0, "filepath", true),
    ("tensorflow.keras.saving.load_model", 0, "filepath", true),
    ("tensorflow.saved_model.load", 0, "export_dir", true),
    ("onnxruntime.InferenceSession", 0, "path_or_bytes", true),
    ("onnx.load", 0, "f", true),
    ("safetensors.torch.load_file", 0, "filename", true),
    ("skops.io.load", 0, "file", true),
    ("lightgbm.Booster", 9, "model_file", true),
    ("xgboost.Booster().load_model", 0, "fname", true),
    ("xgboost.XGBClassifier().load_model", 0, "fname", true),
    ("xgboost.XGBRegressor().load_model", 0, "fname", true),
    ("catboost.CatBoostClassifier().load_model", 0, "fname", true),
    ("catboost.CatBoostRegressor().load_model", 0, "fname", true),
    ("catboost.CatBoost().load_model", 0, "fname", true),
    ("fasttext.load_model", 0, "path", true),
    ("gensim.models.KeyedVectors.load", 0, "fname", true),
    ("pandas.read_csv", 0, "filepath_or_buffer", false),
    ("pandas.read_excel", 0, "io", false),
    ("pandas.read_json", 0, "path_or_buf", false),
    ("pandas.read_parquet", 0, "path", false),
    ("pandas.read_pickle", 0, "filepath_or_buffer", true),
    ("numpy.load", 0, "file", false),
    ("numpy.loadtxt", 0, "fname", false),
    ("polars.read_csv", 0, "source", false),
    ("polars.read_parquet", 0, "source", false),
    ("PIL.Image.open", 0, "fp", false),
    ("cv2.imread", 0, "filename", false),
];

/// Methods that write a file; their paths are known to be made by the code.
const WRITERS: [&str; 10] = [
    "dump",
    "save",
    "to_csv",
    "to_parquet",
    "to_json",
    "to_pickle",
    "write_text",
    "write_bytes",
    "save_model",
    "savez",
];

/// Where a path begins.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Base {
    /// Where the app is started.
    Started,
    /// A folder of the project.
    Folder(String),
}

/// A path as it is written out, from its folder of the project where it begins with `__file__`; and whether it does.
pub(crate) fn written<'a>(
    code: &Code<'a>,
    module: usize,
    expr: &'a Expr,
    at: Where,
) -> Option<(String, bool)> {
    match path_of(code, module, expr, at, &mut STEPS_AT_MOST.clone())? {
        (Base::Folder(folder), path) => Some((joined(&folder, &path)?, true)),
        (Base::Started, path) => Some((path, false)),
    }
}

/// The files that are read, in the order of the code.
pub(crate) fn opened(code: &Code<'_>, files: &dyn Files, modules: &HashSet<usize>) -> Vec<Found<Opened>> {
    let made = made(code);
    let mut found: Vec<Found<Opened>> = Vec::new();
    for (module, parsed, outline) in code.each() {
        if !modules.contains(&module) || is_test(&parsed.path) {
            continue;
        }
        for call in &outline.calls {
            let Some((callee, arguments)) = call.expr.call() else { continue };
            let Some((by, given, model)) = opener(code, module, callee, arguments, call.at) else { continue };
            let Some((base, path)) = path_of(code, module, given, call.at, &mut STEPS_AT_MOST.clone()) else {
                continue;
            };
            if path.is_empty()
                || path.contains("://")
                || path.starts_with("/dev/")
                || path.starts_with("/proc/")
            {
                continue;
            }
            let own = made.contains(&path);
            let (path, there) = look(files, &parsed.path, &base, &path);
            // `pickle.load(open(path))` is opened for pickle.
            let (by, model) =
                if by == "builtins.open" { unpickled(code, module, call.expr, outline) } else { (by, model) };
            found.push(Found::at(
                Opened {
                    path,
                    by,
                    model,
                    there: there.filter(|there| *there || !own),
                    when: code.when(module, call.at),
                    guarded: call.at.branch || call.at.caught,
                },
                &parsed.path,
                given.line,
            ));
        }
    }
    found
}

fn opener<'a>(
    code: &Code<'a>,
    module: usize,
    callee: &'a Expr,
    arguments: &'a [Argument],
    at: Where,
) -> Option<(String, &'a Expr, bool)> {
    let path = code.library(module, callee, at);
    if let Some(row) = path.as_ref().and_then(|path| OPENERS.iter().find(|row| row.0 == path)) {
        let mode = positional(arguments, 1).or_else(|| keyword(arguments, "mode")).and_then(Expr::str);
        if row.0.ends_with("open") && mode.is_some_and(|mode| mode.contains(['w', 'a', 'x'])) {
            return None;
        }
        let given = positional(arguments, row.1).or_else(|| keyword(arguments, row.2))?;
        return Some((row.0.to_owned(), given, row.3));
    }
    // `Path("x").read_text()`
    let Kind::Attribute(object, method) = &callee.kind else { return None };
    let reads = matches!(method.as_str(), "read_text" | "read_bytes")
        || (method == "open"
            && !positional(arguments, 0)
                .or_else(|| keyword(arguments, "mode"))
                .is_some_and(|mode| mode.str().is_none_or(|mode| mode.contains(['w', 'a', 'x']))));
    let is_path = || is_pathlib(code, module, object, at, &mut STEPS_AT_MOST.clone());
    (reads && is_path()).then(|| (format!("pathlib.Path.{method}"), &**object, false))
}

/// Whether an expression is one of pathlib's paths.
fn is_pathlib(code: &Code<'_>, module: usize, expr: &Expr, at: Where, steps: &mut usize) -> bool {
    let Some(left) = steps.checked_sub(1) else { return false };
    *steps = left;
    match &expr.kind {
        Kind::Binary(left, "/", _) => is_pathlib(code, module, left, at, steps),
        Kind::Name(name) => {
            let bound =
                code.outlines.get(module).and_then(|outline| outline.lookup(name, at.scope, expr.start));
            match bound.map(|binding| (binding.to, binding.at)) {
                Some((Bound::Value(value), at)) => is_pathlib(code, module, value, at, steps),
                _ => false,
            }
        }
        _ => code.library(module, expr, at).is_some_and(|path| path.starts_with("pathlib.Path()")),
    }
}

/// A path as it is put together: where it begins, and what follows.
fn path_of<'a>(
    code: &Code<'a>,
    module: usize,
    expr: &'a Expr,
    at: Where,
    steps: &mut usize,
) -> Option<(Base, String)> {
    *steps = steps.checked_sub(1)?;
    match &expr.kind {
        Kind::Name(name) if name == "__file__" => {
            Some((Base::Folder(code.path(module).to_owned()), String::new()))
        }
        Kind::Name(name) => {
            let binding = code.outlines.get(module)?.lookup(name, at.scope, expr.start)?;
            match binding.to {
                Bound::Value(value) if !binding.at.branch => path_of(code, module, value, binding.at, steps),
                Bound::Member(level, path, member) => {
                    let (from, name) = code.member_of(module, level, path, member)?;
                    let binding = code.outlines.get(from)?.lookup(&name, 0, usize::MAX)?;
                    match binding.to {
                        Bound::Value(value) if !binding.at.branch => {
                            path_of(code, from, value, binding.at, steps)
                        }
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        Kind::Binary(left, "/", right) => {
            let left = path_of(code, module, left, at, steps)?;
            let right = code.text(module, right, at)?;
            Some(below(left, &right))
        }
        Kind::Attribute(object, name) if name == "parent" => {
            Some(parent(path_of(code, module, object, at, steps)?))
        }
        Kind::Subscript(object, index) => {
            // `Path(__file__).parents[1]`
            let Kind::Attribute(object, name) = &object.kind else { return None };
            let (Some(Kind::Int(up)), "parents") = (index.first().map(|index| &index.kind), name.as_str())
            else {
                return None;
            };
            let mut path = path_of(code, module, object, at, steps)?;
            for _ in 0..=(*up).clamp(0, 10) {
                path = parent(path);
            }
            Some(path)
        }
        Kind::Call(callee, arguments) => {
            if let Kind::Attribute(object, method) = &callee.kind
                && ["resolve", "absolute", "as_posix", "expanduser"].contains(&method.as_str())
                && arguments.is_empty()
            {
                return path_of(code, module, object, at, steps);
            }
            if let Kind::Attribute(object, method) = &callee.kind
                && method == "joinpath"
            {
                return all(
                    code,
                    module,
                    Some(path_of(code, module, object, at, steps)?),
                    arguments,
                    at,
                    steps,
                );
            }
            match code.library(module, callee, at)?.as_str() {
                "os.path.join" | "pathlib.Path" | "pathlib.PurePath" => {
                    all(code, module, None, arguments, at, steps)
                }
                "os.path.dirname" => {
                    Some(parent(path_of(code, module, positional(arguments, 0)?, at, steps)?))
                }
                "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "builtins.str"
                | "os.fspath" => path_of(code, module, positional(arguments, 0)?, at, steps),
                "os.getcwd" | "pathlib.Path.cwd" => Some((Base::Started, String::new())),
                "builtins.open" => None,
                _ => Some((Base::Started, code.text(module, expr, at)?)),
            }
        }
        _ => Some((Base::Started, code.text(module, expr, at)?)),
    }
}

/// All arguments, one below the other.
fn all<'a>(
    code: &Code<'a>,
    module: usize,
    first: Option<(Base, String)>,
    arguments: &'a [Argument],
    at: Where,
    steps: &mut usize,
) -> Option<(Base, String)> {
    let mut path = first;
    for argument in arguments {
        if argument.spread || argument.name.is_some() {
            return None;
        }
        path = Some(match path {
            None => path_of(code, module, &argument.value, at, steps)?,
            Some(path) => below(path, &code.text(module, &argument.value, at)?),
        });
    }
    path
}

fn below((base, path): (Base, String), more: &str) -> (Base, String) {
    if more.starts_with('/') {
        return (Base::Started, more.to_owned());
    }
    let path =
        if path.is_empty() { more.to_owned() } else { format!("{}/{more}", path.trim_end_matches('/')) };
    (base, path)
}

fn parent((base, path): (Base, String)) -> (Base, String) {
    match (base, path.is_empty()) {
        (Base::Folder(folder), true) if folder.is_empty() => (Base::Folder("..".to_owned()), path),
        (Base::Folder(folder), true) => (Base::Folder(folder_of(&folder).to_owned()), path),
        (base, _) => {
            let up = folder_of(path.trim_end_matches('/')).to_owned();
            (base, up)
        }
    }
}

/// The path seen from the folder, and whether it is there.
fn look(files: &dyn Files, from: &str, base: &Base, path: &str) -> (String, Option<bool>) {
    match base {
        Base::Folder(folder) => match joined(folder, path) {
            Some(inner) => {
                let there = files.is_there(&inner);
                (inner, Some(there))
            }
            None => (path.to_owned(), None),
        },
        // It may be started from the project's folder, or from where the module lies.
        Base::Started => {
            let mut folder = folder_of(from);
            let mut any = false;
            let mut found = false;
            loop {
                if let Some(inner) = joined(folder, path) {
                    any = true;
                    found |= files.is_there(&inner);
                }
                if folder.is_empty() {
                    break;
                }
                folder = folder_of(folder);
            }
            (path.strip_prefix("./").unwrap_or(path).to_owned(), any.then_some(found))
        }
    }
}

/// Paths that the code writes.
fn made(code: &Code<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (module, _, outline) in code.each() {
        for call in &outline.calls {
            let Some((callee, arguments)) = call.expr.call() else { continue };
            let opened = code.library(module, callee, call.at).as_deref() == Some("builtins.open");
            let writes = match &callee.kind {
                Kind::Attribute(_, method) => WRITERS.contains(&method.as_str()),
                _ => false,
            };
            if !opened && !writes {
                continue;
            }
            let mode = positional(arguments, 1).or_else(|| keyword(arguments, "mode")).and_then(Expr::str);
            if opened && !mode.is_some_and(|mode| mode.contains(['w', 'a', 'x'])) {
                continue;
            }
            for argument in arguments {
                let path = path_of(code, module, &argument.value, call.at, &mut STEPS_AT_MOST.clone());
                found.extend(path.map(|path| path.1));
            }
        }
    }
    found
}

/// What a plain `open` is for: where its result goes straight to pickle, that is said.
fn unpickled(
    code: &Code<'_>,
    module: usize,
    open: &Expr,
    outline: &crate::outline::Outline<'_>,
) -> (String, bool) {
    const LOADERS: [&str; 5] =
        ["pickle.load", "cloudpickle.load", "dill.load", "joblib.load", "pickle.Unpickler"];
    for call in &outline.calls {
        let Some(given) = call.expr.call().and_then(|(_, arguments)| positional(arguments, 0)) else {
            continue;
        };
        // `pickle.load(open(…))`, or `with open(…) as f: pickle.load(f)`.
        let same = given.start == open.start
            || given.name().is_some_and(|name| {
                let bound = outline.lookup(name, call.at.scope, given.start).map(|binding| binding.to);
                matches!(bound, Some(Bound::Value(value)) if value.start == open.start)
            });
        if same
            && let Some(path) = code.callee(module, call)
            && LOADERS.contains(&path.as_str())
        {
            return (path, true);
        }
    }
    ("open".to_owned(), false)
}
