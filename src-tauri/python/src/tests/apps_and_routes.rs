use super::*;

#[test]
fn every_framework_is_found_by_what_makes_its_app() {
    for (text, expected) in [
        ("from fastapi import FastAPI\napp = FastAPI()\n", "FastApi main:app main.py:2"),
        ("import fastapi as f\n\napi = f.FastAPI(title='x')\n", "FastApi main:api main.py:3"),
        ("from flask import Flask as F\napp = F(__name__)\n", "Flask main:app main.py:2"),
        ("import flask\napp: flask.Flask = flask.Flask(__name__)\n", "Flask main:app main.py:2"),
        ("from flask import *\napp = Flask(__name__)\n", "Flask main:app main.py:2"),
        (
            "from starlette.applications import Starlette\napp = Starlette(routes=[])\n",
            "Starlette main:app main.py:2",
        ),
        ("from litestar import Litestar\napp = Litestar(route_handlers=[])\n", "Litestar main:app main.py:2"),
        ("from sanic import Sanic\napp = Sanic('x')\n", "Sanic main:app main.py:2"),
        ("from quart import Quart\napp = Quart(__name__)\n", "Quart main:app main.py:2"),
        ("from dash import Dash\napp = Dash(__name__)\nserver = app.server\n", "Dash main:app main.py:2"),
        ("import gradio as gr\ndemo = gr.Interface(fn=f)\ndemo.launch()\n", "Gradio main:demo main.py:2"),
        (
            "import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Button()\ndemo.queue().launch()\n",
            "Gradio main:demo main.py:2",
        ),
        ("import gradio as gr\ngr.Interface(f).launch()\n", "Gradio - main.py:2"),
        ("import streamlit as st\nst.title('x')\n", "Streamlit - main.py:2"),
        (
            "import streamlit as st\ndef main():\n    st.title('x')\nif __name__ == '__main__':\n    main()\n",
            "Streamlit - main.py:3",
        ),
        ("import bentoml\n@bentoml.service\nclass Iris:\n    pass\n", "BentoMl main:Iris main.py:2"),
        ("import bentoml\nsvc = bentoml.Service('x')\n", "BentoMl main:svc main.py:2"),
        (
            "import litserve as ls\nif __name__ == '__main__':\n    server = ls.LitServer(A())\n    server.run(port=8000)\n",
            "LitServe - main.py:3",
        ),
        (
            "from ray import serve\n@serve.deployment\nclass M:\n    pass\napp = M.bind()\n",
            "RayServe main:app main.py:5",
        ),
        (
            "from http.server import HTTPServer, BaseHTTPRequestHandler\nHTTPServer(('', 8000), BaseHTTPRequestHandler).serve_forever()\n",
            "HttpServer - main.py:2",
        ),
        (
            "import http.server, socketserver\nwith socketserver.TCPServer(('', 8000), http.server.SimpleHTTPRequestHandler) as httpd:\n    httpd.serve_forever()\n",
            "HttpServer - main.py:2",
        ),
        (
            "import os\nfrom django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            "Django main:application main.py:3",
        ),
        (
            "from fastapi import FastAPI\ndef create_app():\n    app = FastAPI()\n    return app\n",
            "FastApi main:create_app() main.py:2",
        ),
        (
            "from fastapi import FastAPI\ndef create_app():\n    return FastAPI()\napp = create_app()\n",
            "FastApi main:app main.py:4",
        ),
        (
            "try:\n    from fastapi import FastAPI\nexcept ImportError:\n    FastAPI = None\napp = FastAPI()\n",
            "FastApi main:app main.py:5",
        ),
        ("from fastapi import FastAPI\napp = None\napp = FastAPI()\n", "FastApi main:app main.py:3"),
    ] {
        assert_eq!(apps(&[("main.py", text)]), [expected], "{text}");
    }
}

#[test]
fn what_only_looks_like_an_app_is_none() {
    for text in [
        "# from fastapi import FastAPI\n# app = FastAPI()\n",
        "text = '''\nfrom fastapi import FastAPI\napp = FastAPI()\n'''\n",
        "from fastapi import FastAPI\nif False:\n    app = FastAPI()\n",
        "from fastapi import FastAPI\nif 0:\n    app = FastAPI()\n",
        "from fastapi import FastAPI\n",
        "class FastAPI:\n    pass\napp = FastAPI()\n",
        "from fastapi import FastAPI\nclass FastAPI:\n    pass\napp = FastAPI()\n",
        "from mine import FastAPI\napp = FastAPI()\n",
        "from fastapi import FastAPI\nFastAPI = object\napp = FastAPI()\n",
        "from fastapi import APIRouter\napp = APIRouter()\n",
        "from fastapi import FastAPI\ndef handler():\n    app = FastAPI()\n    app.x()\n",
        "from fastapi import FastAPI\ndef outer():\n    def create_app():\n        return FastAPI()\n",
        "from fastapi import FastAPI\ndef use(app: FastAPI):\n    return app\n",
        "from fastapi import FastAPI\nmake = lambda: FastAPI()\n",
        "import streamlit as st\ndef part():\n    st.title('x')\n",
        "import streamlit\n",
        "from http.server import HTTPServer\ndef serve():\n    HTTPServer(('', 1), H)\n",
        "import gradio as gr\ndef part():\n    with gr.Blocks() as demo:\n        pass\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from flask import Flask\n",
        "app = flask.Flask(__name__)\n",
    ] {
        assert_eq!(apps(&[("main.py", text)]), [""; 0], "{text}");
    }
}

