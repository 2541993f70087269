//! The kubeconfig as kubectl reads it: the files of `KUBECONFIG` merged, the first to say something wins.

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use kube::config::{AuthInfo, Cluster, Kubeconfig, KubeconfigError};

use crate::{
    foreign::without_values,
    problem::{Code, Problem, Remedy},
    shell_words::ShellCommand,
    stage::Evidence,
    text,
};

/// The files that make up the kubeconfig.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    files: Vec<PathBuf>,
}

/// A context with the cluster and the credentials that it names.
#[derive(Debug, Clone)]
pub struct Context {
    /// Its name.
    pub name: String,
    /// Its server's address; empty where the kubeconfig has none.
    pub server: String,
    /// Whether requests would go through the cluster's own proxy.
    pub proxied: bool,
    /// The program that its credentials come from, with its arguments, where one must be run.
    pub credential_program: Option<String>,
    /// Whether it is the kubeconfig's current context.
    pub current: bool,
}

impl Sources {
    /// Those of this process: `KUBECONFIG`, else `~/.kube/config`.
    pub fn of_user() -> Self {
        Self::of(std::env::var_os("KUBECONFIG").as_deref(), etcetera::home_dir().ok().as_deref())
    }

    /// The files that this value of `KUBECONFIG` names, else the one in this home folder.
    pub fn of(variable: Option<&OsStr>, home: Option<&Path>) -> Self {
        let mut files: Vec<PathBuf> = variable
            .map(std::env::split_paths)
            .into_iter()
            .flatten()
            .filter(|path| *path != Path::new(""))
            .collect();
        if files.is_empty() {
            files.extend(home.map(|home| home.join(".kube").join("config")));
        }
        Self { files }
    }

    /// Reads and merges them. Files of a list that are not there are passed over, as kubectl does; relative
    /// paths in a file are relative to that file.
    pub fn read(&self) -> Result<Kubeconfig, Problem> {
        let mut merged: Option<Kubeconfig> = None;
        for file in self.files.iter().filter(|file| file.exists()) {
            let next = Kubeconfig::read_from(file).map_err(|error| broken(file, &error))?;
            merged = Some(match merged {
                None => next,
                Some(before) => before.merge(next).map_err(|error| broken(file, &error))?,
            });
        }
        match merged {
            Some(kubeconfig) if !kubeconfig.contexts.is_empty() => Ok(kubeconfig),
            found => Err(self.missing(found.is_some())),
        }
    }

    fn missing(&self, empty: bool) -> Problem {
        let shown = self.files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(", ");
        Problem::new(Code::KubeconfigMissing)
            .because(Evidence::exactly(
                if empty { text!("kubeconfig-without-contexts") } else { text!("kubeconfig-not-there") },
                shown,
            ))
            .remedy(Remedy::read(
                text!("remedy-enable-kubernetes"),
                "https://docs.docker.com/desktop/features/kubernetes/",
            ))
            .remedy(Remedy::say(text!("remedy-set-kubeconfig")))
            .retry()
    }
}

/// All contexts that name a cluster, in the kubeconfig's order.
pub fn contexts(kubeconfig: &Kubeconfig) -> Vec<Context> {
    kubeconfig.contexts.iter().filter_map(|named| context(kubeconfig, &named.name)).collect()
}

/// The context of this name.
pub fn context(kubeconfig: &Kubeconfig, name: &str) -> Option<Context> {
    let context = kubeconfig.contexts.iter().find(|named| named.name == name)?.context.as_ref()?;
    let cluster = named_cluster(kubeconfig, &context.cluster);
    let user = context.user.as_deref().and_then(|user| named_user(kubeconfig, user));
    Some(Context {
        name: name.to_owned(),
        server: cluster.and_then(|cluster| cluster.server.clone()).unwrap_or_default(),
        proxied: cluster.is_some_and(|cluster| cluster.proxy_url.as_ref().is_some_and(|url| !url.is_empty())),
        credential_program: user.and_then(credential_program),
        current: kubeconfig.current_context.as_deref() == Some(name),
    })
}

fn named_cluster<'a>(kubeconfig: &'a Kubeconfig, name: &str) -> Option<&'a Cluster> {
    kubeconfig.clusters.iter().find(|named| named.name == name)?.cluster.as_ref()
}

fn named_user<'a>(kubeconfig: &'a Kubeconfig, name: &str) -> Option<&'a AuthInfo> {
    kubeconfig.auth_infos.iter().find(|named| named.name == name)?.auth_info.as_ref()
}

fn credential_program(user: &AuthInfo) -> Option<String> {
    if let Some(exec) = &user.exec {
        let words = exec.command.iter().chain(exec.args.iter().flatten());
        return Some(words.map(|word| crate::shell_words::quoted(word)).collect::<Vec<_>>().join(" "));
    }
    let provider = user.auth_provider.as_ref()?;
    Some(provider.config.get("cmd-path").cloned().unwrap_or_else(|| provider.name.clone()))
}

