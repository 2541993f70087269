use super::*;
use crate::files::memory::Memory;

fn required(files: &[(&str, &str)]) -> Vec<String> {
    read(&Memory::of(files))
        .required
        .into_iter()
        .map(|found| {
            let Requirement { name, versions, group, hashed, .. } = found.value;
            let group = match group {
                Group::Main => String::new(),
                Group::Extra(name) => format!(" extra:{name}"),
                Group::Developers(name) => format!(" dev:{name}"),
                Group::Constraint => " constraint".into(),
                Group::Conda => " conda".into(),
            };
            let hashed = if hashed { " hashed" } else { "" };
            format!(
                "{}:{} {name}{versions}{group}{hashed}",
                found.file.unwrap().display(),
                found.line.unwrap()
            )
        })
        .collect()
}

fn python(files: &[(&str, &str)]) -> Vec<String> {
    let wanted = read(&Memory::of(files)).python;
    wanted.into_iter().map(|found| format!("{}:{}", found.value.versions, found.line.unwrap())).collect()
}

#[test]
fn pips_files_with_their_includes() {
    let files = [
        (
            "requirements.txt",
            "# all\n-r base.txt\n-c constraints.txt\n--extra-index-url https://x.org\nflask==3.0 \\\n    --hash=sha256:abc\n\
             numpy>=1 # why\n-e .\n-e git+https://x.org/a/b#egg=b\n",
        ),
        ("base.txt", "requests\r\n-r requirements.txt\r\n"),
        ("constraints.txt", "numpy<2\n"),
        ("requirements-dev.txt", "pytest\n"),
        ("requirements/prod.txt", "gunicorn\n"),
        ("notes.txt", "not a requirement\n"),
        ("a/b/c/requirements.txt", "deep\n"),
    ];
    assert_eq!(
        required(&files),
        [
            "requirements-dev.txt:1 pytest dev:dev",
            "requirements.txt:5 flask==3.0 hashed",
            "requirements.txt:7 numpy>=1",
            "requirements.txt:9 b",
            "constraints.txt:1 numpy<2 constraint",
            "base.txt:1 requests",
            "requirements/prod.txt:1 gunicorn",
        ]
    );
}

#[test]
fn what_is_missing_or_unclear_is_said() {
    let read = read(&Memory::of(&[("requirements.txt", "-r gone.txt\n./local\nflask\n")]));
    assert_eq!(read.missing, [Found::at("gone.txt".to_owned(), "requirements.txt", 1)]);
    assert_eq!(read.unclear, [Found::at("./local".to_owned(), "requirements.txt", 2)]);
    assert_eq!(read.required.len(), 1);
}

#[test]
fn utf16_is_read_as_pip_does() {
    struct Wide(Vec<String>, Vec<u8>);
    impl Files for Wide {
        fn paths(&self) -> &[String] {
            &self.0
        }
        fn read(&self, _: &str) -> Option<std::borrow::Cow<'_, [u8]>> {
            Some(self.1.as_slice().into())
        }
        fn is_there(&self, _: &str) -> bool {
            true
        }
    }
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend("flask==3.0\r\n".encode_utf16().flat_map(u16::to_le_bytes));
    let found = read(&Wide(vec!["requirements.txt".into()], bytes));
    assert_eq!(found.required[0].value.pinned(), Some("3.0"));
}

#[test]
fn pyproject_of_every_tool() {
    let pep = "[project]\nrequires-python = \">=3.10\"\ndependencies = [\n  \"fastapi[standard]>=0.1\",\n  \"numpy\",\n]\n\
               [project.optional-dependencies]\ngpu = [\"torch\"]\n[dependency-groups]\ndev = [\"ruff\", {include-group = \"x\"}]\n\
               [tool.uv]\ndev-dependencies = [\"mypy\"]\n[tool.pdm.dev-dependencies]\ntest = [\"pytest\"]\n";
    assert_eq!(
        required(&[("pyproject.toml", pep)]),
        [
            "pyproject.toml:4 fastapi>=0.1",
            "pyproject.toml:5 numpy",
            "pyproject.toml:8 torch extra:gpu",
            "pyproject.toml:10 ruff dev:dev",
            "pyproject.toml:14 pytest dev:test",
            "pyproject.toml:12 mypy dev:dev",
        ]
    );
    assert_eq!(python(&[("pyproject.toml", pep)]), [">=3.10:2"]);
    let poetry = "[tool.poetry.dependencies]\npython = \"^3.11\"\nflask = \"^3\"\nnumpy = \"1.26.4\"\nx = \"*\"\n\
                  y = {version = \"^1\", extras = [\"z\"], optional = true}\n[tool.poetry.group.dev.dependencies]\npytest = \"*\"\n";
    assert_eq!(
        required(&[("pyproject.toml", poetry)]),
        [
            "pyproject.toml:3 flask^3",
            "pyproject.toml:4 numpy==1.26.4",
            "pyproject.toml:5 x",
            "pyproject.toml:6 y^1 extra:",
            "pyproject.toml:8 pytest dev:dev",
        ]
    );
    assert_eq!(python(&[("pyproject.toml", poetry)]), ["^3.11:2"]);
    assert!(read(&Memory::of(&[("pyproject.toml", "[tool.black]\nline-length = 1\n")])).files.is_empty());
    let dynamic = "[project]\ndynamic = [\"dependencies\"]\n[tool.setuptools.dynamic]\ndependencies = {file = [\"deps.txt\"]}\n";
    assert_eq!(required(&[("pyproject.toml", dynamic), ("deps.txt", "flask\n")]), ["deps.txt:1 flask"]);
    assert_eq!(read(&Memory::of(&[("pyproject.toml", "not toml [")])).unclear.len(), 1);
}

