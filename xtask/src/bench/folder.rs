//! Folders to build: a small app, with as much beside it as is wished for.

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

/// What the Dockerfile copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copies {
    /// `COPY . .`
    All,
    /// The app alone.
    App,
}

/// A folder with an app and many files beside it.
#[derive(Debug, Clone)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// How many files it holds.
    files: u64,
    copies: Copies,
}

const BASE: &str = "python:3.13-slim";
const IN_A_FOLDER: u64 = 100;

impl Folder {
    /// Writes one with so many files of so many bytes altogether, beside the app and its Dockerfile.
    pub fn make(path: PathBuf, files: u64, bytes: u64, copies: Copies) -> Result<Self, String> {
        app(&path, "0")?;
        let folder = Self { path, files: files + 2, copies };
        folder.fill(files, bytes / files).map_err(|error| error.to_string())?;
        if copies == Copies::All {
            write(&folder.path.join("Dockerfile"), &dockerfile("COPY . ."))?;
        }
        Ok(folder)
    }

    fn fill(&self, files: u64, size: u64) -> std::io::Result<()> {
        let mut noise = Noise(0x9e37_79b9_7f4a_7c15);
        for number in 0..files {
            let folder = self.path.join(format!("data/{:04}", number / IN_A_FOLDER));
            if number.is_multiple_of(IN_A_FOLDER) {
                fs::create_dir_all(&folder)?;
            }
            noise.write(&folder.join(format!("{number:06}.bin")), size)?;
        }
        Ok(())
    }

    /// Changes one line: from now on the app answers this.
    pub fn edit(&self, answer: &str) -> Result<(), String> {
        write(&self.path.join("app.py"), &source(answer))
    }

    /// The same folder under a name that no engine has seen.
    pub fn renamed(&mut self, name: &str) -> Result<(), String> {
        let path = self.path.with_file_name(name);
        fs::rename(&self.path, &path).map_err(|error| error.to_string())?;
        self.path = path;
        Ok(())
    }

    /// What a shell in a right image of this folder prints for [`LOOK`].
    pub fn seen(&self, answer: &str) -> String {
        let files = match self.copies {
            Copies::All => self.files,
            Copies::App => 1,
        };
        format!("{}\n{files}\n", first_line(answer))
    }
}

/// Looks at an image's content: the app's first line, and how many files there are with content.
pub const LOOK: &str = "head -n 1 app.py && find . -type f -size +0 | wc -l";

/// Writes an app that answers this at every path.
pub fn app(path: &Path, answer: &str) -> Result<(), String> {
    fs::create_dir_all(path).map_err(|error| error.to_string())?;
    write(&path.join("Dockerfile"), &dockerfile("COPY app.py ."))?;
    write(&path.join("app.py"), &source(answer))
}

fn dockerfile(copy: &str) -> String {
    format!(
        "FROM {BASE}\nWORKDIR /app\n{copy}\nUSER 10001\nEXPOSE 8000\nCMD [\"python\", \"-S\", \"app.py\"]\n"
    )
}

fn first_line(answer: &str) -> String {
    format!("ANSWER = {answer:?}")
}

fn source(answer: &str) -> String {
    let first = first_line(answer);
    format!(
        r#"{first}
import signal, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = ANSWER.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
ThreadingHTTPServer(("0.0.0.0", 8000), Handler).serve_forever()
"#
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// Bytes that no compression makes smaller, the same in every run.
struct Noise(u64);

impl Noise {
    fn write(&mut self, path: &Path, size: u64) -> std::io::Result<()> {
        let mut file = BufWriter::new(File::create(path)?);
        for _ in 0..size.div_ceil(8) {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            file.write_all(&self.0.to_le_bytes())?;
        }
        file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_wished_for_and_an_edit_changes_one_line() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::make(place.path().join("a"), 150, 150 * 800, Copies::All).unwrap();
        let count = |folder: &str| fs::read_dir(place.path().join(folder)).unwrap().count();
        assert_eq!((count("a/data/0000"), count("a/data/0001")), (100, 50));
        assert_eq!(fs::metadata(place.path().join("a/data/0001/000149.bin")).unwrap().len(), 800);
        assert_eq!(folder.seen("0"), "ANSWER = \"0\"\n152\n");
        let before = fs::read_to_string(folder.path.join("app.py")).unwrap();
        folder.edit("1").unwrap();
        let after = fs::read_to_string(folder.path.join("app.py")).unwrap();
        assert_eq!(before.lines().zip(after.lines()).filter(|(before, after)| before != after).count(), 1);
    }
}
