//! The frameworks that are known: what makes an app of each, and where each listens when nothing says otherwise.

use serde::Serialize;

/// A framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[allow(missing_docs)] // each by its own name
pub enum Framework {
    FastApi,
    Flask,
    Starlette,
    Django,
    Litestar,
    Sanic,
    Quart,
    Streamlit,
    Gradio,
    Dash,
    BentoMl,
    MlFlow,
    LitServe,
    RayServe,
    HttpServer,
    AioHttp,
    Bottle,
    Falcon,
    Tornado,
    NiceGui,
    Chainlit,
    Panel,
    Robyn,
}

/// How an app is started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Serves {
    /// By an ASGI server, which is told the variable.
    Asgi,
    /// By a WSGI server, which is told the variable.
    Wsgi,
    /// By the framework's own command, which is told the file.
    Script,
    /// By itself, when the file is run.
    Itself,
    /// By the framework's own command, which is told the variable.
    Command,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// The framework.
    pub framework: Framework,
    /// Its name as people write it.
    pub name: &'static str,
    /// What makes an app, by the library's paths.
    pub makes: &'static [&'static str],
    /// How it is started.
    pub serves: Serves,
    /// Where it listens when nothing says otherwise.
    pub host: &'static str,
    /// The port then.
    pub port: Option<u16>,
    /// Where that is documented.
    pub source: &'static str,
    /// Texts of which one stands in every file that makes an app; a cheap first look.
    pub marks: &'static [&'static str],
}

