//! A large folder: 20,000 files, 2,000 of them Python.

use std::time::Instant;

use super::*;

/// Measures; an optimised build is wanted for the figure to mean something.
#[test]
#[ignore = "measures"]
fn a_large_folder_is_read_quickly() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: String, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let body: String = (0..60)
        .map(|n| format!("def function_{n}(a, b=1, *, c: int = 2) -> dict:\n    \"\"\"Adds.\"\"\"\n    x = a + b * c\n    if x > {n}:\n        return {{'x': x, 'list': [a, b, c]}}\n    return {{}}\n\n"))
        .collect();
    for n in 0..18_000 {
        write(format!("static/{}/{n}.txt", n % 200), "x");
    }
    for n in 0..2_000 {
        let next = n + 1;
        // A tenth of them hang together.
        let head = if n < 200 {
            format!("import os\nfrom pkg.p{} import m{next}\n", next % 50)
        } else {
            "import os\n".into()
        };
        write(format!("pkg/p{}/m{n}.py", n % 50), &format!("{head}{body}"));
    }
    write("main.py".into(), "from fastapi import FastAPI\nfrom pkg.p0 import m0\napp = FastAPI()\n");
    write("requirements.txt".into(), "fastapi\n");
    for _ in 0..4 {
        let begun = Instant::now();
        let files = Folder::walk(folder.path());
        let walked = begun.elapsed();
        let read = read(&files, None);
        println!("{} files walked in {walked:?}, all read in {:?}", files.paths().len(), begun.elapsed());
        assert_eq!((read.apps.len(), read.whole), (1, true));
    }
}

/// Shows what is read of any folder: `SLIPWAY_FOLDER=… SLIPWAY_START='uvicorn main:app'`.
#[test]
#[ignore = "shows"]
fn a_folder_is_shown() {
    let Ok(folder) = std::env::var("SLIPWAY_FOLDER") else { return };
    let words = start::split(&std::env::var("SLIPWAY_START").unwrap_or_default());
    let start = start::parse(&words, &std::collections::BTreeMap::new());
    for folder in folder.split(':') {
        let begun = Instant::now();
        let files = Folder::walk(std::path::Path::new(folder));
        let read = read(&files, start.as_ref());
        let image = findings::Image { file: "Dockerfile".into(), plain: true, ..findings::Image::default() };
        let found = findings::findings(&files, &read, start.as_ref(), Some(&image));
        println!("\n=== {folder} {} files {:?} whole {}", files.paths().len(), begun.elapsed(), read.whole);
        for app in &read.apps {
            println!(
                "app {} routes {} health {:?}",
                shown(app),
                app.routes.len(),
                app.health.as_ref().map(|h| &h.value)
            );
        }
        for binding in &read.bindings {
            println!(
                "binding {:?} {:?} {:?} {:?}",
                binding.call,
                binding.when,
                binding.host.value(),
                binding.port.value()
            );
        }
        println!(
            "requirements {:?} locks {:?} unclear {:?}",
            read.requirements.files, read.requirements.locks, read.requirements.unclear
        );
        println!(
            "python {:?}",
            read.requirements.python.iter().map(|p| &p.value.versions).collect::<Vec<_>>()
        );
        println!("imports {:?}", read.imports.iter().map(|i| &*i.value.name).collect::<Vec<_>>());
        println!(
            "missing {:?}",
            read.missing.iter().map(|m| (&*m.value.import.name, m.value.sure)).collect::<Vec<_>>()
        );
        println!(
            "variables {:?}",
            read.variables.iter().map(|v| (&*v.value.name, v.value.required)).collect::<Vec<_>>()
        );
        println!(
            "env files {:?} opened {:?}",
            read.env_files,
            read.opened.iter().map(|o| (&*o.value.path, &*o.value.by, o.value.there)).collect::<Vec<_>>()
        );
        println!(
            "downloads {:?} gpu {:?} faults {:?} unread {:?}",
            read.downloads, read.gpu, read.faults, read.unread
        );
        for finding in found {
            println!(
                "FINDING {:?} {:?} {:?} {:?}",
                finding.severity, finding.code, finding.place, finding.words
            );
        }
    }
}
