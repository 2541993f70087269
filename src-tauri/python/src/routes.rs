//! The routes of an app as far as they are written out: decorators, tables of routes, routers with their prefixes.

use std::collections::HashMap;

use serde::Serialize;

use crate::{
    apps::Candidate,
    code::Code,
    found::Found,
    framework::Framework,
    outline::{Bound, Where},
    syntax::{Argument, Class, Def, Does, Expr, Kind, keyword, positional},
};

/// How many routes are told of.
const ROUTES_AT_MOST: usize = 200;
/// How deep routers hang below each other.
const DEPTH_AT_MOST: usize = 6;

/// A route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The path as the framework writes it, prefixes included.
    pub path: String,
    /// The methods, in capitals.
    pub methods: Vec<String>,
    /// The function that answers.
    pub handler: String,
    /// What it is given.
    pub parameters: Vec<Parameter>,
}

/// Something that a route is given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where in the request it stands.
    pub place: Place,
    /// Its type as the code writes it.
    pub kind: Option<String>,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Its default as the code writes it.
    pub default: Option<String>,
    /// The fields, where it is a model of the project.
    pub fields: Vec<Field>,
}

/// A field of a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type as the code writes it.
    pub kind: String,
    /// Whether a request without it is refused.
    pub required: bool,
    /// Its default as the code writes it.
    pub default: Option<String>,
}

/// Where in a request something stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[allow(missing_docs)] // each by its own name
pub enum Place {
    Path,
    Query,
    Body,
    Form,
    File,
    Header,
    Cookie,
}

/// Paths that say whether an app is well, the most usual first.
const HEALTH: [&str; 14] = [
    "healthz",
    "health",
    "readyz",
    "livez",
    "ready",
    "live",
    "readiness",
    "liveness",
    "ping",
    "healthcheck",
    "health-check",
    "health_check",
    "status",
    "heartbeat",
];

const METHODS: [&str; 7] = ["get", "post", "put", "delete", "patch", "head", "options"];

/// Libraries whose objects carry routes.
const CARRIERS: [&str; 16] = [
    "fastapi.FastAPI()",
    "fastapi.applications.FastAPI()",
    "fastapi.APIRouter()",
    "fastapi.routing.APIRouter()",
    "starlette.applications.Starlette()",
    "starlette.routing.Router()",
    "flask.Flask()",
    "flask.app.Flask()",
    "flask.Blueprint()",
    "quart.Quart()",
    "quart.Blueprint()",
    "sanic.Sanic()",
    "sanic.Blueprint()",
    "bottle.Bottle()",
    "apiflask.APIFlask()",
    "robyn.Robyn()",
];

type Key = (usize, String);

/// A route of a carrier, before prefixes.
struct Own<'a> {
    path: String,
    methods: Vec<String>,
    handler: Option<(usize, &'a Def, Where)>,
    name: String,
    module: usize,
    line: u32,
}

/// A carrier below another.
struct Below {
    key: Key,
    /// `None`: a prefix that is not written out.
    prefix: Option<String>,
    /// Whether it stands in place of the prefix that the carrier was made with.
    instead: bool,
}

/// What hangs where.
#[derive(Default)]
struct Map<'a> {
    own: HashMap<Key, Vec<Own<'a>>>,
    below: HashMap<Key, Vec<Below>>,
    prefix: HashMap<Key, Option<String>>,
}

/// Fills in the routes of all apps.
pub(crate) fn fill(code: &Code<'_>, apps: &mut [Candidate]) {
    let map = map(code);
    for candidate in apps {
        let mut routes = Vec::new();
        if let Some(variable) = &candidate.variable {
            let mut waiting = vec![((candidate.module, variable.clone()), String::new(), 0)];
            if let Some((module, _, Some(name))) = &candidate.maker {
                waiting.push(((*module, name.clone()), String::new(), 0));
            }
            while let Some((key, prefix, depth)) = waiting.pop() {
                for own in map.own.get(&key).into_iter().flatten() {
                    let fastapi = candidate.app.framework.value == Framework::FastApi;
                    if routes.len() < ROUTES_AT_MOST {
                        routes.push(route(code, own, &prefix, fastapi));
                    }
                }
                for below in map.below.get(&key).into_iter().flatten() {
                    let made = map.prefix.get(&below.key).cloned().unwrap_or(Some(String::new()));
                    let own = match (&below.prefix, made) {
                        (Some(given), Some(_)) if below.instead && !given.is_empty() => given.clone(),
                        (Some(given), Some(made)) => format!("{given}{made}"),
                        _ => continue,
                    };
                    if depth < DEPTH_AT_MOST {
                        waiting.push((below.key.clone(), format!("{prefix}{own}"), depth + 1));
                    }
                }
            }
        }
        routes.extend(single(code, candidate));
        routes.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        candidate.app.health = health(&routes);
        candidate.app.routes = routes;
    }
}

