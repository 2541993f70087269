//! Nothing is ever written to a cluster that was not chosen: thousands of random steps that switch, rename, remove and
//! redirect contexts, put other servers behind the same addresses, and do so between any two calls of the engine.
//!
//! `SLIPWAY_SAFETY_STEPS` says how many steps, `SLIPWAY_SAFETY_SEED` repeats a run.

use std::{
    collections::BTreeMap,
    fs,
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
    time::{Duration, Instant},
};

use fastrand::Rng;
use k8s_openapi::api::core::v1::Namespace;
use kube::{Api, Client};
use serde_json::{Value, json};
use slipway_engine::{
    choices::Choices,
    kubernetes::{
        Connection,
        kubeconfig::Sources,
        manifest::{Manifest, ObjectRef},
        mark, objects, pin,
    },
    places::Places,
    problem::{Code, Problem},
    target::Target,
};
use slipway_tests::{backend::node_address, namespace::in_a_namespace};

use crate::recorder::Servers;

const NAMES: [&str; 5] = ["docker-desktop", "kind-lab", "mine", "prod", "teacher's"];
const OWN_SERVERS: usize = 3;
const LOCAL_DOORS: usize = 4;

/// What a kubeconfig file says, or that it cannot be understood.
#[derive(Debug, Clone, Default)]
struct File {
    /// The door that each context leads to, by name.
    contexts: BTreeMap<&'static str, usize>,
    current: Option<&'static str>,
    broken: bool,
}

/// A connection that a user made a while ago, and whose word they gave for which cluster.
struct Session {
    connection: Connection,
    consented: bool,
}

/// The user's desk and the clusters, and what is true of them.
struct Desk {
    rng: Rng,
    servers: Servers,
    root: tempfile::TempDir,
    namespace: String,
    /// Two files of one kubeconfig: what the first says, wins.
    files: [File; 2],
    pinned: Option<Target>,
    sessions: Vec<Session>,
    told: BTreeMap<String, usize>,
}

impl Desk {
    async fn new(client: Client, namespace: String, seed: u64) -> Self {
        let remote = node_address(&client).await;
        let addresses: Vec<IpAddr> =
            std::iter::repeat_n(Ipv4Addr::LOCALHOST.into(), LOCAL_DOORS).chain([remote]).collect();
        let system = Api::<Namespace>::all(client.clone()).get("kube-system").await.unwrap();
        let servers = Servers::open(OWN_SERVERS, (client, system.metadata.uid.unwrap()), &addresses).await;
        let first = File { contexts: NAMES.into_iter().zip(0..=LOCAL_DOORS).collect(), ..File::default() };
        let desk = Self {
            rng: Rng::with_seed(seed),
            servers,
            root: tempfile::tempdir().unwrap(),
            namespace,
            files: [first, File::default()],
            pinned: None,
            sessions: Vec::new(),
            told: BTreeMap::new(),
        };
        fs::write(desk.root.path().join("ca.crt"), &desk.servers.authority).unwrap();
        desk.save();
        desk
    }

    fn path(&self, file: usize) -> PathBuf {
        self.root.path().join(format!("config-{file}"))
    }

    fn sources(&self) -> Sources {
        Sources::of(Some(&std::env::join_paths([self.path(0), self.path(1)]).unwrap()), None)
    }

    fn places(&self) -> Places {
        Places::under(&self.root.path().join("home"))
    }

    /// Writes the kubeconfig as the model has it.
    fn save(&self) {
        for (number, file) in self.files.iter().enumerate() {
            let named = |field: &str, of: &dyn Fn(&str, usize) -> Value| -> Vec<Value> {
                let contexts = file.contexts.iter();
                contexts.map(|(name, door)| json!({"name": name, field: of(name, *door)})).collect()
            };
            let text = json!({
                "apiVersion": "v1", "kind": "Config", "current-context": file.current,
                "clusters": named("cluster", &|_, door| json!({
                    "server": self.server(door), "certificate-authority": self.root.path().join("ca.crt"),
                })),
                "users": named("user", &|name, _| json!({"token": format!("token of {name}")})),
                "contexts": named("context", &|name, _| json!({"cluster": name, "user": name})),
            });
            let text = if file.broken { format!("{text}]") } else { text.to_string() };
            fs::write(self.path(number), text).unwrap();
        }
    }

