//! A client for one context of the kubeconfig.

use std::time::Duration;

use kube::{
    Client,
    client::{ClientBuilder, retry::RetryPolicy},
    config::{AuthInfo, Config, ExecConfig, ExecInteractiveMode, KubeConfigOptions, Kubeconfig},
};
use tower::{buffer::BufferLayer, retry::RetryLayer};

use super::{error::Asked, kubeconfig::Context};
use crate::{
    docker::Surroundings,
    problem::{Problem, internal},
};

const CONNECT: Duration = Duration::from_secs(5);

/// A server that is busy or away for a moment (429, 503, 504) is asked so often again, after a time between these,
/// or after the one that it names itself.
const TRIES: u32 = 5;
const AGAIN: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// So many requests at once may wait to be sent.
const REQUESTS: usize = 1024;

/// Whether the context's credentials are used. Using them may run a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Credentials {
    /// As the context says.
    OfContext,
    /// Anonymous.
    None,
}

/// A client for the context. A credential program is run here, off the runtime's own threads.
pub(super) async fn open(
    kubeconfig: &Kubeconfig,
    context: &Context,
    local: bool,
    credentials: Credentials,
) -> Result<Client, Problem> {
    // Without a provider rustls panics; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let asked = context.asked();
    let options = KubeConfigOptions { context: Some(context.name.clone()), cluster: None, user: None };
    let mut config = Config::from_custom_kubeconfig(kubeconfig.clone(), &options)
        .await
        .map_err(|error| asked.problem(&kube::Error::InferKubeconfig(error)))?;
    config.connect_timeout = Some(CONNECT);
    if local {
        // kubectl never sends loopback through HTTPS_PROXY
        config.proxy_url = None;
    }
    match credentials {
        Credentials::None => config.auth_info = AuthInfo::default(),
        Credentials::OfContext => {
            if let Some(exec) = &mut config.auth_info.exec {
                prepare(exec, &Surroundings::here());
            }
        }
    }
    // kube's own way to try again outlasts everybody's patience, and what the server says is never heard.
    config.default_retry = false;
    let again = RetryPolicy::new(AGAIN.0, AGAIN.1, TRIES, true).map_err(internal)?;
    let build = move || {
        let client = ClientBuilder::try_from(config)?.with_layer(&BufferLayer::new(REQUESTS));
        Ok(client.with_layer(&RetryLayer::new(again)).build())
    };
    tokio::task::spawn_blocking(build).await.map_err(internal)?.map_err(|error| asked.problem(&error))
}

/// A credential program gets no terminal of ours: it may not ask there, and what it says is kept as evidence. It is
/// looked for where a terminal would find it, for an app that is started from a desktop has a minimal `PATH`.
fn prepare(exec: &mut ExecConfig, surroundings: &Surroundings) {
    if exec.interactive_mode != Some(ExecInteractiveMode::Always) {
        exec.interactive_mode = Some(ExecInteractiveMode::Never);
    }
    if let Some(found) = exec.command.as_deref().and_then(|command| surroundings.program(command)) {
        exec.command = Some(found.display().to_string());
    }
    if let Ok(path) = std::env::join_paths(surroundings.program_folders())
        && let Ok(path) = path.into_string()
    {
        let path = [("name".to_owned(), "PATH".to_owned()), ("value".to_owned(), path)].into();
        // What the kubeconfig sets itself comes later, and wins.
        exec.env.get_or_insert_default().insert(0, path);
    }
}

impl Context {
    /// The words for problems with this context's cluster.
    pub(super) fn asked(&self) -> Asked {
        Asked {
            context: self.name.clone(),
            server: self.server.clone(),
            credential_program: self.credential_program.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::System;

    #[test]
    fn a_credential_program_is_found_beyond_a_desktops_path_and_may_not_ask() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join(".docker/bin");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("sign-in"), "").unwrap();
        let surroundings = Surroundings::of(System::Linux, home.path(), &[("PATH", "/bin")]);
        let own = [("name".to_owned(), "PATH".to_owned()), ("value".to_owned(), "/own".to_owned())].into();
        let mut exec =
            ExecConfig { command: Some("sign-in".into()), env: Some(vec![own]), ..ExecConfig::default() };
        prepare(&mut exec, &surroundings);
        assert_eq!(exec.command, Some(folder.join("sign-in").display().to_string()));
        assert_eq!(exec.interactive_mode, Some(ExecInteractiveMode::Never));
        let env = exec.env.unwrap();
        assert!(env[0]["value"].starts_with("/bin:") && env[0]["value"].contains(".docker/bin"), "{env:?}");
        assert_eq!(env[1]["value"], "/own", "what the kubeconfig says comes later");
    }
}
