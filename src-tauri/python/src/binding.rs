//! Where the code itself lets an app listen: `uvicorn.run(app, host=…, port=…)`, `app.run(…)`, `demo.launch(…)`.

use std::ops::Range;

use serde::Serialize;

use crate::{
    code::{Code, When},
    files::is_test,
    found::Found,
    outline::Use,
    syntax::{Argument, Expr, Kind, keyword, positional},
    value::{Setting, Value},
};

/// A call that serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Binding {
    /// The call as the library names it, `uvicorn.run`, and where it stands.
    pub call: Found<String>,
    /// When it runs.
    pub when: When,
    /// The address.
    pub host: Listens<String>,
    /// The port.
    pub port: Listens<u16>,
    /// What `reload=` says.
    pub reload: Option<Said<bool>>,
    /// What `debug=` says.
    pub debug: Option<Said<bool>>,
    /// What `workers=` says.
    pub workers: Option<Said<u32>>,
    /// The app as a text, `main:app`, where it is given so.
    pub target: Option<String>,
    /// Whether the app is surely given as the object itself.
    pub object: bool,
    /// Whether it is only one branch of several.
    pub guarded: bool,
    /// The bytes of the whole call.
    pub bytes: Range<usize>,
}

/// What one argument of the call says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said<T> {
    /// The value and its line.
    pub found: Found<Setting<T>>,
    /// The bytes of the value.
    pub bytes: Range<usize>,
}

/// One half of where it listens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Listens<T> {
    /// The code says so.
    Said(Said<T>),
    /// The code says nothing, and this is what the library does then.
    Default(T),
    /// Not known.
    Unknown,
}

impl<T: Clone> Listens<T> {
    /// The value, where one is known.
    pub fn value(&self) -> Option<T> {
        match self {
            Self::Said(said) => said.found.value.value.clone(),
            Self::Default(value) => Some(value.clone()),
            Self::Unknown => None,
        }
    }

    /// Where the code says it.
    pub fn said(&self) -> Option<&Said<T>> {
        match self {
            Self::Said(said) => Some(said),
            _ => None,
        }
    }
}

/// How a library's call is told where to listen.
struct Call {
    /// The path, from its start to its end.
    path: (&'static str, &'static str),
    host: (&'static [&'static str], Option<usize>, &'static str),
    port: (&'static [&'static str], Option<usize>, Option<u16>),
    /// Whether host and port come as one pair: `(("", 8000), Handler)`.
    pair: bool,
}

const fn call(
    path: &'static str,
    host: &'static [&'static str],
    at: (Option<usize>, Option<usize>),
    default: (&'static str, u16),
) -> Call {
    Call {
        path: (path, ""),
        host: (host, at.0, default.0),
        port: (&["port"], at.1, Some(default.1)),
        pair: false,
    }
}

const fn pair(path: &'static str) -> Call {
    Call { path: (path, ""), host: (&[], None, ""), port: (&[], None, None), pair: true }
}

const HOST: &[&str] = &["host"];
const LOCAL: &str = "127.0.0.1";
const ANY: &str = "0.0.0.0";

/// The calls; each default is that of the framework's documentation, as in the table of frameworks.
const CALLS: &[Call] = &[
    call("uvicorn.run", HOST, (None, None), (LOCAL, 8000)),
    call("uvicorn.main.run", HOST, (None, None), (LOCAL, 8000)),
    call("uvicorn.Config", HOST, (Some(1), Some(2)), (LOCAL, 8000)),
    call("flask.Flask().run", HOST, (Some(0), Some(1)), (LOCAL, 5000)),
    call("flask.app.Flask().run", HOST, (Some(0), Some(1)), (LOCAL, 5000)),
    call("apiflask.APIFlask().run", HOST, (Some(0), Some(1)), (LOCAL, 5000)),
    call("connexion.FlaskApp().run", HOST, (None, None), (LOCAL, 8000)),
    call("quart.Quart().run", HOST, (Some(0), Some(1)), (LOCAL, 5000)),
    call("flask_socketio.SocketIO().run", HOST, (Some(1), Some(2)), (LOCAL, 5000)),
    call("sanic.Sanic().run", HOST, (Some(0), Some(1)), (LOCAL, 8000)),
    call("dash.Dash().run", HOST, (Some(0), Some(1)), (LOCAL, 8050)),
    call("dash.Dash().run_server", HOST, (Some(0), Some(1)), (LOCAL, 8050)),
    call("litserve.LitServer().run", HOST, (Some(1), Some(0)), (ANY, 8000)),
    call("robyn.Robyn().start", HOST, (Some(0), Some(1)), (LOCAL, 8080)),
    call("bottle.run", HOST, (None, None), (LOCAL, 8080)),
    call("bottle.Bottle().run", HOST, (None, None), (LOCAL, 8080)),
    call("waitress.serve", HOST, (None, None), (ANY, 8080)),
    call("aiohttp.web.run_app", HOST, (None, None), (ANY, 8080)),
    call("nicegui.ui.run", HOST, (None, None), (ANY, 8080)),
    call("granian.Granian", &["address"], (Some(1), Some(2)), (LOCAL, 8000)),
    Call {
        path: ("werkzeug.serving.run_simple", ""),
        host: (&["hostname"], Some(0), ""),
        port: (&["port"], Some(1), None),
        pair: false,
    },
    Call {
        path: ("wsgiref.simple_server.make_server", ""),
        host: (&["host"], Some(0), ""),
        port: (&["port"], Some(1), None),
        pair: false,
    },
    Call {
        path: ("tornado.web.Application().listen", ""),
        host: (&["address"], Some(1), ""),
        port: (&["port"], Some(0), None),
        pair: false,
    },
    Call {
        path: ("gradio.", ".launch"),
        host: (&["server_name"], None, LOCAL),
        port: (&["server_port"], None, Some(7860)),
        pair: false,
    },
    pair("http.server.HTTPServer"),
    pair("http.server.ThreadingHTTPServer"),
    pair("socketserver.TCPServer"),
    pair("socketserver.ThreadingTCPServer"),
    pair("gevent.pywsgi.WSGIServer"),
    pair("cheroot.wsgi.Server"),
];