    fn server(&self, door: usize) -> String {
        format!("https://{}", self.servers.doors[door].address)
    }

    fn readable(&self) -> bool {
        self.files.iter().all(|file| !file.broken) && self.files.iter().any(|file| !file.contexts.is_empty())
    }

    /// The door that a context leads to, by the kubeconfig as it is now.
    fn door(&self, context: &str) -> Option<usize> {
        self.files.iter().find_map(|file| file.contexts.get(context).copied())
    }

    /// Whether this session may write now: the heart of the matter, said without the engine.
    fn may_write(&self, session: &Session) -> bool {
        let target = &session.connection.target;
        self.readable()
            && session.consented
            && self.door(&target.context).is_some_and(|door| {
                self.server(door) == target.server && self.servers.behind(door).uid == target.cluster_uid
            })
    }

    /// Fails unless all that was written came to this cluster.
    fn written_only_to(&self, allowed: Option<&str>) -> Result<usize, String> {
        let written = self.servers.written();
        match written.iter().find(|(uid, _)| Some(uid.as_str()) != allowed) {
            Some(foreign) => Err(format!("written to {foreign:?}, where {allowed:?} was chosen")),
            None => Ok(written.len()),
        }
    }

    fn tell(&mut self, what: impl Into<String>) {
        *self.told.entry(what.into()).or_default() += 1;
    }

    /// One thing that happens in the world while Slipway is not looking.
    fn disturb(&mut self) {
        let file = self.rng.usize(..2);
        let name = *self.rng.choice(&NAMES).unwrap();
        let door = self.rng.usize(..=LOCAL_DOORS);
        let contexts = &mut self.files[file].contexts;
        match self.rng.u8(..20) {
            // another server behind an address
            0..=5 => self.servers.put(self.rng.usize(..=OWN_SERVERS), door),
            // a context leads elsewhere, or comes
            6..=10 => drop(contexts.insert(name, door)),
            // a context is renamed, maybe to a name that another one had
            11..=13 => {
                let other = *self.rng.choice(&NAMES).unwrap();
                if let Some(door) = contexts.remove(name) {
                    contexts.insert(other, door);
                }
            }
            14 => drop(contexts.remove(name)),
            15..=18 => self.files[file].current = Some(name),
            _ => self.files[file].broken = true,
        }
        // Whoever finds a file broken mends it soon.
        for file in &mut self.files {
            file.broken &= self.rng.bool();
        }
        self.save();
    }

    /// What may happen between two calls: often something about this very context and its address.
    fn maybe_disturb(&mut self, target: &Target) {
        match (self.rng.u8(..8), self.door(&target.context)) {
            (0, Some(door)) => self.servers.put(self.rng.usize(..=OWN_SERVERS), door),
            (1, Some(_)) => {
                for file in &mut self.files {
                    if let Some(door) = file.contexts.get_mut(target.context.as_str()) {
                        *door = self.rng.usize(..=LOCAL_DOORS);
                    }
                }
                self.save();
            }
            (2 | 3, _) => self.disturb(),
            _ => {}
        }
    }

