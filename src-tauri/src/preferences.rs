//! What the window remembers: the language and the folders opened last, in a file in the user's state folder.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use slipway_engine::{
    places::{Places, write_atomically},
    problem::{Problem, internal},
};
use ts_rs::TS;

/// The languages of the language files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(export)]
pub enum Language {
    /// English.
    #[serde(rename = "en")]
    English,
    /// 简体中文.
    #[serde(rename = "zh-CN")]
    Chinese,
}

impl Language {
    /// The language of the user's system.
    pub fn of_system() -> Self {
        match slipway_locales::Language::of_system() {
            slipway_locales::Language::En => Self::English,
            slipway_locales::Language::ZhCn => Self::Chinese,
        }
    }
}

impl From<Language> for slipway_locales::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::English => Self::En,
            Language::Chinese => Self::ZhCn,
        }
    }
}

/// What is remembered from one run of the window to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
#[ts(export)]
pub struct Preferences {
    /// The language chosen in the window; `None`: the system's.
    pub language: Option<Language>,
    /// Folders opened, the latest first.
    pub recent: Vec<PathBuf>,
}

const FILE: &str = "window.json";

impl Preferences {
    /// Reads them. A file that is missing or broken is as good as none: nothing in it is worth an error.
    /// Folders that are gone are left out.
    pub fn read(places: &Places) -> Self {
        let mut preferences: Self = std::fs::read(places.state().join(FILE))
            .ok()
            .and_then(|content| serde_json::from_slice(&content).ok())
            .unwrap_or_default();
        preferences.recent.retain(|folder| folder.is_dir());
        preferences
    }

    /// Writes them.
    pub fn write(&self, places: &Places) -> Result<(), Problem> {
        let content = serde_json::to_vec_pretty(self).map_err(internal)?;
        write_atomically(&places.state().join(FILE), &content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_read_again_but_for_folders_that_are_gone() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        assert_eq!(Preferences::read(&places), Preferences::default());
        let kept = root.path().to_path_buf();
        let gone = root.path().join("gone");
        let preferences = Preferences { language: Some(Language::Chinese), recent: vec![gone, kept.clone()] };
        preferences.write(&places).unwrap();
        let expected = Preferences { language: Some(Language::Chinese), recent: vec![kept] };
        assert_eq!(Preferences::read(&places), expected);
    }

    #[test]
    fn a_broken_file_is_as_good_as_none() {
        let root = tempfile::tempdir().unwrap();
        let places = Places::under(root.path());
        write_atomically(&places.state().join(FILE), b"{").unwrap();
        assert_eq!(Preferences::read(&places), Preferences::default());
    }
}
