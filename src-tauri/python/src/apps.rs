//! The apps that a folder holds: framework, file, and the name by which a server is told of it.

use std::collections::HashSet;

use serde::Serialize;

use crate::{
    code::{Code, Stands, When},
    files::{Files, is_aside, is_test, name_of},
    found::Found,
    framework::{Framework, Serves},
    outline::{Bound, Use, Where},
    routes::Route,
    syntax::{Expr, Kind, positional},
    tree::module_name,
};

/// An app of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct App {
    /// The framework, and the line that makes the app.
    pub framework: Found<Framework>,
    /// How a server is told of it; `None`: it is started by its file alone.
    pub target: Option<Target>,
    /// Whether it lies among examples, documents or scripts.
    pub aside: bool,
    /// Its routes, as far as they are written out.
    pub routes: Vec<Found<Route>>,
    /// The route that says whether it is well.
    pub health: Option<Found<String>>,
}

/// `module:variable`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Target {
    /// The module, seen from the project's folder, or from `src` where that is no package.
    pub module: String,
    /// The variable, function or class.
    pub name: String,
    /// Whether it is a function that makes the app.
    pub factory: bool,
}

/// An app while the code is still at hand.
#[derive(Debug)]
pub struct Candidate {
    /// What is told of it.
    pub app: App,
    /// The module.
    pub module: usize,
    /// The scope in which its name is bound.
    pub scope: usize,
    /// The variable that holds it there.
    pub variable: Option<String>,
    /// The function that makes it, and the variable that holds it there.
    pub maker: Option<(usize, String, Option<String>)>,
}

/// All apps, those of examples last; `started` is the variable that the start command names.
pub(crate) fn apps(code: &Code<'_>, files: &dyn Files, started: Option<&String>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for module in 0..code.modules.len() {
        if is_test(code.path(module)) {
            continue;
        }
        made(code, module, &mut found);
        factories(code, module, &mut found);
        decorated(code, module, &mut found);
        unnamed(code, module, &mut found);
    }
    // A function that another module calls to make its app is a candidate only when it is started itself.
    let made: HashSet<(usize, String)> = found
        .iter()
        .filter_map(|candidate| candidate.maker.as_ref().map(|maker| (maker.0, maker.1.clone())))
        .collect();
    found.retain(|candidate| {
        let Some(target) = candidate.app.target.as_ref().filter(|target| target.factory) else { return true };
        started == Some(&target.name) || !made.contains(&(candidate.module, target.name.clone()))
    });
    let mounted = mounted(code);
    found.retain(|candidate| {
        let name = candidate.variable.clone().unwrap_or_default();
        !mounted.contains(&(candidate.module, name))
    });
    // A Gradio interface that is never launched is a part of one that is.
    let launched = launched(code);
    if !launched.is_empty() {
        found.retain(|candidate| {
            candidate.app.framework.value != Framework::Gradio
                || candidate
                    .variable
                    .as_ref()
                    .is_some_and(|name| launched.contains(&(candidate.module, name.clone())))
                || candidate.variable.is_none()
        });
    }
    scripts(code, files, &mut found);
    for path in files.paths().iter().filter(|path| name_of(path) == "MLmodel") {
        found.push(Candidate {
            app: app(Framework::MlFlow, path, 1, None),
            module: usize::MAX,
            scope: 0,
            variable: None,
            maker: None,
        });
    }
    found.sort_by_key(|candidate| {
        let file = candidate.app.framework.file.as_ref().map(|file| file.components().count());
        (candidate.app.aside, file)
    });
    found
}

fn app(framework: Framework, path: &str, line: u32, target: Option<Target>) -> App {
    App {
        framework: Found::at(framework, path, line),
        target,
        aside: is_aside(path),
        routes: Vec::new(),
        health: None,
    }
}

/// How a module of the project is called by a server that is started in the project's folder.
fn target(code: &Code<'_>, module: usize, name: &str, factory: bool) -> Option<Target> {
    let path = code.path(module);
    let root = if path.starts_with("src/") && !code.is_package("src") { "src" } else { "" };
    Some(Target { module: module_name(path, root)?, name: name.to_owned(), factory })
}

/// The framework of which the expression is an app.
fn framework_of(code: &Code<'_>, module: usize, expr: &Expr, at: Where) -> Option<Framework> {
    let path = code.library(module, expr, at)?;
    Framework::making(path.strip_suffix("()")?)
}

