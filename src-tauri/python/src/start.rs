//! What a start command says: which server, which app, where it listens, and whether it is one for development.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::files::name_of;

/// A start command, understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Start {
    /// The server as it is called: `uvicorn`, `flask run`, `python`.
    pub server: &'static str,
    /// The module of the app, with dots.
    pub module: Option<String>,
    /// The variable in it.
    pub variable: Option<String>,
    /// The script, where the command names a file.
    pub script: Option<String>,
    /// The folder that the server goes to first.
    pub folder: Option<String>,
    /// The address.
    pub host: Part<String>,
    /// The port.
    pub port: Part<u16>,
    /// The word that makes it start anew whenever a file changes.
    pub reload: Option<usize>,
    /// The word that turns debugging on.
    pub debug: Option<usize>,
    /// How many processes answer.
    pub workers: Part<u32>,
    /// The class of gunicorn's workers.
    pub worker_class: Option<String>,
    /// A file with more of the settings.
    pub config: Option<String>,
    /// Whether the server is one for development only.
    pub development: bool,
}

/// One part of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Part<T> {
    /// This word says so.
    Said {
        /// The value.
        value: T,
        /// The word's place.
        word: usize,
    },
    /// A variable says so, in this word or by the server's own habit.
    Variable {
        /// Its name.
        name: String,
        /// Its value, where the image sets one, or the shell's default.
        value: Option<T>,
    },
    /// Nothing says so, and this is what the server does then.
    Default(T),
    /// Not known.
    Unknown,
}

impl<T: Clone> Part<T> {
    /// The value, where one is known.
    pub fn value(&self) -> Option<T> {
        match self {
            Self::Said { value, .. } | Self::Default(value) => Some(value.clone()),
            Self::Variable { value, .. } => value.clone(),
            Self::Unknown => None,
        }
    }
}

/// How a server reads its command line.
struct Server {
    words: &'static [&'static str],
    name: &'static str,
    host: (&'static [&'static str], &'static str),
    port: (&'static [&'static str], u16),
    /// Flags that take `address:port`.
    bind: &'static [&'static str],
    workers: &'static [&'static str],
    reload: &'static [&'static str],
    debug: &'static [&'static str],
    /// Variables that it reads itself, for address and port.
    variables: (&'static str, &'static str),
    app: Takes,
    development: bool,
}

/// What names the app.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A word `module:variable`.
    Target,
    /// A flag or a variable.
    Flag(&'static [&'static str], &'static str),
    /// A word with a file.
    File,
    /// Nothing of the project.
    Nothing,
}

const BASE: Server = Server {
    words: &[],
    name: "",
    host: (&["--host"], "127.0.0.1"),
    port: (&["--port"], 8000),
    bind: &[],
    workers: &["--workers"],
    reload: &["--reload"],
    debug: &["--debug"],
    variables: ("", ""),
    app: Takes::Target,
    development: false,
};

