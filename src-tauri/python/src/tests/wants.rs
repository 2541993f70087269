use super::*;

const APP: &str = "from fastapi import FastAPI\napp = FastAPI()\n";

fn missing(code: &str, requirements: &str) -> Vec<String> {
    let text = format!("{APP}{code}");
    python(&[
        ("main.py", &text),
        ("requirements.txt", requirements),
        ("local/__init__.py", ""),
        ("near.py", ""),
    ])
    .missing
    .iter()
    .map(|found| {
        let Missing { import, package, sure } = &found.value;
        format!("{}→{}{}", import.name, package.unwrap_or("?"), if *sure { "!" } else { "" })
    })
    .collect()
}

#[test]
fn imports_that_nothing_brings_are_named() {
    for (code, requirements, expected) in [
        ("import pandas\n", "fastapi\n", "pandas→pandas!"),
        ("import sklearn.svm\n", "fastapi\n", "sklearn→scikit-learn!"),
        ("import cv2\n", "fastapi\n", "cv2→opencv-python-headless!"),
        ("from PIL import Image\n", "fastapi\n", "PIL→pillow!"),
        ("import yaml\n", "fastapi\n", "yaml→pyyaml!"),
        ("import uvicorn\n", "fastapi\n", "uvicorn→uvicorn!"),
        // Not certain: something required is not known, an import may be done without, or is done later.
        ("import pandas\n", "fastapi\nsomething-odd\n", "pandas→pandas"),
        ("import pandas\n", "fastapi\n./local-wheel\n", "pandas→pandas"),
        ("try:\n    import pandas\nexcept ImportError:\n    pandas = None\n", "fastapi\n", "pandas→pandas"),
        ("def f():\n    import pandas\n", "fastapi\n", "pandas→pandas"),
        ("if x:\n    import pandas\n", "fastapi\n", "pandas→pandas"),
        ("import nobody_knows\n", "fastapi\n", "nobody_knows→?"),
    ] {
        assert_eq!(missing(code, requirements), [expected], "{code} {requirements}");
    }
}

#[test]
fn imports_that_something_brings_are_not() {
    for (code, requirements) in [
        ("import pandas\n", "fastapi\npandas\n"),
        ("import numpy\n", "fastapi\npandas\n"),
        ("import pydantic, starlette\n", "fastapi\n"),
        ("import uvicorn\n", "fastapi[standard]\n"),
        ("import sklearn\n", "fastapi\nScikit_Learn==1.0\n"),
        ("import cv2\n", "fastapi\nopencv-contrib-python\n"),
        ("import PIL, yaml, dotenv, bs4\n", "fastapi\nPillow\nPyYAML\npython-dotenv\nbeautifulsoup4\n"),
        ("import os, sys, json, tomllib, distutils\n", "fastapi\n"),
        ("import local, near\nfrom . import near\nfrom .near import x\n", "fastapi\n"),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pandas\n", "fastapi\n"),
        ("if False:\n    import pandas\n", "fastapi\n"),
        ("# import pandas\ntext = 'import pandas'\n", "fastapi\n"),
        ("import my_odd_thing\n", "fastapi\nmy-odd-thing-sdk\n"),
        ("import google.cloud.storage\n", "fastapi\n"),
        ("import pkg_resources\n", "fastapi\n"),
    ] {
        assert_eq!(missing(code, requirements), [""; 0], "{code} {requirements}");
    }
    // Without requirements nothing is claimed, nor of tests, nor of what the app does not reach.
    let read = python(&[("main.py", &format!("{APP}import pandas\n"))]);
    assert!(read.missing.is_empty() && read.imports.len() == 2);
    let files = [
        ("main.py", APP),
        ("requirements.txt", "fastapi\n"),
        ("tests/test_x.py", "import pytest\n"),
        ("train.py", "import pandas\n"),
    ];
    assert!(python(&files).missing.is_empty());
    // A lock names what comes along.
    let files = [
        ("main.py", "from fastapi import FastAPI\nimport pandas\napp = FastAPI()\n"),
        ("pyproject.toml", "[project]\ndependencies = ['odd']\n"),
        ("uv.lock", "[[package]]\nname = \"pandas\"\n[[package]]\nname = \"fastapi\"\n"),
    ];
    assert!(python(&files).missing.is_empty());
}

