//! Files of settings that a server reads besides its command: `gunicorn.conf.py` and Streamlit's `config.toml`.

use serde::Serialize;
use toml::de::DeTable;

use crate::{
    code::{Code, Module},
    files::{Files, folder_of, joined, text},
    found::Found,
    parse::Reader,
    start::Start,
    tree::Tree,
};

/// What such a file says; what it does not say is left to the command.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Configured {
    /// The address.
    pub host: Option<Found<String>>,
    /// The port.
    pub port: Option<Found<u16>>,
}

/// Reads the file of the server that is started, where there is one.
pub fn configured(files: &dyn Files, start: &Start, entry: Option<&str>) -> Option<Configured> {
    let own = match start.server {
        "gunicorn" => start.config.as_deref().unwrap_or("gunicorn.conf.py").trim_start_matches("python:"),
        "streamlit run" => ".streamlit/config.toml",
        _ => return None,
    };
    // It is looked for where the server is started: mostly the project's folder, or the script's own.
    let own = own.strip_prefix("./").unwrap_or(own);
    let folders = [start.folder.as_deref().unwrap_or_default(), "", entry.map_or("", folder_of)];
    let path = folders
        .iter()
        .filter_map(|folder| joined(folder.trim_start_matches(['/', '.']), own))
        .find(|path| files.is_there(path))?;
    let text = text(files, &path)?;
    if start.server == "gunicorn" { Some(gunicorn(path, text)) } else { streamlit(&path, &text) }
}

/// `bind = "0.0.0.0:8000"`, the last one counts.
fn gunicorn(path: String, text: String) -> Configured {
    let mut found = Configured::default();
    let Some(parsed) = Reader::new().and_then(|mut reader| reader.parse(&text)) else { return found };
    let (modules, edges, tree) = (vec![Module { path, text, parsed }], vec![Vec::new()], Tree::default());
    let code = Code::of(&modules, &edges, &tree);
    for (module, parsed, outline) in code.each() {
        let binds = outline
            .assigned
            .iter()
            .filter(|(target, used)| target.name() == Some("bind") && used.at.scope == 0 && !used.at.branch);
        for (target, used) in binds {
            let Some(address) = code.text(module, used.expr, used.at) else { continue };
            let (host, port) = address.rsplit_once(':').unwrap_or((&address, "8000"));
            let host = if host.is_empty() { "0.0.0.0" } else { host };
            if let Ok(port) = port.parse() {
                found.host = Some(Found::at(host.to_owned(), &parsed.path, target.line));
                found.port = Some(Found::at(port, &parsed.path, target.line));
            }
        }
    }
    found
}

/// `[server]` with `address` and `port`.
fn streamlit(path: &str, text: &str) -> Option<Configured> {
    let root = DeTable::parse(text).ok()?;
    let server = root.get_ref().get("server")?.get_ref().as_table()?;
    let line = |at: usize| {
        let before = memchr::memchr_iter(b'\n', text.as_bytes().get(..at).unwrap_or_default()).count();
        u32::try_from(before).unwrap_or_default() + 1
    };
    let host = server.get("address").and_then(|value| {
        Some(Found::at(value.get_ref().as_str()?.to_owned(), path, line(value.span().start)))
    });
    let port = server.get("port").and_then(|value| {
        let number = value.get_ref().as_integer()?;
        Some(Found::at(
            u16::from_str_radix(number.as_str(), number.radix()).ok()?,
            path,
            line(value.span().start),
        ))
    });
    Some(Configured { host, port })
}