/// The servers. Defaults by their own documentation, as in the table of frameworks.
const SERVERS: &[Server] = &[
    Server { words: &["uvicorn"], name: "uvicorn", variables: ("UVICORN_HOST", "UVICORN_PORT"), ..BASE },
    Server {
        words: &["gunicorn"],
        name: "gunicorn",
        bind: &["-b", "--bind"],
        host: (&[], "127.0.0.1"),
        port: (&[], 8000),
        workers: &["-w", "--workers"],
        debug: &[],
        ..BASE
    },
    Server {
        words: &["hypercorn"],
        name: "hypercorn",
        bind: &["-b", "--bind"],
        host: (&[], "127.0.0.1"),
        port: (&[], 8000),
        workers: &["-w", "--workers"],
        ..BASE
    },
    Server {
        words: &["daphne"],
        name: "daphne",
        host: (&["-b", "--bind"], "127.0.0.1"),
        port: (&["-p", "--port"], 8000),
        ..BASE
    },
    Server { words: &["granian"], name: "granian", variables: ("GRANIAN_HOST", "GRANIAN_PORT"), ..BASE },
    Server {
        words: &["waitress-serve"],
        name: "waitress-serve",
        host: (&["--host"], "0.0.0.0"),
        port: (&["--port"], 8080),
        bind: &["--listen"],
        ..BASE
    },
    Server {
        words: &["fastapi", "run"],
        name: "fastapi run",
        host: (&["--host"], "0.0.0.0"),
        app: Takes::File,
        ..BASE
    },
    Server { words: &["fastapi", "dev"], name: "fastapi dev", app: Takes::File, development: true, ..BASE },
    Server {
        words: &["flask", "run"],
        name: "flask run",
        host: (&["-h", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 5000),
        debug: &["--debug", "--debugger"],
        variables: ("FLASK_RUN_HOST", "FLASK_RUN_PORT"),
        app: Takes::Flag(&["--app", "-A"], "FLASK_APP"),
        development: true,
        ..BASE
    },
    Server {
        words: &["quart", "run"],
        name: "quart run",
        host: (&["-h", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 5000),
        app: Takes::Flag(&["--app", "-A"], "QUART_APP"),
        development: true,
        ..BASE
    },
    Server {
        words: &["litestar", "run"],
        name: "litestar run",
        host: (&["-H", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 8000),
        reload: &["--reload", "-r"],
        app: Takes::Flag(&["--app"], "LITESTAR_APP"),
        variables: ("LITESTAR_HOST", "LITESTAR_PORT"),
        ..BASE
    },
    Server {
        words: &["sanic"],
        name: "sanic",
        host: (&["-H", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 8000),
        reload: &["--reload", "-r", "--auto-reload", "--dev", "-d"],
        ..BASE
    },
    Server {
        words: &["streamlit", "run"],
        name: "streamlit run",
        host: (&["--server.address"], "0.0.0.0"),
        port: (&["--server.port"], 8501),
        variables: ("STREAMLIT_SERVER_ADDRESS", "STREAMLIT_SERVER_PORT"),
        app: Takes::File,
        ..BASE
    },
    Server {
        words: &["chainlit", "run"],
        name: "chainlit run",
        reload: &["-w", "--watch"],
        variables: ("CHAINLIT_HOST", "CHAINLIT_PORT"),
        app: Takes::File,
        ..BASE
    },
    Server {
        words: &["panel", "serve"],
        name: "panel serve",
        host: (&["--address"], "localhost"),
        port: (&["--port"], 5006),
        reload: &["--dev", "--autoreload"],
        app: Takes::File,
        ..BASE
    },
    Server {
        words: &["shiny", "run"],
        name: "shiny run",
        host: (&["-h", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 8000),
        app: Takes::File,
        ..BASE
    },
    Server {
        words: &["bentoml", "serve"],
        name: "bentoml serve",
        host: (&["--host"], "0.0.0.0"),
        port: (&["-p", "--port"], 3000),
        variables: ("BENTOML_HOST", "BENTOML_PORT"),
        ..BASE
    },
    Server {
        words: &["mlflow", "models", "serve"],
        name: "mlflow models serve",
        host: (&["-h", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 5000),
        app: Takes::Nothing,
        ..BASE
    },
    Server {
        words: &["mlflow", "server"],
        name: "mlflow server",
        host: (&["-h", "--host"], "127.0.0.1"),
        port: (&["-p", "--port"], 5000),
        variables: ("MLFLOW_HOST", "MLFLOW_PORT"),
        app: Takes::Nothing,
        ..BASE
    },
    Server {
        words: &["serve", "run"],
        name: "serve run",
        host: (&[], "127.0.0.1"),
        port: (&[], 8000),
        ..BASE
    },
];

/// Flags without a value, of all servers together.
const PLAIN: [&str; 31] = [
    "--reload",
    "--factory",
    "--proxy-headers",
    "--no-proxy-headers",
    "--access-log",
    "--no-access-log",
    "--debug",
    "--no-debug",
    "--debugger",
    "--no-debugger",
    "--no-reload",
    "--use-colors",
    "--no-use-colors",
    "--preload",
    "--daemon",
    "-D",
    "--server-header",
    "--no-server-header",
    "--date-header",
    "--no-date-header",
    "--headless",
    "--with-threads",
    "--without-threads",
    "--call",
    "--expose-tracebacks",
    "--production",
    "--fast",
    "--noreload",
    "-u",
    "--watch",
    "--reuse-port",
];

/// Words in front of a command that only start it, and how many words of their own follow.
const FRONT: [(&[&str], usize); 16] = [
    (&["exec"], 0),
    (&["nohup"], 0),
    (&["time"], 0),
    (&["command"], 0),
    (&["env"], 0),
    (&["tini", "--"], 0),
    (&["dumb-init"], 0),
    (&["poetry", "run"], 0),
    (&["pipenv", "run"], 0),
    (&["pdm", "run"], 0),
    (&["hatch", "run"], 0),
    (&["rye", "run"], 0),
    (&["uv", "run"], 0),
    (&["ddtrace-run"], 0),
    (&["opentelemetry-instrument"], 0),
    (&["newrelic-admin", "run-program"], 0),
];

/// Reads a command: its words, and the variables that the image sets. A shell's `-c` is looked into.
pub fn parse(words: &[String], env: &BTreeMap<String, String>) -> Option<Start> {
    let mut flat: Vec<(String, usize)> = Vec::new();
    let shell = words.first().is_some_and(|word| ["sh", "bash", "dash", "ash"].contains(&name_of(word)));
    for (at, word) in words.iter().enumerate() {
        if shell && word.contains(char::is_whitespace) {
            flat.extend(split(word).into_iter().map(|word| (word, at)));
        } else {
            flat.push((word.clone(), at));
        }
    }
    if shell {
        let script = flat.iter().position(|word| !word.0.starts_with('-') && word.1 > 0)?;
        flat.drain(..script);
    }
    // Of `cd app && migrate; serve` the last that is known to serve counts.
    let mut commands: Vec<Vec<(String, usize)>> = vec![Vec::new()];
    for (word, at) in flat {
        let ends = word.ends_with(';') || word.ends_with('&');
        let plain = word.trim_end_matches([';', '&']).to_owned();
        if !plain.is_empty() && plain != "||" && plain != "|" {
            if let Some(last) = commands.last_mut() {
                last.push((plain, at));
            }
        } else if !ends {
            commands.push(Vec::new());
        }
        if ends {
            commands.push(Vec::new());
        }
    }
    let mut folder = None;
    let mut found = None;
    for command in &commands {
        if let [(cd, _), (to, _)] = &command[..]
            && cd == "cd"
        {
            folder = Some(to.clone());
        }
        if let Some(mut start) = one(command, env) {
            start.folder = start.folder.or_else(|| folder.clone());
            found = Some(start);
        }
    }
    found
}

/// Words of a shell's text; quotes keep together, nothing is expanded.
pub fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut any = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                any = true;
            }
            (None | Some('"'), '\\') => word.extend(chars.next().filter(|c| *c != '\n')),
            (None, c) if c.is_whitespace() => {
                if any || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                any = false;
            }
            (_, c) => word.push(c),
        }
    }
    if any || !word.is_empty() {
        words.push(word);
    }
    words
}

fn one(words: &[(String, usize)], env: &BTreeMap<String, String>) -> Option<Start> {
    let mut rest = words;
    // What stands in front.
    loop {
        let (first, _) = rest.first()?;
        let name = name_of(first);
        let setting = first.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        });
        let front = FRONT.iter().find(|(front, _)| {
            front.first() == Some(&name)
                && front.iter().skip(1).zip(rest.iter().skip(1)).all(|(a, b)| *a == b.0)
                && rest.len() > front.len()
        });
        if setting {
            rest = rest.get(1..)?;
        } else if let Some((front, _)) = front {
            rest = rest.get(front.len()..)?;
            while let Some((word, _)) = rest.first()
                && word.starts_with('-')
            {
                // `uv run --no-sync`, `dumb-init --`; an option with a value is told by its `=`.
                rest = rest.get(1..)?;
            }
        } else {
            break;
        }
    }
    let first = name_of(&rest.first()?.0);
    if is_python(first) {
        return python(rest, env);
    }
    server(rest, env)
}

