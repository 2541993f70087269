//! Whatever a build, an app, a pod, a file's name or a kubeconfig says to a terminal, the terminal only shows it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use slipway_engine::{
    choices::Choices,
    event::Teller,
    foreign::{harmless, is_harmless},
    journey::{Journey, Scope},
    places::Places,
    problem::Code,
};
use slipway_tests::{controller, namespace::in_a_namespace, slipway::Slipway};

/// A title for the window and red ink, by an escape and by a C1 control, and text that reads backwards.
const ATTACK: &str = "\u{1b}]0;owned\u{7}\u{1b}[31mred\u{9b}31m\u{202e}txt";
/// What of it is seen.
const SEEN: &str = "\u{241b}]0;owned\u{2407}\u{241b}[31mred";
/// The same for `printf` and in Python.
const FOR_PRINTF: &str = r"\033]0;owned\007\033[31mred\302\23331m\342\200\256txt";
const IN_PYTHON: &str = r"\x1b]0;owned\x07\x1b[31mred\x9b31m\u202etxt";

const NAME: &str = "safety-escapes";

/// A folder and an app that say it wherever they can. In a cluster, the app ends when the folder has a file `crash`.
fn folder(root: &Path) -> PathBuf {
    let folder = root.join(format!("a{ATTACK}b"));
    fs::create_dir(&folder).unwrap();
    let app = format!(
        "import http.server, os, sys\n\
         print('{IN_PYTHON}', flush=True)\n\
         if os.path.exists('crash') and 'KUBERNETES_SERVICE_HOST' in os.environ: sys.exit('{IN_PYTHON}')\n\
         class App(http.server.BaseHTTPRequestHandler):\n\
         \x20   def do_GET(self):\n\
         \x20       self.send_response(200)\n\
         \x20       self.end_headers()\n\
         \x20       self.wfile.write('{IN_PYTHON}'.encode())\n\
         http.server.HTTPServer(('', 8000), App).serve_forever()\n"
    );
    let dockerfile = format!(
        "FROM python:3.13-slim\nRUN printf '{FOR_PRINTF}\\n' # {ATTACK}\nWORKDIR /srv\nCOPY . .\nEXPOSE 8000\n\
         CMD [\"python\", \"app.py\"]\n"
    );
    fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
    fs::write(folder.join("app.py"), app).unwrap();
    fs::write(folder.join(format!("file{ATTACK}")), "x").unwrap();
    folder
}

/// Fails where a terminal would do anything but show the text. With paint, Slipway's own may be in it.
fn only_shows(text: &str, painted: bool) {
    let mut text = text.to_owned();
    if painted {
        for paint in ["0", "1", "2", "31", "32", "36"] {
            text = text.replace(&format!("\u{1b}[{paint}m"), "");
        }
    }
    if let Some(at) = text.find(|c| !is_harmless(c)) {
        panic!("{:?}", text[at.saturating_sub(200)..].chars().take(400).collect::<String>());
    }
    let red = "\u{1b}[31mred";
    assert!(!text.contains(red), "{text}");
}

