//! Holds ARCHITECTURE.md's list of rooms and its walk against the folders and functions that are there.

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, process::Command};

    use crate::run::root;

    /// Top folders, and folders that hold a crate: but those of the generated and the hidden.
    fn folders() -> BTreeSet<String> {
        let listed = Command::new("git").arg("ls-files").current_dir(root()).output().unwrap();
        let listed = String::from_utf8(listed.stdout).unwrap();
        let mut folders = BTreeSet::new();
        for path in listed.lines().filter(|path| !path.starts_with('.')) {
            if let Some((top, _)) = path.split_once('/') {
                folders.insert(format!("{top}/"));
            }
            if let Some(krate) = path.strip_suffix("Cargo.toml").filter(|krate| !krate.is_empty()) {
                folders.insert(krate.to_owned());
            }
        }
        folders
    }

    /// The rows of a marked table.
    fn table(name: &str) -> String {
        let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
        let after = text.split(&format!("<!-- {name}")).nth(1).unwrap();
        after.split(&format!("<!-- /{name}")).next().unwrap().to_owned()
    }

    #[test]
    fn architecture_walks_through_functions_that_are_there() {
        let rows = table("walk");
        let steps = rows.lines().filter(|line| line.starts_with("| `")).map(|line| {
            let mut names = line.split('`').skip(1).step_by(2);
            (names.next().unwrap(), names.next().unwrap())
        });
        let mut count = 0;
        for (function, file) in steps {
            let code = fs::read_to_string(root().join("src-tauri").join(file)).expect(file);
            assert!(code.contains(&format!("fn {function}(")), "{file} has no {function}");
            count += 1;
        }
        assert!(count > 10, "{count} steps are no walk");
    }

    #[test]
    fn architecture_lists_the_rooms_that_are_there() {
        let listed: BTreeSet<_> = table("rooms")
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
            .map(str::to_owned)
            .collect();
        assert_eq!(listed, folders());
    }
}
