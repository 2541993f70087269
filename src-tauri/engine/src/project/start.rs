//! What starts the app, and the port on which it will listen, each with the file and line that say so.
//!
//! What the start command says is what happens; `ENV PORT` is what most servers obey; `EXPOSE` is a promise; a
//! script's own call and a server's default are the last resorts. The trial checks it in any case.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use regex::Regex;

use super::dockerfile::{Built, Command, Lined, expand, split};
use crate::facts::Found;

/// A server that is started by name.
struct Server {
    /// The words that start it, the first by its file's name.
    words: &'static [&'static str],
    /// Where it listens when nothing says otherwise.
    port: Option<u16>,
    /// Whether a word without a dash may be `PORT` or `ADDRESS:PORT`.
    bare: bool,
}

const fn server(words: &'static [&'static str], port: u16) -> Server {
    Server { words, port: Some(port), bare: false }
}

const SERVERS: &[Server] = &[
    server(&["uvicorn"], 8000),
    server(&["gunicorn"], 8000),
    server(&["hypercorn"], 8000),
    server(&["daphne"], 8000),
    server(&["fastapi", "run"], 8000),
    server(&["fastapi", "dev"], 8000),
    server(&["flask", "run"], 5000),
    server(&["streamlit", "run"], 8501),
    server(&["waitress-serve"], 8080),
    server(&["chainlit", "run"], 8000),
    server(&["panel", "serve"], 5006),
    server(&["bokeh", "serve"], 5006),
    server(&["voila"], 8866),
    server(&["solara", "run"], 8765),
    server(&["shiny", "run"], 8000),
    server(&["bentoml", "serve"], 3000),
    server(&["mlflow", "models", "serve"], 5000),
    server(&["mlflow", "server"], 5000),
    server(&["mlflow", "ui"], 5000),
    server(&["serve", "run"], 8000),
    server(&["vllm", "serve"], 8000),
    server(&["jupyter"], 8888),
    server(&["jupyter-lab"], 8888),
    server(&["nginx"], 80),
    server(&["httpd"], 80),
    server(&["apachectl"], 80),
    server(&["tensorflow_model_server"], 8501),
    Server { words: &["http.server"], port: Some(8000), bare: true },
    Server { words: &["runserver"], port: Some(8000), bare: true },
    Server { words: &["php"], port: None, bare: false },
];

/// Flags that take a port, or an address and a port.
const FLAGS: [&str; 13] = [
    "--port",
    "-p",
    "--bind",
    "-b",
    "--listen",
    "--server.port",
    "--server-port",
    "--rest_api_port",
    "--http-port",
    "--address",
    "-S",
    "-port",
    "--http.port",
];

/// Variables of the image that servers obey.
const PORT_VARIABLES: [&str; 6] =
    ["PORT", "UVICORN_PORT", "FLASK_RUN_PORT", "STREAMLIT_SERVER_PORT", "GRADIO_SERVER_PORT", "HTTP_PORT"];

/// The largest script that is read, in bytes.
const SCRIPT_AT_MOST: u64 = 512 * 1024;

/// What is known of how the built image starts.
#[derive(Debug)]
pub struct Starts<'a> {
    /// The settled stage.
    pub built: &'a Built,
    /// The Dockerfile, relative to the folder.
    pub dockerfile: &'a Path,
    /// The context, absolute.
    pub context: &'a Path,
    /// The context, relative to the folder.
    pub context_in_folder: &'a Path,
    /// The variables that the user sets.
    pub env: &'a BTreeMap<String, String>,
}