/// The strings in it, however deep.
fn strings<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| strings(field, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_be_obeyed_by_a_terminal_is_shown_in_all_that_the_program_prints() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let root = tempfile::tempdir().unwrap();
        let (slipway, folder) = (Slipway::new(), folder(root.path()));
        let path = folder.to_str().unwrap();
        let host = format!("[deploy]\nhost = \"{namespace}.localhost\"\n");
        fs::write(folder.join("slipway.toml"), host).unwrap();
        let wish = [path, "--name", NAME, "--namespace", &namespace];
        let run = |verb: &str, flags: &[&str], code: i32, sees: bool| {
            let shown: [&[&str]; 4] =
                [&["--color", "never"], &["--color", "always"], &["--lang", "zh-CN"], &["--json"]];
            for way in shown {
                let ran = slipway.run(&[&[verb], &wish[..], flags, way, &["-v"]].concat()).ended(code);
                let said = format!("{}{}", ran.out, ran.err);
                only_shows(&said, way.contains(&"always"));
                assert!(!sees || said.contains("owned"), "{verb} is not put to the test: {said}");
            }
        };
        run("inspect", &[], 0, true);
        run("up", &["--dry-run"], 0, true);
        run("up", &["--yes"], 0, true);
        run("status", &[], 0, true);
        run("prove", &[], 0, true);
        run("script", &[], 0, true);
        fs::write(folder.join("crash"), "").unwrap();
        run("diff", &[], 4, false);
        run("up", &["--yes", "--timeout", "20"], 1, true);
        run("down", &["--image", "--yes"], 0, false);
        let escaped = r"\u001b]0;owned\u0007";
        for line in [format!("namespace = \"{escaped}\""), format!("\"{escaped}\" = 1")] {
            fs::write(folder.join("slipway.toml"), format!("[deploy]\n{line}\n")).unwrap();
            run("up", &["--yes"], 1, true);
        }
        fs::remove_file(folder.join("slipway.toml")).unwrap();
        fs::write(folder.join("Dockerfile"), format!("FROM scratch\nRUNN {ATTACK}\n")).unwrap();
        run("inspect", &[], 1, true);
    })
    .await;
}

#[test]
fn the_names_in_a_kubeconfig_are_shown_and_not_obeyed() {
    let slipway = Slipway::new();
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join(format!("config{ATTACK}"));
    let name = serde_json::to_string(&format!("lab{ATTACK}")).unwrap();
    let text = format!(
        "{{\"apiVersion\": \"v1\", \"kind\": \"Config\",\n\
         \"clusters\": [{{\"name\": {name}, \"cluster\": {{\"server\": \"https://127.0.0.1:9\"}}}}],\n\
         \"users\": [{{\"name\": {name}, \"user\": {{\"exec\": {{\"apiVersion\": \"client.authentication.k8s.io/v1\", \
         \"command\": {name}, \"interactiveMode\": \"Never\"}}}}}}],\n\
         \"contexts\": [{{\"name\": {name}, \"context\": {{\"cluster\": {name}, \"user\": {name}}}}}]}}"
    );
    for broken in [false, true] {
        fs::write(&file, if broken { format!("{text}]{ATTACK}") } else { text.clone() }).unwrap();
        for words in [
            &["clusters"][..],
            &["clusters", "-v"],
            &["clusters", "--json"],
            &["status", "samples/iris", "-v"],
        ] {
            let ran = slipway.command(words).env("KUBECONFIG", &file).output().unwrap();
            let said = String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap();
            only_shows(&said, false);
            assert!(said.contains("owned"), "{words:?} is not put to the test: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_window_is_told_has_nothing_in_it_that_hides_or_reorders_text() {
    controller::installed().await;
    in_a_namespace(|_, namespace| async move {
        let root = tempfile::tempdir().unwrap();
        let folder = folder(root.path());
        fs::write(folder.join("crash"), "").unwrap();
        let choices = Choices {
            folder,
            name: Some(NAME.into()),
            namespace: Some(namespace.clone()),
            host: Some(format!("{namespace}.localhost")),
            timeout: Some(20),
            ..Choices::default()
        };
        let (teller, mut viewer) = Teller::with_viewer();
        let journey = Journey::new(choices, Places::under(&root.path().join("home")), teller.clone());
        let outcome = Box::pin(journey.up()).await;
        assert_eq!(outcome.problems[0].code, Code::PodCrashing, "{:#?}", outcome.problems);
        Box::pin(journey.down(Scope { image: true, ingress: false })).await.unwrap();
        teller.close();
        let mut seen = 0;
        for event in viewer.batch().await {
            let event = serde_json::to_value(&event).unwrap();
            let mut found = Vec::new();
            strings(&event, &mut found);
            for text in found {
                assert_eq!(harmless(text), text, "{event}");
                seen += usize::from(text.contains(SEEN));
            }
        }
        assert!(seen > 3, "it was told: {seen}");
    })
    .await;
}
