//! A model file at a path: what it says about itself, or why it is not read, or not to be trusted.

use std::{fs::File, path::Path};

use super::{Danger, Fault, Kind, Model, read};
use crate::{
    problem::{Code, Problem, Remedy, internal},
    stage::Evidence,
    text,
};

/// So many calls are told one by one; the others are counted.
const TOLD: usize = 20;

const SAFER: &str = "https://scikit-learn.org/stable/model_persistence.html";

/// Reads the model file at this path, off the runtime's own threads. Nothing of it is loaded or run.
///
/// # Errors
/// `model-unknown`, `model-unreadable`, `model-broken` and `model-too-large`.
pub async fn look(path: &Path) -> Result<Model, Problem> {
    let file = path.to_owned();
    tokio::task::spawn_blocking(move || of_file(&file)).await.map_err(internal)?
}

fn of_file(path: &Path) -> Result<Model, Problem> {
    let name = path.display().to_string();
    let model = match File::open(path) {
        Ok(file) => read(file, &name),
        Err(error) => Err(Fault::Io(error.to_string())),
    };
    model.map_err(|fault| problem(&name, &fault))
}

/// Why a file could not be read as a model.
fn problem(file: &str, fault: &Fault) -> Problem {
    let (code, remedy) = match fault {
        Fault::Unknown => (Code::ModelUnknown, text!("remedy-model-format")),
        Fault::Io(_) => (Code::ModelUnreadable, text!("remedy-model-readable")),
        Fault::Truncated { .. } | Fault::Malformed { .. } => {
            (Code::ModelBroken, text!("remedy-model-save-again"))
        }
        Fault::TooLarge { .. } => (Code::ModelTooLarge, text!("remedy-model-origin")),
    };
    let problem = Problem::new(code).with("file", file).remedy(Remedy::say(remedy));
    match fault {
        Fault::Unknown => problem,
        _ => problem.quoting(fault),
    }
}

impl Model {
    /// Why this file, at this path, is not to be loaded; `None`: loading it only makes its own objects.
    pub fn distrusted(&self, path: &Path) -> Option<Problem> {
        let worst = self.dangers.iter().find(|danger| danger.kind == Kind::Known).or(self.dangers.first())?;
        let mut problem = Problem::new(Code::ModelDangerous)
            .with("file", path.display().to_string())
            .with("call", &*worst.call);
        for danger in self.dangers.iter().take(TOLD) {
            problem = problem.because(danger.evidence());
        }
        let more = self.more_dangers + self.dangers.len().saturating_sub(TOLD) as u64;
        if more > 0 {
            problem = problem.because(text!("model-more-dangers", count = more));
        }
        let own = worst.kind == Kind::Unknown;
        let problem =
            if own { problem.remedy(Remedy::say(text!("remedy-model-own-class"))) } else { problem };
        Some(
            problem
                .remedy(Remedy::say(text!("remedy-model-do-not-load")))
                .remedy(Remedy::read(text!("remedy-model-safer-format"), SAFER)),
        )
    }
}

impl Danger {
    fn evidence(&self) -> Evidence {
        let place = self.place.to_string();
        let says = match (self.kind, self.within.as_ref()) {
            (Kind::Known, None) => text!("model-danger-known", place = place),
            (Kind::Known, Some(within)) => {
                text!("model-danger-known-within", place = place, within = &**within)
            }
            (Kind::Unknown, None) => text!("model-danger-unknown", place = place),
            (Kind::Unknown, Some(within)) => {
                text!("model-danger-unknown-within", place = place, within = &**within)
            }
        };
        Evidence::exactly(says, &self.call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `os.system('echo hello')` in protocol 0.
    const SYSTEM: &[u8] = b"cos\nsystem\n(S'echo hello'\ntR.";

    #[tokio::test]
    async fn a_pickle_that_would_run_a_command_is_told_with_the_command_and_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.pkl");
        std::fs::write(&path, SYSTEM).unwrap();
        let told = look(&path).await.unwrap().distrusted(&path).unwrap();
        assert_eq!(told.code, Code::ModelDangerous);
        assert!(format!("{:?}", told.args["call"]).contains("os.system('echo hello')"), "{:?}", told.args);
        assert_eq!(told.evidence[0].says.id, "model-danger-known");
        assert_eq!(told.evidence[0].exact.as_deref(), Some("os.system('echo hello')"));
    }

    #[tokio::test]
    async fn what_is_no_model_or_breaks_off_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.pkl");
        assert_eq!(look(&path).await.unwrap_err().code, Code::ModelUnreadable);
        for (bytes, code) in [
            (&b"# A page\n"[..], Code::ModelUnknown),
            (b"\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94", Code::ModelBroken),
        ] {
            std::fs::write(&path, bytes).unwrap();
            assert_eq!(look(&path).await.unwrap_err().code, code);
        }
    }

    #[tokio::test]
    async fn plain_data_is_trusted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.pkl");
        std::fs::write(&path, b"\x80\x04}\x94.").unwrap();
        assert_eq!(look(&path).await.unwrap().distrusted(&path), None);
    }
}