/// The problem of a kubeconfig file that cannot be read or understood.
fn broken(file: &Path, error: &KubeconfigError) -> Problem {
    let path = file.display().to_string();
    let line = match error {
        KubeconfigError::Parse(error) => error.location().map(|location| location.line()),
        _ => None,
    };
    let place = line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"));
    let see = ShellCommand::of(["kubectl", "config", "view", "--kubeconfig", &path]);
    let problem = Problem::new(Code::KubeconfigBroken).with("place", &place);
    let problem = match error {
        KubeconfigError::Parse(error) => problem.quoting(said_of_content(error)),
        error => problem.caused_by(error),
    };
    problem.remedy(Remedy::run(text!("remedy-mend-kubeconfig", place = &place), see))
}

/// What is wrong with YAML or JSON that may hold secrets, without quoting any of it.
pub(super) fn said_of_content(error: &serde_saphyr::Error) -> String {
    without_values(&error.without_snippet().to_string()).into_owned()
}

/// The problem of a context whose certificates or address cannot be used.
pub(super) fn unusable(context: &str, error: &KubeconfigError) -> Problem {
    let place = format!("context {context}");
    let see = ShellCommand::of(["kubectl", "config", "view", "--minify", "--context", context]);
    Problem::new(Code::KubeconfigBroken)
        .with("place", &place)
        .caused_by(error)
        .remedy(Remedy::run(text!("remedy-mend-kubeconfig", place = &place), see))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn kubeconfig(context: &str, server: &str, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: {context}\n\
             clusters:\n- name: {context}\n  cluster:\n    server: {server}\n    certificate-authority: ca.crt\n\
             users:\n- name: {context}\n  user: {user}\n\
             contexts:\n- name: {context}\n  context: {{cluster: {context}, user: {context}}}\n"
        )
    }

    fn list(files: &[&Path]) -> Sources {
        Sources::of(Some(&std::env::join_paths(files).unwrap()), None)
    }

    #[test]
    fn the_first_file_to_say_something_wins_and_files_that_are_not_there_are_passed_over() {
        let root = tempfile::tempdir().unwrap();
        let [first, missing, second] =
            ["a/config", "no/config", "b/config"].map(|file| root.path().join(file));
        fs::create_dir_all(first.parent().unwrap()).unwrap();
        fs::create_dir_all(second.parent().unwrap()).unwrap();
        fs::write(&first, kubeconfig("here", "https://127.0.0.1:1", "{}")).unwrap();
        let other = kubeconfig("here", "https://10.0.0.1:2", "{token: x}");
        fs::write(&second, format!("{other}- name: there\n  context: {{cluster: here, user: here}}\n"))
            .unwrap();
        let merged = list(&[&first, &missing, &second]).read().unwrap();
        assert_eq!(merged.current_context.as_deref(), Some("here"));
        let servers: Vec<_> =
            contexts(&merged).into_iter().map(|context| (context.name, context.server)).collect();
        assert_eq!(
            servers,
            [
                ("here".into(), "https://127.0.0.1:1".into()),
                ("there".into(), "https://127.0.0.1:1".to_owned())
            ]
        );
        let authority = merged.clusters[0].cluster.as_ref().unwrap().certificate_authority.clone().unwrap();
        assert_eq!(Path::new(&authority), first.with_file_name("ca.crt"), "relative to its file");
    }

    #[test]
    fn without_the_variable_the_file_in_the_home_folder_is_read() {
        let home = tempfile::tempdir().unwrap();
        let file = home.path().join(".kube/config");
        for variable in [None, Some(OsStr::new(""))] {
            assert_eq!(Sources::of(variable, Some(home.path())).files, std::slice::from_ref(&file));
        }
        let problem = Sources::of(None, Some(home.path())).read().unwrap_err();
        assert_eq!(problem.code, Code::KubeconfigMissing);
        assert_eq!(problem.evidence[0].exact, Some(file.display().to_string()));
    }

    #[test]
    fn a_file_without_contexts_is_told_from_no_file() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("config");
        fs::write(&file, "apiVersion: v1\nkind: Config\n").unwrap();
        let problem = list(&[&file]).read().unwrap_err();
        assert_eq!(problem.code, Code::KubeconfigMissing);
        assert_eq!(problem.evidence[0].says, text!("kubeconfig-without-contexts"));
    }

    #[test]
    fn a_broken_file_is_named_with_its_line() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("config");
        fs::write(&file, "apiVersion: v1\nkind: Config\nclusters: [\n  {name: a\n").unwrap();
        let problem = list(&[&file]).read().unwrap_err();
        assert_eq!(problem.code, Code::KubeconfigBroken);
        let crate::text::Arg::Text(place) = &problem.args["place"] else { panic!("{problem:?}") };
        let line = place.strip_prefix(&format!("{}:", file.display())).expect("a line");
        assert!(line.parse::<u32>().is_ok_and(|line| line >= 3), "{place}");
    }

    #[test]
    fn the_program_of_credentials_is_shown_and_not_run() {
        let root = tempfile::tempdir().unwrap();
        let file = root.path().join("config");
        let trace = root.path().join("ran");
        let user = format!(
            "{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: touch, args: ['{}', 'a b']}}}}",
            trace.display()
        );
        fs::write(&file, kubeconfig("cloud", "https://10.0.0.1", &user)).unwrap();
        let read = list(&[&file]).read().unwrap();
        let shown = contexts(&read)[0].credential_program.clone();
        assert_eq!(shown, Some(format!("touch {} 'a b'", trace.display())));
        assert!(!trace.exists());
    }
}