#[test]
fn variables_are_required_or_have_defaults() {
    let code = "
import os
from os import environ, getenv
A = os.environ['A']
B = os.environ.get('B', 'b')
C = os.getenv('C')
D = environ['D']
E = getenv('E', 5)
os.environ['F'] = 'x'
G = os.environ['F']
NAME = 'H'
H = os.environ[NAME]
I = os.environ.get(f'{x}')
if A:
    J = os.environ['J']
K = {'K': 1}['K']
L = 'os.environ[\"L\"]'
def f():
    return os.environ['M']
";
    let text = format!("{APP}{code}");
    let shown: Vec<_> = python(&[("main.py", &text)])
        .variables
        .iter()
        .map(|found| {
            let environment::Variable { name, required, default, when } = &found.value;
            let required = if *required { "!" } else { "" };
            let default = default.as_ref().map_or(String::new(), |default| format!("={default}"));
            format!("{name}{required}{default} {when:?}")
        })
        .collect();
    let mut shown = shown;
    shown.sort();
    assert_eq!(
        shown,
        [
            "A! Imported",
            "B=b Imported",
            "C Imported",
            "D! Imported",
            "E=5 Imported",
            "F Imported",
            "H! Imported",
            "J Imported",
            "M! Unclear"
        ]
    );
}

#[test]
fn env_files_are_wanted_where_they_are_loaded() {
    for (code, files, expected) in [
        ("from dotenv import load_dotenv\nload_dotenv()\n", &[][..], &[(".env", false)][..]),
        ("from dotenv import load_dotenv\nload_dotenv()\n", &[(".env", "")], &[(".env", true)]),
        ("import dotenv\ndotenv.load_dotenv('prod.env')\n", &[], &[("prod.env", false)]),
        (
            "import os\nfrom dotenv import load_dotenv\nHERE = os.path.dirname(__file__)\nload_dotenv(os.path.join(HERE, '.env'))\n",
            &[],
            &[(".env", false)],
        ),
        ("from dotenv import load_dotenv\n", &[], &[]),
        ("def load_dotenv(): ...\nload_dotenv()\n", &[], &[]),
    ] {
        let text = format!("{APP}{code}");
        let mut all = vec![("main.py", &*text)];
        all.extend(files);
        let read = python(&all);
        let shown: Vec<_> = read.env_files.iter().map(|f| (&*f.value.path, f.value.there)).collect();
        assert_eq!(shown, expected, "{code}");
    }
}

fn opened(code: &str) -> Vec<String> {
    let text = format!("{APP}{code}");
    python(&[("app/main.py", &text), ("app/model.pkl", ""), ("models/m.pt", ""), ("top.csv", "")])
        .opened
        .iter()
        .map(|found| {
            let opened::Opened { path, by, model, there, guarded, .. } = &found.value;
            let there = match there {
                Some(true) => "there",
                Some(false) => "gone",
                None => "?",
            };
            let model = if *model { " model" } else { "" };
            let guarded = if *guarded { " guarded" } else { "" };
            format!("{by} {path} {there}{model}{guarded}")
        })
        .collect()
}

#[test]
fn files_are_opened_by_written_paths() {
    for (code, expected) in [
        ("open('top.csv')\n", &["open top.csv there"][..]),
        ("open('gone.csv', 'r')\n", &["open gone.csv gone"]),
        ("import joblib\njoblib.load('model.pkl')\n", &["joblib.load model.pkl there model"]),
        ("import pickle\nm = pickle.load(open('model.pkl', 'rb'))\n", &["pickle.load model.pkl there model"]),
        (
            "import pickle\nwith open('model.pkl', 'rb') as f:\n    m = pickle.load(f)\n",
            &["pickle.load model.pkl there model"],
        ),
        ("import pickle\nwith open('notes', 'rb') as f:\n    m = f.read()\n", &["open notes gone"]),
        (
            "from pathlib import Path\nHERE = Path(__file__).parent\nopen(HERE / 'model.pkl')\n",
            &["open app/model.pkl there"],
        ),
        (
            "from pathlib import Path\nR = Path(__file__).resolve().parents[1]\nimport torch\ntorch.load(R / 'models' / 'm.pt')\n",
            &["torch.load models/m.pt there model"],
        ),
        (
            "import os, joblib\nD = os.path.dirname(os.path.abspath(__file__))\njoblib.load(os.path.join(D, 'x', 'y.pkl'))\n",
            &["joblib.load app/x/y.pkl gone model"],
        ),
        (
            "from pathlib import Path\nPath('gone.txt').read_text()\n",
            &["pathlib.Path.read_text gone.txt gone"],
        ),
        ("import pandas as pd\npd.read_csv('top.csv')\n", &["pandas.read_csv top.csv there"]),
        ("import pandas as pd\npd.read_csv('https://x.org/a.csv')\n", &[]),
        ("open('out.txt', 'w')\n", &[]),
        ("open('out.txt', mode='a')\n", &[]),
        ("open('out.txt', 'w')\nopen('out.txt')\n", &["open out.txt ?"]),
        ("open(name)\n", &[]),
        ("open(f'{x}.pkl')\n", &[]),
        ("open('/etc/passwd')\n", &["open /etc/passwd ?"]),
        ("if x:\n    open('gone')\n", &["open gone gone guarded"]),
        ("def open(x): ...\nopen('gone')\n", &[]),
        ("# open('gone')\n", &[]),
        ("import os\nP = os.environ.get('MODEL', 'model.pkl')\nopen(P)\n", &["open model.pkl there"]),
        (
            "from keras.models import load_model\nload_model('gone.h5')\n",
            &["keras.models.load_model gone.h5 gone model"],
        ),
    ] {
        assert_eq!(opened(code), expected, "{code}");
    }
}

