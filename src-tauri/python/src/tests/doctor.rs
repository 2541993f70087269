//! Each finding beside its near twin, and what its edit makes of the file.

use super::*;
use crate::findings::{Code, Edit, Finding, Image, Severity, Word, findings};

const DOCKERFILE: &str = "Dockerfile";

/// What a Dockerfile's CMD and EXPOSE are, simply.
fn image(text: &str) -> (Vec<String>, Image) {
    let mut image = Image { file: DOCKERFILE.into(), plain: true, ..Image::default() };
    let mut words = Vec::new();
    let mut at = 0;
    for (number, line) in text.split('\n').enumerate() {
        let number = u32::try_from(number).unwrap() + 1;
        if let Some(port) = line.strip_prefix("EXPOSE ") {
            let word = Word { line: number, bytes: at + 7..at + line.len() };
            image.exposed.push((word, port.parse().unwrap()));
        }
        if let Some(variable) = line.strip_prefix("ENV ") {
            image.variables.push(variable.split('=').next().unwrap().to_owned());
        }
        if let Some(packages) = line.strip_prefix("RUN pip install ") {
            image.packages.extend(packages.split(' ').map(str::to_owned));
        }
        if let Some(command) = line.strip_prefix("CMD ") {
            let json = command.starts_with('[');
            let mut from = at + 4;
            let separators: &[char] = if json { &['[', ',', ']'] } else { &[' '] };
            for part in command.split(separators) {
                let plain = part.trim();
                if !plain.is_empty() {
                    let start = from + part.find(plain).unwrap();
                    image.words.push(Word { line: number, bytes: start..start + plain.len() });
                    words.push(plain.trim_matches('"').to_owned());
                }
                from += part.len() + 1;
            }
        }
        at += line.len() + 1;
    }
    (words, image)
}

fn found(files: &[(&str, &str)]) -> Vec<Finding> {
    let dockerfile = files.iter().find(|file| file.0 == DOCKERFILE).map(|file| image(file.1));
    let env = std::collections::BTreeMap::new();
    let start = dockerfile.as_ref().and_then(|(words, _)| start::parse(words, &env));
    let memory = Memory::of(files);
    let read = read(&memory, start.as_ref());
    findings(&memory, &read, start.as_ref(), dockerfile.as_ref().map(|(_, image)| image))
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.code != Code::RequirementUnpinned)
        .map(|finding| {
            let severity = match finding.severity {
                Severity::WillFail => "!",
                Severity::WillHurt => "~",
                Severity::Advice => ".",
            };
            let place = &finding.place;
            format!(
                "{severity}{:?} {}:{}",
                finding.code,
                place.file.as_ref().unwrap().display(),
                place.line.unwrap()
            )
        })
        .collect()
}

fn edited(files: &[(&str, &str)], edit: &Edit) -> String {
    let mut text = files.iter().find(|file| file.0 == edit.file).unwrap().1.to_owned();
    text.replace_range(edit.range.clone(), &edit.replacement);
    text
}

const APP: &str = "from fastapi import FastAPI\napp = FastAPI()\n";
const NEEDS: &str = "fastapi==0.115.0\nuvicorn==0.30.0\n";