fn is_python(word: &str) -> bool {
    word.strip_prefix("python").is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// `python app.py`, `python -m module`, `python manage.py runserver`.
fn python(words: &[(String, usize)], env: &BTreeMap<String, String>) -> Option<Start> {
    let mut at = 1;
    while let Some((word, _)) = words.get(at) {
        match word.as_str() {
            "-m" => {
                let (module, place) = words.get(at + 1)?;
                let rest = words.get(at + 1..)?;
                if module == "http.server" {
                    return Some(http_server(rest));
                }
                if let Some(found) = server(rest, env) {
                    return Some(found);
                }
                let mut start = plain("python -m", *place);
                start.module = Some(module.clone());
                start.script = None;
                return Some(start);
            }
            "-c" => return None,
            "-W" | "-X" => at += 2,
            flag if flag.starts_with('-') => at += 1,
            script => {
                let mut start = plain("python", at);
                start.script = Some(script.to_owned());
                if name_of(script) == "manage.py"
                    && words.get(at + 1).is_some_and(|word| word.0 == "runserver")
                {
                    runserver(&mut start, words.get(at + 2..).unwrap_or_default());
                }
                return Some(start);
            }
        }
    }
    None
}

fn plain(server: &'static str, _at: usize) -> Start {
    Start {
        server,
        module: None,
        variable: None,
        script: None,
        folder: None,
        host: Part::Unknown,
        port: Part::Unknown,
        reload: None,
        debug: None,
        workers: Part::Unknown,
        worker_class: None,
        config: None,
        development: false,
    }
}

fn http_server(words: &[(String, usize)]) -> Start {
    let mut start = plain("http.server", 0);
    start.host = Part::Default("0.0.0.0".to_owned());
    start.port = Part::Default(8000);
    let mut words = words.iter().skip(1);
    while let Some((word, at)) = words.next() {
        match word.as_str() {
            "-b" | "--bind" => {
                if let Some((value, word)) = words.next() {
                    start.host = Part::Said { value: value.clone(), word: *word };
                }
            }
            "-d" | "--directory" | "-p" | "--protocol" => {
                words.next();
            }
            word => {
                if let Ok(value) = word.parse() {
                    start.port = Part::Said { value, word: *at };
                }
            }
        }
    }
    start
}

/// `manage.py runserver 0.0.0.0:8000`
fn runserver(start: &mut Start, words: &[(String, usize)]) {
    start.server = "manage.py runserver";
    start.development = true;
    start.host = Part::Default("127.0.0.1".to_owned());
    start.port = Part::Default(8000);
    for (word, at) in words.iter().filter(|word| !word.0.starts_with('-')) {
        let (host, port) = match word.rsplit_once(':') {
            Some((host, port)) => (Some(host), port),
            None => (None, word.as_str()),
        };
        start.port = part(port, *at, &BTreeMap::new());
        if let Some(host) = host {
            let host = if host == "0" { "0.0.0.0" } else { host };
            start.host = Part::Said { value: host.to_owned(), word: *at };
        }
    }
}

/// A word's value, or the variable that stands in it: `$PORT`, `${PORT:-8000}`.
fn part<T: std::str::FromStr>(word: &str, at: usize, env: &BTreeMap<String, String>) -> Part<T> {
    let Some(name) = word.strip_prefix('$') else {
        return match word.parse() {
            Ok(value) => Part::Said { value, word: at },
            Err(_) => Part::Unknown,
        };
    };
    let name = name.strip_prefix('{').and_then(|name| name.strip_suffix('}')).unwrap_or(name);
    let (name, default) = match name.split_once([':', '-', '=']) {
        Some((name, default)) => (name, Some(default.trim_start_matches(['-', '=']))),
        None => (name, None),
    };
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') || name.is_empty() {
        return Part::Unknown;
    }
    let value = env.get(name).map(String::as_str).or(default).and_then(|value| value.parse().ok());
    Part::Variable { name: name.to_owned(), value }
}

