//! A stand-in for `nginx/nginx-ingress:5.5.4` in the practice cluster: the real controller's flags, class, events
//! and answers, by Debian's own nginx. It is not the real one, and says so.
//!
//! [`configuration`] holds the rules, as a pure function; [`controller`] watches and acts.

mod configuration;
mod controller;
mod flags;
mod leader;
mod log;
mod nginx;
mod readiness;
mod report;
mod settings;

use std::{
    io::{self, Write as _},
    process::ExitCode,
    time::Duration,
};

use k8s_openapi::api::{
    coordination::v1::Lease,
    core::v1::{ConfigMap, Pod},
    networking::v1::IngressClass,
};
use kube::{Api, Client, Config, ResourceExt, api::PostParams};
use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

use crate::flags::Flags;

/// What it stands in for.
const VERSION: &str = "5.5.4";

/// The controller's name in an IngressClass.
const CONTROLLER: &str = "nginx.org/ingress-controller";

/// How often the label on the own pod is tried, and how long apart.
const LABEL_TRIES: (u32, Duration) = (10, Duration::from_secs(5));

#[tokio::main]
async fn main() -> ExitCode {
    let flags = match Flags::parse(std::env::args().skip(1)) {
        Ok(flags) => flags,
        Err(ending) => {
            let written = if ending.code == 0 {
                writeln!(io::stdout(), "{}", ending.words)
            } else {
                writeln!(io::stderr(), "{}", ending.words)
            };
            return if written.is_ok() { ExitCode::from(ending.code) } else { ExitCode::FAILURE };
        }
    };
    info!("Stand-in for NGINX Ingress Controller Version={VERSION}, for practice and not made by F5");
    if flags.on("version") {
        return ExitCode::SUCCESS;
    }
    match run(&flags).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            log::line('F', format_args!("{why}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(flags: &Flags) -> Result<(), String> {
    let mut term = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    rustls::crypto::ring::default_provider().install_default().map_err(|_| "no cryptography")?;
    let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let (namespace, pod) = (variable("POD_NAMESPACE")?, variable("POD_NAME")?);
    let config =
        Config::incluster().map_err(|error| format!("error creating client configuration: {error}"))?;
    let client = Client::try_from(config).map_err(|error| error.to_string())?;

    check_cluster(&client, flags, &namespace, &pod).await?;
    let nginx = nginx::version().await.map_err(|error| error.to_string())?;
    info!("nginx version: nginx/{nginx}, Debian's");

    let (ready, is_ready) = watch::channel(false);
    let (lead, leads) = watch::channel(!flags.on("enable-leader-election"));
    let mut side = JoinSet::new();
    if flags.on("ready-status") {
        let port = u16::try_from(flags.number("ready-status-port")).unwrap_or_default();
        let listener =
            readiness::listen(port).await.map_err(|error| format!("listen tcp :{port}: {error}"))?;
        side.spawn(async move {
            let error = readiness::serve(listener, is_ready).await;
            warning!("readiness is no longer served: {error}");
        });
    }
    side.spawn(label_pod(Api::namespaced(client.clone(), &namespace), pod.clone(), nginx));
    if flags.on("enable-leader-election") {
        let leases = Api::<Lease>::namespaced(client.clone(), &namespace);
        let (name, me) = (flags.text("leader-election-lock-name").to_owned(), pod.clone());
        side.spawn(async move { leader::seek(leases, &name, &me, lead).await });
    }
    controller::serve(client, flags, &pod, &namespace, &ready, leads, &mut term).await
}

/// What must hold before anything begins, in the real controller's order.
async fn check_cluster(client: &Client, flags: &Flags, namespace: &str, pod: &str) -> Result<(), String> {
    let version = client
        .apiserver_version()
        .await
        .map_err(|error| format!("error retrieving k8s version: {error}"))?
        .git_version;
    info!("Kubernetes version: {version}");
    if !at_least_1_22(&version) {
        return Err("versions of kubernetes < 1.22.0 are not supported".into());
    }
    let pods = Api::<Pod>::namespaced(client.clone(), namespace);
    pods.get(pod).await.map_err(|error| format!("Failed to get pod: {error}"))?;
    let class = flags.text("ingress-class");
    let found = Api::<IngressClass>::all(client.clone())
        .get(class)
        .await
        .map_err(|error| format!("Error when getting IngressClass {class}: {error}"))?;
    let controller = found.spec.and_then(|spec| spec.controller).unwrap_or_default();
    if controller != CONTROLLER {
        return Err(format!(
            "IngressClass with name {class} has an invalid Spec.Controller {controller}; expected {CONTROLLER}"
        ));
    }
    if flags.on("enable-custom-resources") {
        return Err(
            "the custom resources are beyond this stand-in: set -enable-custom-resources=false".into()
        );
    }
    if let Some((namespace, name)) = flags.config_map() {
        Api::<ConfigMap>::namespaced(client.clone(), namespace)
            .get(name)
            .await
            .map_err(|error| format!("Error when getting {namespace}/{name}: {error}"))?;
    }
    Ok(())
}

/// Whether a version such as `v1.37.2` is one that the controller accepts.
fn at_least_1_22(version: &str) -> bool {
    let numbers =
        version.trim_start_matches('v').split(['.', '-', '+']).map(|part| part.parse().unwrap_or(0));
    numbers.take(2).collect::<Vec<u32>>() >= vec![1, 22]
}

/// Puts the versions on the own pod, as the real controller does.
async fn label_pod(pods: Api<Pod>, name: String, nginx: String) {
    let (tries, apart) = LABEL_TRIES;
    for _ in 0..tries {
        let labelled = async {
            let mut pod = pods.get(&name).await?;
            pod.labels_mut().insert("app.nginx.org/version".into(), nginx.clone());
            pod.labels_mut().insert("app.kubernetes.io/version".into(), VERSION.into());
            pods.replace(&name, &PostParams::default(), &pod).await
        };
        match labelled.await {
            Ok(_) => return,
            Err(error) => warning!("the own pod could not be labelled: {error}"),
        }
        sleep(apart).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_calls_itself_v0_is_refused() {
        assert!(at_least_1_22("v1.37.2") && at_least_1_22("v1.22.0-rc.1") && at_least_1_22("v2.0"));
        assert!(!at_least_1_22("v0.0.0-master") && !at_least_1_22("v1.21.9") && !at_least_1_22("unknown"));
    }
}
