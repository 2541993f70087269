//! Broken and hostile sources: nothing panics, nothing takes long.

use super::*;

const SOURCES: [(&str, &str); 5] = [
    (
        "main.py",
        "import os, uvicorn\nfrom fastapi import FastAPI, Query\napp = FastAPI()\n@app.get('/x/{y}')\ndef x(y: int, z: str = Query('a')):\n    return open(f'{y}')\nif __name__ == '__main__':\n    uvicorn.run(app, host=os.environ.get('H', '::'), port=int('8'))\n",
    ),
    (
        "requirements.txt",
        "flask[a]==1; python_version<'3' --hash=sha256:x\n-r b.txt\ngit+https://x/y#egg=z\n",
    ),
    (
        "pyproject.toml",
        "[project]\ndependencies = [\"a>=1\"]\n[tool.poetry.dependencies]\nb = {version = \"1\"}\n",
    ),
    ("environment.yml", "dependencies:\n  - python=3\n  - pip:\n    - x\n"),
    ("setup.cfg", "[options]\ninstall_requires =\n  a\n"),
];

#[test]
fn mutated_sources_are_harmless() {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap()
    };
    let pieces: [&[u8]; 12] =
        [b"(", b")", b"'''", b"\n", b"\\", b"\xff", b"\xc3\xa9", b"{", b"#", b":", b"\t", b"import "];
    for _ in 0..400 {
        let mutated: Vec<(String, String)> = SOURCES
            .iter()
            .map(|(path, text)| {
                let mut bytes = text.as_bytes().to_vec();
                for _ in 0..=next(6) {
                    let at = next(bytes.len().max(1));
                    let end = (at + next(8)).min(bytes.len());
                    bytes.splice(at.min(end)..end, pieces[next(pieces.len())].iter().copied());
                }
                ((*path).to_owned(), String::from_utf8_lossy(&bytes).into_owned())
            })
            .collect();
        let files: Vec<_> = mutated.iter().map(|(path, text)| (&**path, &**text)).collect();
        let memory = Memory::of(&files);
        let words = start::split(&mutated[0].1);
        let start = start::parse(&words, &std::collections::BTreeMap::new());
        let read = read(&memory, start.as_ref());
        let _ = findings::findings(&memory, &read, start.as_ref(), Some(&findings::Image::default()));
        let skim = skim::Skim::new().unwrap();
        assert_eq!(skim.text(&mutated[0].1).len(), mutated[0].1.len());
    }
}

#[test]
fn names_that_go_in_circles_come_to_an_end() {
    let files = [
        (
            "main.py",
            "from a import x\nfrom b import *\ny = z\nz = y\nx.run(port=y)\nw = x()\ndef f():\n    return f()\ng = f()\n",
        ),
        ("a.py", "from b import x\nfrom main import *\n"),
        ("b.py", "from a import x\nimport main\nq = main.b.main.b.q\n"),
    ];
    assert!(python(&files).apps.is_empty());
}
