//! All modules that were parsed, and what an expression in one of them stands for, across imports.

use std::collections::{HashMap, HashSet};

use crate::{
    files::folder_of,
    outline::{Bound, Outline, Use, Where},
    parse::Parsed,
    syntax::{Class, Def, Expr, Kind},
    tree::Tree,
};

/// How often one name may stand for the next before it is given up.
const STEPS_AT_MOST: usize = 40;

/// Names that are there without an import.
const BUILTINS: [&str; 18] = [
    "open", "int", "str", "float", "bool", "print", "getattr", "exec", "eval", "list", "dict", "set",
    "tuple", "bytes", "object", "len", "super", "type",
];

/// A parsed module.
#[derive(Debug)]
pub struct Module {
    /// The file.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What stands in it.
    pub parsed: Parsed,
}

/// What an expression stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stands {
    /// Something of a library: `flask.Flask`, and `flask.Flask()` for what such a call gives.
    Library(String),
    /// Something of the module at this place of the list: its function or class, and what follows the name.
    Local(usize, String),
}

impl Stands {
    fn then(self, more: &str) -> Self {
        match self {
            Self::Library(path) => Self::Library(path + more),
            Self::Local(module, path) => Self::Local(module, path + more),
        }
    }
}

/// When a piece of code runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum When {
    /// As soon as the module is imported.
    Imported,
    /// When the file is started as a script.
    Main,
    /// In a function that is called in one of the two ways above.
    Called,
    /// In a function of which it is not known who calls it.
    Unclear,
}

/// All parsed modules.
#[derive(Debug)]
pub struct Code<'a> {
    /// The modules.
    pub modules: &'a [Module],
    /// Each of them at a glance.
    pub outlines: Vec<Outline<'a>>,
    by_path: HashMap<&'a str, usize>,
    /// Per module, the modules that it imports.
    edges: &'a [Vec<usize>],
    tree: &'a Tree,
    /// Per module, the function scopes that are called, and whether only as a script.
    called: Vec<HashMap<usize, When>>,
}

impl<'a> Code<'a> {
    /// Looks over all modules.
    pub fn of(modules: &'a [Module], edges: &'a [Vec<usize>], tree: &'a Tree) -> Self {
        let outlines: Vec<_> = modules.iter().map(|module| Outline::of(&module.parsed.body)).collect();
        let by_path = modules.iter().enumerate().map(|(at, module)| (module.path.as_str(), at)).collect();
        let called = vec![HashMap::new(); modules.len()];
        let mut code = Self { modules, outlines, by_path, edges, tree, called };
        code.called = code.calls();
        code
    }

    /// The modules with their outlines.
    pub fn each(&self) -> impl Iterator<Item = (usize, &'a Module, &Outline<'a>)> {
        self.modules
            .iter()
            .zip(&self.outlines)
            .enumerate()
            .map(|(at, (module, outline))| (at, module, outline))
    }

