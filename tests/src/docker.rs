//! The docker CLI, which the product never uses: tests compare with what it does. It must be on the PATH, with
//! buildx, as the practice cluster's environment has it.

use std::{
    path::Path,
    process::{Command, Output},
};

/// Runs `docker` with these words.
pub fn docker<'a>(words: impl IntoIterator<Item = &'a str>) -> Output {
    Command::new("docker").args(words).output().expect("docker is on the PATH")
}

/// Runs `docker build` with these words for this folder; where it fails, what it says.
pub fn build(words: &[&str], folder: &Path) -> Result<(), String> {
    let folder = folder.to_str().unwrap();
    let words = ["build", "--provenance=false"].into_iter().chain(words.iter().copied());
    let built = docker(words.chain([folder]));
    if built.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&built.stderr).into_owned()) }
}
