//! The project's name: a DNS label, for it names objects of the cluster.

use std::path::Path;

use super::settings::FILE;
use crate::{
    problem::{Code, Problem, Remedy},
    text,
};

/// The longest that a DNS label may be.
const AT_MOST: usize = 63;

/// The chosen name if it is a DNS label (`line`: that of slipway.toml which gives it), else the folder's name made
/// into one.
pub fn settle(chosen: Option<&str>, line: Option<u32>, folder: &Path) -> Result<String, Problem> {
    if let Some(chosen) = chosen {
        if is_label(chosen) {
            return Ok(chosen.to_owned());
        }
        let problem = invalid(chosen, label_of(chosen));
        return Err(match line {
            Some(line) => problem.quoting(format!("{FILE}:{line}: name = {chosen:?}")),
            None => problem.quoting(format!("--name {chosen:?}")),
        });
    }
    let last = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    label_of(&last).ok_or_else(|| invalid(&last, None).quoting(folder.display()))
}

/// A name beside this one, for a project that cannot have it.
pub fn another(name: &str) -> String {
    let cut = name.get(..AT_MOST - 2).unwrap_or(name);
    format!("{}-2", cut.trim_end_matches('-'))
}

/// Whether `name` can name a Service: at most 63 of a-z, 0-9 and `-`, begins with a letter, ends with no `-`.
pub fn is_label(name: &str) -> bool {
    name.len() <= AT_MOST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// The nearest DNS label; `None` where nothing of `words` can stand in one.
fn label_of(words: &str) -> Option<String> {
    let mut label = String::new();
    for c in words.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => label.push(c),
            _ if !label.is_empty() && !label.ends_with('-') => label.push('-'),
            _ => {}
        }
    }
    // The name of a Service begins with a letter.
    if label.starts_with(|c: char| c.is_ascii_digit()) {
        label.insert_str(0, "app-");
    }
    label.truncate(AT_MOST);
    let label = label.trim_end_matches('-');
    (!label.is_empty()).then(|| label.to_owned())
}

fn invalid(name: &str, nearest: Option<String>) -> Problem {
    let problem = Problem::new(Code::NameInvalid).with("name", name);
    match nearest {
        Some(nearest) => problem.remedy(Remedy::run(
            text!("remedy-name-nearest", name = &nearest),
            format!("slipway up --name {nearest}"),
        )),
        None => problem.remedy(Remedy::run(text!("remedy-name-own"), "slipway up --name my-app")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_name_is_a_label_too() {
        assert_eq!(another("iris"), "iris-2");
        assert!(is_label(&another(&"a".repeat(63))));
    }

    #[test]
    fn a_folders_name_becomes_a_dns_label() {
        for (folder, name) in [
            ("/home/a/iris", "iris"),
            ("/home/a/My Model_v2.1", "my-model-v2-1"),
            ("/home/a/--x--", "x"),
            ("/home/a/2024-churn", "app-2024-churn"),
            ("/home/a/模型 iris", "iris"),
        ] {
            assert_eq!(settle(None, None, Path::new(folder)).unwrap(), name, "{folder}");
        }
        let long = settle(None, None, Path::new(&format!("/{}-b", "a".repeat(62)))).unwrap();
        assert_eq!(long, "a".repeat(62), "cut, and no dash at the end");
    }

    #[test]
    fn a_folder_without_a_letter_needs_a_name_from_the_user() {
        for folder in ["/home/a/模型", "/", "/___"] {
            assert_eq!(
                settle(None, None, Path::new(folder)).unwrap_err().code,
                Code::NameInvalid,
                "{folder}"
            );
        }
    }

    #[test]
    fn a_chosen_name_is_never_changed_only_refused_with_the_nearest() {
        assert_eq!(settle(Some("iris-2"), None, Path::new("/x")).unwrap(), "iris-2");
        for (chosen, nearest) in [("Iris", "iris"), ("a.b", "a-b"), ("9a", "app-9a"), ("a-", "a")] {
            let problem = settle(Some(chosen), None, Path::new("/x")).unwrap_err();
            assert_eq!(
                problem.remedies[0].command.as_deref(),
                Some(&*format!("slipway up --name {nearest}")),
                "{chosen}"
            );
        }
        assert!(settle(Some(""), None, Path::new("/x")).is_err());
    }
}
