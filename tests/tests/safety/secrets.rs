//! Secrets stay where they are: planted in a kubeconfig, docker's configuration, the environment and `--env`, they are
//! in nothing that Slipway says, tells its window or writes, whether it succeeds or fails. `script` asks for them.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};

use k8s_openapi::api::apps::v1::Deployment;
use kube::Api;
use serde_json::{Value, json};
use slipway_engine::{
    choices::Choices,
    event::Teller,
    journey::{Journey, Scope},
    places::Places,
};
use slipway_tests::{controller, image::SERVES, namespace::in_a_namespace, slipway};

const NAME: &str = "safety-secrets";

/// Every secret begins with this, but for those that are written in base64.
const SECRET: &str = "s3cret";
/// `ada:s3cret-registry`
const REGISTRY: &str = "YWRhOnMzY3JldC1yZWdpc3RyeQ==";
/// `-----BEGIN PRIVATE KEY-----`, `s3cret-client-key`, `-----END PRIVATE KEY-----`, on lines of their own.
const CLIENT_KEY: &str =
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCnMzY3JldC1jbGllbnQta2V5Ci0tLS0tRU5EIFBSSVZBVEUgS0VZLS0tLS0K";

/// A desk with secrets in every drawer.
struct Desk {
    root: tempfile::TempDir,
    /// All that was said so far.
    said: String,
}

impl Desk {
    fn new(namespace: &str) -> Self {
        let desk = Self { root: tempfile::tempdir().unwrap(), said: String::new() };
        for folder in ["project", "home", "docker", "bin"] {
            fs::create_dir(desk.at(folder)).unwrap();
        }
        desk.write("project/app.py", SERVES);
        desk.write("project/slipway.toml", &format!("[deploy]\nhost = \"{namespace}.localhost\"\n"));
        desk.dockerfile("python:3.13-slim");
        let proxies = json!({"default": {"httpProxy": "http://ada:s3cret-docker-proxy@127.0.0.1:9"}});
        let config = json!({
            "auths": {"registry.invalid": {"auth": REGISTRY}, "other.invalid": {"identitytoken": "s3cret-identity"}},
            "credHelpers": {"leaky.invalid": "leaky"},
            "proxies": proxies,
        });
        desk.write("docker/config.json", &config.to_string());
        desk.program(
            "docker-credential-leaky",
            "echo '{\"Username\": \"ada\", \"Secret\": \"s3cret-helper\"'",
        );
        desk.program("leaky-plugin", "echo '{\"status\": {\"token\": \"s3cret-plugin\"}'; env");
        desk.kubeconfig();
        desk
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        fs::write(self.at(path), content).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        self.write(&format!("bin/{name}"), &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.at(&format!("bin/{name}")), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// One that looks for the proxy that docker's configuration gives to builds.
    fn dockerfile(&self, base: &str) {
        self.write("project/Dockerfile", &dockerfile(base, "ARG HTTP_PROXY\nRUN test -n \"$HTTP_PROXY\"\n"));
    }

    fn plain_dockerfile(&self) {
        self.write("project/Dockerfile", &dockerfile("python:3.13-slim", ""));
    }

    /// The practice cluster's context and some that fail, each with a secret.
    fn kubeconfig(&self) {
        let own = std::env::var("KUBECONFIG").expect("the practice cluster's environment");
        let own = serde_json::to_value(kube::config::Kubeconfig::read_from(own).unwrap()).unwrap();
        let (cluster, user) = (&own["clusters"][0]["cluster"], &own["users"][0]["user"]);
        let with = |changes: Value| {
            let mut cluster = cluster.clone();
            cluster.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            cluster
        };
        let exec = |command: &str| {
            json!({"exec": {
                "apiVersion": "client.authentication.k8s.io/v1", "command": command, "interactiveMode": "Never",
                "env": [{"name": "PLUGIN_KEY", "value": "s3cret-plugin-env"}],
            }})
        };
        let remote = |proxy: &str| with(json!({"server": "https://198.18.0.1:6443", "proxy-url": proxy}));
        let contexts = [
            ("good", cluster.clone(), user.clone()),
            ("token", cluster.clone(), json!({"token": "s3cret-token"})),
            ("password", cluster.clone(), json!({"username": "ada", "password": "s3cret-password"})),
            (
                "key",
                cluster.clone(),
                json!({"client-certificate-data": CLIENT_KEY, "client-key-data": CLIENT_KEY}),
            ),
            ("plugin", cluster.clone(), exec("leaky-plugin")),
            ("no-plugin", cluster.clone(), exec("no-such-plugin")),
            ("socks", remote("socks5://ada:s3cret-socks@127.0.0.1:9"), user.clone()),
            ("proxy", remote("http://ada:s3cret-proxy@127.0.0.1:9"), user.clone()),
            ("odd-proxy", remote("odd://ada:s3cret-odd@127.0.0.1:9"), user.clone()),
            ("no-proxy", remote("http://ada:s3cret no@\\127.0.0.1:9"), user.clone()),
            ("address", with(json!({"server": "https://ada:s3cret-address@127.0.0.1:9"})), user.clone()),
        ];
        let named = |field: &str, of: &dyn Fn(&(&str, Value, Value)) -> Value| -> Vec<Value> {
            contexts.iter().map(|context| json!({"name": context.0, field: of(context)})).collect()
        };
        let kubeconfig = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "token",
            "clusters": named("cluster", &|context| context.1.clone()),
            "users": named("user", &|context| context.2.clone()),
            "contexts": named("context", &|context| json!({"cluster": context.0, "user": context.0})),
        });
        self.write("config", &kubeconfig.to_string());
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = slipway::Slipway::new().command(words);
        let path = format!("{}:{}", self.at("bin").display(), std::env::var("PATH").unwrap());
        command
            .env("SLIPWAY_HOME", self.at("home"))
            .env("DOCKER_CONFIG", self.at("docker"))
            .env("PATH", path);
        command.env("KUBECONFIG", self.at("config")).env("RUST_LOG", "trace");
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"] {
            command.env(name, "http://ada:s3cret-environment@127.0.0.1:9");
        }
        command
    }

    /// Runs a verb for the project, and keeps all that it says.
    fn run(&mut self, verb: &str, flags: &[&str], code: i32) -> String {
        let project = self.at("project");
        let words = [&[verb, project.to_str().unwrap(), "--name", NAME], flags].concat();
        let ran = self.command(&words).output().unwrap();
        let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{words:?}: {said}");
        assert_clean(&format!("{words:?}"), &said);
        self.said.push_str(&said);
        said
    }

    /// Every way in which a verb speaks.
    fn each(&mut self, verb: &str, flags: &[&str], code: i32) {
        for way in [&["-v"][..], &["--json"], &["-v", "--lang", "zh-CN"]] {
            self.run(verb, &[flags, way].concat(), code);
        }
    }
}