/// `app = FastAPI()` and `app = create_app()`, at the top of a module.
fn made(code: &Code<'_>, module: usize, found: &mut Vec<Candidate>) {
    let Some(outline) = code.outlines.get(module) else { return };
    let mut seen = HashSet::new();
    for (to, Use { expr, at }) in &outline.assigned {
        let Some(name) = to.name() else { continue };
        // A name that stands for another of the same module adds nothing, nor does one taken from elsewhere.
        if outline.function(at.scope).is_some() || expr.call().is_none() || seen.contains(name) {
            continue;
        }
        let ray = || is_bound_deployment(code, module, expr, *at).then_some(Framework::RayServe);
        let Some(framework) = framework_of(code, module, expr, *at).or_else(ray) else { continue };
        if at.scope != 0 {
            continue;
        }
        seen.insert(name);
        let target = if at.main || framework == Framework::HttpServer || framework == Framework::Tornado {
            None
        } else {
            target(code, module, name, false)
        };
        found.push(Candidate {
            app: app(framework, code.path(module), to.line, target),
            module,
            scope: 0,
            variable: Some(name.to_owned()),
            maker: maker(code, module, expr, *at),
        });
    }
}

/// The function of the project that a call makes an app by, and its own name for it.
fn maker(code: &Code<'_>, module: usize, expr: &Expr, at: Where) -> Option<(usize, String, Option<String>)> {
    let (module, def, scope) = code.function(module, expr.call()?.0, at)?;
    let outline = code.outlines.get(module)?;
    let mut returned = outline.returned.iter().filter(|value| value.at.scope == scope);
    let name = returned.find_map(|value| value.expr.name()).map(str::to_owned);
    Some((module, def.name.clone(), name))
}

/// `Model.bind(…)` of a class under `@serve.deployment`.
fn is_bound_deployment(code: &Code<'_>, module: usize, expr: &Expr, at: Where) -> bool {
    let Some(Stands::Local(from, path)) = code.stands(module, expr, at) else { return false };
    let Some(name) = path.strip_suffix(".bind()") else { return false };
    let name = name.split('.').next().unwrap_or(name);
    let Some(outline) = code.outlines.get(from) else { return false };
    let Some(binding) = outline.lookup(name, 0, usize::MAX) else { return false };
    let decorators = match binding.to {
        Bound::Class(class, _) => &class.decorators,
        Bound::Def(def, _) => &def.decorators,
        _ => return false,
    };
    decorators.iter().any(|decorator| {
        code.library(from, decorator, binding.at)
            .is_some_and(|path| path.trim_end_matches("()") == "ray.serve.deployment")
    })
}

/// `def create_app(): … return app`
fn factories(code: &Code<'_>, module: usize, found: &mut Vec<Candidate>) {
    let Some(outline) = code.outlines.get(module) else { return };
    for defined in &outline.defined {
        let Bound::Def(def, scope) = defined.what else { continue };
        if defined.at.scope != 0 || defined.at.main || def.name.starts_with("__") {
            continue;
        }
        let returned: Vec<_> = outline.returned.iter().filter(|value| value.at.scope == scope).collect();
        let mut frameworks: Vec<_> =
            returned.iter().filter_map(|value| framework_of(code, module, value.expr, value.at)).collect();
        frameworks.dedup();
        // What takes an app is no factory of one, and a factory's own name says so or nothing else makes the app.
        let needs = def.parameters.iter().any(|parameter| parameter.default.is_none() && !parameter.spread);
        let [framework] = frameworks[..] else { continue };
        if frameworks.len() != 1 || needs || framework == Framework::HttpServer {
            continue;
        }
        // `app = create_app()` in the same module is the better target.
        let used = found.iter().any(|candidate| candidate.module == module && candidate.scope == 0);
        if used {
            continue;
        }
        let variable = returned.iter().find_map(|value| value.expr.name().map(str::to_owned));
        found.push(Candidate {
            app: app(framework, code.path(module), defined.line, target(code, module, &def.name, true)),
            module,
            scope,
            variable,
            maker: None,
        });
    }
}

/// `@bentoml.service class Name`
fn decorated(code: &Code<'_>, module: usize, found: &mut Vec<Candidate>) {
    let Some(outline) = code.outlines.get(module) else { return };
    for defined in &outline.defined {
        let Bound::Class(class, scope) = defined.what else { continue };
        let service = class.decorators.iter().any(|decorator| {
            code.library(module, decorator, defined.at)
                .is_some_and(|path| path.trim_end_matches("()") == "bentoml.service")
        });
        if service && defined.at.scope == 0 {
            found.push(Candidate {
                app: app(
                    Framework::BentoMl,
                    code.path(module),
                    defined.line,
                    target(code, module, &class.name, false),
                ),
                module,
                scope,
                variable: None,
                maker: None,
            });
        }
    }
}

