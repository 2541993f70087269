//! What Slipway did not make for this very folder stays as it was, word for word, through a journey, a fault, a kill
//! and a removal: among it things whose names, labels and tags look as if they were ours.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::Stdio,
};

use k8s_openapi::api::core::v1::{Namespace, Secret};
use kube::{
    Api, Client,
    api::{DynamicObject, PostParams},
    core::{ApiResource, GroupVersionKind},
};
use serde_json::json;
use slipway_tests::{
    backend::remove,
    controller,
    docker::{self, docker},
    image::SERVES,
    namespace::{client, in_a_namespace},
    slipway::Slipway,
    world::World,
};

/// The name of everybody's project.
const NAME: &str = "safety-zoo";
const CONTROLLER: &str = "nginx-ingress";

/// A folder of this name with an app that serves, in a content of its own.
fn folder(root: &Path, name: &str) -> PathBuf {
    let folder = root.join(name);
    fs::create_dir(&folder).unwrap();
    let dockerfile = "FROM python:3.13-slim\nCOPY app.py name /srv/\nWORKDIR /srv\nUSER 1000\nEXPOSE 8000\n\
                      CMD [\"python\", \"-u\", \"app.py\"]\n";
    fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
    fs::write(folder.join("app.py"), SERVES).unwrap();
    fs::write(folder.join("name"), name).unwrap();
    folder
}

/// Objects in this namespace that look like the app's and are somebody else's.
async fn plant_objects(client: &Client, namespace: &str) {
    let helms = json!({"app.kubernetes.io/name": NAME, "app.kubernetes.io/managed-by": "Helm"});
    let ours = json!({"app.kubernetes.io/name": NAME, "app.kubernetes.io/managed-by": "slipway"});
    let elsewhere = json!({"slipway.local/folder": "/somewhere/else"});
    let pods = json!({
        "metadata": {"labels": {"app": "worker"}},
        "spec": {"containers": [{"name": "worker", "image": "python:3.13-slim"}]},
    });
    for (api_version, kind, name, labels, annotations, spec) in [
        ("v1", "ConfigMap", NAME, helms.clone(), json!({}), json!({"data": {"a": "1"}})),
        ("v1", "Secret", NAME, json!({"app": NAME}), json!({}), json!({"stringData": {"a": "1"}})),
        ("v1", "ServiceAccount", NAME, json!({}), json!({}), json!({})),
        ("v1", "Service", "safety-zoo-metrics", helms, json!({}), json!({"spec": {"ports": [{"port": 80}]}})),
        (
            "v1",
            "Service",
            "safety-zoo-twin",
            ours.clone(),
            elsewhere.clone(),
            json!({"spec": {"ports": [{"port": 80}]}}),
        ),
        (
            "apps/v1",
            "Deployment",
            "safety-zoo-worker",
            json!({"app.kubernetes.io/name": NAME}),
            json!({}),
            json!({"spec": {"replicas": 0, "selector": {"matchLabels": {"app": "worker"}}, "template": pods}}),
        ),
        (
            "networking.k8s.io/v1",
            "Ingress",
            "safety-zoo-twin",
            ours,
            elsewhere,
            json!({"spec": {"defaultBackend": {"service": {"name": "safety-zoo-twin", "port": {"number": 80}}}}}),
        ),
    ] {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
        let mut object = json!({
            "apiVersion": api_version, "kind": kind,
            "metadata": {"name": name, "labels": labels, "annotations": annotations},
        });
        object.as_object_mut().unwrap().extend(spec.as_object().unwrap().clone());
        let object: DynamicObject = serde_json::from_value(object).unwrap();
        let api = Api::<DynamicObject>::namespaced_with(client.clone(), namespace, &resource);
        api.create(&PostParams::default(), &object).await.unwrap();
    }
}

/// Images, containers, a volume and a network on the engine that look like the project's, until dropped.
struct Lookalikes;

const IMAGES: [&str; 3] = ["safety-zoo:manual", "safety-zoo:0123456789ab", "safety-zoo:ba9876543210"];
const CONTAINERS: [&str; 3] = ["safety-zoo-trial", "safety-zoo-inherits", "safety-zoo-of-another-folder"];

impl Lookalikes {
    fn plant(root: &Path) -> Self {
        let zoo = Self;
        let context = root.join("lookalike");
        fs::create_dir(&context).unwrap();
        fs::write(context.join("Dockerfile"), "FROM scratch\nCOPY Dockerfile /\n").unwrap();
        let marks = ["--label", "slipway.project=safety-zoo", "--label", "slipway.folder=/somewhere/else"];
        for (image, labels) in IMAGES.into_iter().zip([&[][..], &["--label", "a=b"], &marks]) {
            docker::build(&[&["-t", image], labels].concat(), &context).unwrap();
        }
        let project = &marks[..2];
        let trial = [&marks[..], &["--label", "slipway.trial=true"]].concat();
        for (container, labels) in CONTAINERS.into_iter().zip([&[][..], project, &trial]) {
            let words = [&["create", "--name", container], labels, &[IMAGES[0], "never-run"]].concat();
            must(&words);
        }
        must(&["volume", "create", NAME]);
        must(&["network", "create", NAME]);
        zoo
    }
}

impl Drop for Lookalikes {
    /// Whatever a test has left, its own images and containers too.
    fn drop(&mut self) {
        docker(["rm", "--force"].into_iter().chain(CONTAINERS));
        docker(["rmi", "--force", "keepsake:1"].into_iter().chain(IMAGES));
        docker(["volume", "rm", NAME]);
        docker(["network", "rm", NAME]);
        let label = format!("label=slipway.project={NAME}");
        for image in words(&["image", "ls", "--quiet", "--filter", &label]).split_whitespace() {
            docker(["rmi", "--force", image]);
        }
    }
}

