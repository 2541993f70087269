//! Watches the cluster and keeps nginx as the cluster asks.

use std::{fmt::Debug, hash::Hash, sync::Arc, time::Duration};

use futures_util::StreamExt;
use k8s_openapi::api::{
    core::v1::{ConfigMap, Secret, Service},
    discovery::v1::EndpointSlice,
    networking::v1::Ingress,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    runtime::{WatchStreamExt, reflector, reflector::Store, watcher},
};
use tokio::{
    signal::unix::Signal,
    sync::{Notify, watch},
    task::JoinSet,
};

use crate::{
    configuration::{self, Listening, Made, World},
    flags::Flags,
    info,
    nginx::Nginx,
    report::Reporter,
    settings::Settings,
    warning,
};

/// What is watched, as it stands now.
struct Stores {
    ingresses: Store<Ingress>,
    services: Store<Service>,
    slices: Store<EndpointSlice>,
    secrets: Store<Secret>,
    settings: Store<ConfigMap>,
    changed: Arc<Notify>,
    _watches: JoinSet<()>,
}

impl Stores {
    /// Begins to watch, and returns when everything was seen once.
    async fn watch(client: &Client, flags: &Flags) -> Result<Self, String> {
        let changed = Arc::<Notify>::default();
        let mut watches = JoinSet::new();
        let all = watcher::Config::default();
        let (namespace, name) = flags.config_map().unwrap_or(("default", "none"));
        let stores = Self {
            ingresses: store(Api::all(client.clone()), all.clone(), &changed, &mut watches),
            services: store(Api::all(client.clone()), all.clone(), &changed, &mut watches),
            slices: store(Api::all(client.clone()), all.clone(), &changed, &mut watches),
            secrets: store(
                Api::all(client.clone()),
                all.clone().fields("type=kubernetes.io/tls"),
                &changed,
                &mut watches,
            ),
            settings: store(
                Api::namespaced(client.clone(), namespace),
                all.fields(&format!("metadata.name={name}")),
                &changed,
                &mut watches,
            ),
            changed,
            _watches: watches,
        };
        let broken = |error| format!("a watch ended: {error}");
        stores.ingresses.wait_until_ready().await.map_err(broken)?;
        stores.services.wait_until_ready().await.map_err(broken)?;
        stores.slices.wait_until_ready().await.map_err(broken)?;
        stores.secrets.wait_until_ready().await.map_err(broken)?;
        stores.settings.wait_until_ready().await.map_err(broken)?;
        Ok(stores)
    }

    fn world(&self) -> World {
        World {
            ingresses: self.ingresses.state(),
            services: self.services.state(),
            slices: self.slices.state(),
            secrets: self.secrets.state(),
        }
    }

    fn settings(&self) -> (Settings, Vec<String>) {
        let data = self.settings.state().first().and_then(|map| map.data.clone()).unwrap_or_default();
        Settings::of_config_map(&data)
    }
}

/// A store that is kept by a watch of its own, which tells when something in it changed.
fn store<K>(
    api: Api<K>,
    config: watcher::Config,
    changed: &Arc<Notify>,
    watches: &mut JoinSet<()>,
) -> Store<K>
where
    K: Resource<DynamicType = ()>
        + Clone
        + Debug
        + Send
        + Sync
        + k8s_openapi::serde::de::DeserializeOwned
        + 'static,
    <K as Resource>::DynamicType: Hash + Eq,
{
    let (store, writer) = reflector::store();
    let changed = changed.clone();
    let events = reflector(writer, watcher(api, config).default_backoff());
    watches.spawn(events.for_each(move |event| {
        match event {
            Ok(watcher::Event::Apply(_) | watcher::Event::Delete(_) | watcher::Event::InitDone) => {
                changed.notify_one();
            }
            Ok(watcher::Event::Init | watcher::Event::InitApply(_)) => {}
            Err(error) => warning!("a watch of {} broke, it goes on: {error}", K::kind(&())),
        }
        std::future::ready(())
    }));
    store
}

/// Serves until `term` comes, or nginx ends. `ready` turns true when nginx has the first configuration.
pub async fn serve(
    client: Client,
    flags: &Flags,
    pod: &str,
    namespace: &str,
    ready: &watch::Sender<bool>,
    mut leads: watch::Receiver<bool>,
    term: &mut Signal,
) -> Result<(), String> {
    let stores = tokio::select! {
        stores = Stores::watch(&client, flags) => stores?,
        _ = term.recv() => return Ok(()),
    };
    let mut reporter = Reporter::new(client, pod.to_owned());
    let mut ignored = Vec::new();
    let made = make(&stores, flags, &mut ignored);
    let status_port = flags.on("nginx-status").then(|| flags.number("nginx-status-port"));
    let main = configuration::main_file(status_port, !flags.on("disable-ipv6"));
    let patience = Duration::from_millis(flags.number("nginx-reload-timeout").unsigned_abs());
    let mut nginx = Nginx::start(&main, &made, patience).await.map_err(|error| error.to_string())?;
    ready.send_replace(true);
    info!("nginx serves {} Ingresses", made.verdicts.len());
    reporter.tell(&made.verdicts, None).await;
    let external =
        |stores: &Stores| {
            let name = flags.text("external-service");
            stores.services.state().into_iter().find(|service| {
                service.name_any() == name && service.namespace().as_deref() == Some(namespace)
            })
        };
    let mut made = made;
    loop {
        if flags.on("report-ingress-status") && *leads.borrow_and_update() {
            reporter.addresses(&made.verdicts, external(&stores).as_ref()).await;
        }
        tokio::select! {
            () = stores.changed.notified() => {
                made = make(&stores, flags, &mut ignored);
                let failure = match nginx.take(&made).await {
                    Ok(reloaded) => {
                        if reloaded {
                            info!("nginx was reloaded");
                        }
                        None
                    }
                    Err(error) => {
                        warning!("{error}");
                        Some(error.to_string())
                    }
                };
                reporter.tell(&made.verdicts, failure.as_deref()).await;
            }
            Ok(()) = leads.changed() => {}
            ended = nginx.ended() => {
                return Err(match ended {
                    Ok(status) => format!("nginx command exited unexpectedly with status: {status}"),
                    Err(error) => format!("nginx cannot be waited for: {error}"),
                });
            }
            _ = term.recv() => {
                info!("Received SIGTERM, shutting down");
                ready.send_replace(false);
                return nginx.quit().await.map_err(|error| error.to_string());
            }
        }
    }
}

fn make(stores: &Stores, flags: &Flags, ignored: &mut Vec<String>) -> Made {
    let listening = Listening {
        http: flags.number("default-http-listener-port"),
        https: flags.number("default-https-listener-port"),
        ipv6: !flags.on("disable-ipv6"),
        health: flags.on("health-status").then(|| flags.text("health-status-uri").to_owned()),
    };
    let (settings, now_ignored) = stores.settings();
    if now_ignored != *ignored {
        for what in &now_ignored {
            warning!("the ConfigMap: {what}");
        }
        *ignored = now_ignored;
    }
    configuration::make(
        &stores.world(),
        flags.text("ingress-class"),
        &settings,
        &listening,
        flags.on("allow-empty-ingress-host"),
    )
}