fn dockerfile(base: &str, more: &str) -> String {
    format!(
        "FROM {base}\n{more}COPY app.py /\nEXPOSE 8000\nUSER 1000\nCMD [\"python\", \"-u\", \"/app.py\"]\n"
    )
}

fn assert_clean(of: &str, said: &str) {
    for secret in [SECRET, REGISTRY, CLIENT_KEY, &CLIENT_KEY[40..60]] {
        assert!(!said.contains(secret), "{secret} is in what is said by {of}:\n{said}");
    }
}

/// Fails if a file below the folder has a secret in it; how many there are.
fn assert_clean_files(folder: &Path) -> usize {
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count += assert_clean_files(&path);
        } else {
            assert_clean(&path.display().to_string(), &String::from_utf8_lossy(&fs::read(&path).unwrap()));
            count += 1;
        }
    }
    count
}

const ENV: [&str; 4] = ["--env", "API.KEY=s3cret-value", "--env", "OTHER=plain"];

#[tokio::test(flavor = "multi_thread")]
async fn secrets_are_in_nothing_that_is_said_or_written() {
    controller::installed().await;
    in_a_namespace(|client, namespace| async move {
        let mut desk = Desk::new(&namespace);
        let here = ["--context", "good", "--namespace", &namespace];
        let wish = [&here[..], &ENV].concat();

        desk.each("inspect", &[], 0);
        desk.each("up", &[&wish[..], &["--dry-run"]].concat(), 0);
        desk.run("up", &[&wish[..], &["--yes", "-v"]].concat(), 0);
        desk.each("up", &[&wish[..], &["--yes"]].concat(), 0);
        desk.each("status", &here, 1);
        desk.each("prove", &here, 1);
        desk.each("diff", &here, 4);
        let changed = [&here[..], &["--env", "API.KEY=s3cret-other", "--yes"]].concat();
        desk.each("up", &[&changed[..], &["--dry-run"]].concat(), 0);
        desk.run("up", &[&changed[..], &["--json"]].concat(), 0);
        let deployment = Api::<Deployment>::namespaced(client, &namespace).get(NAME).await.unwrap();
        assert!(serde_json::to_string(&deployment).unwrap().contains("s3cret-other"), "the app has it");

        // Everything that fails, fails without them.
        desk.each("clusters", &[], 0);
        for context in [
            "token",
            "password",
            "key",
            "plugin",
            "no-plugin",
            "socks",
            "proxy",
            "odd-proxy",
            "no-proxy",
            "address",
        ] {
            desk.each("status", &["--context", context], 1);
        }
        for base in ["registry.invalid/a:1", "other.invalid/a:1", "leaky.invalid/a:1"] {
            desk.dockerfile(base);
            desk.each("up", &[&wish[..], &["--yes"]].concat(), 1);
        }
        desk.dockerfile("python:3.13-slim");
        desk.write("project/app.py", &format!("{SERVES} # to be built again"));
        let config = fs::read_to_string(desk.at("docker/config.json")).unwrap();
        desk.write("docker/config.json", &config.replace(r#""auths":{"#, r#""auths":["s3cret-auth","#));
        desk.each("up", &[&wish[..], &["--yes"]].concat(), 1);
        desk.write("docker/config.json", &config);
        let kubeconfig = fs::read_to_string(desk.at("config")).unwrap();
        for (good, bad) in [
            (r#"{"token":"s3cret-token"}"#, r#"{"token":["s3cret-token"]}"#),
            (r#"{"token":"s3cret-token"}"#, r#"{"token":"s3cret-token"]"#),
            (r#"{"token":"s3cret-token"}"#, r#""s3cret-token""#),
        ] {
            desk.write("config", &kubeconfig.replace(good, bad));
            desk.each("status", &here, 1);
        }
        desk.write("config", &kubeconfig);

        desk.each("down", &[&here[..], &["--image", "--yes"]].concat(), 0);
        assert!(assert_clean_files(&desk.at("home")) > 3, "something was written");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_asks_for_secrets_by_name_and_does_the_same_with_them() {
    controller::installed().await;
    in_a_namespace(|client, namespace| async move {
        let mut desk = Desk::new(&namespace);
        desk.plain_dockerfile();
        let here = ["--context", "good", "--namespace", &namespace];
        desk.run("up", &[&here[..], &ENV, &["--yes"]].concat(), 0);
        let script = desk.run("script", &[&here[..], &ENV].concat(), 0);
        desk.run("down", &[&here[..], &["--image", "--yes"]].concat(), 0);
        desk.write("script", &script);
        let shell = || {
            let mut shell = Command::new("sh");
            shell.arg(desk.at("script")).env("KUBECONFIG", desk.at("config"));
            shell
        };
        let refused = shell().output().unwrap();
        assert!(!refused.status.success());
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(words.contains("API_KEY"), "it is asked for by its name: {words}");
        assert_eq!(shell().env("API_KEY", "it's").env("OTHER", "").status().unwrap().code(), Some(1));

        let ran = shell().env("API_KEY", "on: 1").env("OTHER", "yes").output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        let deployment = Api::<Deployment>::namespaced(client, &namespace).get(NAME).await.unwrap();
        let containers = deployment.spec.unwrap().template.spec.unwrap().containers;
        let env: Vec<_> =
            containers[0].env.iter().flatten().map(|env| (env.name.as_str(), env.value.as_deref())).collect();
        assert_eq!(env, [("API.KEY", Some("on: 1")), ("OTHER", Some("yes"))]);
        desk.run("down", &[&here[..], &["--image", "--yes"]].concat(), 0);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_window_is_told_nothing_of_them() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let desk = Desk::new(&namespace);
        let choices = Choices {
            folder: desk.at("project"),
            name: Some(NAME.into()),
            namespace: Some(namespace),
            env: [("API.KEY".into(), "s3cret-value".into())].into(),
            ..Choices::default()
        };
        desk.plain_dockerfile();
        let (teller, mut viewer) = Teller::with_viewer();
        let journey = Journey::new(choices, Places::under(&desk.at("home")), teller.clone());
        let (plan, _) = Box::pin(journey.plan()).await.unwrap();
        let outcome = Box::pin(journey.up()).await;
        assert!(outcome.ok, "{:#?}", outcome.problems);
        let plan_down = Box::pin(journey.plan_down(Scope::ALL)).await.unwrap();
        Box::pin(journey.down(Scope { image: true, ingress: false })).await.unwrap();
        teller.close();
        let events = viewer.batch().await;
        assert!(events.len() > 20);
        assert_clean("events", &serde_json::to_string(&events).unwrap());
        assert_clean("the plan", &serde_json::to_string(&plan).unwrap());
        assert_clean("the removal", &serde_json::to_string(&(plan_down.0, plan_down.1)).unwrap());
        assert_clean("the outcome", &serde_json::to_string(&outcome).unwrap());
    })
    .await;
}