#[test]
fn start_commands_are_judged() {
    for (command, expected, mended) in [
        ("CMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]", None, ""),
        ("CMD uvicorn main:app --host 0.0.0.0", None, ""),
        ("ENTRYPOINT x", None, ""),
        (
            "CMD [\"uvicorn\", \"main:app\"]",
            Some("!BoundToLoopback Dockerfile:1"),
            "CMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]",
        ),
        (
            "CMD uvicorn main:app --port 80",
            Some("!BoundToLoopback Dockerfile:1"),
            "CMD uvicorn main:app --port 80 --host 0.0.0.0",
        ),
        (
            "CMD [\"uvicorn\", \"main:app\", \"--host\", \"127.0.0.1\"]",
            Some("!BoundToLoopback Dockerfile:1"),
            "CMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]",
        ),
        (
            "CMD uvicorn main:app --host=localhost",
            Some("!BoundToLoopback Dockerfile:1"),
            "CMD uvicorn main:app --host=0.0.0.0",
        ),
        (
            "CMD [\"uvicorn\", \"main:app\", \"--reload\", \"--host\", \"0.0.0.0\"]",
            Some("~ReloadInImage Dockerfile:1"),
            "CMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\"]",
        ),
        (
            "CMD uvicorn main:app --host 0.0.0.0 --reload",
            Some("~ReloadInImage Dockerfile:1"),
            "CMD uvicorn main:app --host 0.0.0.0",
        ),
        (
            "CMD uvicorn main:api --host 0.0.0.0",
            Some("!AppNotInFile Dockerfile:1"),
            "CMD uvicorn main:app --host 0.0.0.0",
        ),
        (
            "CMD gunicorn -k uvicorn.workers.UvicornWorker -b :80 main:app",
            Some("!ServerMissing Dockerfile:1"),
            "",
        ),
        ("EXPOSE 8000\nCMD uvicorn main:app --host 0.0.0.0", None, ""),
        (
            "EXPOSE 5000\nCMD uvicorn main:app --host 0.0.0.0 --port 80",
            Some("~PortDiffers Dockerfile:2"),
            "EXPOSE 80\nCMD uvicorn main:app --host 0.0.0.0 --port 80",
        ),
        ("EXPOSE 5000\nCMD uvicorn main:app --host 0.0.0.0 --port $PORT", None, ""),
        ("RUN pip install gunicorn\nCMD gunicorn -k uvicorn.workers.UvicornWorker -b :80 main:app", None, ""),
    ] {
        let files = [("main.py", APP), ("requirements.txt", NEEDS), (DOCKERFILE, command)];
        let found = found(&files);
        assert_eq!(shown(&found), expected.map(String::from).into_iter().collect::<Vec<_>>(), "{command}");
        if !mended.is_empty() {
            assert_eq!(edited(&files, found[0].edit.as_ref().unwrap()), mended, "{command}");
        }
    }
}

#[test]
fn an_app_that_may_be_elsewhere_is_not_missed() {
    let docker = "CMD uvicorn main:api --host 0.0.0.0";
    for (main, other) in [
        ("app = 1\n", "api/main.py"),
        ("from core import *\n", "core.py"),
        ("exec(open('x').read())\n", "core.py"),
        ("if x:\n    api = 1\nelse:\n    api = 2\n", "core.py"),
        ("try:\n    from core import api\nexcept ImportError:\n    pass\n", "core.py"),
        ("with open('x') as api:\n    pass\n", "core.py"),
        ("def f():\n    global api\n    api = 1\n", "core.py"),
        ("def f(:\n", "core.py"),
    ] {
        let files = [("main.py", main), (other, ""), ("requirements.txt", NEEDS), (DOCKERFILE, docker)];
        assert_eq!(shown(&found(&files)), [""; 0], "{main}");
    }
}

#[test]
fn settings_in_files_are_judged() {
    for (settings, docker, expected) in [
        ("bind = '127.0.0.1:80'\n", "CMD gunicorn main:app", Some("!BoundToLoopback gunicorn.conf.py:1")),
        ("bind = '127.0.0.1:80'\n", "CMD gunicorn -b :80 main:app", None),
        ("bind = '0.0.0.0:80'\n", "EXPOSE 80\nCMD gunicorn main:app", None),
        (
            "bind = '0.0.0.0:80'\n",
            "EXPOSE 81\nCMD gunicorn main:app",
            Some("~PortDiffers gunicorn.conf.py:1"),
        ),
        ("bind = choose()\n", "EXPOSE 81\nCMD gunicorn main:app", None),
    ] {
        let files = [
            ("main.py", APP),
            ("gunicorn.conf.py", settings),
            ("requirements.txt", "fastapi==1\ngunicorn==1\n"),
            (DOCKERFILE, docker),
        ];
        let expected: Vec<_> = expected.map(String::from).into_iter().collect();
        assert_eq!(shown(&found(&files)), expected, "{settings} {docker}");
    }
}

