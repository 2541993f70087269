use super::*;
use crate::binding::Listens;

/// Each serving call as `call when host port` with what else it says.
fn bindings(text: &str) -> Vec<String> {
    python(&[("main.py", text)])
        .bindings
        .iter()
        .map(|binding| {
            fn half<T: Clone + ToString>(half: &Listens<T>) -> String {
                let variable = half.said().and_then(|said| said.found.value.variable.clone());
                let value = half.value().map_or("?".to_owned(), |value| value.to_string());
                let line = half.said().and_then(|said| said.found.line);
                let line = line.map_or(String::new(), |line| format!("@{line}"));
                let default = if matches!(half, Listens::Default(_)) { "(default)" } else { "" };
                format!("{value}{}{line}{default}", variable.map_or(String::new(), |name| format!("${name}")))
            }
            let mut shown = format!(
                "{} {:?} {} {}",
                binding.call.value,
                binding.when,
                half(&binding.host),
                half(&binding.port)
            );
            for (name, flag) in [("reload", &binding.reload), ("debug", &binding.debug)] {
                if let Some(flag) = flag {
                    shown += &format!(" {name}={:?}", flag.found.value.value);
                }
            }
            shown
        })
        .collect()
}

#[test]
fn address_and_port_are_read_where_the_code_gives_them() {
    for (text, expected) in [
        (
            "import uvicorn\nuvicorn.run('main:app', host='0.0.0.0', port=80)\n",
            "uvicorn.run Imported 0.0.0.0@2 80@2",
        ),
        (
            "import uvicorn\nif __name__ == '__main__':\n    uvicorn.run(app)\n",
            "uvicorn.run Main 127.0.0.1(default) 8000(default)",
        ),
        (
            "import uvicorn as u\nu.run(app, port=80, reload=True)\n",
            "uvicorn.run Imported 127.0.0.1(default) 80@2 reload=Some(true)",
        ),
        ("from uvicorn import run\nrun(app,\n  host='::',\n  port=80)\n", "uvicorn.run Imported ::@3 80@4"),
        (
            "import os, uvicorn\nuvicorn.run(app, port=int(os.environ.get('PORT', 5000)))\n",
            "uvicorn.run Imported 127.0.0.1(default) 5000$PORT@2",
        ),
        (
            "import os, uvicorn\nuvicorn.run(app, port=int(os.getenv('PORT') or 81))\n",
            "uvicorn.run Imported 127.0.0.1(default) 81$PORT@2",
        ),
        (
            "import os, uvicorn\nuvicorn.run(app, port=int(os.environ['PORT']))\n",
            "uvicorn.run Imported 127.0.0.1(default) ?$PORT@2",
        ),
        (
            "import uvicorn\nPORT = 82\nHOST = '0.0.0.0'\nuvicorn.run(app, host=HOST, port=PORT)\n",
            "uvicorn.run Imported 0.0.0.0@4 82@4",
        ),
        (
            "import uvicorn\nPORT = 82\nif x:\n    PORT = 83\nuvicorn.run(app, port=PORT)\n",
            "uvicorn.run Imported 127.0.0.1(default) ?@5",
        ),
        ("import uvicorn\nuvicorn.run(app, **options)\n", "uvicorn.run Imported ? ?"),
        ("import uvicorn\nuvicorn.run(app, port=choose())\n", "uvicorn.run Imported 127.0.0.1(default) ?@2"),
        (
            "import uvicorn\ndef main(host='0.0.0.0', port=84):\n    uvicorn.run(app, host=host, port=port)\nmain()\n",
            "uvicorn.run Called 0.0.0.0@3 84@3",
        ),
        (
            "import uvicorn\ndef main():\n    uvicorn.run(app)\n",
            "uvicorn.run Unclear 127.0.0.1(default) 8000(default)",
        ),
        (
            "import uvicorn, asyncio\nasync def main():\n    c = uvicorn.Config(app, host='0.0.0.0', port=85)\nasyncio.run(main())\n",
            "uvicorn.Config Called 0.0.0.0@3 85@3",
        ),
        (
            "import argparse, uvicorn\np = argparse.ArgumentParser()\np.add_argument('--port', type=int, default=86)\nargs = p.parse_args()\nuvicorn.run(app, port=args.port)\n",
            "uvicorn.run Imported 127.0.0.1(default) 86@5",
        ),
        (
            "import uvicorn\nclass C:\n    PORT = 87\nuvicorn.run(app, port=C.PORT)\n",
            "uvicorn.run Imported 127.0.0.1(default) 87@4",
        ),
        (
            "import uvicorn\nfrom pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    port: int = 88\ns = S()\nuvicorn.run(app, port=s.port)\n",
            "uvicorn.run Imported 127.0.0.1(default) 88$PORT@6",
        ),
        (
            "from flask import Flask\napp = Flask(__name__)\napp.run(debug=True)\n",
            "flask.Flask().run Imported 127.0.0.1(default) 5000(default) debug=Some(true)",
        ),
        (
            "from flask import Flask\napp = Flask(__name__)\napp.run('0.0.0.0', 80, False)\n",
            "flask.Flask().run Imported 0.0.0.0@3 80@3 debug=Some(false)",
        ),
        (
            "from flask import Flask\napp = Flask(__name__)\napp.run(host=None, port='81')\n",
            "flask.Flask().run Imported 127.0.0.1@3 81@3",
        ),
        (
            "import gradio as gr\ndemo = gr.Blocks()\ndemo.queue().launch(server_name='0.0.0.0')\n",
            "gradio.Blocks().queue().launch Imported 0.0.0.0@3 7860(default)",
        ),
        (
            "from dash import Dash\napp = Dash()\napp.run_server(port=1)\n",
            "dash.Dash().run_server Imported 127.0.0.1(default) 1@3",
        ),
        (
            "import litserve as ls\nls.LitServer(a).run(port=8)\n",
            "litserve.LitServer().run Imported 0.0.0.0(default) 8@2",
        ),
        (
            "from http.server import *\nHTTPServer(('', 8000), H).serve_forever()\n",
            "http.server.HTTPServer Imported @2 8000@2",
        ),
        (
            "from http.server import HTTPServer\naddress = ('127.0.0.1', 8000)\nHTTPServer(address, H)\n",
            "http.server.HTTPServer Imported 127.0.0.1@2 8000@2",
        ),
        (
            "from http.server import HTTPServer\nPORT = 9\nHTTPServer(server_address=('localhost', PORT), RequestHandlerClass=H)\n",
            "http.server.HTTPServer Imported localhost@3 9@3",
        ),
        ("from waitress import serve\nserve(app, port=1)\n", "waitress.serve Imported 0.0.0.0(default) 1@2"),
        (
            "from sanic import Sanic\napp = Sanic('x')\napp.run(host='0.0.0.0', port=1)\n",
            "sanic.Sanic().run Imported 0.0.0.0@3 1@3",
        ),
    ] {
        assert_eq!(bindings(text), [expected], "{text}");
    }
}