impl Starts<'_> {
    /// What starts the app, as a shell would say it: `ENTRYPOINT` with `CMD` behind it.
    pub fn command(&self) -> Option<Found<String>> {
        let Built { entrypoint, command, .. } = self.built;
        let words = |command: &Lined<Command>| command.value.words();
        let started = match (entrypoint, command) {
            (None, command) => {
                let command = command.as_ref()?;
                Lined { value: words(command), line: command.line }
            }
            (Some(entrypoint), Some(command)) if matches!(entrypoint.value, Command::Exec(_)) => {
                Lined { value: format!("{} {}", words(entrypoint), words(command)), line: command.line }
            }
            // A shell's ENTRYPOINT is not given what CMD says.
            (Some(entrypoint), _) => Lined { value: words(entrypoint), line: entrypoint.line },
        };
        (!started.value.trim().is_empty()).then(|| self.in_dockerfile(started.value, started.line))
    }

    /// The port on which the app will listen; `None`: nothing says.
    pub fn port(&self, compose: &[Found<u16>]) -> Option<Found<u16>> {
        let words = self.words();
        let from_words = || {
            (0..words.len()).find_map(|at| Some(self.in_dockerfile(flag_port(&words, at)?, words[at].line)))
        };
        let from_bare = || {
            let (server, at) = server_of(&words)?;
            server.bare.then_some(())?;
            let word = words[at..]
                .iter()
                .find(|word| !word.value.starts_with('-') && word.value.contains(char::is_numeric))?;
            Some(self.in_dockerfile(port_of(&word.value)?, word.line))
        };
        let from_env = || {
            PORT_VARIABLES.iter().find_map(|name| {
                if let Some(value) = self.env.get(*name) {
                    return Some(Found { value: value.trim().parse().ok()?, file: None, line: None });
                }
                let value = self.built.env.get(*name)?;
                Some(self.in_dockerfile(value.value.trim().parse().ok()?, value.line))
            })
        };
        let from_expose = || self.built.exposed.first().map(|port| self.in_dockerfile(port.value, port.line));
        let from_server = || {
            let (server, at) = server_of(&words)?;
            Some(self.in_dockerfile(server.port?, words[at.checked_sub(1)?].line))
        };
        from_words()
            .or_else(from_bare)
            .or_else(from_env)
            .or_else(from_expose)
            .or_else(|| self.script_port(&words))
            .or_else(|| compose.first().cloned())
            .or_else(from_server)
    }

    fn in_dockerfile<T>(&self, value: T, line: u32) -> Found<T> {
        Found { value, file: Some(self.dockerfile.to_owned()), line: Some(line) }
    }

    fn variable(&self, name: &str) -> Option<&str> {
        let given = self.env.get(name);
        given.map(String::as_str).or_else(|| self.built.env.get(name).map(|value| &*value.value))
    }

    /// The words of the start command, variables filled in as its shell will do, each with its line.
    fn words(&self) -> Vec<Lined<String>> {
        let mut words = Vec::new();
        let entrypoint = self.built.entrypoint.as_ref();
        let shell_entrypoint = entrypoint.is_some_and(|command| matches!(command.value, Command::Shell(_)));
        let command = self.built.command.as_ref().filter(|_| !shell_entrypoint);
        for command in entrypoint.into_iter().chain(command) {
            let line = command.line;
            match &command.value {
                Command::Shell(text) => words.extend(self.shell_words(text, line)),
                Command::Exec(list) => {
                    let shell = list
                        .first()
                        .is_some_and(|program| ["sh", "bash", "dash", "ash"].contains(&file_name(program)));
                    for word in list {
                        // The script of `sh -c` is one word of the list.
                        if shell && word.contains(char::is_whitespace) {
                            words.extend(self.shell_words(word, line));
                        } else {
                            words.push(Lined { value: word.clone(), line });
                        }
                    }
                }
            }
        }
        // Gunicorn reads more of its command line here.
        if let Some(more) = self.built.env.get("GUNICORN_CMD_ARGS")
            && words.iter().any(|word| file_name(&word.value) == "gunicorn")
        {
            words.extend(self.shell_words(&more.value, more.line));
        }
        words
    }

    fn shell_words(&self, text: &str, line: u32) -> Vec<Lined<String>> {
        split(text, '\\')
            .into_iter()
            .map(|word| {
                let value =
                    expand(word, '\\', &|name| self.variable(name)).unwrap_or_else(|_| word.to_owned());
                Lined { value: value.trim_end_matches([';', '&']).to_owned(), line }
            })
            .collect()
    }

    /// The port in the script that python runs: `app.run(port=5000)`, `os.environ.get("PORT", 5000)`.
    fn script_port(&self, words: &[Lined<String>]) -> Option<Found<u16>> {
        let python = words.iter().position(|word| file_name(&word.value).starts_with("python"))?;
        let script =
            words[python + 1..].iter().map(|word| &*word.value).find(|word| !word.starts_with('-'))?;
        let workdir = self.built.workdir.as_ref().map_or("/", |workdir| &*workdir.value);
        let relative = script.strip_prefix(workdir).unwrap_or(script).trim_start_matches(['/', '.']);
        let path = self.context.join(relative);
        if path.extension() != Some("py".as_ref())
            || relative.split('/').any(|part| part == "..")
            || std::fs::metadata(&path).ok()?.len() > SCRIPT_AT_MOST
        {
            return None;
        }
        let code = without_comments(&std::fs::read_to_string(path).ok()?);
        let (port, at) = port_in_python(&code)?;
        let line = u32::try_from(code[..at].matches('\n').count()).ok()? + 1;
        let inner = self.context_in_folder;
        let file = if inner == Path::new(".") { PathBuf::from(relative) } else { inner.join(relative) };
        Some(Found { value: port, file: Some(file), line: Some(line) })
    }
}