#[test]
fn all_candidates_are_offered_and_parts_are_not() {
    let files = [
        (
            "api/main.py",
            "from fastapi import FastAPI\napp = FastAPI()\nsub = FastAPI()\napp.mount('/sub', sub)\n",
        ),
        ("web/app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("examples/demo.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("tests/test_app.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("ui/Home.py", "import streamlit as st\nimport ui.parts\nst.title('x')\n"),
        ("ui/parts.py", "import streamlit as st\nst.header('x')\n"),
        ("ui/pages/one.py", "import streamlit as st\nst.title('y')\n"),
    ];
    assert_eq!(
        apps(&files),
        [
            "FastApi api.main:app api/main.py:2",
            "Flask web.app:app web/app.py:2",
            "Streamlit - ui/Home.py:3",
            "Flask examples.demo:app examples/demo.py:2",
        ]
    );
}

#[test]
fn an_app_is_found_across_modules() {
    let files = [
        ("src/shop/__init__.py", ""),
        (
            "src/shop/factory.py",
            "from fastapi import FastAPI\ndef make():\n    app = FastAPI()\n    @app.get('/here')\n    def here(): ...\n    return app\n",
        ),
        ("src/shop/main.py", "from .factory import make\napp = make()\n"),
        (
            "run.py",
            "import uvicorn\nfrom shop.main import app\nif __name__ == '__main__':\n    uvicorn.run(app, port=9)\n",
        ),
    ];
    assert_eq!(apps(&files), ["FastApi shop.main:app src/shop/main.py:2"]);
    let read = started(&files, "uvicorn shop.main:app");
    assert_eq!((read.entry.as_deref(), read.started), (Some("src/shop/main.py"), Some(0)));
    assert_eq!(read.apps[0].routes[0].value.path, "/here");
    let read = started(&files, "uvicorn --factory shop.factory:make");
    assert_eq!(
        read.started.map(|at| shown(&read.apps[at])).as_deref(),
        Some("FastApi shop.factory:make() src/shop/factory.py:2")
    );
    let read = started(&files, "python /code/run.py");
    assert_eq!(read.entry.as_deref(), Some("run.py"));
}

#[test]
fn the_start_command_says_which_app() {
    let files = [
        ("main.py", "from fastapi import FastAPI\na = FastAPI()\nb = FastAPI()\n"),
        ("app/server.py", "from fastapi import FastAPI\napp = FastAPI()\n"),
        ("app/again.py", "from .server import app\n"),
    ];
    for (command, expected) in [
        ("uvicorn main:b", Some("FastApi main:b main.py:3")),
        ("uvicorn app.server:app", Some("FastApi app.server:app app/server.py:2")),
        ("uvicorn server:app --app-dir app", Some("FastApi app.server:app app/server.py:2")),
        ("uvicorn app.again:app", Some("FastApi app.server:app app/server.py:2")),
        ("fastapi run app/server.py", Some("FastApi app.server:app app/server.py:2")),
        ("uvicorn main:c", None),
        ("uvicorn gone:app", None),
    ] {
        let read = started(&files, command);
        assert_eq!(read.started.map(|at| shown(&read.apps[at])).as_deref(), expected, "{command}");
    }
}

fn routes(files: &[(&str, &str)]) -> Vec<String> {
    python(files).apps[0]
        .routes
        .iter()
        .map(|found| {
            let Route { path, methods, handler, parameters } = &found.value;
            let parameters: Vec<_> = parameters
                .iter()
                .map(|p| {
                    let kind = p.kind.as_ref().map_or(String::new(), |kind| format!(": {kind}"));
                    let default = p.default.as_ref().map_or(String::new(), |default| format!(" = {default}"));
                    let optional = if p.required { "" } else { "?" };
                    format!("{:?} {}{optional}{kind}{default}", p.place, p.name)
                })
                .collect();
            format!(
                "{} {path} {handler}({}) :{}",
                methods.join("|"),
                parameters.join(", "),
                found.line.unwrap()
            )
        })
        .collect()
}

#[test]
fn routes_have_paths_methods_and_parameters() {
    let text = "
from typing import Annotated, Optional
from fastapi import FastAPI, Query, Depends, File, UploadFile, Request
from pydantic import BaseModel, Field

class Base(BaseModel):
    a: float

class Flower(Base):
    sepal: float
    petal: float = 1.0
    name: str = Field(..., max_length=3)
    tags: list[str] = Field(default_factory=list)

app = FastAPI()

@app.get('/')
def root():
    return {}

@app.get('/items/{item_id}')
async def item(item_id: int, q: Optional[str] = None, limit: Annotated[int, Query(le=5)] = 10, request: Request = None):
    pass

@app.post('/predict')
def predict(flower: Flower, user=Depends(root)):
    pass

@app.post('/upload')
def upload(file: UploadFile = File(...), size: int = Query(3)):
    pass

@app.api_route('/both', methods=['GET', 'post'])
def both(x: float): ...

@app.websocket('/ws')
def ws(): ...

@app.on_event('startup')
def begin(): ...

@other.get('/no')
def no(): ...

# @app.get('/comment')
def comment(): ...

if False:
    @app.get('/dead')
    def dead(): ...

@app.get('/healthz')
def healthz(): ...
";
    assert_eq!(
        routes(&[("main.py", text)]),
        [
            "GET / root() :17",
            "GET /items/{item_id} item(Path item_id: int, Query q?: Optional[str] = None, Query limit?: int = 10) :21",
            "POST /predict predict(Body flower: Flower) :25",
            "POST /upload upload(File file: UploadFile, Query size?: int = 3) :29",
            "GET|POST /both both(Query x: float) :33",
            "GET /healthz healthz() :52",
        ]
    );
    let read = python(&[("main.py", text)]);
    assert_eq!(read.apps[0].health.as_ref().map(|health| &*health.value), Some("/healthz"));
    let predict = &read.apps[0].routes[2].value.parameters[0];
    let fields: Vec<_> = predict.fields.iter().map(|f| (&*f.name, &*f.kind, f.required)).collect();
    assert_eq!(
        fields,
        [
            ("a", "float", true),
            ("sepal", "float", true),
            ("petal", "float", false),
            ("name", "str", true),
            ("tags", "list[str]", false)
        ]
    );
}

#[test]
fn prefixes_of_routers_are_added() {
    let files = [
        (
            "main.py",
            "from fastapi import FastAPI\nfrom routers import users\nfrom routers.items import router as items\n\
             app = FastAPI()\napp.include_router(users.router, prefix='/v1')\napp.include_router(items)\n\
             app.include_router(unknown, prefix=PREFIX)\n",
        ),
        ("routers/__init__.py", ""),
        (
            "routers/users.py",
            "from fastapi import APIRouter\nrouter = APIRouter(prefix='/users')\n@router.get('/{id}')\ndef one(id: int): ...\n@router.get('')\ndef all(): ...\n",
        ),
        (
            "routers/items.py",
            "from fastapi import APIRouter\nrouter = APIRouter()\n@router.post('/items')\ndef add(): ...\n",
        ),
        (
            "routers/unused.py",
            "from fastapi import APIRouter\nrouter = APIRouter()\n@router.post('/unused')\ndef add(): ...\n",
        ),
    ];
    assert_eq!(
        routes(&files),
        ["POST /items add() :3", "GET /v1/users/{id} one(Path id: int) :3", "GET /v1/users all() :5"]
    );
    let flask = "
from flask import Flask, Blueprint
bp = Blueprint('b', __name__, url_prefix='/b')
other = Blueprint('o', __name__, url_prefix='/o')
@bp.route('/x/<int:n>', methods=['GET', 'POST'])
def x(n): ...
@other.route('/y')
def y(): ...
def create_app():
    app = Flask(__name__)
    @app.route('/health')
    def health(): ...
    app.register_blueprint(bp)
    app.register_blueprint(other, url_prefix='/instead')
    return app
";
    assert_eq!(
        routes(&[("main.py", flask)]),
        ["GET|POST /b/x/<int:n> x(Path n: int) :5", "GET /instead/y y() :7", "GET /health health() :11"]
    );
    let starlette = "
from starlette.applications import Starlette
from starlette.routing import Route, Mount
async def home(request): ...
async def ping(request): ...
app = Starlette(routes=[Route('/', home), Mount('/in', routes=[Route('/ping', ping, methods=['GET'])])])
";
    assert_eq!(routes(&[("main.py", starlette)]), ["GET / home() :6", "GET /in/ping ping() :6"]);
    let litestar =
        "from litestar import Litestar, get\n@get('/x')\nasync def x() -> str: ...\napp = Litestar([x])\n";
    assert_eq!(routes(&[("main.py", litestar)]), ["GET /x x() :2"]);
    let package = [
        ("hello/__init__.py", "from flask import Flask\napp = Flask(__name__)\n"),
        ("hello/views.py", "from . import app\n@app.route('/x')\ndef x(): ...\n"),
        ("hello/web.py", "from . import app\nfrom . import views\n"),
        ("start.py", "from hello.web import app\n"),
    ];
    assert_eq!(routes(&package), ["GET /x x() :2"]);
}