#[test]
fn the_other_kinds() {
    assert_eq!(
        required(&[(
            "Pipfile",
            "[packages]\nflask = \"*\"\nx = {version = \"==1.0\"}\n[dev-packages]\npytest = \"*\"\n"
        )]),
        ["Pipfile:2 flask", "Pipfile:3 x==1.0", "Pipfile:5 pytest dev:dev"]
    );
    let conda = "name: x\ndependencies:\n  - python=3.11\n  - conda-forge::numpy=1.26=py311\n  - scipy>=1\n  - pip\n  - pip:\n    - flask==3.0\n    - \"uvicorn[standard]\"\n";
    assert_eq!(
        required(&[("environment.yml", conda)]),
        [
            "environment.yml:4 numpy==1.26.* conda",
            "environment.yml:5 scipy>=1 conda",
            "environment.yml:6 pip conda",
            "environment.yml:8 flask==3.0",
            "environment.yml:9 uvicorn",
        ]
    );
    let cfg = "[metadata]\nname = x\n[options]\npython_requires = >=3.9\ninstall_requires =\n    flask>=2\n    numpy\n[options.extras_require]\ndev = pytest\n";
    assert_eq!(
        required(&[("setup.cfg", cfg)]),
        ["setup.cfg:6 flask>=2", "setup.cfg:7 numpy", "setup.cfg:9 pytest extra:dev"]
    );
    let py = "from setuptools import setup\nneeds = [\n  'flask',\n  'numpy>=1',\n]\nsetup(install_requires=needs, python_requires='>=3.8')\n";
    assert_eq!(required(&[("setup.py", py)]), ["setup.py:3 flask", "setup.py:4 numpy>=1"]);
    for (files, expected) in [
        ([("Pipfile", "[requires]\npython_version = \"3.11\"\n")], "3.11:2"),
        ([(".python-version", "# x\n3.12.1\n")], "3.12.1:2"),
        ([("runtime.txt", "python-3.11.4\n")], "3.11.4:1"),
        ([(".tool-versions", "nodejs 20\npython 3.12.0\n")], "3.12.0:2"),
        ([("environment.yml", conda)], "3.11:3"),
        ([("setup.cfg", cfg)], ">=3.9:4"),
        ([("setup.py", py)], ">=3.8:6"),
    ] {
        assert_eq!(python(&files), [expected]);
    }
}

#[test]
fn locks_name_their_packages() {
    let read = read(&Memory::of(&[(
        "uv.lock",
        "version = 1\n[[package]]\nname = \"Flask_X\"\nversion = \"1\"\ndependencies = [\n  { name = \"y\" },\n]\n[[package]]\nname = \"click\"\n",
    )]));
    assert_eq!(read.locks, ["uv.lock"]);
    let mut locked: Vec<_> = read.locked.into_iter().collect();
    locked.sort();
    assert_eq!(locked, ["click", "flask-x"]);
}

#[test]
fn the_place_of_a_name_is_its_bytes() {
    let cases = [
        ("requirements.txt", "# x\n  sklearn==1\n"),
        ("pyproject.toml", "[project]\ndependencies = [\"sklearn>=1\"]\n"),
        ("Pipfile", "[packages]\nsklearn = \"*\"\n"),
        ("environment.yml", "dependencies:\n  - pip:\n      - sklearn\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n  sklearn\n"),
        ("setup.py", "setup(install_requires=['sklearn'])\n"),
    ];
    for (path, text) in cases {
        let found = read(&Memory::of(&[(path, text)]));
        let range = found.required[0].value.name_at.clone();
        assert_eq!(&text[range], "sklearn", "{path}");
    }
}