/// The value of a flag: `--port 80`, `--port=80`, `-p80`.
fn flagged<'a>(words: &'a [(String, usize)], flags: &[&str]) -> Option<(&'a str, usize)> {
    let mut found = None;
    for (place, (word, at)) in words.iter().enumerate() {
        for flag in flags {
            if word == flag {
                found = words.get(place + 1).map(|(value, at)| (value.as_str(), *at)).or(found);
            } else if let Some(value) = word.strip_prefix(flag)
                && let Some(value) = value
                    .strip_prefix('=')
                    .or((flag.len() == 2 && !value.is_empty() && !word.starts_with("--")).then_some(value))
            {
                found = Some((value, *at));
            }
        }
    }
    found
}

fn server(words: &[(String, usize)], env: &BTreeMap<String, String>) -> Option<Start> {
    let (server, rest) = SERVERS.iter().find_map(|server| {
        let (first, more) = server.words.split_first()?;
        if name_of(&words.first()?.0) != *first {
            return None;
        }
        // `flask --app main run`: flags may stand before the verb.
        let mut rest: Vec<(String, usize)> = words.get(1..)?.to_vec();
        for verb in more {
            let at = rest.iter().position(|word| word.0 == *verb)?;
            rest.remove(at);
        }
        Some((server, rest))
    })?;
    let mut rest = rest;
    if server.name == "gunicorn"
        && let Some(more) = env.get("GUNICORN_CMD_ARGS")
    {
        // The command line itself goes first; what it says counts.
        let own = std::mem::take(&mut rest);
        rest = split(more).into_iter().map(|word| (word, usize::MAX)).collect();
        rest.extend(own);
    }
    let mut start = plain(server.name, 0);
    start.development = server.development;
    let variable = |name: &str| (!name.is_empty()).then(|| env.get(name)).flatten();
    start.host = match flagged(&rest, server.host.0) {
        Some((value, at)) => part(value, at, env),
        None => match variable(server.variables.0) {
            Some(value) => Part::Variable { name: server.variables.0.to_owned(), value: Some(value.clone()) },
            None => Part::Default(server.host.1.to_owned()),
        },
    };
    start.port = match flagged(&rest, server.port.0) {
        Some((value, at)) => part(value, at, env),
        None => match variable(server.variables.1) {
            Some(value) => {
                Part::Variable { name: server.variables.1.to_owned(), value: value.trim().parse().ok() }
            }
            None => Part::Default(server.port.1),
        },
    };
    if let Some((address, at)) = flagged(&rest, server.bind) {
        (start.host, start.port) = bound(address, at, env);
    } else if server.name == "gunicorn"
        && let Some(port) = env.get("PORT")
    {
        start.host = Part::Default("0.0.0.0".to_owned());
        start.port = Part::Variable { name: "PORT".to_owned(), value: port.trim().parse().ok() };
    }
    if server.name == "uvicorn" && (flagged(&rest, &["--uds", "--fd"]).is_some()) {
        (start.host, start.port) = (Part::Unknown, Part::Unknown);
    }
    start.workers = match flagged(&rest, server.workers) {
        Some((value, at)) => part(value, at, env),
        None => Part::Default(1),
    };
    let word = |flags: &[&str]| rest.iter().find(|word| flags.contains(&word.0.as_str())).map(|word| word.1);
    start.reload = word(server.reload);
    start.debug = word(server.debug);
    start.config = (server.name == "gunicorn" || server.name == "hypercorn")
        .then(|| flagged(&rest, &["-c", "--config"]).map(|found| found.0.to_owned()))
        .flatten();
    if server.name == "gunicorn" {
        start.worker_class = flagged(&rest, &["-k", "--worker-class"]).map(|found| found.0.to_owned());
        start.folder = flagged(&rest, &["--chdir"]).map(|found| found.0.to_owned());
    }
    if server.name == "uvicorn" {
        start.folder = flagged(&rest, &["--app-dir"]).map(|found| found.0.to_owned());
    }
    let app = match server.app {
        Takes::Target => bare(&rest).find(|word| is_target(word, server.name)).map(str::to_owned),
        Takes::Flag(flags, variable) => {
            flagged(&rest, flags).map(|found| found.0.to_owned()).or_else(|| env.get(variable).cloned())
        }
        Takes::File => bare(&rest).find(|word| !word.starts_with('$')).map(str::to_owned),
        Takes::Nothing => None,
    };
    match app {
        Some(app) if app.contains(".py") || app.contains('/') => {
            let (file, variable) = match app.split_once(".py:") {
                Some((file, variable)) => (format!("{file}.py"), Some(variable.to_owned())),
                None => (app, None),
            };
            start.script = Some(file);
            start.variable = variable;
        }
        Some(app) if !app.starts_with('$') => {
            let (module, variable) = match app.split_once(':') {
                Some((module, variable)) => (module.to_owned(), Some(variable)),
                None => (app, None),
            };
            start.module = Some(module);
            start.variable = variable.map(|variable| variable.trim_end_matches("()").to_owned());
        }
        _ => {}
    }
    Some(start)
}

