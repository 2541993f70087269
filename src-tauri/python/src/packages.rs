//! Packages of the index that apps of this kind use: what each lets one import, and what it brings along. What fastapi,
//! flask, gradio, mlflow, pandas, scikit-learn, streamlit and uvicorn bring was checked against what pip resolved in
//! 2026-11; the other rows are not: a package too many in `brings` only costs a finding, one too few would be a false
//! one. What is not in the table is not known, and then nothing is claimed.

use std::collections::HashSet;

use crate::requirements::normal;

/// A package.
#[derive(Debug)]
pub struct Package {
    /// Its name, normalised.
    pub name: &'static str,
    /// The first names of what one imports from it.
    pub imports: &'static [&'static str],
    /// The packages that always come with it.
    pub brings: &'static [&'static str],
}

const fn package(
    name: &'static str,
    imports: &'static [&'static str],
    brings: &'static [&'static str],
) -> Package {
    Package { name, imports, brings }
}

/// The table.
#[rustfmt::skip]
static PACKAGES: &[Package] = &[
    package("accelerate", &["accelerate"], &["huggingface-hub", "numpy", "packaging", "psutil", "pyyaml", "safetensors", "torch"]),
    package("aiofiles", &["aiofiles"], &[]),
    package("aiohttp", &["aiohttp"], &["aiosignal", "attrs", "frozenlist", "multidict", "yarl", "propcache", "aiohappyeyeballs", "idna", "typing-extensions"]),
    package("alembic", &["alembic"], &["sqlalchemy", "mako", "typing-extensions", "markupsafe"]),
    package("altair", &["altair"], &["jinja2", "jsonschema", "narwhals", "packaging", "typing-extensions"]),
    package("annotated-types", &["annotated_types"], &[]),
    package("anthropic", &["anthropic"], &["anyio", "distro", "httpx", "jiter", "pydantic", "sniffio", "typing-extensions"]),
    package("anyio", &["anyio"], &["idna", "typing-extensions"]),
    package("asyncpg", &["asyncpg"], &[]),
    package("attrs", &["attr", "attrs"], &[]),
    package("bcrypt", &["bcrypt"], &[]),
    package("beautifulsoup4", &["bs4"], &["soupsieve", "typing-extensions"]),
    package("bentoml", &["bentoml"], &["attrs", "starlette", "uvicorn", "pydantic", "pyyaml", "numpy", "click", "httpx", "jinja2", "packaging", "psutil", "rich", "python-multipart", "aiohttp", "requests", "prometheus-client", "pandas"]),
    package("blinker", &["blinker"], &[]),
    package("boto3", &["boto3"], &["botocore", "jmespath", "s3transfer"]),
    package("botocore", &["botocore"], &["jmespath", "python-dateutil", "urllib3"]),
    package("bottle", &["bottle"], &[]),
    package("bs4", &["bs4"], &["beautifulsoup4"]),
    package("catboost", &["catboost"], &["graphviz", "matplotlib", "numpy", "pandas", "scipy", "plotly", "six"]),
    package("celery", &["celery"], &["billiard", "kombu", "vine", "click", "click-didyoumean", "python-dateutil"]),
    package("certifi", &["certifi"], &[]),
    package("click", &["click"], &[]),
    package("cloudpickle", &["cloudpickle"], &[]),
    package("cryptography", &["cryptography"], &["cffi", "typing-extensions"]),
    package("dash", &["dash"], &["flask", "werkzeug", "plotly", "requests", "retrying", "nest-asyncio", "typing-extensions", "importlib-metadata", "setuptools"]),
    package("dash-bootstrap-components", &["dash_bootstrap_components"], &["dash"]),
    package("datasets", &["datasets"], &["numpy", "pyarrow", "dill", "pandas", "requests", "tqdm", "xxhash", "multiprocess", "fsspec", "huggingface-hub", "packaging", "pyyaml", "filelock", "aiohttp", "httpx"]),
    package("dill", &["dill"], &[]),
    package("django", &["django"], &["asgiref", "sqlparse"]),
    package("django-cors-headers", &["corsheaders"], &["django", "asgiref"]),
    package("djangorestframework", &["rest_framework"], &["django"]),
    package("dnspython", &["dns"], &[]),
    package("docker", &["docker"], &["requests", "urllib3"]),
    package("dotenv", &["dotenv"], &["python-dotenv"]),
    package("email-validator", &["email_validator"], &["dnspython", "idna"]),
    package("faiss-cpu", &["faiss"], &["numpy", "packaging"]),
    package("fastapi", &["fastapi"], &["starlette", "pydantic", "typing-extensions", "annotated-doc", "typing-inspection"]),
    package("fastapi-cli", &["fastapi_cli"], &["typer", "uvicorn", "rich-toolkit", "annotated-types", "pydantic"]),
    package("filelock", &["filelock"], &[]),
    package("flasgger", &["flasgger"], &["flask", "pyyaml", "jsonschema", "mistune", "six", "packaging"]),
    package("flask", &["flask"], &["werkzeug", "jinja2", "itsdangerous", "click", "blinker", "markupsafe"]),
    package("flask-cors", &["flask_cors"], &["flask", "werkzeug", "typing-extensions"]),
    package("flask-login", &["flask_login"], &["flask", "werkzeug"]),
    package("flask-migrate", &["flask_migrate"], &["flask", "flask-sqlalchemy", "alembic"]),
    package("flask-restful", &["flask_restful"], &["flask", "aniso8601", "six", "pytz"]),
    package("flask-restx", &["flask_restx"], &["flask", "aniso8601", "jsonschema", "werkzeug", "importlib-resources", "referencing"]),
    package("flask-socketio", &["flask_socketio"], &["flask", "python-socketio"]),
    package("flask-sqlalchemy", &["flask_sqlalchemy"], &["flask", "sqlalchemy"]),
    package("flask-wtf", &["flask_wtf"], &["flask", "wtforms", "itsdangerous"]),
    package("fsspec", &["fsspec"], &[]),
    package("gensim", &["gensim"], &["numpy", "scipy", "smart-open"]),
    package("gevent", &["gevent"], &["greenlet", "zope-event", "zope-interface"]),
    package("gitpython", &["git"], &["gitdb", "typing-extensions"]),
    package("google-generativeai", &["google"], &["google-api-core", "google-auth", "protobuf", "pydantic", "tqdm", "typing-extensions"]),
    package("gradio", &["gradio"], &["aiofiles", "anyio", "fastapi", "gradio-client", "httpx", "huggingface-hub", "jinja2", "markupsafe", "numpy", "orjson", "packaging", "pandas", "pillow", "pydantic", "pydub", "python-multipart", "pyyaml", "semantic-version", "starlette", "tomlkit", "typer", "typing-extensions", "uvicorn", "requests", "matplotlib", "altair"]),
    package("gradio-client", &["gradio_client"], &["fsspec", "httpx", "huggingface-hub", "packaging", "typing-extensions", "click"]),
    package("granian", &["granian"], &["click"]),
    package("greenlet", &["greenlet"], &[]),
    package("grpcio", &["grpc"], &["typing-extensions"]),
    package("gunicorn", &["gunicorn"], &["packaging"]),
    package("h5py", &["h5py"], &["numpy"]),
    package("httpx", &["httpx"], &["anyio", "certifi", "httpcore", "idna", "sniffio"]),
    package("huggingface-hub", &["huggingface_hub"], &["filelock", "fsspec", "packaging", "pyyaml", "requests", "tqdm", "typing-extensions", "httpx", "click"]),
    package("hypercorn", &["hypercorn"], &["h11", "h2", "priority", "wsproto"]),
    package("idna", &["idna"], &[]),
    package("imageio", &["imageio"], &["numpy", "pillow"]),
    package("imbalanced-learn", &["imblearn"], &["numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl"]),
    package("imblearn", &["imblearn"], &["imbalanced-learn"]),
    package("itsdangerous", &["itsdangerous"], &[]),
    package("jinja2", &["jinja2"], &["markupsafe"]),
    package("joblib", &["joblib"], &["cloudpickle"]),
    package("jsonschema", &["jsonschema"], &["attrs", "referencing", "rpds-py", "jsonschema-specifications", "typing-extensions"]),
    package("keras", &["keras"], &["absl-py", "numpy", "rich", "namex", "h5py", "optree", "ml-dtypes", "packaging"]),
    package("langchain", &["langchain"], &["langchain-core", "pydantic", "requests", "pyyaml", "sqlalchemy", "numpy", "aiohttp", "tenacity", "langchain-text-splitters", "langsmith", "langgraph"]),
    package("langchain-community", &["langchain_community"], &["langchain", "langchain-core", "sqlalchemy", "requests", "pyyaml", "aiohttp", "tenacity", "numpy", "pydantic-settings", "langsmith", "httpx-sse", "dataclasses-json"]),
    package("langchain-core", &["langchain_core"], &["pydantic", "pyyaml", "tenacity", "jsonpatch", "packaging", "typing-extensions", "langsmith"]),
    package("langchain-openai", &["langchain_openai"], &["langchain-core", "openai", "tiktoken"]),
    package("librosa", &["librosa"], &["audioread", "numpy", "scipy", "scikit-learn", "joblib", "decorator", "numba", "soundfile", "pooch", "soxr", "typing-extensions", "lazy-loader", "msgpack"]),
    package("lightgbm", &["lightgbm"], &["numpy", "scipy"]),
    package("litestar", &["litestar"], &["anyio", "click", "httpx", "msgspec", "multidict", "pyyaml", "rich", "rich-click", "typing-extensions", "polyfactory", "multipart", "litestar-htmx"]),
    package("litserve", &["litserve"], &["fastapi", "httpx", "pyzmq", "uvicorn"]),
    package("loguru", &["loguru"], &[]),
    package("lxml", &["lxml"], &[]),
    package("markdown", &["markdown"], &[]),
    package("markupsafe", &["markupsafe"], &[]),
    package("matplotlib", &["matplotlib", "mpl_toolkits", "pylab"], &["contourpy", "cycler", "fonttools", "kiwisolver", "numpy", "packaging", "pillow", "pyparsing", "python-dateutil"]),
    package("mlflow", &["mlflow"], &["flask", "docker", "alembic", "graphene", "gunicorn", "matplotlib", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy", "sqlalchemy", "jinja2", "markdown", "cloudpickle", "pyyaml", "requests", "fastapi", "pydantic", "uvicorn", "gitpython", "protobuf", "packaging", "cachetools", "opentelemetry-api", "aiohttp", "attrs", "cryptography", "flask-cors", "python-dotenv", "skops", "waitress"]),
    package("motor", &["motor"], &["pymongo"]),
    package("multipart", &["multipart"], &[]),
    package("mysql-connector-python", &["mysql"], &[]),
    package("mysqlclient", &["MySQLdb"], &[]),
    package("networkx", &["networkx"], &[]),
    package("nicegui", &["nicegui"], &["fastapi", "uvicorn", "httpx", "jinja2", "markdown2", "orjson", "pygments", "python-multipart", "python-socketio", "aiofiles", "aiohttp", "typing-extensions", "starlette"]),
    package("nltk", &["nltk"], &["click", "joblib", "regex", "tqdm"]),
    package("numba", &["numba"], &["llvmlite", "numpy"]),
    package("numpy", &["numpy"], &[]),
    package("ollama", &["ollama"], &["httpx", "pydantic"]),
    package("onnx", &["onnx"], &["numpy", "protobuf", "typing-extensions", "ml-dtypes"]),
    package("onnxruntime", &["onnxruntime"], &["flatbuffers", "numpy", "packaging", "protobuf", "sympy", "coloredlogs"]),
    package("openai", &["openai"], &["anyio", "distro", "httpx", "jiter", "pydantic", "sniffio", "tqdm", "typing-extensions"]),
    package("opencv-contrib-python", &["cv2"], &["numpy"]),
    package("opencv-contrib-python-headless", &["cv2"], &["numpy"]),
    package("opencv-python", &["cv2"], &["numpy"]),
    package("opencv-python-headless", &["cv2"], &["numpy"]),
    package("openpyxl", &["openpyxl"], &["et-xmlfile"]),
    package("orjson", &["orjson"], &[]),
    package("packaging", &["packaging"], &[]),
    package("pandas", &["pandas"], &["numpy", "python-dateutil", "pytz", "tzdata"]),
    package("panel", &["panel"], &["bokeh", "param", "markdown", "requests", "tqdm", "pandas", "packaging", "typing-extensions", "bleach", "pyviz-comms", "linkify-it-py", "markdown-it-py", "mdit-py-plugins"]),
    package("passlib", &["passlib"], &[]),
    package("peewee", &["peewee", "playhouse"], &[]),
    package("pillow", &["PIL"], &[]),
    package("plotly", &["plotly", "_plotly_utils"], &["narwhals", "packaging", "tenacity"]),
    package("polars", &["polars"], &[]),
    package("prometheus-client", &["prometheus_client"], &[]),
    package("protobuf", &["google"], &[]),
    package("psutil", &["psutil"], &[]),
    package("psycopg", &["psycopg"], &["typing-extensions"]),
    package("psycopg2", &["psycopg2"], &[]),
    package("psycopg2-binary", &["psycopg2"], &[]),
    package("pyarrow", &["pyarrow"], &["numpy"]),
    package("pydantic", &["pydantic"], &["annotated-types", "pydantic-core", "typing-extensions", "typing-inspection"]),
    package("pydantic-settings", &["pydantic_settings"], &["pydantic", "python-dotenv", "typing-inspection"]),
    package("pydub", &["pydub"], &[]),
    package("pyjwt", &["jwt"], &[]),
    package("pymongo", &["pymongo", "bson", "gridfs"], &["dnspython"]),
    package("pymupdf", &["fitz", "pymupdf"], &[]),
    package("pymysql", &["pymysql"], &[]),
    package("pypdf", &["pypdf"], &["typing-extensions"]),
    package("pypdf2", &["PyPDF2"], &["typing-extensions"]),
    package("pyserial", &["serial"], &[]),
    package("pytest", &["pytest"], &["iniconfig", "packaging", "pluggy", "pygments"]),
    package("python-dateutil", &["dateutil"], &["six"]),
    package("python-docx", &["docx"], &["lxml", "typing-extensions"]),
    package("python-dotenv", &["dotenv"], &[]),
    package("python-jose", &["jose"], &["ecdsa", "rsa", "pyasn1"]),
    package("python-json-logger", &["pythonjsonlogger"], &[]),
    package("python-magic", &["magic"], &[]),
    package("python-multipart", &["multipart", "python_multipart"], &[]),
    package("python-slugify", &["slugify"], &["text-unidecode"]),
    package("python-socketio", &["socketio"], &["bidict", "python-engineio"]),
    package("pytorch-lightning", &["pytorch_lightning"], &["torch", "tqdm", "pyyaml", "fsspec", "torchmetrics", "packaging", "typing-extensions", "lightning-utilities"]),
    package("pytz", &["pytz"], &[]),
    package("pyyaml", &["yaml"], &[]),
    package("pyzmq", &["zmq"], &[]),
    package("quart", &["quart"], &["aiofiles", "blinker", "click", "flask", "hypercorn", "itsdangerous", "jinja2", "markupsafe", "werkzeug"]),
    package("ray", &["ray"], &["click", "filelock", "jsonschema", "msgpack", "packaging", "protobuf", "pyyaml", "requests"]),
    package("redis", &["redis"], &["async-timeout"]),
    package("regex", &["regex"], &[]),
    package("requests", &["requests"], &["charset-normalizer", "idna", "urllib3", "certifi"]),
    package("rich", &["rich"], &["markdown-it-py", "pygments"]),
    package("robyn", &["robyn"], &["orjson", "jinja2", "multiprocess", "watchdog", "inquirerpy", "rustimport"]),
    package("safetensors", &["safetensors"], &[]),
    package("sanic", &["sanic"], &["aiofiles", "html5tagger", "httptools", "multidict", "sanic-routing", "tracerite", "typing-extensions", "uvloop", "websockets", "setuptools"]),
    package("scikit-image", &["skimage"], &["numpy", "scipy", "networkx", "pillow", "imageio", "tifffile", "packaging", "lazy-loader"]),
    package("scikit-learn", &["sklearn"], &["numpy", "scipy", "joblib", "threadpoolctl"]),
    package("scipy", &["scipy"], &["numpy"]),
    package("seaborn", &["seaborn"], &["numpy", "pandas", "matplotlib"]),
    package("sentence-transformers", &["sentence_transformers"], &["transformers", "torch", "numpy", "scikit-learn", "scipy", "huggingface-hub", "tqdm", "pillow", "typing-extensions"]),
    package("sentry-sdk", &["sentry_sdk"], &["urllib3", "certifi"]),
    package("setuptools", &["setuptools", "pkg_resources"], &[]),
    package("shap", &["shap"], &["numpy", "scipy", "scikit-learn", "pandas", "tqdm", "packaging", "slicer", "numba", "cloudpickle", "typing-extensions"]),
    package("six", &["six"], &[]),
    package("skops", &["skops"], &["scikit-learn", "huggingface-hub", "packaging", "tabulate", "prettytable", "numpy"]),
    package("soundfile", &["soundfile"], &["cffi", "numpy"]),
    package("spacy", &["spacy"], &["numpy", "pydantic", "requests", "jinja2", "tqdm", "typer", "packaging", "setuptools", "thinc", "srsly", "catalogue", "wasabi", "weasel", "cymem", "preshed", "murmurhash", "spacy-legacy", "spacy-loggers"]),
    package("sqlalchemy", &["sqlalchemy"], &["greenlet", "typing-extensions"]),
    package("sqlmodel", &["sqlmodel"], &["sqlalchemy", "pydantic"]),
    package("starlette", &["starlette"], &["anyio", "typing-extensions"]),
    package("statsmodels", &["statsmodels"], &["numpy", "scipy", "pandas", "patsy", "packaging"]),
    package("streamlit", &["streamlit"], &["altair", "blinker", "cachetools", "click", "numpy", "packaging", "pandas", "pillow", "protobuf", "pyarrow", "requests", "tenacity", "toml", "typing-extensions", "watchdog", "gitpython", "pydeck", "tornado", "rich", "anyio", "itsdangerous", "python-multipart", "starlette", "uvicorn", "websockets"]),
    package("sympy", &["sympy"], &["mpmath"]),
    package("tabulate", &["tabulate"], &[]),
    package("tenacity", &["tenacity"], &[]),
    package("tensorflow", &["tensorflow"], &["absl-py", "astunparse", "flatbuffers", "gast", "google-pasta", "grpcio", "h5py", "keras", "libclang", "ml-dtypes", "numpy", "opt-einsum", "packaging", "protobuf", "requests", "six", "tensorboard", "termcolor", "typing-extensions", "wrapt", "setuptools"]),
    package("tensorflow-cpu", &["tensorflow"], &["absl-py", "grpcio", "h5py", "keras", "numpy", "packaging", "protobuf", "requests", "six", "tensorboard", "termcolor", "typing-extensions", "wrapt", "setuptools"]),
    package("tiktoken", &["tiktoken"], &["regex", "requests"]),
    package("tokenizers", &["tokenizers"], &["huggingface-hub"]),
    package("toml", &["toml"], &[]),
    package("torch", &["torch", "functorch", "torchgen"], &["filelock", "typing-extensions", "sympy", "networkx", "jinja2", "fsspec", "setuptools", "numpy"]),
    package("torchaudio", &["torchaudio"], &["torch"]),
    package("torchvision", &["torchvision"], &["torch", "numpy", "pillow", "requests"]),
    package("tornado", &["tornado"], &[]),
    package("tqdm", &["tqdm"], &[]),
    package("transformers", &["transformers"], &["filelock", "huggingface-hub", "numpy", "packaging", "pyyaml", "regex", "requests", "tokenizers", "safetensors", "tqdm", "typer"]),
    package("typer", &["typer"], &["click", "rich", "shellingham", "typing-extensions", "annotated-types", "pydantic"]),
    package("typing-extensions", &["typing_extensions"], &[]),
    package("ujson", &["ujson"], &[]),
    package("urllib3", &["urllib3"], &[]),
    package("uvicorn", &["uvicorn"], &["click", "h11", "typing-extensions"]),
    package("uvloop", &["uvloop"], &[]),
    package("waitress", &["waitress"], &[]),
    package("websockets", &["websockets"], &[]),
    package("werkzeug", &["werkzeug"], &["markupsafe"]),
    package("whitenoise", &["whitenoise"], &[]),
    package("wtforms", &["wtforms"], &["markupsafe"]),
    package("xgboost", &["xgboost"], &["numpy", "scipy"]),
    package("xlrd", &["xlrd"], &[]),
];

/// What an extra brings besides.
#[rustfmt::skip]
static EXTRAS: &[(&str, &str, &[&str])] = &[
    ("fastapi", "standard", &["uvicorn", "fastapi-cli", "httpx", "jinja2", "python-multipart", "email-validator", "pydantic-settings", "uvloop", "websockets", "pyyaml", "python-dotenv", "typer", "rich"]),
    ("fastapi", "all", &["uvicorn", "fastapi-cli", "httpx", "jinja2", "python-multipart", "email-validator", "pydantic-settings", "itsdangerous", "pyyaml", "ujson", "orjson", "uvloop", "websockets", "python-dotenv", "typer", "rich"]),
    ("uvicorn", "standard", &["httptools", "python-dotenv", "pyyaml", "uvloop", "watchfiles", "websockets"]),
    ("starlette", "full", &["itsdangerous", "jinja2", "python-multipart", "pyyaml", "httpx"]),
    ("flask", "dotenv", &["python-dotenv"]),
    ("flask", "async", &["asgiref"]),
    ("pydantic", "email", &["email-validator"]),
    ("python-jose", "cryptography", &["cryptography"]),
    ("passlib", "bcrypt", &["bcrypt"]),
    ("ray", "serve", &["starlette", "fastapi", "uvicorn", "aiohttp", "pydantic", "requests", "grpcio"]),
    ("transformers", "torch", &["torch", "accelerate"]),
    ("psycopg", "binary", &["psycopg-binary"]),
    ("mlflow", "extras", &["boto3", "virtualenv"]),
    ("sqlalchemy", "asyncio", &["greenlet"]),
];

/// Names under which people ask the index in vain, or get something else: what they wrote, what they meant.
/// Source: each project's page on <https://pypi.org>, read 2026-11.
static MISNAMED: &[(&str, &str)] = &[
    ("sklearn", "scikit-learn"),
    ("cv2", "opencv-python-headless"),
    ("pil", "pillow"),
    ("bs4", "beautifulsoup4"),
    ("yaml", "pyyaml"),
    ("skimage", "scikit-image"),
    ("dotenv", "python-dotenv"),
    ("dateutil", "python-dateutil"),
    ("imblearn", "imbalanced-learn"),
];

/// Of the misnamed, those whose installation fails: the index has no release of them, or, for `sklearn`, one that
/// refuses by design (<https://github.com/scikit-learn/sklearn-pypi-package>). Asked with `pip index versions`, 2026-11.
const FAILING: [&str; 5] = ["cv2", "dateutil", "pil", "sklearn", "yaml"];

/// The row of a package, by its normalised name.
pub fn package_of(name: &str) -> Option<&'static Package> {
    PACKAGES.binary_search_by(|row| row.name.cmp(name)).ok().and_then(|at| PACKAGES.get(at))
}

/// What was meant by a requirement's name, where that is a known slip; and whether its installation surely fails.
pub fn meant(name: &str) -> Option<(&'static str, bool)> {
    let name = normal(name);
    let row = MISNAMED.iter().find(|row| row.0 == name)?;
    Some((row.1, FAILING.contains(&row.0)))
}

/// The package to require for an import, the usual one first.
pub fn package_for(import: &str) -> Option<&'static str> {
    match import {
        "psycopg2" => Some("psycopg2-binary"),
        "google" => None,
        "multipart" => Some("python-multipart"),
        import => match meant(import) {
            Some((package, _)) => Some(package),
            None => PACKAGES.iter().find(|row| row.imports.contains(&import)).map(|row| row.name),
        },
    }
}