    /// The user chooses a cluster, by name or by saying nothing; what is chosen is what was meant.
    async fn choose(&mut self) {
        let named = self.rng.bool().then(|| *self.rng.choice(&NAMES).unwrap());
        let word = self.rng.bool().then(|| *self.rng.choice(&NAMES).unwrap());
        let choices = Choices {
            folder: self.root.path().to_owned(),
            context: named.map(str::to_owned),
            confirm_cluster: word.map(str::to_owned),
            ..Choices::default()
        };
        let expected = self.meant(named);
        let chosen = Connection::choose(&choices, &self.places(), &self.sources()).await;
        let chosen = match (chosen, expected) {
            (Ok(connection), Ok(door)) => {
                assert_eq!(connection.target.server, self.server(door));
                assert_eq!(connection.target.cluster_uid, self.servers.behind(door).uid);
                connection
            }
            (Err(problem), Err(code)) if problem.code == code => {
                return self.tell(format!("not chosen: {code}"));
            }
            (chosen, expected) => panic!("{expected:?} was meant: {chosen:?}"),
        };
        let consented =
            chosen.target.server != self.server(LOCAL_DOORS) || word == Some(&chosen.target.context);
        assert_eq!(chosen.consented(), consented, "{:?} {word:?}", chosen.target);
        self.tell("chosen");
        if self.sessions.len() == 4 {
            self.sessions.remove(0);
        }
        self.sessions.push(Session { connection: chosen, consented });
    }

    /// The door to what a user means who names this context or none, or why there is none.
    fn meant(&self, named: Option<&str>) -> Result<usize, Code> {
        if !self.readable() {
            let broken = self.files.iter().any(|file| file.broken);
            return Err(if broken { Code::KubeconfigBroken } else { Code::KubeconfigMissing });
        }
        if let Some(name) = named {
            return self.door(name).ok_or(Code::ContextMissing);
        }
        if let Some(pinned) = &self.pinned {
            let door = self.door(&pinned.context).ok_or(Code::ContextMissing)?;
            let same = self.servers.behind(door).uid == pinned.cluster_uid;
            return if same { Ok(door) } else { Err(Code::ClusterChanged) };
        }
        let is_local = |name: &&str| self.door(name).is_some_and(|door| door < LOCAL_DOORS);
        let local: Vec<_> = NAMES.into_iter().filter(is_local).collect();
        match local[..] {
            [only] => Ok(self.door(only).unwrap()),
            _ if local.contains(&NAMES[0]) => Ok(self.door(NAMES[0]).unwrap()),
            _ => Err(Code::ContextChoice),
        }
    }

    /// Slipway writes through a session, while the world goes on: it may write if and only if the cluster is still
    /// the one that was chosen, and then it does.
    async fn write(&mut self) {
        if self.sessions.is_empty() {
            return self.choose().await;
        }
        let session = self.sessions.swap_remove(self.rng.usize(..self.sessions.len()));
        let allowed = self.may_write(&session);
        let verified = session.connection.verified().await;
        assert_eq!(verified.as_ref().err().map(|problem| problem.code), self.refusal(&session));
        if let Ok(writer) = verified {
            self.maybe_disturb(&session.connection.target);
            let allowed = self.may_write(&session);
            let refusal = self.refusal(&session);
            let name = format!("safety-{}", self.rng.u8(..3));
            let deletes = self.rng.u8(..3) == 0;
            let done = if deletes {
                writer.delete(&self.reference(&name), Duration::from_secs(10)).await
            } else {
                writer.apply(&[self.manifest(&name)], &[]).await
            };
            assert_eq!(done.as_ref().err().map(|problem| problem.code), refusal, "{done:?}");
            let uid = session.connection.target.cluster_uid.as_str();
            let written = self.written_only_to(allowed.then_some(uid)).unwrap();
            assert!(written == 1 || !allowed || deletes, "an object applied is one request: {written}");
            let verb = if deletes { "deleted" } else { "applied" };
            self.tell(refusal.map_or_else(|| verb.to_owned(), |code| format!("not {verb}: {code}")));
        } else {
            assert!(!allowed);
            self.tell(format!("not written: {}", self.refusal(&session).unwrap()));
        }
        self.sessions.push(session);
    }