/// The route that says whether an app is well.
fn health(routes: &[Found<Route>]) -> Option<Found<String>> {
    HEALTH.iter().find_map(|name| {
        routes
            .iter()
            .filter(|route| route.value.methods.iter().any(|method| method == "GET"))
            .find(|route| route.value.path.trim_end_matches('/').rsplit('/').next() == Some(name))
            .map(|route| route.clone().map(|route| route.path))
    })
}

fn map<'a>(code: &Code<'a>) -> Map<'a> {
    let mut map = Map::default();
    for (module, _, outline) in code.each() {
        for (target, used) in &outline.assigned {
            if let (Some(name), Some((_, arguments))) = (target.name(), used.expr.call())
                && is_carrier(code, module, used.expr, used.at)
            {
                let prefix = keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix"));
                let prefix = match prefix {
                    Some(expr) if expr.kind == Kind::None => Some(String::new()),
                    Some(expr) => code.text(module, expr, used.at),
                    None => Some(String::new()),
                };
                map.prefix.insert((module, name.to_owned()), prefix);
                table(code, module, &(module, name.to_owned()), arguments, used.at, &mut map);
            }
        }
        for defined in &outline.defined {
            let Bound::Def(def, _) = defined.what else { continue };
            for decorator in &def.decorators {
                let Some((callee, arguments)) = decorator.call() else { continue };
                let Kind::Attribute(object, method) = &callee.kind else { continue };
                let Some(methods) = methods(method, arguments) else { continue };
                if !is_carrier(code, module, object, defined.at) {
                    continue;
                }
                let path = positional(arguments, 0)
                    .or_else(|| keyword(arguments, "path"))
                    .or_else(|| keyword(arguments, "rule"))
                    .or_else(|| keyword(arguments, "uri"));
                let Some(path) = path.and_then(|path| code.text(module, path, defined.at)) else { continue };
                let Some(key) = code.origin(module, object, defined.at) else { continue };
                map.own.entry(key).or_default().push(Own {
                    path,
                    methods,
                    handler: Some((module, def, defined.at)),
                    name: def.name.clone(),
                    module,
                    line: decorator.line,
                });
            }
        }
        for call in &outline.calls {
            let Some((callee, arguments)) = call.expr.call() else { continue };
            let Kind::Attribute(object, method) = &callee.kind else { continue };
            match method.as_str() {
                "include_router" | "register_blueprint" | "blueprint" | "mount" => {
                    hung(code, module, object, method, arguments, call.at, &mut map);
                }
                "add_api_route" | "add_url_rule" | "add_route" => {
                    added(code, module, object, method, arguments, call.at, &mut map);
                }
                _ => {}
            }
        }
    }
    map
}

fn is_carrier(code: &Code<'_>, module: usize, expr: &Expr, at: Where) -> bool {
    code.library(module, expr, at).is_some_and(|path| CARRIERS.contains(&path.as_str()))
}

/// The methods of a decorator, `None` when it makes no route.
fn methods(decorator: &str, arguments: &[Argument]) -> Option<Vec<String>> {
    if METHODS.contains(&decorator) {
        return Some(vec![decorator.to_uppercase()]);
    }
    if !["route", "api_route"].contains(&decorator) {
        return None;
    }
    let listed = keyword(arguments, "methods").or_else(|| keyword(arguments, "method"));
    Some(match listed.map(|expr| &expr.kind) {
        Some(Kind::List(all)) => all.iter().filter_map(|one| Some(one.str()?.to_uppercase())).collect(),
        Some(Kind::Str(one)) => vec![one.to_uppercase()],
        Some(_) => Vec::new(),
        None => vec!["GET".to_owned()],
    })
}

