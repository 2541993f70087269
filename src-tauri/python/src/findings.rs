//! What will go wrong, or could go better, in Python and in what starts it: each with its place, and where there is
//! one, the smallest edit that mends it. What is not certain is not called a failure.

use std::ops::Range;

use serde::Serialize;

use crate::{
    Python,
    binding::Binding,
    code::When,
    configured::Configured,
    files::{Files, has_ending, text},
    found::Found,
    imports::{Brought, brought},
    packages::{may_bring, meant},
    requirements::{Group, Kind, Requirement, normal},
    routes::Place,
    start::{Part, Start},
};

/// What is the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A requirement has the name of an import, not that of a package.
    RequirementMisnamed,
    /// Requirements have no exact version.
    RequirementUnpinned,
    /// An included requirements file is not there.
    IncludeMissing,
    /// An import that no requirement brings.
    RequirementMissing,
    /// The server of the start command, which no requirement brings.
    ServerMissing,
    /// FastAPI refuses forms and files without python-multipart.
    MultipartMissing,
    /// The app listens inside its container only.
    BoundToLoopback,
    /// The image restarts the app whenever a file changes.
    ReloadInImage,
    /// The image shows errors with all they have in them.
    DebugInImage,
    /// The image runs a server that is for development only.
    DevelopmentServer,
    /// The app listens elsewhere than the image says.
    PortDiffers,
    /// The start command names an app that is not in its file.
    AppNotInFile,
    /// uvicorn is told to restart or to multiply an app that it is given as an object.
    AppNotText,
    /// The module serves as soon as a server imports it.
    ServesOnImport,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// It could be better.
    Advice,
    /// It works, and will hurt.
    WillHurt,
    /// It cannot work.
    WillFail,
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What is the matter.
    pub code: Code,
    /// How bad it is.
    pub severity: Severity,
    /// Where it stands.
    pub place: Found<()>,
    /// What its sentence is filled with.
    pub words: Vec<(&'static str, String)>,
    /// What mends it.
    pub edit: Option<Edit>,
}

/// The smallest change of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The file, relative to the folder.
    pub file: String,
    /// The bytes that go.
    pub range: Range<usize>,
    /// What comes in their place.
    pub replacement: String,
}

/// What the image is known to do, as far as its Dockerfile was understood.
#[derive(Debug, Clone, Default)]
pub struct Image {
    /// The file that says how the image starts.
    pub file: String,
    /// The words of the start command, in the order in which they were given to [`crate::start::parse`].
    pub words: Vec<Word>,
    /// The ports that it promises.
    pub exposed: Vec<(Word, u16)>,
    /// Its environment variables by name.
    pub variables: Vec<String>,
    /// The requirements files that it installs, as paths of the folder; `None`: not known.
    pub installs: Option<Vec<String>>,
    /// Packages that it installs by name.
    pub packages: Vec<String>,
    /// Whether its base is known to bring Python and nothing else.
    pub plain: bool,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its line, from 1.
    pub line: u32,
    /// Its bytes in the file, its quotes included.
    pub bytes: Range<usize>,
}

/// Addresses that only the container itself reaches.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "::1"];

/// Servers with the package that brings each, and how each is told to listen to everybody.
const SERVERS: [(&str, &str, &[&str]); 15] = [
    ("uvicorn", "uvicorn", &["--host", "0.0.0.0"]),
    ("gunicorn", "gunicorn", &["--bind", "0.0.0.0:8000"]),
    ("hypercorn", "hypercorn", &["--bind", "0.0.0.0:8000"]),
    ("daphne", "daphne", &["-b", "0.0.0.0"]),
    ("granian", "granian", &["--host", "0.0.0.0"]),
    ("waitress-serve", "waitress", &[]),
    ("fastapi run", "fastapi-cli", &[]),
    ("fastapi dev", "fastapi-cli", &["--host", "0.0.0.0"]),
    ("flask run", "flask", &["--host", "0.0.0.0"]),
    ("quart run", "quart", &["--host", "0.0.0.0"]),
    ("litestar run", "litestar", &["--host", "0.0.0.0"]),
    ("sanic", "sanic", &["--host", "0.0.0.0"]),
    ("streamlit run", "streamlit", &[]),
    ("manage.py runserver", "django", &["0.0.0.0:8000"]),
    ("bentoml serve", "bentoml", &[]),
];