    /// Why this session may not write now.
    fn refusal(&self, session: &Session) -> Option<Code> {
        let broken = self.files.iter().any(|file| file.broken);
        match () {
            () if !session.consented => Some(Code::ClusterNotLocal),
            () if broken => Some(Code::KubeconfigBroken),
            () if !self.readable() => Some(Code::KubeconfigMissing),
            () if !self.may_write(session) => Some(Code::ClusterChanged),
            () => None,
        }
    }

    /// The user keeps to the cluster of a session, or lets go of the one kept to.
    async fn pin(&mut self) -> Result<(), Problem> {
        let (places, folder) = (self.places(), pin::folder(self.root.path()));
        if let Some(session) = self.sessions.last().filter(|_| self.rng.u8(..3) > 0) {
            let target = session.connection.target.clone();
            if session.connection.verified().await.is_ok() {
                pin::write(&places, &folder, &target)?;
                self.pinned = Some(target);
            }
        } else {
            pin::forget(&places, &folder)?;
            self.pinned = None;
        }
        Ok(())
    }

    fn manifest(&self, name: &str) -> Manifest {
        objects::manifest(json!({
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": {"name": name, "namespace": self.namespace, "labels": mark::labels("safety")},
        }))
        .unwrap()
    }

    fn reference(&self, name: &str) -> ObjectRef {
        ObjectRef { app: Some("safety".into()), ..self.manifest(name).reference() }
    }
}

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|value| value.parse().expect(name))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_to_a_cluster_that_was_not_chosen_whatever_happens_between_two_steps() {
    let steps = setting("SLIPWAY_SAFETY_STEPS").unwrap_or(10_000);
    let seed = setting("SLIPWAY_SAFETY_SEED").unwrap_or_else(|| fastrand::u64(..));
    println!("SLIPWAY_SAFETY_SEED={seed} SLIPWAY_SAFETY_STEPS={steps}");
    in_a_namespace(move |client, namespace| async move {
        let begun = Instant::now();
        let mut desk = Desk::new(client, namespace, seed).await;
        for _ in 0..steps {
            match desk.rng.u8(..10) {
                0 | 1 => desk.disturb(),
                2..=5 => desk.choose().await,
                6 => desk.pin().await.unwrap(),
                _ => desk.write().await,
            }
            // Nothing but a write writes.
            desk.written_only_to(None).unwrap();
        }
        println!("{steps} steps in {:.1} s: {:#?}", begun.elapsed().as_secs_f64(), desk.told);
        let often = |what: &str| desk.told.get(what).copied().unwrap_or_default() as u64;
        for what in ["applied", "deleted", "not applied: cluster-changed", "not written: cluster-changed"] {
            assert!(often(what) >= steps / 500, "a run in which {what} hardly happened proves little");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_is_seen_by_the_recorder_and_told_from_one_to_the_chosen_cluster() {
    in_a_namespace(|client, namespace| async move {
        let desk = Desk::new(client, namespace, 1).await;
        for server in 0..=OWN_SERVERS {
            desk.servers.put(server, 0);
            let choices = Choices { context: Some(NAMES[0].into()), ..Choices::default() };
            let chosen = Connection::choose(&choices, &desk.places(), &desk.sources()).await.unwrap();
            let uid = desk.servers.all[server].uid.as_str();
            assert_eq!(chosen.target.cluster_uid, uid);
            let apply = async || chosen.verified().await.unwrap().apply(&[desk.manifest("a")], &[]).await;
            apply().await.unwrap();
            assert_eq!(desk.written_only_to(Some(uid)), Ok(1), "the chosen one is written to");
            apply().await.unwrap();
            desk.written_only_to(None).expect_err("a write where none was allowed is a failure");
            apply().await.unwrap();
            let other = desk.servers.all[(server + 1) % (OWN_SERVERS + 1)].uid.as_str();
            desk.written_only_to(Some(other)).expect_err("so is one to another cluster");
        }
    })
    .await;
}