/// `app.include_router(users.router, prefix="/users")` and its kin.
fn hung<'a>(
    code: &Code<'a>,
    module: usize,
    object: &Expr,
    method: &str,
    arguments: &'a [Argument],
    at: Where,
    map: &mut Map<'a>,
) {
    if !is_carrier(code, module, object, at) {
        return;
    }
    let (child, prefix) = match method {
        "mount" => (positional(arguments, 1).or_else(|| keyword(arguments, "app")), positional(arguments, 0)),
        _ => (
            positional(arguments, 0),
            keyword(arguments, "prefix").or_else(|| keyword(arguments, "url_prefix")),
        ),
    };
    let Some(child) = child else { return };
    let keys = (code.origin(module, object, at), code.origin(module, child, at));
    let (Some(parent), Some(key)) = keys else { return };
    let prefix = match prefix {
        None => Some(String::new()),
        Some(expr) if expr.kind == Kind::None => Some(String::new()),
        Some(Expr { kind: Kind::Str(text), .. }) => Some(text.trim_end_matches('/').to_owned()),
        Some(expr) => code.text(module, expr, at),
    };
    map.below.entry(parent).or_default().push(Below { key, prefix, instead: method == "register_blueprint" });
}

/// `app.add_api_route("/x", handler, methods=["GET"])` and its kin.
fn added<'a>(
    code: &Code<'a>,
    module: usize,
    object: &Expr,
    method: &str,
    arguments: &[Argument],
    at: Where,
    map: &mut Map<'a>,
) {
    if !is_carrier(code, module, object, at) {
        return;
    }
    let at_handler = if method == "add_url_rule" { 2 } else { 1 };
    let handler = positional(arguments, at_handler)
        .or_else(|| keyword(arguments, "view_func"))
        .or_else(|| keyword(arguments, "endpoint"));
    let Some(path) = positional(arguments, 0).and_then(Expr::str) else { return };
    let Some(key) = code.origin(module, object, at) else { return };
    let found = handler.and_then(|handler| code.function(module, handler, at));
    map.own.entry(key).or_default().push(Own {
        path: path.to_owned(),
        methods: methods("route", arguments).unwrap_or_default(),
        name: handler.and_then(Expr::name).unwrap_or_default().to_owned(),
        handler: found.map(|(module, def, _)| (module, def, at)),
        module,
        line: positional(arguments, 0).map_or(0, |path| path.line),
    });
}

/// `Starlette(routes=[Route("/x", handler), Mount("/y", routes=[…])])`
fn table<'a>(
    code: &Code<'a>,
    module: usize,
    key: &Key,
    arguments: &'a [Argument],
    at: Where,
    map: &mut Map<'a>,
) {
    let Some(routes) = keyword(arguments, "routes") else { return };
    let mut waiting = vec![(routes, String::new())];
    let mut steps = 0;
    while let Some((list, prefix)) = waiting.pop() {
        steps += 1;
        let list = code.behind(module, list, at);
        let Kind::List(all) = &list.kind else { continue };
        if steps > ROUTES_AT_MOST {
            return;
        }
        for one in all {
            let Some((callee, arguments)) = one.call() else { continue };
            let Some(path) =
                positional(arguments, 0).or_else(|| keyword(arguments, "path")).and_then(Expr::str)
            else {
                continue;
            };
            match code.library(module, callee, at).as_deref() {
                Some("starlette.routing.Route") => {
                    let handler = positional(arguments, 1).or_else(|| keyword(arguments, "endpoint"));
                    let found = handler.and_then(|handler| code.function(module, handler, at));
                    map.own.entry(key.clone()).or_default().push(Own {
                        path: format!("{prefix}{path}"),
                        methods: methods("route", arguments).unwrap_or_default(),
                        name: handler.and_then(Expr::name).unwrap_or_default().to_owned(),
                        handler: found.map(|(module, def, _)| (module, def, at)),
                        module,
                        line: one.line,
                    });
                }
                Some("starlette.routing.Mount") => {
                    if let Some(routes) = keyword(arguments, "routes") {
                        waiting.push((routes, format!("{prefix}{}", path.trim_end_matches('/'))));
                    }
                }
                _ => {}
            }
        }
    }
}