#[test]
fn what_is_fetched_is_named() {
    for (code, expected) in [
        (
            "from transformers import AutoModel\nm = AutoModel.from_pretrained('bert-base')\n",
            &["bert-base Imported"][..],
        ),
        ("from transformers import AutoModel\nm = AutoModel.from_pretrained('./model')\n", &[]),
        ("from transformers import AutoModel\nm = AutoModel.from_pretrained('weights')\n", &[]),
        ("from transformers import AutoModel\nm = AutoModel.from_pretrained(name)\n", &[]),
        ("from transformers import pipeline\np = pipeline('ner')\n", &["- Imported"]),
        (
            "from transformers import pipeline\ndef f():\n    return pipeline('ner', model='a/b')\n",
            &["a/b Unclear"],
        ),
        ("import nltk\nnltk.download('punkt')\n", &["punkt Imported"]),
        ("import requests\nrequests.get('https://x.org')\n", &["https://x.org Imported"]),
        ("import requests\n@app.get('/')\ndef f():\n    requests.get('https://x.org')\n", &[]),
        ("import torchvision\ntorchvision.models.resnet18(weights='DEFAULT')\n", &["DEFAULT Imported"]),
        ("import torchvision\ntorchvision.models.resnet18(weights=None)\n", &[]),
        ("from sklearn.datasets import fetch_openml\nfetch_openml(name='x')\n", &["- Imported"]),
        ("from mine import AutoModel\nAutoModel.from_pretrained('a/b')\n", &[]),
    ] {
        let text = format!("{APP}{code}");
        let read = python(&[("main.py", &text), ("weights/x.bin", "")]);
        let shown: Vec<_> = read
            .downloads
            .iter()
            .map(|found| format!("{} {:?}", found.value.what.as_deref().unwrap_or("-"), found.value.when))
            .collect();
        assert_eq!(shown, expected, "{code}");
    }
}

#[test]
fn a_gpu_is_wanted_only_where_nothing_looks_for_one() {
    for (code, expected) in [
        ("import torch\nm = Net().cuda()\n", 1),
        ("import torch\nm.to('cuda')\n", 1),
        ("import torch\nd = torch.device('cuda:0')\n", 1),
        ("from transformers import pipeline\npipeline('ner', device='cuda')\n", 1),
        ("import torch\nD = 'cuda'\nm.to(D)\n", 1),
        ("import torch\nd = 'cuda' if torch.cuda.is_available() else 'cpu'\nm.to(d)\n", 0),
        ("import torch\nif torch.cuda.is_available():\n    m.cuda()\n", 0),
        ("import torch\nm.to('cpu')\n", 0),
        ("import torch\n# m.cuda()\n", 0),
        ("import torch\ntry:\n    m.cuda()\nexcept Exception:\n    pass\n", 0),
        ("m.cuda()\n", 0),
    ] {
        let text = format!("{APP}{code}");
        assert_eq!(python(&[("main.py", &text)]).gpu.len(), expected, "{code}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let read = python(&[
        ("main.py", "from fastapi import FastAPI\napp = FastAPI()\n\ndef f(:\n    pass\n"),
        ("app.py", "\u{0}\u{0}"),
    ]);
    assert_eq!(read.faults, [Found::at((), "main.py", 4)]);
    assert_eq!(read.unread, ["app.py"]);
    assert_eq!(read.apps.len(), 1);
    let empty = python(&[]);
    assert!(empty.apps.is_empty() && empty.whole && empty.requirements.files.is_empty());
}
