//! The real program, where nothing answers: what it prints, where, and how it ends.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program with a home of its own, and with an engine and a kubeconfig that are not there.
struct Program {
    home: tempfile::TempDir,
}

impl Program {
    fn new() -> Self {
        Self { home: tempfile::tempdir().unwrap() }
    }

    /// A folder with a Dockerfile that can be read.
    fn folder(&self) -> String {
        let folder = self.home.path().join("iris");
        std::fs::create_dir_all(&folder).unwrap();
        let dockerfile =
            "FROM python:3.13-slim\nEXPOSE 8000\nCMD [\"python\", \"-m\", \"http.server\", \"8000\"]\n";
        std::fs::write(folder.join("Dockerfile"), dockerfile).unwrap();
        folder.display().to_string()
    }

    fn command(&self, words: &[&str]) -> Command {
        let nowhere = self.home.path().join("nowhere");
        let mut command = Command::new(env!("CARGO_BIN_EXE_slipway"));
        command
            .args(words)
            .stdin(Stdio::null())
            .env("SLIPWAY_HOME", self.home.path().join("slipway"))
            .env("HOME", self.home.path())
            .env("DOCKER_HOST", "tcp://127.0.0.1:9")
            .env("KUBECONFIG", nowhere)
            .env("LANG", "C.UTF-8")
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("NO_COLOR");
        command
    }