/// Every call of the project that serves.
pub(crate) fn bindings(code: &Code<'_>) -> Vec<(usize, Binding)> {
    let mut found = Vec::new();
    for (module, parsed, outline) in code.each() {
        if is_test(&parsed.path) {
            continue;
        }
        for used in &outline.calls {
            let Some(path) = code.callee(module, used) else { continue };
            let row = CALLS.iter().find(|row| match row.path {
                (path_is, "") => path == path_is,
                (starts, ends) => path.starts_with(starts) && path.ends_with(ends),
            });
            if let Some(row) = row
                && let Some((_, arguments)) = used.expr.call()
            {
                found.push((module, binding(code, module, used, path, row, arguments)));
            }
        }
    }
    found
}

fn binding<'a>(
    code: &Code<'a>,
    module: usize,
    used: &Use<'a>,
    path: String,
    row: &Call,
    arguments: &'a [Argument],
) -> Binding {
    let file = code.path(module);
    let (mut host, mut port) =
        (argument(arguments, row.host.0, row.host.1), argument(arguments, row.port.0, row.port.1));
    if row.pair {
        let address = positional(arguments, 0).or_else(|| keyword(arguments, "server_address"));
        let address = address.or_else(|| keyword(arguments, "bind_addr"));
        (host, port) = match address.map(|address| code.behind(module, address, used.at)) {
            Some(Expr { kind: Kind::List(both), .. }) => (both.first(), both.get(1)),
            _ => (None, None),
        };
    }
    let spread = arguments.iter().any(|argument| argument.spread);
    let host = match host {
        Some(expr) => said(code, module, used, expr, |value| match value {
            Value::Str(text) => Some(text),
            // `host=None` is the default's other name.
            Value::None => Some(row.host.2.to_owned()),
            _ => None,
        }),
        None if spread || row.pair => Listens::Unknown,
        None => Listens::Default(row.host.2.to_owned()),
    };
    let port = match (port, row.port.2) {
        (Some(expr), default) => said(code, module, used, expr, |value| match value {
            Value::None => default,
            value => value.port(),
        }),
        (None, Some(default)) if !spread && !row.pair => Listens::Default(default),
        _ => Listens::Unknown,
    };
    let truth = |expr: &'a Expr| argument_of(code, module, used, expr, Value::truth);
    let flag = |name: &str| keyword(arguments, name).map(truth);
    // `app.run(host, port, debug)`
    let third = || {
        let flask = path.ends_with("Flask().run") || path.ends_with("Quart().run");
        positional(arguments, 2).filter(|_| flask).map(truth)
    };
    let debug = flag("debug").or_else(third);
    let workers =
        keyword(arguments, "workers").map(|expr| argument_of(code, module, used, expr, Value::count));
    let app = positional(arguments, 0).or_else(|| keyword(arguments, "app"));
    Binding {
        target: app.and_then(Expr::str).filter(|text| text.contains(':')).map(str::to_owned),
        object: app
            .is_some_and(|app| code.library(module, app, used.at).is_some_and(|path| path.ends_with("()"))),
        guarded: used.at.branch || used.at.caught,
        bytes: used.expr.start..used.expr.end,
        call: Found::at(path, file, used.expr.line),
        when: code.when(module, used.at),
        host,
        port,
        reload: flag("reload").or_else(|| flag("use_reloader")),
        debug,
        workers,
    }
}

fn argument<'a>(arguments: &'a [Argument], names: &[&str], at: Option<usize>) -> Option<&'a Expr> {
    names.iter().find_map(|name| keyword(arguments, name)).or_else(|| positional(arguments, at?))
}

fn said<'a, T>(
    code: &Code<'a>,
    module: usize,
    used: &Use<'a>,
    expr: &'a Expr,
    read: impl FnOnce(Value) -> Option<T>,
) -> Listens<T> {
    Listens::Said(argument_of(code, module, used, expr, read))
}

fn argument_of<'a, T>(
    code: &Code<'a>,
    module: usize,
    used: &Use<'a>,
    expr: &'a Expr,
    read: impl FnOnce(Value) -> Option<T>,
) -> Said<T> {
    let setting = code.value(module, expr, used.at).setting(read);
    Said { found: Found::at(setting, code.path(module), expr.line), bytes: expr.start..expr.end }
}