#[test]
fn code_that_is_started_is_judged() {
    let flask = "from flask import Flask\napp = Flask(__name__)\n";
    for (head, code, docker, expected, mended) in [
        (flask, "app.run(host='0.0.0.0')\n", "CMD python main.py", None, ""),
        (
            flask,
            "app.run()\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:3"),
            "app.run(host=\"0.0.0.0\")\n",
        ),
        (
            flask,
            "app.run(port=80)\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:3"),
            "app.run(port=80, host=\"0.0.0.0\")\n",
        ),
        (
            flask,
            "app.run(\n    port=80,\n)\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:3"),
            "app.run(\n    port=80,host=\"0.0.0.0\"\n)\n",
        ),
        (
            flask,
            "app.run(host='127.0.0.1')\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:3"),
            "app.run(host='0.0.0.0')\n",
        ),
        (
            flask,
            "H = 'localhost'\napp.run(host=H)\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:4"),
            "H = 'localhost'\napp.run(host=\"0.0.0.0\")\n",
        ),
        (
            flask,
            "import os\napp.run(host=os.environ.get('HOST', '127.0.0.1'))\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:4"),
            "import os\napp.run(host=os.environ.get('HOST', '0.0.0.0'))\n",
        ),
        (
            flask,
            "import os\napp.run(host=os.environ.get('HOST', '127.0.0.1'))\n",
            "ENV HOST=0.0.0.0\nCMD python main.py",
            None,
            "",
        ),
        (flask, "if x:\n    app.run()\nelse:\n    app.run(host='0.0.0.0')\n", "CMD python main.py", None, ""),
        (flask, "def run():\n    app.run()\n", "CMD python main.py", None, ""),
        (flask, "app.run(**options)\n", "CMD python main.py", None, ""),
        (
            flask,
            "app.run(host='0.0.0.0', debug=True)\n",
            "CMD python main.py",
            Some("~DebugInImage main.py:3"),
            "app.run(host='0.0.0.0', debug=False)\n",
        ),
        (flask, "app.run(host='0.0.0.0', debug=False)\n", "CMD python main.py", None, ""),
        (
            flask,
            "if __name__ == '__main__':\n    app.run(debug=True)\n",
            "CMD gunicorn -b :80 main:app",
            None,
            "",
        ),
        (
            flask,
            "app.run(host='0.0.0.0')\n",
            "CMD gunicorn -b :80 main:app",
            Some("~ServesOnImport main.py:3"),
            "",
        ),
        (
            flask,
            "if __name__ == '__main__':\n    app.run(host='0.0.0.0', port=81)\n",
            "EXPOSE 80\nCMD python main.py",
            Some("~PortDiffers main.py:4"),
            "",
        ),
        (
            flask,
            "import os\nif __name__ == '__main__':\n    app.run(host='0.0.0.0', port=int(os.environ.get('PORT', 81)))\n",
            "EXPOSE 80\nCMD python main.py",
            None,
            "",
        ),
        (
            "import gradio as gr\ndemo = gr.Blocks()\n",
            "demo.launch()\n",
            "CMD python main.py",
            Some("!BoundToLoopback main.py:3"),
            "demo.launch(server_name=\"0.0.0.0\")\n",
        ),
        (
            "import gradio as gr\ndemo = gr.Blocks()\n",
            "demo.launch()\n",
            "ENV GRADIO_SERVER_NAME=0.0.0.0\nCMD python main.py",
            None,
            "",
        ),
        (
            APP,
            "import uvicorn\nuvicorn.run(app, host='0.0.0.0', reload=False)\n",
            "CMD python main.py",
            None,
            "",
        ),
        (
            APP,
            "import uvicorn\nuvicorn.run(app, host='0.0.0.0', workers=4)\n",
            "CMD python main.py",
            Some("!AppNotText main.py:4"),
            "",
        ),
        (
            APP,
            "import uvicorn\nuvicorn.run('main:app', host='0.0.0.0', workers=4)\n",
            "CMD python main.py",
            None,
            "",
        ),
    ] {
        let text = format!("{head}{code}");
        let needs = "fastapi==1\nuvicorn==1\nflask==1\ngunicorn==1\ngradio==1\n";
        let files = [("main.py", &*text), ("requirements.txt", needs), (DOCKERFILE, docker)];
        let found = found(&files);
        assert_eq!(
            shown(&found),
            expected.map(String::from).into_iter().collect::<Vec<_>>(),
            "{code} {docker}"
        );
        if !mended.is_empty() {
            assert_eq!(edited(&files, found[0].edit.as_ref().unwrap()), format!("{head}{mended}"), "{code}");
        }
    }
}