    /// The place of a file in the list.
    pub fn place(&self, path: &str) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The file's path.
    pub fn path(&self, module: usize) -> &'a str {
        self.modules.get(module).map_or("", |module| &module.path)
    }

    /// An expression as the code writes it.
    pub fn source(&self, module: usize, expr: &Expr) -> String {
        self.modules
            .get(module)
            .and_then(|module| module.text.get(expr.start..expr.end))
            .map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
            .unwrap_or_default()
    }

    /// The expression behind a name of the module, or the expression itself.
    pub fn behind(&self, module: usize, expr: &'a Expr, at: Where) -> &'a Expr {
        let bound =
            expr.name().and_then(|name| self.outlines.get(module)?.lookup(name, at.scope, expr.start));
        match bound.map(|binding| binding.to) {
            Some(Bound::Value(value)) => value,
            _ => expr,
        }
    }

    /// The class of the project that an expression names.
    pub fn class(&self, module: usize, expr: &Expr, at: Where) -> Option<(usize, &'a Class, Where)> {
        let (module, name) = self.origin(module, expr, at)?;
        let binding = self.outlines.get(module)?.lookup(&name, 0, usize::MAX)?;
        match binding.to {
            Bound::Class(class, _) => Some((module, class, binding.at)),
            _ => None,
        }
    }

    /// Whether a module surely has no such name of its own.
    pub fn lacks(&self, module: usize, name: &str) -> bool {
        let (Some(parsed), Some(outline)) = (self.modules.get(module), self.outlines.get(module)) else {
            return false;
        };
        let Some(top) = outline.scopes.first() else { return false };
        // `globals()[…]`, `setattr`, `exec` and `__getattr__` can make a name that nothing binds; so may what a
        // fault hides, and a submodule of a package.
        let made = ["globals(", "setattr(", "exec(", "__getattr__", "import_module("];
        parsed.parsed.fault.is_none()
            && !parsed.path.ends_with("__init__.py")
            && !top.names.contains_key(name)
            && !outline.imports.iter().any(|import| import.star)
            && !made.iter().any(|text| parsed.text.contains(text))
    }

    /// Whether a folder is a package.
    pub fn is_package(&self, folder: &str) -> bool {
        self.tree.has(&format!("{folder}/__init__.py"))
    }

    /// The modules that others import.
    pub fn imported_modules(&self) -> HashSet<usize> {
        self.edges
            .iter()
            .enumerate()
            .flat_map(|(from, to)| to.iter().filter(move |to| **to != from))
            .copied()
            .collect()
    }

    /// The modules that are imported, in the end, when these are.
    pub fn reached(&self, from: impl IntoIterator<Item = usize>) -> HashSet<usize> {
        let mut waiting: Vec<usize> = from.into_iter().collect();
        let mut found = HashSet::new();
        while let Some(module) = waiting.pop() {
            if found.insert(module) {
                waiting.extend(self.edges.get(module).into_iter().flatten());
            }
        }
        found
    }

    /// The module and the variable that hold what an expression names.
    pub fn origin(&self, module: usize, expr: &Expr, at: Where) -> Option<(usize, String)> {
        match &expr.kind {
            Kind::Name(name) => {
                let binding = self.outlines.get(module)?.lookup(name, at.scope, expr.start)?;
                match binding.to {
                    Bound::Member(level, path, member) => self.member_of(module, level, path, member),
                    Bound::Value(value) if value.name().is_some() => self.origin(module, value, binding.at),
                    _ => Some((module, name.clone())),
                }
            }
            Kind::Attribute(object, name) => match self.stands(module, object, at)? {
                Stands::Local(from, inner) if inner.is_empty() => {
                    let binding = self.outlines.get(from)?.lookup(name, 0, usize::MAX)?;
                    match binding.to {
                        Bound::Member(level, path, member) => self.member_of(from, level, path, member),
                        _ => Some((from, name.clone())),
                    }
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// When a piece of code runs.
    pub fn when(&self, module: usize, at: Where) -> When {
        let Some(outline) = self.outlines.get(module) else { return When::Unclear };
        match outline.function(at.scope) {
            None if at.main => When::Main,
            None => When::Imported,
            Some(function) => self
                .called
                .get(module)
                .and_then(|called| called.get(&function))
                .map_or(When::Unclear, |_| When::Called),
        }
    }

    /// Which functions are called from what runs, and from each other.
    fn calls(&self) -> Vec<HashMap<usize, When>> {
        let mut called: Vec<HashMap<usize, When>> = vec![HashMap::new(); self.modules.len()];
        let mut edges: HashMap<(usize, usize), Vec<(usize, usize)>> = HashMap::new();
        let mut waiting = Vec::new();
        for (module, _, outline) in self.each() {
            for call in &outline.calls {
                let Some((callee, arguments)) = call.expr.call() else { continue };
                let mut callees = vec![callee];
                // `asyncio.run(main())` has the call inside; `Thread(target=main)` and `run(main)` hand it over.
                callees.extend(
                    arguments.iter().map(|argument| &argument.value).filter(|value| value.name().is_some()),
                );
                for callee in callees {
                    let Some((to, _, scope)) = self.function(module, callee, call.at) else { continue };
                    match outline.function(call.at.scope) {
                        None => waiting.push((to, scope)),
                        Some(from) => edges.entry((module, from)).or_default().push((to, scope)),
                    }
                }
            }
        }
        while let Some((module, scope)) = waiting.pop() {
            let Some(known) = called.get_mut(module) else { continue };
            if known.insert(scope, When::Called).is_none() {
                waiting.extend(edges.get(&(module, scope)).into_iter().flatten());
            }
        }
        called
    }

    /// The function of the project that an expression names: its module and the scope of its body.
    pub fn function(&self, module: usize, expr: &Expr, at: Where) -> Option<(usize, &'a Def, usize)> {
        let name = expr.name();
        if let Some(name) = name
            && let Bound::Def(def, scope) = self.outlines.get(module)?.lookup(name, at.scope, expr.start)?.to
        {
            return Some((module, def, scope));
        }
        match self.stands(module, expr, at)? {
            Stands::Local(module, name) => {
                match self.outlines.get(module)?.lookup(&name, 0, usize::MAX)?.to {
                    Bound::Def(def, scope) => Some((module, def, scope)),
                    _ => None,
                }
            }
            Stands::Library(_) => None,
        }
    }

    /// What the expression stands for; `None`: not known.
    pub fn stands(&self, module: usize, expr: &Expr, at: Where) -> Option<Stands> {
        self.follow(module, expr, at, &mut STEPS_AT_MOST.clone())
    }

    /// The library's path of an expression.
    pub fn library(&self, module: usize, expr: &Expr, at: Where) -> Option<String> {
        match self.stands(module, expr, at)? {
            Stands::Library(path) => Some(path),
            Stands::Local(..) => None,
        }
    }

    /// The library's path of a call's callee.
    pub fn callee(&self, module: usize, call: &Use<'_>) -> Option<String> {
        self.library(module, call.expr.call()?.0, call.at)
    }

    fn follow(&self, module: usize, expr: &Expr, at: Where, steps: &mut usize) -> Option<Stands> {
        *steps = steps.checked_sub(1)?;
        match &expr.kind {
            Kind::Name(name) => self.named(module, name, expr.start, at, steps),
            Kind::Attribute(object, name) => {
                let object = self.follow(module, object, at, steps)?;
                self.member(object, name, steps)
            }
            Kind::Call(callee, _) => {
                let callee = self.follow(module, callee, at, steps)?;
                if let Stands::Local(module, name) = &callee
                    && let Some(returned) = self.returned(*module, name, steps)
                {
                    return Some(returned);
                }
                Some(callee.then("()"))
            }
            Kind::Await(inner) | Kind::Named(_, inner) => self.follow(module, inner, at, steps),
            _ => None,
        }
    }

    fn named(&self, module: usize, name: &str, start: usize, at: Where, steps: &mut usize) -> Option<Stands> {
        let outline = self.outlines.get(module)?;
        let Some(binding) = outline.lookup(name, at.scope, start) else {
            if BUILTINS.contains(&name) {
                return Some(Stands::Library(format!("builtins.{name}")));
            }
            return self.starred(module, name, steps);
        };
        match binding.to {
            Bound::Module(path) => Some(self.imported(module, 0, path, None, steps)),
            Bound::Member(level, path, member) => {
                Some(self.imported(module, level, path, Some(member), steps))
            }
            Bound::Value(value) => self.follow(module, value, binding.at, steps),
            Bound::Def(..) | Bound::Class(..) if binding.at.scope == 0 => {
                Some(Stands::Local(module, name.to_owned()))
            }
            Bound::Parameter(Some(annotation), _) => {
                // A parameter of a library's class is one of its objects.
                let class = self.follow(module, annotation, binding.at, steps)?;
                matches!(class, Stands::Library(_)).then(|| class.then("()"))
            }
            _ => None,
        }
    }

    /// A name that only `from module import *` can have brought.
    fn starred(&self, module: usize, name: &str, steps: &mut usize) -> Option<Stands> {
        let outline = self.outlines.get(module)?;
        let mut stars = outline.imports.iter().filter(|import| import.star);
        let only = stars.next()?;
        if stars.next().is_some() {
            return None;
        }
        Some(self.imported(module, only.level, only.module, Some(name), steps))
    }

    /// What an import brings: a module of the project, something in it, or something of a library.
    fn imported(
        &self,
        from: usize,
        level: usize,
        path: &str,
        member: Option<&str>,
        steps: &mut usize,
    ) -> Stands {
        let library = || {
            let dotted = member.map_or_else(|| path.to_owned(), |member| format!("{path}.{member}"));
            Stands::Library(format!("{}{dotted}", ".".repeat(level)))
        };
        if *steps == 0 {
            return library();
        }
        let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).chain(member).collect();
        let Some((file, used)) = self.tree.find(self.path(from), level, &parts) else { return library() };
        let Some(module) = self.place(&file) else { return library() };
        // A package that imports from itself by its own name.
        let mut stands = Stands::Local(module, String::new());
        for part in parts.get(used..).unwrap_or_default() {
            match self.member(stands, part, steps) {
                Some(next) => stands = next,
                None => return library(),
            }
        }
        stands
    }

    /// The module and the name that `from path import member` takes a constant from, through modules in between.
    pub fn member_of(&self, from: usize, level: usize, path: &str, member: &str) -> Option<(usize, String)> {
        let (mut from, mut level, mut path, mut member) = (from, level, path, member);
        for _ in 0..STEPS_AT_MOST {
            let parts: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).collect();
            let (file, used) = self.tree.find(self.path(from), level, &parts)?;
            if used != parts.len() {
                return None;
            }
            let module = self.place(&file)?;
            match self.outlines.get(module)?.lookup(member, 0, usize::MAX)?.to {
                Bound::Member(next_level, next_path, next) => {
                    (from, level, path, member) = (module, next_level, next_path, next);
                }
                _ => return Some((module, member.to_owned())),
            }
        }
        None
    }

    fn member(&self, object: Stands, name: &str, steps: &mut usize) -> Option<Stands> {
        match object {
            Stands::Local(module, inner) if inner.is_empty() => {
                *steps = steps.checked_sub(1)?;
                let outline = self.outlines.get(module)?;
                let top = Where { scope: 0, main: false, caught: false, typing: false, branch: false };
                if outline.scopes.first()?.names.contains_key(name) {
                    return self.named(module, name, usize::MAX, top, steps);
                }
                let path = self.path(module);
                if path.ends_with("__init__.py") {
                    let inner = format!("{}/{name}", folder_of(path));
                    let inner = inner.trim_start_matches('/');
                    let file = self
                        .place(&format!("{inner}.py"))
                        .or_else(|| self.place(&format!("{inner}/__init__.py")));
                    if let Some(file) = file {
                        return Some(Stands::Local(file, String::new()));
                    }
                }
                self.starred(module, name, steps)
            }
            object => Some(object.then(&format!(".{name}"))),
        }
    }

    /// What a function of the project gives back, where that is one thing.
    fn returned(&self, module: usize, name: &str, steps: &mut usize) -> Option<Stands> {
        let outline = self.outlines.get(module)?;
        let Bound::Def(_, scope) = outline.lookup(name, 0, usize::MAX)?.to else { return None };
        let mut found = None;
        for value in outline.returned.iter().filter(|value| value.at.scope == scope) {
            match (self.follow(module, value.expr, value.at, steps), &found) {
                (Some(next), None) => found = Some(next),
                (Some(next), Some(known)) if next == *known => {}
                (None, _) if matches!(value.expr.kind, Kind::None) => {}
                _ => return None,
            }
        }
        found
    }
}