/// The port that a Python script gives to what serves, and where in its text.
fn port_in_python(code: &str) -> Option<(u16, usize)> {
    const ENVIRONMENT: &str = r#"(?:environ\.get|getenv)\s*\(\s*["']PORT["']\s*,\s*["']?(\d{2,5})\b"#;
    static CALLS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?:\.(?:run|launch|serve)|\b(?:run_simple|run_app|serve))\s*\(").ok());
    static ARGUMENT: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\bport\s*=\s*(?:int\s*\(\s*)?(\d{2,5})\b").ok());
    static DEFAULT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(ENVIRONMENT).ok());
    let number = |regex: &LazyLock<Option<Regex>>, from: usize, to: usize| {
        let digits = regex.as_ref()?.captures(&code[from..to])?.get(1)?;
        Some((digits.as_str().parse().ok()?, from + digits.start()))
    };
    let mut calls = CALLS.as_ref()?.find_iter(code).take(20);
    calls
        .find_map(|call| number(&ARGUMENT, call.end(), closing(code, call.end())))
        .or_else(|| number(&DEFAULT, 0, code.len()))
}

/// Where the bracket that is open before `from` closes, looked for in the next few lines only.
fn closing(code: &str, from: usize) -> usize {
    let mut open = 1;
    for (at, c) in code[from..].char_indices().take(2_000) {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return from + at;
        }
    }
    from
}