/// `@get("/")` of Litestar, and `@bentoml.api`: handlers that name no carrier.
fn single(code: &Code<'_>, candidate: &Candidate) -> Vec<Found<Route>> {
    let mut found = Vec::new();
    let Some(outline) = code.outlines.get(candidate.module) else { return found };
    let framework = candidate.app.framework.value;
    for defined in &outline.defined {
        let Bound::Def(def, _) = defined.what else { continue };
        for decorator in &def.decorators {
            let callee = decorator.call().map_or(decorator, |call| call.0);
            let arguments = decorator.call().map_or(&[][..], |call| call.1);
            let Some(path) = code.library(candidate.module, callee, defined.at) else { continue };
            let own = match (framework, path.as_str()) {
                (Framework::Litestar, path) => {
                    let Some(method) =
                        path.strip_prefix("litestar.").map(|p| p.rsplit('.').next().unwrap_or(p))
                    else {
                        continue;
                    };
                    let Some(methods) = methods(method, arguments) else { continue };
                    let given = positional(arguments, 0).or_else(|| keyword(arguments, "path"));
                    let path = given.map_or(Some("/"), Expr::str);
                    let Some(path) = path else { continue };
                    (path.to_owned(), methods)
                }
                (Framework::BentoMl, "bentoml.api") if defined.at.scope == candidate.scope => {
                    let given = keyword(arguments, "route").and_then(Expr::str).map(str::to_owned);
                    (given.unwrap_or_else(|| format!("/{}", def.name)), vec!["POST".to_owned()])
                }
                _ => continue,
            };
            found.push(Found::at(
                Route { path: own.0, methods: own.1, handler: def.name.clone(), parameters: Vec::new() },
                code.path(candidate.module),
                decorator.line,
            ));
        }
    }
    found
}

fn route(code: &Code<'_>, own: &Own<'_>, prefix: &str, fastapi: bool) -> Found<Route> {
    let path = format!("{prefix}{}", own.path);
    let parameters = match &own.handler {
        Some((module, def, at)) if fastapi => typed(code, *module, def, &path, *at),
        _ => in_path(&path),
    };
    let route = Route {
        path: if path.is_empty() { "/".to_owned() } else { path },
        methods: own.methods.clone(),
        handler: own.name.clone(),
        parameters,
    };
    Found::at(route, code.path(own.module), own.line)
}

/// The names in a path: `{id}`, `{file:path}`, `<int:id>`.
fn in_path(path: &str) -> Vec<Parameter> {
    let mut found = Vec::new();
    for part in path.split(['{', '<']).skip(1) {
        let Some((inner, _)) = part.split_once(['}', '>']) else { continue };
        let flask = path.contains('<');
        let (name, kind) = match inner.split_once(':') {
            Some((kind, name)) if flask => (name, Some(kind)),
            Some((name, kind)) => (name, Some(kind)),
            None => (inner, None),
        };
        found.push(Parameter {
            name: name.to_owned(),
            place: Place::Path,
            kind: kind.map(str::to_owned),
            required: true,
            default: None,
            fields: Vec::new(),
        });
    }
    found
}

/// Classes that FastAPI hands over from its own side.
const HANDED: [&str; 8] = [
    "Request",
    "Response",
    "WebSocket",
    "BackgroundTasks",
    "SecurityScopes",
    "HTTPConnection",
    "Session",
    "AsyncSession",
];

/// Functions of FastAPI that say where a parameter stands.
static PLACES: [Says; 8] = [
    ("Query", Some(Place::Query)),
    ("Path", Some(Place::Path)),
    ("Body", Some(Place::Body)),
    ("Form", Some(Place::Form)),
    ("File", Some(Place::File)),
    ("Header", Some(Place::Header)),
    ("Cookie", Some(Place::Cookie)),
    ("Depends", None),
];