/// Servers that are made where they run, and never get a name at the top of a module.
fn unnamed(code: &Code<'_>, module: usize, found: &mut Vec<Candidate>) {
    let Some(outline) = code.outlines.get(module) else { return };
    for call in &outline.calls {
        let Some(callee) = code.callee(module, call) else { continue };
        let gradio = || {
            callee
                .strip_suffix(".launch")
                .and_then(|path| path.trim_end_matches(".queue()").strip_suffix("()"))
                .and_then(Framework::making)
        };
        let made = Framework::making(&callee).filter(|framework| {
            framework.row().is_some_and(|row| row.serves == Serves::Itself && *framework != Framework::Gradio)
        });
        let nice = || match &*callee {
            "nicegui.ui.run" => Some(Framework::NiceGui),
            _ => None,
        };
        let Some(framework) = made.or_else(gradio).or_else(nice) else { continue };
        if code.when(module, call.at) == When::Unclear {
            continue;
        }
        let same = found
            .iter()
            .any(|candidate| candidate.module == module && candidate.app.framework.value == framework);
        if !same {
            found.push(Candidate {
                app: app(framework, code.path(module), call.expr.line, None),
                module,
                scope: call.at.scope,
                variable: None,
                maker: None,
            });
        }
    }
}

/// Apps that are hung below another app.
fn mounted(code: &Code<'_>) -> HashSet<(usize, String)> {
    let mut found = HashSet::new();
    for (module, _, outline) in code.each() {
        for call in &outline.calls {
            let Some((callee, arguments)) = call.expr.call() else { continue };
            let Kind::Attribute(object, method) = &callee.kind else { continue };
            if !["mount", "register_blueprint"].contains(&method.as_str())
                || framework_of(code, module, object, call.at).is_none()
            {
                continue;
            }
            let hung = arguments.iter().filter_map(|argument| {
                let value = &argument.value;
                framework_of(code, module, value, call.at)?;
                code.origin(module, value, call.at)
            });
            found.extend(hung);
        }
    }
    found
}

/// The Gradio interfaces that are launched.
fn launched(code: &Code<'_>) -> HashSet<(usize, String)> {
    let mut found = HashSet::new();
    for (module, _, outline) in code.each() {
        for call in &outline.calls {
            let Some((callee, _)) = call.expr.call() else { continue };
            let Kind::Attribute(object, method) = &callee.kind else { continue };
            if method != "launch" {
                continue;
            }
            // `demo.queue().launch()` launches demo.
            let mut object: &Expr = object;
            while let Kind::Call(inner, _) = &object.kind {
                match &inner.kind {
                    Kind::Attribute(inner, _) => object = inner,
                    _ => break,
                }
            }
            if framework_of(code, module, object, call.at) == Some(Framework::Gradio) {
                found.extend(code.origin(module, object, call.at));
            }
        }
    }
    found
}

/// Scripts that a framework's own command runs: those that no other module imports.
fn scripts(code: &Code<'_>, files: &dyn Files, found: &mut Vec<Candidate>) {
    const PREFIXES: [(&str, Framework); 2] =
        [("streamlit.", Framework::Streamlit), ("chainlit.", Framework::Chainlit)];
    let pages: HashSet<String> = code
        .each()
        .flat_map(|(module, _, outline)| outline.calls.iter().map(move |call| (module, call)))
        .filter(|(module, call)| {
            let callee = code.callee(*module, call);
            matches!(callee.as_deref(), Some("streamlit.Page" | "streamlit.st.Page"))
        })
        .filter_map(|(_, call)| Some(positional(call.expr.call()?.1, 0)?.str()?.to_owned()))
        .collect();
    let imported: HashSet<usize> = code.imported_modules();
    for (module, parsed, outline) in code.each() {
        let path = &parsed.path;
        // The pages of an app are no apps.
        let page = path.split('/').rev().skip(1).any(|folder| folder == "pages")
            || pages.iter().any(|page| path.ends_with(page.trim_start_matches("./")));
        if page || imported.contains(&module) || is_test(path) || !files.is_there(path) {
            continue;
        }
        for (prefix, framework) in PREFIXES {
            let first = outline.calls.iter().find(|call| {
                let own =
                    outline.function(call.at.scope).is_none() || code.when(module, call.at) == When::Called;
                own && code.callee(module, call).is_some_and(|path| path.starts_with(prefix))
            });
            if let Some(first) = first
                && !found.iter().any(|candidate| candidate.module == module)
            {
                found.push(Candidate {
                    app: app(framework, path, first.expr.line, None),
                    module,
                    scope: 0,
                    variable: None,
                    maker: None,
                });
            }
        }
        let panel = outline.calls.iter().find(|call| {
            code.callee(module, call)
                .is_some_and(|path| path.starts_with("panel.") && path.ends_with(".servable"))
        });
        if let Some(panel) = panel {
            found.push(Candidate {
                app: app(Framework::Panel, path, panel.expr.line, None),
                module,
                scope: 0,
                variable: None,
                maker: None,
            });
        }
    }
}