#[test]
fn what_only_looks_like_serving_is_not() {
    for text in [
        "import subprocess\nsubprocess.run(['uvicorn'], port=80)\nif __name__ == '__main__': pass\n",
        "import asyncio\nasyncio.run(main())\n",
        "from mlflow import start_run as run\nrun(port=1)\n",
        "# import uvicorn\n# uvicorn.run(app)\n",
        "import uvicorn\ntext = 'uvicorn.run(app)'\n",
        "import uvicorn\nif False:\n    uvicorn.run(app)\n",
        "import uvicorn\nuvicorn = object()\nuvicorn.run(app)\n",
        "class Flask:\n    pass\napp = Flask()\napp.run(port=1)\n",
        "app.run(port=1)\n",
    ] {
        assert_eq!(bindings(text), [""; 0], "{text}");
    }
}

#[test]
fn constants_cross_modules() {
    let files = [
        (
            "main.py",
            "import uvicorn\nfrom config import PORT, settings\nimport config\nuvicorn.run('a:b', host=config.HOST, port=PORT)\n",
        ),
        ("config.py", "HOST = '0.0.0.0'\nPORT = 5001\nsettings = None\n"),
    ];
    let read = python(&files);
    assert_eq!(read.bindings[0].host.value().as_deref(), Some("0.0.0.0"));
    assert_eq!(read.bindings[0].port.value(), Some(5001));
    assert_eq!(read.bindings[0].target.as_deref(), Some("a:b"));
}

#[test]
fn files_of_settings_are_read() {
    for (command, path, text, expected) in [
        ("gunicorn m:a", "gunicorn.conf.py", "workers = 2\nbind = '0.0.0.0:81'\n", Some(("0.0.0.0", 81, 2))),
        (
            "gunicorn -c conf/g.py m:a",
            "conf/g.py",
            "import os\nbind = ':' + os.getenv('PORT', '82')\n",
            Some(("0.0.0.0", 82, 2)),
        ),
        ("gunicorn m:a", "gunicorn.conf.py", "import os\nbind = f'0.0.0.0:{os.environ[1]}'\n", None),
        ("gunicorn m:a", "gunicorn.conf.py", "# bind = '0.0.0.0:81'\n", None),
        (
            "streamlit run a.py",
            ".streamlit/config.toml",
            "[server]\naddress = \"::\"\nport = 83\n",
            Some(("::", 83, 2)),
        ),
        ("uvicorn m:a", "gunicorn.conf.py", "bind = '0.0.0.0:81'\n", None),
    ] {
        let read = started(&[(path, text)], command);
        let shown = read.configured.as_ref().and_then(|found| {
            let host = found.host.as_ref()?;
            Some((&*host.value, found.port.as_ref()?.value, host.line?))
        });
        assert_eq!(shown, expected, "{command} {text}");
    }
}
