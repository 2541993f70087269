//! The Fluent files, built into the program.

/// A Fluent file of both languages.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Its name in both folders.
    pub name: &'static str,
    /// What it says in English.
    pub en: &'static str,
    /// What it says in Simplified Chinese.
    pub zh_cn: &'static str,
}

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        /// All Fluent files.
        pub const FILES: &[File] = &[$(File {
            name: $name,
            en: include_str!(concat!("../en/", $name)),
            zh_cn: include_str!(concat!("../zh-CN/", $name)),
        }),*];
    };
}

files![
    "app.ftl",
    "cli.ftl",
    "cluster.ftl",
    "common.ftl",
    "endpoint.ftl",
    "help.ftl",
    "image.ftl",
    "ingress.ftl",
    "machine.ftl",
    "model.ftl",
    "project.ftl",
    "python.ftl",
    "trial.ftl",
    "window.ftl",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_names_every_file_of_both_folders() {
        for folder in ["en", "zh-CN"] {
            let mut found: Vec<_> = std::fs::read_dir(format!("{}/{folder}", env!("CARGO_MANIFEST_DIR")))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            found.sort();
            let listed: Vec<_> = FILES.iter().map(|file| file.name).collect();
            assert_eq!(listed, found, "{folder} and the table in sentences.rs");
        }
    }
}
