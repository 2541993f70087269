//! Programs of this workspace that run in the cluster.

use std::path::PathBuf;

use tokio::process::Command;

use crate::{
    error::{Error, Result},
    programs,
    progress::Step,
};

/// Builds a program with cargo and gives its path.
pub(crate) async fn program(package: &str, binary: &str, step: &Step) -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        // With xtask chosen as well, what it was built of serves here: features are those of all that is chosen.
        .args(["build", "--locked", "--package", "xtask", "--package", package, "--bin", binary])
        .args(["--message-format", "json-render-diagnostics"]);
    step.says(format!("builds {binary} with cargo"));
    let messages = programs::output(&mut cargo).await?;
    executable(&messages, binary).ok_or_else(|| Error::Command {
        command: format!("cargo build --package {package} --bin {binary}"),
        status: "success, and named no program".to_owned(),
        end: String::new(),
    })
}

fn executable(messages: &str, binary: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == binary)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_that_cargo_names() {
        let messages = "{\"target\":{\"name\":\"other\"},\"executable\":\"/t/other\"}\nnot json\n\
                        {\"target\":{\"name\":\"mine\"},\"executable\":\"/t/mine\"}\n";
        assert_eq!(executable(messages, "mine"), Some(PathBuf::from("/t/mine")));
        assert_eq!(executable(messages, "none"), None);
    }
}
