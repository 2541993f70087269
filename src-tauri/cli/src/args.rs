//! What can be typed. Parsing changes nothing and reads nothing but the words themselves.

use std::path::PathBuf;

use clap::{ArgAction, Parser, Subcommand, ValueEnum, ValueHint};
use slipway_engine::{choices::Choices, journey::Scope};
use slipway_locales::Language;

/// All that can be typed. What is said of it in the help stands in the language files (see [`crate::help`]).
#[derive(Debug, Parser)]
#[command(name = "slipway", version, arg_required_else_help = true)]
pub struct Args {
    /// The verb.
    #[command(subcommand)]
    pub verb: Verb,
    /// What every verb takes.
    #[command(flatten)]
    pub common: Common,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Shows what a folder or a model file holds and what would go wrong; changes nothing
    Inspect(Inspected),
    /// The whole journey: folder to live address. Run again, it does only what is missing
    Up(Up),
    /// Shows every stage's evidence, now
    Status(Status),
    /// Probes the endpoint hop by hop
    Prove(Wish),
    /// Prints the same journey as a shell script of docker and kubectl commands that runs on its own
    Script(Wish),
    /// Shows what `up` would change in the cluster (server-side dry run)
    Diff(Wish),
    /// Removes the app and lists what it removed
    Down(Down),
    /// Lists the contexts of the kubeconfig: which are local, which answer, which is pinned for FOLDER
    Clusters(Folder),
    /// Shows which Docker Engine was found, by which rule, its version and image store
    Engine,
    /// Explains a problem by its code: meaning, causes, fixes
    Explain {
        /// The code, as a problem shows it; without one, all codes are listed
        code: Option<String>,
    },
    /// Prints the completions for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Prints the manual page, in roff
    Man,
}

/// Marks what every verb takes.
pub const COMMON: &str = "common";

/// What every verb takes.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = COMMON)]
pub struct Common {
    /// Print one JSON object a line on standard output, and nothing else there
    #[arg(long, global = true)]
    pub json: bool,
    /// The kubeconfig context to use
    #[arg(long, global = true, value_name = "NAME")]
    pub context: Option<String>,
    /// The namespace to use
    #[arg(long, global = true, value_name = "NS")]
    pub namespace: Option<String>,
    /// The project's name (else slipway.toml's, else made from the folder's name)
    #[arg(long, global = true, value_name = "NAME")]
    pub name: Option<String>,
    /// Go on without asking
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Show what would be done, and do nothing
    #[arg(long, global = true)]
    pub dry_run: bool,
    /// The language to speak (else that of your system)
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub lang: Option<Lang>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// Show more: the exact evidence, the commands in full, the lines of logs
    #[arg(long, short, global = true)]
    pub verbose: bool,
    /// The name of a cluster that is not on this computer, in full: the consent to write to it
    #[arg(long, global = true, value_name = "CONTEXT")]
    pub confirm_cluster: Option<String>,
}

/// A language, as it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    #[value(name = "en")]
    En,
    /// 简体中文
    #[value(name = "zh-CN", alias = "zh-cn", alias = "zh")]
    ZhCn,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::ZhCn => Self::ZhCn,
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// In a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to look into.
#[derive(Debug, clap::Args)]
pub struct Inspected {
    /// The folder that holds the model and its Dockerfile, or a model file
    #[arg(id = "inspected", value_name = "FOLDER|FILE", default_value = ".", value_hint = ValueHint::AnyPath)]
    pub path: PathBuf,
}

/// The folder alone.
#[derive(Debug, clap::Args)]
pub struct Folder {
    /// The folder that holds the model and its Dockerfile
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
}

/// A folder and what is wished for its app.
#[derive(Debug, clap::Args)]
pub struct Wish {
    /// The folder that holds the model and its Dockerfile
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// How many pods
    #[arg(long, value_name = "N")]
    pub replicas: Option<u32>,
    /// The host that the Ingress answers for
    #[arg(long)]
    pub host: Option<String>,
    /// The path that the Ingress answers for
    #[arg(long)]
    pub path: Option<String>,
    /// The port on which the app listens
    #[arg(long)]
    pub port: Option<u16>,
    /// A variable for the app: a value, or from-secret:NAME/KEY (repeatable)
    #[arg(long, value_name = "K=V", value_parser = variable)]
    pub env: Vec<(String, String)>,
    /// The ingress controller: auto, f5, ingress-nginx, or the name of an IngressClass
    #[arg(long, value_name = "CLASS")]
    pub ingress: Option<String>,
    /// A copy of the ingress controller's manifest, where it cannot be fetched (ingress-nginx)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub ingress_manifest: Option<PathBuf>,
    /// The longest that one wait for the cluster may take, such as 90s or 5m
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    pub timeout: Option<u64>,
    /// A field that another manager owns and that may be taken over (repeatable)
    #[arg(long, value_name = "KIND/NAME FIELD")]
    pub take_over: Vec<String>,
}

/// What `up` takes.
#[derive(Debug, clap::Args)]
pub struct Up {
    /// The folder and what is wished for its app.
    #[command(flatten)]
    pub wish: Wish,
    /// Keep the container of the trial
    #[arg(long)]
    pub keep_trial: bool,
}