#[test]
fn requirements_are_judged() {
    let docker = "CMD uvicorn main:app --host 0.0.0.0";
    for (needs, code, expected, mended) in [
        (NEEDS, "", None, ""),
        (
            "fastapi==1\nuvicorn==1\nsklearn\n",
            "",
            Some("!RequirementMisnamed requirements.txt:3"),
            "fastapi==1\nuvicorn==1\nscikit-learn\n",
        ),
        (
            "fastapi==1\nsklearn==0.0.post1 # why\nuvicorn==1\n",
            "",
            Some("!RequirementMisnamed requirements.txt:2"),
            "fastapi==1\nscikit-learn # why\nuvicorn==1\n",
        ),
        (
            "fastapi==1\nsklearn\nscikit-learn==1\nuvicorn==1\n",
            "",
            Some("!RequirementMisnamed requirements.txt:2"),
            "fastapi==1\nscikit-learn==1\nuvicorn==1\n",
        ),
        ("fastapi==1\nuvicorn==1\nsklearn==0.0\n", "", Some(".RequirementMisnamed requirements.txt:3"), ""),
        (
            "fastapi==1\nuvicorn==1\nbs4==0.0.2\n",
            "import bs4\n",
            Some(".RequirementMisnamed requirements.txt:3"),
            "",
        ),
        ("fastapi==1\nuvicorn==1\nscikit-learn==1\n", "import sklearn\n", None, ""),
        (
            NEEDS,
            "import pandas\n",
            Some("!RequirementMissing main.py:3"),
            "fastapi==0.115.0\nuvicorn==0.30.0\npandas\n",
        ),
        (
            "fastapi==1\nuvicorn==1",
            "import yaml\n",
            Some("!RequirementMissing main.py:3"),
            "fastapi==1\nuvicorn==1\npyyaml\n",
        ),
        ("fastapi==1\nuvicorn==1\nodd==1\n", "import pandas\n", None, ""),
        (NEEDS, "try:\n    import pandas\nexcept ImportError:\n    pass\n", None, ""),
        ("fastapi==1\n", "", Some("!ServerMissing Dockerfile:1"), "fastapi==1\nuvicorn\n"),
        ("fastapi[standard]==1\n", "", None, ""),
        ("-r gone.txt\nfastapi==1\nuvicorn==1\n", "", Some("!IncludeMissing requirements.txt:1"), ""),
        (
            NEEDS,
            "from fastapi import UploadFile\n@app.post('/x')\ndef x(f: UploadFile): ...\n",
            Some("!MultipartMissing main.py:4"),
            "fastapi==0.115.0\nuvicorn==0.30.0\npython-multipart\n",
        ),
        (
            "fastapi==1\nuvicorn==1\npython-multipart==1\n",
            "from fastapi import UploadFile\n@app.post('/x')\ndef x(f: UploadFile): ...\n",
            None,
            "",
        ),
    ] {
        let text = format!("{APP}{code}");
        let files = [("main.py", &*text), ("requirements.txt", needs), (DOCKERFILE, docker)];
        let found = found(&files);
        assert_eq!(
            shown(&found),
            expected.map(String::from).into_iter().collect::<Vec<_>>(),
            "{needs} {code}"
        );
        if !mended.is_empty() {
            assert_eq!(edited(&files, found[0].edit.as_ref().unwrap()), mended, "{needs} {code}");
        }
    }
}

#[test]
fn unpinned_requirements_are_advised_about_once() {
    let unpinned = |files: &[(&str, &str)]| {
        let found = found(files);
        let found = found.iter().find(|finding| finding.code == Code::RequirementUnpinned)?;
        Some(found.words.iter().find(|word| word.0 == "names").unwrap().1.clone())
    };
    for (files, expected) in [
        (
            &[("requirements.txt", "flask\nnumpy>=1\npandas==2\nx @ https://x.org/x.whl\n")][..],
            Some("flask, numpy"),
        ),
        (&[("requirements.txt", "flask==1\n")], None),
        (&[("requirements.txt", "flask\n-c c.txt\n"), ("c.txt", "flask==1\n")], None),
        (&[("requirements.txt", "flask\n"), ("uv.lock", "")], None),
        (&[("requirements-dev.txt", "pytest\n")], None),
        (&[("requirements.in", "flask\n")], None),
    ] {
        assert_eq!(unpinned(files).as_deref(), expected, "{files:?}");
    }
}

#[test]
fn the_tutorials_project_is_seen_through() {
    let files = [
        (
            "app/main.py",
            "from fastapi import FastAPI\nimport pickle\nimport numpy as np\n\napp = FastAPI()\nmodel = pickle.load(open('model.pkl', 'rb'))\n\n\
             @app.get('/')\ndef home():\n    return {}\n\n@app.get('/predict')\ndef predict(feature_1: int = 0, feature_2: int = 0):\n    return {}\n",
        ),
        ("app/model.pkl", ""),
        ("requirements.txt", "fastapi\nuvicorn\nsklearn\nnumpy\n"),
        (
            DOCKERFILE,
            "FROM python:3.8\nCOPY . .\nRUN pip3 install -r requirements.txt\nEXPOSE 5000\n\
             CMD [\"uvicorn\", \"main:app\", \"--host\", \"0.0.0.0\", \"--port\", \"5000\", \"--reload\"]",
        ),
    ];
    assert_eq!(
        shown(&found(&files)),
        ["!RequirementMisnamed requirements.txt:3", "~ReloadInImage Dockerfile:5"]
    );
}