fn words(command: &[&str]) -> String {
    String::from_utf8(docker(command.iter().copied()).stdout).unwrap()
}

fn must(words: &[&str]) {
    let ran = docker(words.iter().copied());
    assert!(ran.status.success(), "docker {words:?}: {}", String::from_utf8_lossy(&ran.stderr));
}

/// Ends `up` by force as soon as it tells of this stage's work.
fn killed_in(slipway: &Slipway, words: &[&str], stage: &str) {
    let mut command = slipway.command(words);
    let mut up = command.arg("--json").stdout(Stdio::piped()).spawn().unwrap();
    let said = BufReader::new(up.stdout.take().unwrap());
    let begins = format!(r#"{{"event":"action","stage":"{stage}""#);
    said.lines().map_while(Result::ok).find(|line| line.starts_with(&begins)).expect("the stage has work");
    up.kill().unwrap();
    up.wait().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_ours_is_the_same_after_a_journey_a_fault_a_kill_and_a_removal() {
    // What a run that was broken off has left.
    drop(Lookalikes);
    remove(&Api::<Secret>::namespaced(client().await, CONTROLLER), "lodger").await;
    controller::removed().await;
    in_a_namespace(|_, mine| async move {
        in_a_namespace(move |client, theirs| Box::pin(all(client, mine, theirs))).await;
    })
    .await;
}

async fn all(client: Client, mine: String, theirs: String) {
    let root = tempfile::tempdir().unwrap();
    let slipway = Slipway::new();
    let (ours, other) = (folder(root.path(), "ours"), folder(root.path(), "other"));
    let (ours, other) = (ours.to_str().unwrap(), other.to_str().unwrap());

    // Another folder's project of the same name, in another namespace, stands already.
    let host = |namespace: &str| format!("{namespace}.localhost");
    let its = ["--yes", "--name", NAME, "--namespace", &theirs, "--host", &host(&theirs)];
    slipway.json(&[&["up", other], &its[..]].concat()).ended(0);
    let _lookalikes = Lookalikes::plant(root.path());
    plant_objects(&client, &mine).await;
    let secrets: Api<Secret> = Api::namespaced(client.clone(), CONTROLLER);
    let lodger = serde_json::from_value(json!({"metadata": {"name": "lodger"}})).unwrap();
    secrets.create(&PostParams::default(), &lodger).await.unwrap();

    let before = World::now().await;
    assert!(before.count(NAME) >= 15, "the look-alikes are seen: {}", before.count(NAME));
    let deploy = ["--yes", "--name", NAME, "--namespace", &mine, "--host", &host(&mine)];
    let up = [&["up", ours], &deploy[..]].concat();
    let down = ["down", ours, "--all", "--yes", "--name", NAME, "--namespace", &mine];

    // A journey, and a removal.
    slipway.json(&up).ended(0);
    let up_now = World::now().await;
    up_now.must_hold(&before);
    assert!(up_now.count(NAME) > before.count(NAME), "the journey made something");
    let ran = slipway.json(&down).ended(0);
    World::now().await.must_equal(&before);
    assert!(ran.result()["kept"].to_string().contains("safety-zoo-twin"), "{}", ran.result());

    // A fault: the app no longer starts.
    let app = Path::new(ours).join("app.py");
    fs::write(&app, "raise SystemExit('no model')").unwrap();
    slipway.json(&up).ended(1);
    World::now().await.must_hold(&before);
    slipway.json(&down).ended(0);
    World::now().await.must_equal(&before);

    // A kill wherever something is made.
    fs::write(&app, format!("{SERVES} # untried")).unwrap();
    for stage in ["image", "trial", "app"] {
        killed_in(&slipway, &up, stage);
        World::now().await.must_hold(&before);
    }
    slipway.json(&up).ended(0);
    World::now().await.must_hold(&before);

    // A name that the user gave to our image stays theirs.
    let tag = our_tag(ours);
    must(&["tag", &tag, "keepsake:1"]);
    let ran = slipway.json(&down).ended(0);
    assert!(ran.result()["kept"].to_string().contains("keepsake:1"), "{}", ran.result());
    let keepsake = words(&["image", "inspect", "--format", "{{.Id}}", "keepsake:1"]);
    must(&["rmi", "--force", keepsake.trim()]);
    World::now().await.must_equal(&before);

    // The last one who uses the controller removes it, but for the namespace in which somebody has something.
    let foreign = before.foreign();
    let ran =
        slipway.json(&["down", other, "--all", "--yes", "--name", NAME, "--namespace", &theirs]).ended(0);
    assert!(ran.result()["kept"].to_string().contains("Secret/lodger"), "{}", ran.result());
    let after = World::now().await;
    after.must_hold(&foreign);
    assert_eq!(after.count(&format!("v1/Secret {CONTROLLER} lodger")), 1);
    remove(&secrets, "lodger").await;
    remove(&Api::<Namespace>::all(client), CONTROLLER).await;
}

/// The tag of the image that was built from this folder.
fn our_tag(folder: &str) -> String {
    let filter = format!("label=slipway.folder={folder}");
    let listed = words(&["image", "ls", "--filter", &filter, "--format", "{{.Repository}}:{{.Tag}}"]);
    listed.lines().find(|tag| tag.starts_with(NAME)).expect("it is built").to_owned()
}