/// Python without its comments, lines kept.
fn without_comments(code: &str) -> String {
    code.lines()
        .map(|line| {
            // A # within a text is cut off too: at worst a port is not found.
            line.split_once('#').map_or(line, |(before, _)| before)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// The server that the words start, and where its arguments begin.
fn server_of(words: &[Lined<String>]) -> Option<(&'static Server, usize)> {
    (0..words.len()).find_map(|at| {
        let found = SERVERS.iter().find(|server| {
            server.words.iter().enumerate().all(|(next, wanted)| {
                words.get(at + next).is_some_and(|word| {
                    if next == 0 { file_name(&word.value) == *wanted } else { word.value == *wanted }
                })
            })
        })?;
        Some((found, at + found.words.len()))
    })
}

/// The port that the flag at `at` gives.
fn flag_port(words: &[Lined<String>], at: usize) -> Option<u16> {
    let word = &words[at].value;
    if let Some((flag, value)) = word.split_once('=') {
        return FLAGS.contains(&flag).then(|| port_of(value)).flatten();
    }
    if FLAGS.contains(&word.as_str()) {
        return port_of(&words.get(at + 1)?.value);
    }
    // `-p5000` and `-b0.0.0.0:8000`
    ["-p", "-b"].iter().find_map(|flag| port_of(word.strip_prefix(flag)?))
}

/// `8000`, `:8000`, `0.0.0.0:8000`, `[::]:8000`, `http://*:8000`.
fn port_of(word: &str) -> Option<u16> {
    let word = word.trim_end_matches('/');
    let port = match word.rsplit_once(':') {
        Some((address, port)) if !address.starts_with("unix") => port,
        Some(_) => return None,
        None => word,
    };
    port.parse().ok().filter(|port| *port != 0)
}

fn file_name(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

#[cfg(test)]
mod tests {
    use super::{super::dockerfile::Dockerfile, *};

    /// What is found in a folder with this Dockerfile after `FROM` and this `app.py`, as `port file:line`.
    fn found(dockerfile: &str, script: &str) -> String {
        with_env(dockerfile, script, &[])
    }

    fn with_env(dockerfile: &str, script: &str, env: &[(&str, &str)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("app.py"), script).unwrap();
        let built = Dockerfile::parse(&format!("FROM x\n{dockerfile}"))
            .unwrap()
            .built(None, &BTreeMap::new())
            .unwrap();
        let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let starts = Starts {
            built: &built,
            dockerfile: Path::new("Dockerfile"),
            context: folder.path(),
            context_in_folder: Path::new("."),
            env: &env,
        };
        starts.port(&[]).map_or_else(String::new, |port| match (port.file, port.line) {
            (Some(file), Some(line)) => format!("{} {}:{line}", port.value, file.display()),
            _ => port.value.to_string(),
        })
    }

    #[test]
    fn a_port_is_found_where_the_start_command_says_it() {
        for (dockerfile, expected) in [
            (r#"CMD ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "5000"]"#, "5000 Dockerfile:2"),
            ("CMD uvicorn app:app --port=5001", "5001 Dockerfile:2"),
            ("CMD gunicorn -w 4 -b 0.0.0.0:8001 app:app", "8001 Dockerfile:2"),
            ("CMD gunicorn --bind=:8002 app:app", "8002 Dockerfile:2"),
            ("CMD gunicorn --bind [::]:8003 app:app", "8003 Dockerfile:2"),
            ("CMD flask run -h 0.0.0.0 -p 5002", "5002 Dockerfile:2"),
            ("CMD streamlit run app.py --server.port=8502", "8502 Dockerfile:2"),
            ("CMD waitress-serve --listen=*:8004 app:app", "8004 Dockerfile:2"),
            (r#"CMD ["python", "-m", "http.server", "8005"]"#, "8005 Dockerfile:2"),
            ("CMD python manage.py runserver 0.0.0.0:8006", "8006 Dockerfile:2"),
            ("CMD php -S 0.0.0.0:8007", "8007 Dockerfile:2"),
            ("ENTRYPOINT [\"python\", \"app.py\"]\nCMD [\"-p\", \"5003\"]", "5003 Dockerfile:3"),
            ("ENV PORT=8008\nCMD uvicorn app:app --port $PORT", "8008 Dockerfile:3"),
            ("CMD uvicorn app:app --port ${PORT:-8009}", "8009 Dockerfile:2"),
            (r#"CMD ["sh", "-c", "exec uvicorn app:app --port ${PORT:-8010}"]"#, "8010 Dockerfile:2"),
            ("ENV GUNICORN_CMD_ARGS=\"--bind=0.0.0.0:8011\"\nCMD gunicorn app:app", "8011 Dockerfile:2"),
            ("EXPOSE 80\nCMD uvicorn app:app --port 5004", "5004 Dockerfile:3"),
        ] {
            assert_eq!(found(dockerfile, ""), expected, "{dockerfile}");
        }
    }

    #[test]
    fn else_the_environment_then_expose_then_the_script_then_the_servers_default() {
        for (dockerfile, script, expected) in [
            ("ENV PORT=9000\nEXPOSE 80\nCMD python app.py", "", "9000 Dockerfile:2"),
            ("EXPOSE 7000\nCMD python app.py", "app.run(port=5000)", "7000 Dockerfile:2"),
            ("CMD python app.py", "x = 1\napp.run(\n  host='0.0.0.0',\n  port=5000)", "5000 app.py:4"),
            ("CMD python -u ./app.py", "uvicorn.run(app, host=\"0.0.0.0\", port=8123)", "8123 app.py:1"),
            ("WORKDIR /app\nCMD python /app/app.py", "uvicorn.run(get(app), port=8124)", "8124 app.py:1"),
            (
                "CMD python app.py",
                "port = int(os.environ.get('PORT', 8125))\napp.run(port=port)",
                "8125 app.py:1",
            ),
            ("CMD python app.py", "# app.run(port=1234)\nredis(port=6379)", ""),
            ("CMD uvicorn app:app", "", "8000 Dockerfile:2"),
            ("CMD /usr/local/bin/gunicorn app:app -b unix:/run/x.sock", "", "8000 Dockerfile:2"),
            ("CMD fastapi run app.py", "", "8000 Dockerfile:2"),
            ("CMD cd /app && flask run", "", "5000 Dockerfile:2"),
            ("CMD python -m http.server", "", "8000 Dockerfile:2"),
            ("CMD [\"nginx\", \"-g\", \"daemon off;\"]", "", "80 Dockerfile:2"),
            ("CMD ./server", "", ""),
            ("", "", ""),
        ] {
            assert_eq!(found(dockerfile, script), expected, "{dockerfile} {script}");
        }
    }

    #[test]
    fn what_the_user_sets_beats_the_images_own_variables() {
        assert_eq!(
            with_env("ENV PORT=1\nCMD app --port $PORT", "", &[("PORT", "9001")]),
            "9001 Dockerfile:3"
        );
        assert_eq!(with_env("ENV PORT=1\nCMD app", "", &[("PORT", "9001")]), "9001");
    }

    #[test]
    fn the_start_command_is_said_as_a_shell_would() {
        for (dockerfile, expected) in [
            (r#"CMD ["uvicorn", "my app:app"]"#, "uvicorn 'my app:app' 2"),
            ("ENTRYPOINT [\"python\"]\nCMD [\"app.py\"]", "python app.py 3"),
            ("ENTRYPOINT python app.py\nCMD [\"ignored\"]", "python app.py 2"),
            ("CMD exec gunicorn app:app", "exec gunicorn app:app 2"),
        ] {
            let built = Dockerfile::parse(&format!("FROM x\n{dockerfile}")).unwrap();
            let built = built.built(None, &BTreeMap::new()).unwrap();
            let path = Path::new("Dockerfile");
            let env = BTreeMap::new();
            let starts =
                Starts { built: &built, dockerfile: path, context: path, context_in_folder: path, env: &env };
            let start = starts.command().unwrap();
            assert_eq!(format!("{} {}", start.value, start.line.unwrap()), expected, "{dockerfile}");
        }
    }
}