/// `address:port` of `--bind`.
fn bound(address: &str, at: usize, env: &BTreeMap<String, String>) -> (Part<String>, Part<u16>) {
    if address.starts_with("unix:") || address.starts_with("fd://") || address.contains('/') {
        return (Part::Unknown, Part::Unknown);
    }
    // The colon of `${PORT:-80}` is none of ours.
    let outside = |text: &str| text.matches('{').count() == text.matches('}').count();
    match address.rsplit_once(':') {
        Some((host, port)) if outside(host) => {
            let host = host.trim_start_matches('[').trim_end_matches(']');
            let host = if host.is_empty() { "0.0.0.0" } else { host };
            (part(host, at, env), part(port, at, env))
        }
        _ if address.starts_with('$') => (Part::Unknown, Part::Unknown),
        _ if address.chars().all(|c| c.is_ascii_digit()) => {
            (Part::Said { value: "0.0.0.0".to_owned(), word: at }, part(address, at, env))
        }
        _ => (Part::Said { value: address.to_owned(), word: at }, Part::Default(8000)),
    }
}

/// Words that are neither flags nor values of flags.
fn bare(words: &[(String, usize)]) -> impl Iterator<Item = &str> {
    let mut after_flag = false;
    words.iter().filter_map(move |(word, _)| {
        if word.starts_with('-') {
            after_flag = !word.contains('=') && !PLAIN.contains(&word.as_str());
            // `-w4` has its value in it.
            if !word.starts_with("--") && word.len() > 2 {
                after_flag = false;
            }
            return None;
        }
        (!std::mem::take(&mut after_flag)).then_some(word.as_str())
    })
}