/// Variables by which a library is told where to listen, when the call does not say.
const HABITS: [(&str, &str); 2] = [("gradio.", "GRADIO_SERVER_NAME"), ("dash.", "HOST")];

/// Everything that is found. Without an image only what holds for any image is said.
pub fn findings(
    files: &dyn Files,
    python: &Python,
    start: Option<&Start>,
    image: Option<&Image>,
) -> Vec<Finding> {
    let brought = brought(&python.requirements);
    let mut look = Look { files, python, start, image, brought, found: Vec::new() };
    look.requirements();
    look.missing();
    look.listening();
    look.development();
    look.ports();
    look.app();
    look.found.sort_by(|a, b| {
        b.severity
            .cmp(&a.severity)
            .then_with(|| (&a.place.file, a.place.line).cmp(&(&b.place.file, b.place.line)))
    });
    look.found
}

struct Look<'a> {
    files: &'a dyn Files,
    python: &'a Python,
    start: Option<&'a Start>,
    image: Option<&'a Image>,
    brought: Brought,
    found: Vec<Finding>,
}

impl Look<'_> {
    fn push(
        &mut self,
        code: Code,
        severity: Severity,
        place: Found<()>,
        words: Vec<(&'static str, String)>,
        edit: Option<Edit>,
    ) {
        self.found.push(Finding { code, severity, place, words, edit });
    }

    /// Whether the image surely installs the file, as far as that is known.
    fn is_installed(&self, file: &str) -> bool {
        self.image
            .and_then(|image| image.installs.as_ref())
            .is_none_or(|installs| installs.iter().any(|path| path == file))
    }

    fn requirements(&mut self) {
        let python = self.python;
        let requirements = &python.requirements;
        for found in &requirements.missing {
            let file = file_of(found);
            let severity = if self.is_installed(&file) { Severity::WillFail } else { Severity::WillHurt };
            let words = vec![("include", found.value.clone())];
            self.push(Code::IncludeMissing, severity, found.clone().map(|_| ()), words, None);
        }
        for found in &requirements.required {
            self.misnamed(found);
        }
        if !requirements.locks.is_empty() {
            return;
        }
        let bounded: Vec<String> = requirements
            .required
            .iter()
            .filter(|found| found.value.group == Group::Constraint && found.value.pinned().is_some())
            .map(|found| normal(&found.value.name))
            .collect();
        for (file, kind) in &requirements.files {
            if *kind != Kind::Txt || has_ending(file, "in") {
                continue;
            }
            let loose: Vec<&Found<Requirement>> = requirements
                .required
                .iter()
                .filter(|found| {
                    file_of(found) == *file
                        && found.value.is_main()
                        && found.value.pinned().is_none()
                        && found.value.url.is_none()
                        && !bounded.contains(&normal(&found.value.name))
                })
                .collect();
            if let Some(first) = loose.first() {
                let names: Vec<&str> = loose.iter().map(|found| found.value.name.as_str()).collect();
                let words = vec![
                    ("file", file.clone()),
                    ("names", names.join(", ")),
                    ("count", names.len().to_string()),
                ];
                self.push(
                    Code::RequirementUnpinned,
                    Severity::Advice,
                    (*first).clone().map(|_| ()),
                    words,
                    None,
                );
            }
        }
    }

    fn misnamed(&mut self, found: &Found<Requirement>) {
        let requirement = &found.value;
        let Some((right, fails)) = meant(&requirement.name) else { return };
        if requirement.url.is_some() || matches!(requirement.group, Group::Conda | Group::Constraint) {
            return;
        }
        let file = file_of(found);
        // The very first release of `sklearn` still installs what was meant.
        let old = normal(&requirement.name) == "sklearn" && requirement.pinned() == Some("0.0");
        let app =
            requirement.group == Group::Main && requirement.marker.is_none() && self.is_installed(&file);
        let severity = match (fails && !old, app) {
            (true, true) => Severity::WillFail,
            (true, false) => Severity::WillHurt,
            (false, _) => Severity::Advice,
        };
        let edit = text(self.files, &file).and_then(|text| {
            let present = self
                .python
                .requirements
                .required
                .iter()
                .any(|other| file_of(other) == file && normal(&other.value.name) == right);
            let mut range = requirement.name_at.clone();
            if text.get(range.clone()) != Some(requirement.name.as_str()) {
                return None;
            }
            if present {
                // The right one is there already: the line goes.
                let plain =
                    self.python.requirements.files.iter().any(|read| read.0 == file && read.1 == Kind::Txt);
                let start = text.get(..range.start)?.rfind('\n').map_or(0, |at| at + 1);
                let end = text.get(range.end..)?.find('\n').map_or(text.len(), |at| range.end + at + 1);
                return plain.then(|| Edit {
                    file: file.clone(),
                    range: start..end,
                    replacement: String::new(),
                });
            }
            // A version of the wrong package is none of the right one.
            if !requirement.versions.is_empty() && fails {
                let rest = text.get(range.end..)?;
                let version = |c: char| c.is_ascii_alphanumeric() || " =<>!~.,*+-".contains(c);
                let versions = rest.split(|c| !version(c)).next().unwrap_or_default().trim_end();
                range.end += versions.len();
            }
            Some(Edit { file: file.clone(), range, replacement: right.to_owned() })
        });
        let words = vec![("name", requirement.name.clone()), ("package", right.to_owned())];
        self.push(Code::RequirementMisnamed, severity, found.clone().map(|_| ()), words, edit);
    }

    /// Whether a package comes with the image in some way, or may.
    fn may_be_there(&self, package: &str) -> bool {
        self.brought.packages.contains(package)
            || self
                .image
                .is_none_or(|image| !image.plain || image.packages.iter().any(|name| normal(name) == package))
    }

    fn missing(&mut self) {
        let python = self.python;
        let known = self.image.is_some_and(|image| image.plain);
        for found in &python.missing {
            let Some(package) = found.value.package else { continue };
            let named = self.image.is_some_and(|image| {
                image.packages.iter().any(|name| may_bring(&normal(name), &found.value.import.name))
            });
            if named || !found.value.sure {
                continue;
            }
            // Only what the start command surely imports fails it.
            let severity =
                if known && python.entry.is_some() { Severity::WillFail } else { Severity::WillHurt };
            let words = vec![("import", found.value.import.name.clone()), ("package", package.to_owned())];
            let edit = self.added(package);
            self.push(Code::RequirementMissing, severity, found.clone().map(|_| ()), words, edit);
        }
        self.server_missing();
        let form = python.apps.iter().flat_map(|app| &app.routes).find(|route| {
            route.value.parameters.iter().any(|p| matches!(p.place, Place::Form | Place::File))
        });
        if let Some(route) = form
            && self.brought.closed
            && !self.may_be_there("python-multipart")
        {
            let words = vec![("route", route.value.path.clone()), ("package", "python-multipart".to_owned())];
            let edit = self.added("python-multipart");
            self.push(Code::MultipartMissing, Severity::WillFail, route.clone().map(|_| ()), words, edit);
        }
    }

    fn server_missing(&mut self) {
        let (Some(start), Some(image)) = (self.start, self.image) else { return };
        let class = start.worker_class.as_deref().unwrap_or_default();
        let workers = (class.starts_with("uvicorn.")).then_some("uvicorn");
        let server = SERVERS.iter().find(|row| row.0 == start.server).map(|row| row.1);
        for package in server.into_iter().chain(workers) {
            if !self.brought.closed || self.may_be_there(package) {
                continue;
            }
            let package = if package == "fastapi-cli" { "fastapi[standard]" } else { package };
            let place = start_place(image);
            let words = vec![("server", start.server.to_owned()), ("package", package.to_owned())];
            // Beside `fastapi` another line for it would be one too many.
            let edit = if package.contains('[') { None } else { self.added(package) };
            self.push(Code::ServerMissing, Severity::WillFail, place, words, edit);
        }
    }

    /// The line that requires one package more, at the end of the one file that it can belong to.
    fn added(&self, package: &str) -> Option<Edit> {
        let mut plain = self.python.requirements.files.iter().filter(|(file, kind)| {
            let main = self.python.requirements.required.iter().any(|found| {
                file_of(found) == *file && found.value.group == Group::Main && !found.value.hashed
            });
            *kind == Kind::Txt && main && self.is_installed(file)
        });
        let (file, _) = plain.next()?;
        if plain.next().is_some() {
            return None;
        }
        let text = text(self.files, file)?;
        let new_line = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let replacement = format!("{new_line}{package}\n");
        Some(Edit { file: file.clone(), range: text.len()..text.len(), replacement })
    }

    /// The calls that the start command surely runs.
    fn run(&self) -> Vec<Binding> {
        if !self.start.is_some_and(|start| matches!(start.server, "python" | "python -m")) {
            return Vec::new();
        }
        let entry = self.python.entry.as_deref();
        self.python
            .bindings
            .iter()
            .filter(|binding| match binding.when {
                When::Main | When::Called => entry.is_some_and(|entry| file_of(&binding.call) == entry),
                When::Imported => true,
                When::Unclear => false,
            })
            .cloned()
            .collect()
    }

    fn listening(&mut self) {
        let Some(image) = self.image else { return };
        if let Some(start) = self.start
            && let Some(host) = start.host.value().filter(|host| LOOPBACK.contains(&host.as_str()))
            && !self.configured(start)
            && !matches!(start.host, Part::Variable { .. })
        {
            let words = vec![("address", host.clone()), ("server", start.server.to_owned())];
            let (place, edit) = match &start.host {
                Part::Said { word, .. } => {
                    let word = image.words.get(*word);
                    let place = word.map(|word| Found::at((), &image.file, word.line));
                    (place, word.and_then(|word| self.within(&image.file, &word.bytes, &host, "0.0.0.0")))
                }
                _ => (None, self.appended(image, start)),
            };
            let place = place.unwrap_or_else(|| start_place(image));
            self.push(Code::BoundToLoopback, Severity::WillFail, place, words, edit);
        }
        if let (Some(start), Some(Configured { host: Some(host), .. })) =
            (self.start, &self.python.configured)
            && matches!(start.host, Part::Default(_))
            && LOOPBACK.contains(&host.value.as_str())
        {
            let words = vec![("address", host.value.clone()), ("server", start.server.to_owned())];
            self.push(Code::BoundToLoopback, Severity::WillFail, host.clone().map(|_| ()), words, None);
        }
        let run = self.run();
        let [binding] = &run[..] else { return };
        let habit = HABITS.iter().find(|habit| binding.call.value.starts_with(habit.0));
        let set = |name: &str| image.variables.iter().any(|variable| variable == name);
        let said = binding.host.said();
        let variable = said.and_then(|said| said.found.value.variable.as_deref());
        let Some(host) = binding.host.value().filter(|host| LOOPBACK.contains(&host.as_str())) else {
            return;
        };
        if binding.guarded
            || variable.is_some_and(set)
            || (said.is_none() && habit.is_some_and(|habit| set(habit.1)))
        {
            return;
        }
        let file = file_of(&binding.call);
        let edit = if let Some(said) = said {
            self.within(&file, &said.bytes, &host, "0.0.0.0").or_else(|| {
                Some(Edit {
                    file: file.clone(),
                    range: said.bytes.clone(),
                    replacement: "\"0.0.0.0\"".to_owned(),
                })
            })
        } else {
            let name = if binding.call.value.starts_with("gradio.") { "server_name" } else { "host" };
            self.argument(&file, &binding.bytes, &format!("{name}=\"0.0.0.0\""))
        };
        let line = said.and_then(|said| said.found.line).or(binding.call.line).unwrap_or(1);
        let words = vec![("address", host), ("server", binding.call.value.clone())];
        self.push(Code::BoundToLoopback, Severity::WillFail, Found::at((), &file, line), words, edit);
    }

    fn configured_port(&self) -> Option<Found<u16>> {
        self.python.configured.as_ref()?.port.clone()
    }

    /// Whether a file of settings may say more than the command.
    fn configured(&self, start: &Start) -> bool {
        let own = match start.server {
            "gunicorn" => "gunicorn.conf.py",
            "streamlit run" => ".streamlit/config.toml",
            _ => return start.config.is_some(),
        };
        start.config.is_some() || self.files.paths().iter().any(|path| path.ends_with(own))
    }

    /// Replaces a text within a range of a file.
    fn within(&self, file: &str, bytes: &Range<usize>, old: &str, new: &str) -> Option<Edit> {
        let text = text(self.files, file)?;
        let at = bytes.start + text.get(bytes.clone())?.find(old)?;
        Some(Edit { file: file.to_owned(), range: at..at + old.len(), replacement: new.to_owned() })
    }

    /// Adds words to the end of the start command, in the form in which it is written.
    fn appended(&self, image: &Image, start: &Start) -> Option<Edit> {
        let more = SERVERS.iter().find(|row| row.0 == start.server)?.2;
        let last = image.words.last()?;
        let text = text(self.files, &image.file)?;
        let word = text.get(last.bytes.clone())?;
        // The script of `sh -c` is one word, and the end of it may be another command's.
        if more.is_empty() || word.contains(char::is_whitespace) {
            return None;
        }
        let replacement = if word.starts_with('"') {
            format!(", \"{}\"", more.join("\", \""))
        } else {
            format!(" {}", more.join(" "))
        };
        Some(Edit { file: image.file.clone(), range: last.bytes.end..last.bytes.end, replacement })
    }

    /// Adds an argument to a call.
    fn argument(&self, file: &str, call: &Range<usize>, argument: &str) -> Option<Edit> {
        let text = text(self.files, file)?;
        let inner = text.get(call.clone())?.strip_suffix(')')?;
        let before = inner.trim_end();
        let separator = if before.ends_with(['(', ',']) { "" } else { ", " };
        let at = call.start + before.len();
        Some(Edit { file: file.to_owned(), range: at..at, replacement: format!("{separator}{argument}") })
    }

    /// Takes a word out of the start command.
    fn without(&self, image: &Image, word: usize) -> Option<Edit> {
        let bytes = &image.words.get(word)?.bytes;
        let text = text(self.files, &image.file)?;
        let own = text.get(bytes.clone())?;
        if own.contains(char::is_whitespace) {
            // A script: the flag and the blank before it go.
            let flag = ["--reload", "--debug"].into_iter().find(|flag| own.contains(flag))?;
            let at = bytes.start + own.find(&format!(" {flag}"))?;
            return Some(Edit {
                file: image.file.clone(),
                range: at..at + flag.len() + 1,
                replacement: String::new(),
            });
        }
        let before = text.get(..bytes.start)?;
        let trimmed = before.trim_end_matches([' ', '\t']);
        let (start, end) = match trimmed.strip_suffix(',') {
            Some(rest) => (rest.len(), bytes.end),
            // The first of a list: the comma behind it goes.
            None if trimmed.ends_with('[') => {
                let after = text.get(bytes.end..)?;
                let comma = after.len() - after.trim_start().strip_prefix(',')?.trim_start().len();
                (bytes.start, bytes.end + comma)
            }
            None => (trimmed.len(), bytes.end),
        };
        Some(Edit { file: image.file.clone(), range: start..end, replacement: String::new() })
    }

    fn development(&mut self) {
        let (Some(start), Some(image)) = (self.start, self.image) else { return };
        for (code, word) in [(Code::ReloadInImage, start.reload), (Code::DebugInImage, start.debug)] {
            let Some(word) = word else { continue };
            let line = image.words.get(word).map_or(1, |word| word.line);
            let words = vec![("server", start.server.to_owned())];
            let edit = self.without(image, word);
            self.push(code, Severity::WillHurt, Found::at((), &image.file, line), words, edit);
        }
        if start.development {
            let place = start_place(image);
            let words = vec![("server", start.server.to_owned())];
            self.push(Code::DevelopmentServer, Severity::Advice, place, words, None);
        }
        let run = self.run();
        for binding in &run {
            let file = file_of(&binding.call);
            for (code, said) in [(Code::ReloadInImage, &binding.reload), (Code::DebugInImage, &binding.debug)]
            {
                let Some(said) = said else { continue };
                if said.found.value.value != Some(true)
                    || said.found.value.variable.is_some()
                    || binding.guarded
                {
                    continue;
                }
                let edit = self.within(&file, &said.bytes, "True", "False");
                let words = vec![("server", binding.call.value.clone())];
                self.push(code, Severity::WillHurt, said.found.clone().map(|_| ()), words, edit);
            }
        }
    }

    fn ports(&mut self) {
        let Some(image) = self.image else { return };
        let (port, place) = match self.start.map(|start| (&start.port, start)) {
            Some((Part::Said { value, word }, _)) => {
                let line = image.words.get(*word).map_or(1, |word| word.line);
                (*value, Found::at((), &image.file, line))
            }
            Some((Part::Default(_), _)) if self.configured_port().is_some() => {
                let Some(port) = self.configured_port() else { return };
                (port.value, port.map(|_| ()))
            }
            Some((Part::Default(value), start)) if !self.configured(start) => (*value, start_place(image)),
            Some((Part::Unknown, _)) => {
                let run = self.run();
                let [binding] = &run[..] else { return };
                let said = binding.port.said();
                let variable = said.and_then(|said| said.found.value.variable.as_ref());
                let habit = HABITS.iter().any(|habit| binding.call.value.starts_with(habit.0));
                let (Some(port), None, false) = (binding.port.value(), variable, binding.guarded) else {
                    return;
                };
                if said.is_none() && habit {
                    return;
                }
                let line = said.and_then(|said| said.found.line).or(binding.call.line).unwrap_or(1);
                (port, Found::at((), &file_of(&binding.call), line))
            }
            _ => return,
        };
        if image.exposed.is_empty() || image.exposed.iter().any(|(_, exposed)| *exposed == port) {
            return;
        }
        let exposed: Vec<String> = image.exposed.iter().map(|(_, port)| port.to_string()).collect();
        let edit = match &image.exposed[..] {
            [(word, exposed)] => {
                self.within(&image.file, &word.bytes, &exposed.to_string(), &port.to_string())
            }
            _ => None,
        };
        let words = vec![("port", port.to_string()), ("exposed", exposed.join(", "))];
        self.push(Code::PortDiffers, Severity::WillHurt, place, words, edit);
    }

    fn app(&mut self) {
        let (Some(start), Some(image)) = (self.start, self.image) else { return };
        let python = self.python;
        if let (Some(name), Some(entry)) = (&python.lacks, &python.entry)
            && matches!(start.server, "uvicorn" | "gunicorn" | "hypercorn" | "daphne" | "granian")
        {
            // The app of that file, where there is one.
            let mut own = python.apps.iter().filter(|app| file_of(&app.framework) == *entry);
            let right = match (own.next().and_then(|app| app.target.as_ref()), own.next()) {
                (Some(target), None) if !target.factory => Some(target.name.clone()),
                _ => None,
            };
            let words = vec![
                ("name", name.clone()),
                ("file", entry.clone()),
                ("right", right.clone().unwrap_or_default()),
            ];
            let (old, mut edit, mut line) = (format!(":{name}"), None, None);
            for word in &image.words {
                let found = right.as_ref().and_then(|right| {
                    let text = text(self.files, &image.file)?;
                    let module = format!("{}{old}", start.module.as_ref()?);
                    text.get(word.bytes.clone())?.contains(&module).then_some(())?;
                    self.within(&image.file, &word.bytes, &old, &format!(":{right}"))
                });
                if found.is_some() {
                    (edit, line) = (found, Some(word.line));
                }
            }
            let place = line.map_or_else(|| start_place(image), |line| Found::at((), &image.file, line));
            self.push(Code::AppNotInFile, Severity::WillFail, place, words, edit);
        }
        let run = self.run();
        for binding in &run {
            let reload = binding.reload.as_ref().is_some_and(|said| said.found.value.value == Some(true));
            let workers = binding
                .workers
                .as_ref()
                .is_some_and(|said| said.found.value.variable.is_none() && said.found.value.value > Some(1));
            if binding.call.value == "uvicorn.run"
                && binding.object
                && (reload || workers)
                && !binding.guarded
            {
                let place = binding.call.clone().map(|_| ());
                let argument = if reload { "reload" } else { "workers" };
                let words = vec![("argument", argument.to_owned())];
                self.push(Code::AppNotText, Severity::WillFail, place, words, None);
            }
        }
        if matches!(start.server, "uvicorn" | "gunicorn" | "hypercorn") {
            for binding in &python.bindings {
                let blocks = ["uvicorn.run", "flask.Flask().run", "waitress.serve"];
                if binding.when == When::Imported
                    && !binding.guarded
                    && blocks.contains(&binding.call.value.as_str())
                {
                    let words =
                        vec![("call", binding.call.value.clone()), ("server", start.server.to_owned())];
                    let place = binding.call.clone().map(|_| ());
                    self.push(Code::ServesOnImport, Severity::WillHurt, place, words, None);
                }
            }
        }
    }
}

fn start_place(image: &Image) -> Found<()> {
    Found::at((), &image.file, image.words.first().map_or(1, |word| word.line))
}

fn file_of<T>(found: &Found<T>) -> String {
    let path = found.file.as_ref().and_then(|file| file.to_str()).unwrap_or_default();
    path.to_owned()
}