/// The parameters of a FastAPI handler, by FastAPI's own rules.
fn typed(code: &Code<'_>, module: usize, def: &Def, path: &str, at: Where) -> Vec<Parameter> {
    let names: Vec<String> = in_path(path).into_iter().map(|parameter| parameter.name).collect();
    let mut found = Vec::new();
    for parameter in def.parameters.iter().filter(|parameter| !parameter.spread) {
        let (mut annotation, mut marked, mut default) =
            (parameter.annotation.as_ref(), None, parameter.default.as_ref());
        // `Annotated[int, Query()]`
        if let Some(Kind::Subscript(of, index)) = annotation.map(|annotation| &annotation.kind)
            && last_name(of) == Some("Annotated")
        {
            annotation = index.first();
            marked = index.iter().skip(1).find_map(place_of).map(|said| said.1);
        }
        let mut required = default.is_none();
        if let Some((callee, arguments)) = default.and_then(Expr::call)
            && let Some(said) = PLACES.iter().find(|place| last_name(callee) == Some(place.0))
        {
            marked = Some(said.1);
            default = positional(arguments, 0).or_else(|| keyword(arguments, "default"));
            required = match default.map(|default| &default.kind) {
                None => true,
                Some(Kind::Other(inner)) => inner.is_empty(),
                Some(_) => false,
            };
            default = default.filter(|_| !required);
        }
        let class = annotation.and_then(|annotation| last_name(annotation));
        if marked == Some(None) || class.is_some_and(|class| HANDED.contains(&class)) {
            continue;
        }
        let fields = annotation.map(|annotation| model(code, module, annotation, at));
        let place = match marked {
            Some(Some(place)) => place,
            _ if names.contains(&parameter.name) => Place::Path,
            _ if class == Some("UploadFile") => Place::File,
            _ if matches!(&fields, Some(Some(_))) => Place::Body,
            _ => match annotation.map(|annotation| &annotation.kind) {
                Some(Kind::Subscript(of, _))
                    if ["list", "List", "dict", "Dict", "set", "tuple", "Tuple"]
                        .contains(&last_name(of).unwrap_or_default()) =>
                {
                    Place::Body
                }
                _ if class == Some("dict") || class == Some("list") => Place::Body,
                _ => Place::Query,
            },
        };
        found.push(Parameter {
            name: parameter.name.clone(),
            place,
            kind: annotation.map(|annotation| code.source(module, annotation)),
            required,
            default: default.map(|default| code.source(module, default)),
            fields: fields.flatten().unwrap_or_default(),
        });
    }
    found
}

/// A function of FastAPI, and the place that it says; `None`: what it gives is no part of the request.
type Says = (&'static str, Option<Place>);

fn place_of(expr: &Expr) -> Option<&'static Says> {
    let callee = expr.call().map_or(expr, |call| call.0);
    PLACES.iter().find(|says| last_name(callee) == Some(says.0))
}

fn last_name(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        Kind::Name(name) | Kind::Attribute(_, name) => Some(name),
        _ => None,
    }
}

/// The fields of a pydantic model of the project; `None`: it is none.
fn model(code: &Code<'_>, module: usize, annotation: &Expr, at: Where) -> Option<Vec<Field>> {
    let (mut module, mut class, mut at) = code.class(module, annotation, at)?;
    let mut fields: Vec<Field> = Vec::new();
    for _ in 0..DEPTH_AT_MOST {
        let mut own = own_fields(code, module, class);
        own.retain(|field| !fields.iter().any(|known| known.name == field.name));
        own.append(&mut fields);
        fields = own;
        let base = &class.bases.first()?.value;
        if let Some(path) = code.library(module, base, at) {
            let model =
                path == "pydantic.BaseModel" || path.ends_with(".BaseModel") || path.ends_with(".SQLModel");
            return model.then_some(fields);
        }
        (module, class, at) = code.class(module, base, at)?;
    }
    None
}

fn own_fields(code: &Code<'_>, module: usize, class: &Class) -> Vec<Field> {
    let mut fields = Vec::new();
    for statement in &class.body {
        let Does::Assign(targets, Some(annotation), value) = &statement.kind else { continue };
        let Some(name) = targets.first().and_then(Expr::name) else { continue };
        if name.starts_with('_') || name == "model_config" {
            continue;
        }
        let (required, default) = match value.as_ref().map(|value| (value, value.call())) {
            None => (true, None),
            Some((_, Some((callee, arguments)))) if last_name(callee) == Some("Field") => {
                let given = positional(arguments, 0).or_else(|| keyword(arguments, "default"));
                let made = keyword(arguments, "default_factory").is_some();
                match given {
                    Some(Expr { kind: Kind::Other(inner), .. }) if inner.is_empty() => (true, None),
                    Some(given) => (false, Some(code.source(module, given))),
                    None => (!made, None),
                }
            }
            Some((value, _)) => (false, Some(code.source(module, value))),
        };
        fields.push(Field {
            name: name.to_owned(),
            kind: code.source(module, annotation),
            required,
            default,
        });
    }
    fields
}