/// Whether the word names an app: `main:app`, `pkg.wsgi`.
fn is_target(word: &str, server: &str) -> bool {
    let (module, variable) = word.split_once(':').unwrap_or((word, ""));
    let dotted = |text: &str| {
        text.split('.').all(|part| {
            part.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_alphanumeric() || c == '_')
        })
    };
    let variable = variable.split('(').next().unwrap_or(variable);
    dotted(module)
        && (dotted(variable)
            || (variable.is_empty() && !matches!(server, "uvicorn" | "hypercorn" | "daphne")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(command: &str, env: &[(&str, &str)]) -> String {
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let Some(start) = parse(&split(command), &env) else { return "?".into() };
        let app = match (&start.module, &start.variable, &start.script) {
            (Some(module), Some(variable), _) => format!("{module}:{variable}"),
            (Some(module), None, _) => module.clone(),
            (None, Some(variable), Some(script)) => format!("{script}:{variable}"),
            (None, None, Some(script)) => script.clone(),
            _ => "-".into(),
        };
        let host = start.host.value().unwrap_or("?".into());
        let port = start.port.value().map_or("?".into(), |port| port.to_string());
        let mut shown = format!("{} {app} {host}:{port}", start.server);
        if start.reload.is_some() {
            shown += " reload";
        }
        if start.debug.is_some() {
            shown += " debug";
        }
        if let Part::Said { value, .. } = start.workers {
            shown += &format!(" x{value}");
        }
        shown
    }

    #[test]
    fn commands_are_understood() {
        for (command, expected) in [
            ("uvicorn main:app", "uvicorn main:app 127.0.0.1:8000"),
            (
                "uvicorn app.main:app --host 0.0.0.0 --port 80 --reload",
                "uvicorn app.main:app 0.0.0.0:80 reload",
            ),
            (
                "uvicorn --host=0.0.0.0 --port=5000 --factory main:create_app",
                "uvicorn main:create_app 0.0.0.0:5000",
            ),
            ("uvicorn --proxy-headers main:app --workers 4", "uvicorn main:app 127.0.0.1:8000 x4"),
            ("/venv/bin/uvicorn main:app", "uvicorn main:app 127.0.0.1:8000"),
            ("python -m uvicorn main:app --port 81", "uvicorn main:app 127.0.0.1:81"),
            ("python3.12 -u app.py", "python app.py ?:?"),
            ("python -m app.server", "python -m app.server ?:?"),
            ("python -c 'import x'", "?"),
            ("python -m http.server 9000", "http.server - 0.0.0.0:9000"),
            ("python manage.py runserver 0.0.0.0:8080", "manage.py runserver manage.py 0.0.0.0:8080"),
            ("python manage.py runserver", "manage.py runserver manage.py 127.0.0.1:8000"),
            ("python manage.py migrate", "python manage.py ?:?"),
            (
                "gunicorn -w 4 -k uvicorn.workers.UvicornWorker main:app -b 0.0.0.0:8080",
                "gunicorn main:app 0.0.0.0:8080 x4",
            ),
            ("gunicorn --bind :5000 wsgi", "gunicorn wsgi 0.0.0.0:5000"),
            ("gunicorn -b0.0.0.0:80 -w2 'app:create_app()'", "gunicorn app:create_app 0.0.0.0:80 x2"),
            ("gunicorn --bind unix:/tmp/s app:app", "gunicorn app:app ?:?"),
            ("gunicorn app:app --reload", "gunicorn app:app 127.0.0.1:8000 reload"),
            ("hypercorn main:app --bind 0.0.0.0:80", "hypercorn main:app 0.0.0.0:80"),
            ("flask run --host=0.0.0.0", "flask run - 0.0.0.0:5000"),
            ("flask --app main --debug run -p 80", "flask run main 127.0.0.1:80 debug"),
            ("fastapi run app/main.py --port 80", "fastapi run app/main.py 0.0.0.0:80"),
            ("fastapi dev", "fastapi dev - 127.0.0.1:8000"),
            (
                "streamlit run app.py --server.port=80 --server.address 0.0.0.0",
                "streamlit run app.py 0.0.0.0:80",
            ),
            ("streamlit run --server.port 80 app.py", "streamlit run app.py 0.0.0.0:80"),
            ("waitress-serve --port=80 --call app:create_app", "waitress-serve app:create_app 0.0.0.0:80"),
            ("waitress-serve --listen=*:80 app:app", "waitress-serve app:app *:80"),
            (
                "daphne -b 0.0.0.0 -p 8001 mysite.asgi:application",
                "daphne mysite.asgi:application 0.0.0.0:8001",
            ),
            ("granian --interface asgi main:app", "granian main:app 127.0.0.1:8000"),
            ("sanic server:app --host 0.0.0.0", "sanic server:app 0.0.0.0:8000"),
            ("bentoml serve service:svc", "bentoml serve service:svc 0.0.0.0:3000"),
            ("mlflow models serve -m model -h 0.0.0.0", "mlflow models serve - 0.0.0.0:5000"),
            ("poetry run uvicorn main:app", "uvicorn main:app 127.0.0.1:8000"),
            ("uv run --no-sync uvicorn main:app", "uvicorn main:app 127.0.0.1:8000"),
            ("PORT=1 exec uvicorn main:app", "uvicorn main:app 127.0.0.1:8000"),
            (
                "sh -c 'cd app && alembic upgrade head && uvicorn main:app --port ${PORT:-8080}'",
                "uvicorn main:app 127.0.0.1:8080",
            ),
            ("bash -c \"python a.py; exec gunicorn -b 0.0.0.0:$PORT m:a\"", "gunicorn m:a 0.0.0.0:?"),
            ("nginx -g daemon", "?"),
            ("", "?"),
            ("./start.sh", "?"),
            ("echo uvicorn main:app", "?"),
        ] {
            assert_eq!(shown(command, &[]), expected, "{command}");
        }
    }

    #[test]
    fn the_images_variables_count_where_the_server_reads_them() {
        for (command, env, expected) in [
            (
                "flask run",
                &[("FLASK_APP", "main.py"), ("FLASK_RUN_HOST", "0.0.0.0")][..],
                "flask run main.py 0.0.0.0:5000",
            ),
            ("uvicorn a:b", &[("UVICORN_HOST", "0.0.0.0"), ("PORT", "1")], "uvicorn a:b 0.0.0.0:8000"),
            ("gunicorn a:b", &[("PORT", "81")], "gunicorn a:b 0.0.0.0:81"),
            ("gunicorn a:b", &[("GUNICORN_CMD_ARGS", "--bind 0.0.0.0:82")], "gunicorn a:b 0.0.0.0:82"),
            ("gunicorn a:b -b :83", &[("GUNICORN_CMD_ARGS", "-b :82")], "gunicorn a:b 0.0.0.0:83"),
            ("sh -c 'uvicorn a:b --port $PORT'", &[("PORT", "84")], "uvicorn a:b 127.0.0.1:84"),
            ("streamlit run a.py", &[("STREAMLIT_SERVER_PORT", "85")], "streamlit run a.py 0.0.0.0:85"),
        ] {
            assert_eq!(shown(command, env), expected, "{command}");
        }
    }
}