/// What `status` takes.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// The folder and what is wished for its app.
    #[command(flatten)]
    pub wish: Wish,
    /// Stay, and show what changes
    #[arg(long)]
    pub watch: bool,
}

/// What `down` takes.
#[derive(Debug, clap::Args)]
pub struct Down {
    /// The folder that holds the model and its Dockerfile
    #[arg(default_value = ".", value_hint = ValueHint::DirPath)]
    pub folder: PathBuf,
    /// Remove the project's images too
    #[arg(long)]
    pub image: bool,
    /// Remove the ingress controller too, if Slipway installed it and no other app of Slipway's uses it
    #[arg(id = "controller", long = "ingress")]
    pub ingress: bool,
    /// Remove everything that Slipway made for this project
    #[arg(long, action = ArgAction::SetTrue)]
    pub all: bool,
}

impl Down {
    /// How far it goes.
    pub fn scope(&self) -> Scope {
        if self.all { Scope::ALL } else { Scope { image: self.image, ingress: self.ingress } }
    }
}

impl Common {
    /// The choices that every verb's flags make for this folder.
    pub fn choices(&self, folder: PathBuf) -> Choices {
        Choices {
            folder,
            name: self.name.clone(),
            context: self.context.clone(),
            namespace: self.namespace.clone(),
            confirm_cluster: self.confirm_cluster.clone(),
            ..Choices::default()
        }
    }
}

impl Wish {
    /// The choices that the flags make.
    pub fn choices(self, common: &Common) -> Choices {
        Choices {
            replicas: self.replicas,
            host: self.host,
            path: self.path,
            port: self.port,
            env: self.env.into_iter().collect(),
            ingress: self.ingress,
            ingress_manifest: self.ingress_manifest,
            timeout: self.timeout,
            take_over: self.take_over,
            ..common.choices(self.folder)
        }
    }
}

impl Up {
    /// The choices that the flags make.
    pub fn choices(self, common: &Common) -> Choices {
        Choices { keep_trial: self.keep_trial, ..self.wish.choices(common) }
    }
}

fn variable(words: &str) -> Result<(String, String), String> {
    match words.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write it as NAME=VALUE".to_owned()),
    }
}

/// Seconds of `90`, `90s`, `5m` or `1h`.
fn seconds(words: &str) -> Result<u64, String> {
    let digits = words.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &words[digits.len()..] {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err("write it as 90s, 5m or 1h".to_owned()),
    };
    digits
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|seconds| *seconds > 0)
        .ok_or_else(|| "write it as 90s, 5m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn choices(words: &[&str]) -> Choices {
        let args = Args::parse_from([&["slipway"], words].concat());
        match args.verb {
            Verb::Up(up) => up.choices(&args.common),
            Verb::Diff(wish) => wish.choices(&args.common),
            verb => panic!("{verb:?}"),
        }
    }

    #[test]
    fn the_definitions_hold_together() {
        Args::command().debug_assert();
    }

    #[test]
    fn every_flag_becomes_its_choice() {
        let words = "up m --context c --namespace n --name x --replicas 3 --host h --path /p --port 80 \
                     --env A=1 --env B=x=y --ingress f5 --timeout 2m";
        let words: Vec<_> = words.split_whitespace().collect();
        assert_eq!(
            choices(&words),
            Choices {
                folder: "m".into(),
                name: Some("x".into()),
                context: Some("c".into()),
                namespace: Some("n".into()),
                replicas: Some(3),
                host: Some("h".into()),
                path: Some("/p".into()),
                port: Some(80),
                env: [("A".into(), "1".into()), ("B".into(), "x=y".into())].into(),
                ingress: Some("f5".into()),
                timeout: Some(120),
                ..Choices::default()
            }
        );
    }

    #[test]
    fn left_out_the_folder_is_this_one_and_nothing_is_chosen() {
        assert_eq!(choices(&["diff"]), Choices { folder: ".".into(), ..Choices::default() });
    }

    #[test]
    fn common_flags_stand_before_or_after_the_verb() {
        for words in [["slipway", "--json", "--yes", "up"], ["slipway", "up", "--json", "--yes"]] {
            let common = Args::parse_from(words).common;
            assert!(common.json && common.yes, "{words:?}");
        }
    }

    #[test]
    fn what_cannot_be_meant_is_wrong_usage() {
        for words in [
            &["up", "--env", "A"][..],
            &["up", "--env", "=1"],
            &["up", "--replicas", "many"],
            &["up", "--port", "70000"],
            &["up", "--timeout", "0"],
            &["up", "--timeout", "soon"],
            &["up", "--lang", "de"],
            &["launch"],
            &["up", "a", "b"],
        ] {
            let error = Args::try_parse_from([&["slipway"], words].concat()).expect_err(words[0]);
            assert_eq!(error.exit_code(), 2, "{words:?}");
        }
    }

    #[test]
    fn all_means_all() {
        let Verb::Down(down) = Args::parse_from(["slipway", "down", "--all"]).verb else { panic!() };
        assert_eq!(down.scope(), Scope::ALL);
    }
}