/// All that is known.
pub static FRAMEWORKS: &[Row] = &[
    Row {
        framework: Framework::FastApi,
        name: "FastAPI",
        makes: &["fastapi.FastAPI", "fastapi.applications.FastAPI"],
        serves: Serves::Asgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://uvicorn.dev/settings/#socket-binding",
        marks: &["FastAPI(", "FastAPI as "],
    },
    Row {
        framework: Framework::Flask,
        name: "Flask",
        makes: &[
            "flask.Flask",
            "flask.app.Flask",
            "apiflask.APIFlask",
            "flask_openapi3.OpenAPI",
            "connexion.FlaskApp",
            "connexion.App",
        ],
        serves: Serves::Wsgi,
        host: "127.0.0.1",
        port: Some(5000),
        source: "https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run",
        marks: &["Flask(", "Flask as ", "OpenAPI(", "FlaskApp(", "connexion.App("],
    },
    Row {
        framework: Framework::Starlette,
        name: "Starlette",
        makes: &["starlette.applications.Starlette"],
        serves: Serves::Asgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://uvicorn.dev/settings/#socket-binding",
        marks: &["Starlette(", "Starlette as "],
    },
    Row {
        framework: Framework::Django,
        name: "Django",
        makes: &["django.core.wsgi.get_wsgi_application", "django.core.asgi.get_asgi_application"],
        serves: Serves::Wsgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://docs.djangoproject.com/en/stable/ref/django-admin/#runserver",
        marks: &["get_wsgi_application", "get_asgi_application", "DJANGO_SETTINGS_MODULE"],
    },
    Row {
        framework: Framework::Litestar,
        name: "Litestar",
        makes: &["litestar.Litestar", "litestar.app.Litestar", "starlite.Starlite"],
        serves: Serves::Asgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://docs.litestar.dev/latest/usage/cli.html#run",
        marks: &["Litestar(", "Litestar as ", "Starlite("],
    },
    Row {
        framework: Framework::Sanic,
        name: "Sanic",
        makes: &["sanic.Sanic", "sanic.app.Sanic"],
        serves: Serves::Asgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://sanic.dev/en/guide/running/running.html",
        marks: &["Sanic(", "Sanic as "],
    },
    Row {
        framework: Framework::Quart,
        name: "Quart",
        makes: &["quart.Quart", "quart.app.Quart"],
        serves: Serves::Asgi,
        host: "127.0.0.1",
        port: Some(5000),
        source: "https://quart.palletsprojects.com/en/latest/reference/source/quart.app.html",
        marks: &["Quart(", "Quart as "],
    },
    Row {
        framework: Framework::Streamlit,
        name: "Streamlit",
        makes: &[],
        serves: Serves::Script,
        host: "0.0.0.0",
        port: Some(8501),
        source: "https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server",
        marks: &["streamlit"],
    },
    Row {
        framework: Framework::Gradio,
        name: "Gradio",
        makes: &[
            "gradio.Blocks",
            "gradio.Interface",
            "gradio.ChatInterface",
            "gradio.TabbedInterface",
            "gradio.load",
            "gradio.Series",
            "gradio.Parallel",
            "gradio.blocks.Blocks",
            "gradio.interface.Interface",
        ],
        serves: Serves::Itself,
        host: "127.0.0.1",
        port: Some(7860),
        source: "https://www.gradio.app/docs/gradio/blocks#launch",
        marks: &["gradio"],
    },
    Row {
        framework: Framework::Dash,
        name: "Dash",
        makes: &[
            "dash.Dash",
            "dash.dash.Dash",
            "jupyter_dash.JupyterDash",
            "dash_extensions.enrich.DashProxy",
        ],
        serves: Serves::Itself,
        host: "127.0.0.1",
        port: Some(8050),
        source: "https://dash.plotly.com/reference#app.run",
        marks: &["Dash(", "Dash as ", "DashProxy("],
    },
    Row {
        framework: Framework::BentoMl,
        name: "BentoML",
        makes: &["bentoml.Service", "bentoml.legacy.Service"],
        serves: Serves::Command,
        host: "0.0.0.0",
        port: Some(3000),
        source: "https://docs.bentoml.com/en/latest/reference/bentoml/cli.html#bentoml-serve",
        marks: &["bentoml"],
    },
    Row {
        framework: Framework::MlFlow,
        name: "MLflow",
        makes: &[],
        serves: Serves::Command,
        host: "127.0.0.1",
        port: Some(5000),
        source: "https://mlflow.org/docs/latest/api_reference/cli.html#mlflow-models-serve",
        marks: &[],
    },
    Row {
        framework: Framework::LitServe,
        name: "LitServe",
        makes: &["litserve.LitServer", "litserve.server.LitServer"],
        serves: Serves::Itself,
        host: "0.0.0.0",
        port: Some(8000),
        source: "https://lightning.ai/docs/litserve/api-reference/litserver",
        marks: &["LitServer(", "LitServer as "],
    },
    Row {
        framework: Framework::RayServe,
        name: "Ray Serve",
        makes: &[],
        serves: Serves::Command,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://docs.ray.io/en/latest/serve/api/doc/ray.serve.config.HTTPOptions.html",
        marks: &[".bind("],
    },
    Row {
        framework: Framework::HttpServer,
        name: "http.server",
        makes: &[
            "http.server.HTTPServer",
            "http.server.ThreadingHTTPServer",
            "socketserver.TCPServer",
            "socketserver.ThreadingTCPServer",
            "wsgiref.simple_server.make_server",
        ],
        serves: Serves::Itself,
        host: "",
        port: None,
        source: "https://docs.python.org/3/library/http.server.html",
        marks: &["HTTPServer", "TCPServer(", "make_server("],
    },
    Row {
        framework: Framework::AioHttp,
        name: "aiohttp",
        makes: &["aiohttp.web.Application"],
        serves: Serves::Itself,
        host: "0.0.0.0",
        port: Some(8080),
        source: "https://docs.aiohttp.org/en/stable/web_reference.html#aiohttp.web.run_app",
        marks: &["web.Application("],
    },
    Row {
        framework: Framework::Bottle,
        name: "Bottle",
        makes: &["bottle.Bottle", "bottle.default_app"],
        serves: Serves::Wsgi,
        host: "127.0.0.1",
        port: Some(8080),
        source: "https://bottlepy.org/docs/dev/api.html#bottle.run",
        marks: &["Bottle(", "bottle.default_app"],
    },
    Row {
        framework: Framework::Falcon,
        name: "Falcon",
        makes: &["falcon.App", "falcon.API"],
        serves: Serves::Wsgi,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://docs.gunicorn.org/en/stable/settings.html#bind",
        marks: &["falcon.App(", "falcon.API(", "falcon.asgi.App("],
    },
    Row {
        framework: Framework::Tornado,
        name: "Tornado",
        makes: &["tornado.web.Application"],
        serves: Serves::Itself,
        host: "",
        port: None,
        source: "https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application.listen",
        marks: &["web.Application("],
    },
    Row {
        framework: Framework::Robyn,
        name: "Robyn",
        makes: &["robyn.Robyn"],
        serves: Serves::Itself,
        host: "127.0.0.1",
        port: Some(8080),
        source: "https://robyn.tech/documentation/en/api_reference/getting_started",
        marks: &["Robyn("],
    },
    Row {
        framework: Framework::NiceGui,
        name: "NiceGUI",
        makes: &[],
        serves: Serves::Itself,
        host: "0.0.0.0",
        port: Some(8080),
        source: "https://nicegui.io/documentation/run",
        marks: &["nicegui"],
    },
    Row {
        framework: Framework::Chainlit,
        name: "Chainlit",
        makes: &[],
        serves: Serves::Script,
        host: "127.0.0.1",
        port: Some(8000),
        source: "https://docs.chainlit.io/backend/command-line",
        marks: &["chainlit"],
    },
    Row {
        framework: Framework::Panel,
        name: "Panel",
        makes: &[],
        serves: Serves::Script,
        host: "localhost",
        port: Some(5006),
        source: "https://panel.holoviz.org/how_to/server/commandline.html",
        marks: &[".servable("],
    },
];

impl Framework {
    /// Its row.
    pub fn row(self) -> Option<&'static Row> {
        FRAMEWORKS.iter().find(|row| row.framework == self)
    }

    /// The framework whose app this path makes.
    pub fn making(path: &str) -> Option<Self> {
        FRAMEWORKS.iter().find(|row| row.makes.contains(&path)).map(|row| row.framework)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_framework_has_one_row_with_its_source() {
        let mut seen = std::collections::HashSet::new();
        for row in FRAMEWORKS {
            assert!(seen.insert(row.framework), "{}", row.name);
            assert!(row.source.starts_with("https://"), "{}", row.name);
            assert!(std::ptr::eq(row.framework.row().unwrap(), row));
            for path in row.makes {
                assert_eq!(Framework::making(path), Some(row.framework));
                let made = format!("{}(", path.rsplit('.').next().unwrap());
                let marked = row.marks.iter().any(|mark| {
                    path.starts_with(mark)
                        || made.contains(mark)
                        || mark.ends_with(&made)
                        || path.ends_with(mark)
                });
                assert!(marked || row.framework == Framework::HttpServer, "{path} has no mark");
            }
        }
    }
}
