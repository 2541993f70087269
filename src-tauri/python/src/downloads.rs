//! What the code fetches from elsewhere, models and data above all.

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    code::{Code, When},
    files::{Files, is_test},
    found::Found,
    syntax::{Argument, Expr, Kind, keyword, positional},
};

/// Something that is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Download {
    /// What: the model's name at its hub, an address; `None`: not written out.
    pub what: Option<String>,
    /// What fetches it: `transformers.AutoModel.from_pretrained`.
    pub by: String,
    /// When.
    pub when: When,
}

/// A function that fetches: the start of its path, the end, the place of the name among the arguments, its keyword,
/// and whether it is only of interest when it runs by itself, not in a handler.
type Fetcher = (&'static str, &'static str, usize, &'static str, bool);

#[rustfmt::skip]
const FETCHERS: [Fetcher; 27] = [
    ("transformers.", ".from_pretrained", 0, "pretrained_model_name_or_path", false),
    ("diffusers.", ".from_pretrained", 0, "pretrained_model_name_or_path", false),
    ("peft.", ".from_pretrained", 1, "model_id", false),
    ("transformers.pipeline", "", 1, "model", false),
    ("transformers.pipelines.pipeline", "", 1, "model", false),
    ("sentence_transformers.SentenceTransformer", "", 0, "model_name_or_path", false),
    ("sentence_transformers.CrossEncoder", "", 0, "model_name", false),
    ("huggingface_hub.snapshot_download", "", 0, "repo_id", false),
    ("huggingface_hub.hf_hub_download", "", 0, "repo_id", false),
    ("torch.hub.load", "", 1, "model", false),
    ("torch.hub.load_state_dict_from_url", "", 0, "url", false),
    ("tensorflow_hub.load", "", 0, "handle", false),
    ("tensorflow_hub.KerasLayer", "", 0, "handle", false),
    ("nltk.download", "", 0, "info_or_id", false),
    ("spacy.cli.download", "", 0, "model", false),
    ("whisper.load_model", "", 0, "name", false),
    ("datasets.load_dataset", "", 0, "path", false),
    ("gdown.download", "", 0, "url", false),
    ("kagglehub.", "_download", 0, "handle", false),
    ("sklearn.datasets.fetch_", "", 9, "", false),
    ("gradio.load", "", 0, "name", false),
    ("urllib.request.urlretrieve", "", 0, "url", false),
    ("wget.download", "", 0, "url", false),
    ("requests.get", "", 0, "url", true),
    ("httpx.get", "", 0, "url", true),
    ("urllib.request.urlopen", "", 0, "url", true),
    ("ultralytics.YOLO", "", 0, "model", false),
];

/// What is fetched, in the order of the code.
pub(crate) fn downloads(
    code: &Code<'_>,
    files: &dyn Files,
    modules: &HashSet<usize>,
) -> Vec<Found<Download>> {
    let mut found = Vec::new();
    for (module, parsed, outline) in code.each() {
        if !modules.contains(&module) || is_test(&parsed.path) {
            continue;
        }
        for call in &outline.calls {
            let Some((_, arguments)) = call.expr.call() else { continue };
            let Some(path) = code.callee(module, call) else { continue };
            let row = FETCHERS.iter().find(|row| match row {
                (starts, "", ..) => path == *starts || (starts.ends_with('_') && path.starts_with(starts)),
                (starts, ends, ..) => path.starts_with(starts) && path.ends_with(ends),
            });
            let when = code.when(module, call.at);
            let weights = || is_pretrained(&path, arguments);
            let (place, name) = match row {
                // A request within a handler is the app's work, and no download at the start.
                Some(row) if row.4 && !matches!(when, When::Imported | When::Main) => continue,
                Some(row) => (row.2, row.3),
                None if weights() => (9, "weights"),
                None => continue,
            };
            let given = positional(arguments, place).or_else(|| keyword(arguments, name));
            let what = given.and_then(|given| code.text(module, given, call.at));
            // A path of the folder is loaded, not fetched; so is what a variable may say.
            let local = what.as_ref().is_some_and(|what| {
                what.starts_with(['.', '/']) || files.is_there(what.trim_end_matches('/'))
            });
            let unknown = given.is_some() && what.is_none() && !weights();
            let offline =
                keyword(arguments, "local_files_only").is_some_and(|value| value.kind == Kind::Bool(true));
            if !local && !unknown && !offline {
                found.push(Found::at(Download { what, by: path, when }, &parsed.path, call.expr.line));
            }
        }
    }
    found
}

/// `torchvision.models.resnet50(weights="DEFAULT")`, `keras.applications.VGG16(weights="imagenet")`
fn is_pretrained(path: &str, arguments: &[Argument]) -> bool {
    let given = |name: &str| {
        keyword(arguments, name)
            .is_some_and(|value: &Expr| !matches!(value.kind, Kind::None | Kind::Bool(false)))
    };
    (path.starts_with("torchvision.models.") && (given("weights") || given("pretrained")))
        || (path == "timm.create_model" && given("pretrained"))
        || (path.contains("keras.applications.")
            && path.rsplit('.').next().is_some_and(|name| name.starts_with(char::is_uppercase))
            && keyword(arguments, "weights").is_none_or(|value| value.str() == Some("imagenet")))
}