/// What comes with these requirements (normalised names with their extras): the packages, and whether that is all.
pub fn closure<'a>(required: impl Iterator<Item = (String, &'a [String])>) -> (HashSet<String>, bool) {
    let mut known = true;
    let mut found = HashSet::new();
    let mut waiting: Vec<String> = Vec::new();
    for (name, extras) in required {
        for extra in extras {
            match EXTRAS.iter().find(|row| row.0 == name && row.1 == normal(extra)) {
                Some(row) => waiting.extend(row.2.iter().map(|name| (*name).to_owned())),
                None => known = false,
            }
        }
        known &= package_of(&name).is_some();
        waiting.push(name);
    }
    while let Some(name) = waiting.pop() {
        if let Some(row) = package_of(&name) {
            waiting.extend(
                row.brings.iter().filter(|name| !found.contains(**name)).map(|name| (*name).to_owned()),
            );
        }
        found.insert(name);
    }
    (found, known)
}

/// Whether a package of this name may let one import `import`: by the table, or because the names are kin.
pub fn may_bring(package: &str, import: &str) -> bool {
    if let Some(row) = package_of(package) {
        return row.imports.contains(&import);
    }
    let (package, import) = (package.replace('-', ""), normal(import).replace('-', ""));
    package.contains(&import) || import.contains(&package)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_normal() {
        assert!(PACKAGES.is_sorted_by(|a, b| a.name < b.name));
        for row in PACKAGES {
            assert_eq!(normal(row.name), row.name);
            assert!(!row.imports.is_empty());
            assert!(row.brings.iter().all(|name| normal(name) == *name), "{}", row.name);
        }
        for row in EXTRAS {
            assert!(package_of(row.0).is_some(), "{}", row.0);
        }
    }

    #[test]
    fn import_names_have_their_packages() {
        for (import, package) in [
            ("sklearn", Some("scikit-learn")),
            ("cv2", Some("opencv-python-headless")),
            ("PIL", Some("pillow")),
            ("yaml", Some("pyyaml")),
            ("dotenv", Some("python-dotenv")),
            ("bs4", Some("beautifulsoup4")),
            ("jwt", Some("pyjwt")),
            ("numpy", Some("numpy")),
            ("google", None),
            ("nobody_knows", None),
        ] {
            assert_eq!(package_for(import), package, "{import}");
        }
    }

    #[test]
    fn what_comes_along_is_known_or_said_not_to_be() {
        let none: &[String] = &[];
        let (found, known) = closure([("pandas".to_owned(), none)].into_iter());
        assert!(known && found.contains("numpy") && found.contains("six") && !found.contains("scipy"));
        let standard = ["standard".to_owned()];
        let (found, known) = closure([("fastapi".to_owned(), &standard[..])].into_iter());
        assert!(known && found.contains("uvicorn") && found.contains("h11"));
        assert!(!closure([("nobody-knows".to_owned(), none)].into_iter()).1);
        assert!(!closure([("fastapi".to_owned(), &["odd".to_owned()][..])].into_iter()).1);
    }
}