    fn run(&self, words: &[&str]) -> Ran {
        Ran::from(self.command(words).output().unwrap())
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    fn objects(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }
}

#[test]
fn a_problem_is_told_on_standard_error_with_its_code_and_ends_with_1() {
    let ran = Program::new().run(&["inspect", "/no/such/folder"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("There is no folder /no/such/folder."), "{}", ran.err);
    assert!(ran.err.contains("slipway explain folder-missing"), "{}", ran.err);
}

#[test]
fn a_model_file_is_told_without_loading_it_and_a_dangerous_one_by_its_call() {
    let program = Program::new();
    let models = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/src/model/fixtures");
    let model = format!("{models}/iris-sklearn-1.6.1.joblib");
    let ran = program.run(&["inspect", &model]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for said in ["scikit-learn 1.6.1", "sklearn.pipeline.Pipeline", "sklearn.linear_model"] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    let told = program.run(&["inspect", &model, "--json"]).objects();
    assert_eq!((&told[0]["ok"], &told[0]["model"]["format"]), (&true.into(), &"joblib".into()));

    let dangerous = format!("{models}/danger-os-system-4.pkl");
    let ran = program.run(&["inspect", &dangerous]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("system('"), "{}", ran.err);
    let told = program.run(&["inspect", &dangerous, "--json"]).objects();
    assert_eq!(told[0]["code"], "model-dangerous");
    assert_eq!((&told[1]["event"], &told[1]["ok"]), (&"result".into(), &false.into()));
    assert_eq!(told[1]["problems"], Value::from(vec!["model-dangerous"]));
    assert_eq!(told[1]["model"]["dangers"][0]["kind"], "known");
}

#[test]
fn a_folders_python_is_read_with_what_will_go_wrong() {
    let program = Program::new();
    let folder = program.folder();
    let write = |name: &str, text: &str| std::fs::write(format!("{folder}/{name}"), text).unwrap();
    write(
        "main.py",
        "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get(\"/predict\")\ndef predict(x: int = 0): ...\n",
    );
    write("requirements.txt", "fastapi==0.139.0\nsklearn\n");
    let ran = program.run(&["inspect", &folder]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for said in [
        "FastAPI main:app (main.py:3)",
        "GET /predict?x",
        "The package is scikit-learn.",
        "requirements.txt:2",
    ] {
        assert!(ran.out.contains(said), "{said}: {}", ran.out);
    }
    assert!(!ran.out.contains("Nothing stands in the way"), "{}", ran.out);
    let told = program.run(&["inspect", &folder, "--json"]).objects();
    let finding = &told[0]["findings"][0];
    assert_eq!(finding["code"], "requirement-misnamed");
    assert_eq!((&finding["severity"], &finding["line"]), (&"will-fail".into(), &2.into()));
}

#[test]
fn json_is_one_object_a_line_that_ends_with_a_result_and_nothing_else() {
    let program = Program::new();
    for verb in ["up", "status", "prove", "diff", "script", "inspect", "down", "engine"] {
        let mut words = vec![verb, "--json", "--yes"];
        words.extend((verb != "engine").then_some("/no/such/folder"));
        let ran = program.run(&words);
        assert_eq!(ran.code, 1, "{verb}: {}{}", ran.out, ran.err);
        assert_eq!(ran.err, "", "{verb}");
        let objects = ran.objects();
        let (result, events) = objects.split_last().unwrap();
        assert_eq!(result["event"], "result", "{verb}");
        assert_eq!(result["ok"], false, "{verb}");
        let problems: Vec<_> = events.iter().filter(|event| event["event"] == "problem").collect();
        assert!(!problems.is_empty(), "{verb}: {}", ran.out);
        let codes: Vec<_> = problems.iter().map(|problem| problem["code"].clone()).collect();
        assert_eq!(result["problems"], Value::from(codes), "{verb}");
        for problem in problems {
            assert!(!problem["remedies"].as_array().unwrap().is_empty(), "{problem}");
        }
    }
}

#[test]
fn where_no_engine_answers_the_journey_ends_at_the_machine() {
    let program = Program::new();
    let ran = program.run(&["up", &program.folder(), "--yes", "--json"]);
    assert_eq!(ran.code, 1);
    let objects = ran.objects();
    let result = objects.last().unwrap();
    assert_eq!(result["problems"], serde_json::json!(["docker-unreachable"]), "{result}");
    assert_eq!(result["stages"]["machine"]["state"], "failed");
    assert!(result["stages"]["image"].is_null(), "what stands behind it was not begun: {result}");
}

#[test]
fn wrong_usage_ends_with_2() {
    let program = Program::new();
    for words in [&["up", "--replicas", "many"][..], &["launch"], &["explain", "no-such-code"]] {
        let ran = program.run(words);
        assert_eq!(ran.code, 2, "{words:?}");
        assert_eq!(ran.out, "", "{words:?}");
        assert!(!ran.err.is_empty(), "{words:?}");
    }
}

#[test]
fn a_code_is_explained_without_engine_or_cluster_in_both_languages() {
    let program = Program::new();
    let en = program.run(&["explain", "folder-missing"]);
    assert_eq!(en.code, 0);
    assert!(en.out.contains("There is no folder FOLDER."), "{}", en.out);
    let zh = program.run(&["explain", "folder-missing", "--lang", "zh-CN"]);
    assert!(zh.out.contains("文件夹 FOLDER 不存在。"), "{}", zh.out);
    let slip = program.run(&["explain", "folder-mising"]);
    assert!(slip.err.contains("folder-missing"), "{}", slip.err);
}

#[test]
fn every_code_has_a_row_in_the_list() {
    let ran = Program::new().run(&["explain"]);
    for code in slipway_engine::problem::Code::ALL {
        assert!(ran.out.contains(code.name()), "{code}");
    }
}

#[test]
fn the_language_is_the_flags_else_the_sessions() {
    let program = Program::new();
    let chinese = |ran: &Ran| ran.err.contains("文件夹 /no/such/folder 不存在。");
    let words = ["inspect", "/no/such/folder"];
    assert!(!chinese(&program.run(&words)));
    let session = program.command(&words).env("LANG", "zh_CN.UTF-8").output().unwrap();
    assert!(chinese(&session.into()));
    let flag = program.command(&[&words[..], &["--lang", "en"]].concat()).env("LANG", "zh_CN.UTF-8").output();
    assert!(!chinese(&flag.unwrap().into()));
}

#[test]
fn colours_are_kept_out_of_pipes_unless_asked_for() {
    let program = Program::new();
    let coloured = |words: &[&str]| program.run(words).out.contains('\u{1b}');
    assert!(!coloured(&["explain", "internal"]));
    assert!(coloured(&["explain", "internal", "--color", "always"]));
}

#[test]
fn every_shell_gets_completions_that_know_the_verbs() {
    let program = Program::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = program.run(&["completions", shell]);
        assert_eq!(ran.code, 0);
        for word in ["status", "--replicas", "--confirm-cluster"] {
            let word = if shell == "fish" { word.trim_start_matches('-') } else { word };
            assert!(ran.out.contains(word), "{word} is missing for {shell}");
        }
    }
}

#[test]
fn the_manual_has_a_section_for_each_verb() {
    let ran = Program::new().run(&["man"]);
    assert_eq!(ran.code, 0);
    for verb in
        ["UP", "STATUS", "PROVE", "SCRIPT", "DIFF", "DOWN", "INSPECT", "CLUSTERS", "ENGINE", "EXPLAIN"]
    {
        assert!(ran.out.contains(&format!(".SH \"SLIPWAY {verb}\"")), "{verb}:\n{}", ran.out);
    }
}

#[test]
fn a_reader_that_leaves_early_breaks_nothing() {
    let program = Program::new();
    let mut child =
        program.command(&["explain"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&ran.stderr), "");
    assert_eq!(ran.status.code(), Some(0));
}
