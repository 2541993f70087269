//! One module at a glance: its scopes and what each name in them is bound to, and every call, with the
//! circumstances under which it is reached. Dead branches are left out.

use std::collections::{HashMap, HashSet};

use crate::syntax::{Class, Def, Does, Expr, Kind, Statement};

/// The circumstances of a piece of code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Where {
    /// The scope that it stands in.
    pub scope: usize,
    /// Below `if __name__ == "__main__"`.
    pub main: bool,
    /// In a `try` that catches a failed import, or in what is done then.
    pub caught: bool,
    /// Below `if TYPE_CHECKING`.
    pub typing: bool,
    /// In a branch or a loop.
    pub branch: bool,
}

/// What a name is bound to.
#[derive(Debug, Clone, Copy)]
pub enum Bound<'a> {
    /// `import a.b as name`; without `as` the name is bound to `a`.
    Module(&'a str),
    /// `from ..module import name`: dots, module, name.
    Member(usize, &'a str, &'a str),
    /// `name = value`, also by `with`.
    Value(&'a Expr),
    /// A function, and the scope of its body.
    Def(&'a Def, usize),
    /// A class, and its scope.
    Class(&'a Class, usize),
    /// A parameter, with its annotation and its default.
    Parameter(Option<&'a Expr>, Option<&'a Expr>),
    /// Something that is not looked into.
    Opaque,
}

/// A name bound at a place.
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// The first byte of what binds it.
    pub start: usize,
    /// To what.
    pub to: Bound<'a>,
    /// Under which circumstances; its scope is where the bound value is to be resolved.
    pub at: Where,
}

/// What kind of scope it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeKind {
    /// The module's own.
    Module,
    /// A function's.
    Function,
    /// A class's.
    Class,
}

/// A scope.
#[derive(Debug)]
pub struct Scope<'a> {
    /// What kind it is.
    pub kind: ScopeKind,
    /// The scope around it.
    pub parent: usize,
    /// Its names.
    pub names: HashMap<&'a str, Vec<Binding<'a>>>,
    /// Names that belong to the module's scope.
    globals: HashSet<&'a str>,
}

/// An expression at a place.
#[derive(Debug, Clone, Copy)]
pub struct Use<'a> {
    /// The expression.
    pub expr: &'a Expr,
    /// Its circumstances.
    pub at: Where,
}

/// An import statement's module.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// How many dots stand in front.
    pub level: usize,
    /// The module.
    pub module: &'a str,
    /// The names taken from it.
    pub names: Vec<&'a str>,
    /// Whether all names are.
    pub star: bool,
    /// Its circumstances.
    pub at: Where,
    /// The line.
    pub line: u32,
}

/// A function or a class, decorated or not.
#[derive(Debug, Clone, Copy)]
pub struct Defined<'a> {
    /// What is defined.
    pub what: Bound<'a>,
    /// Its circumstances.
    pub at: Where,
    /// The line of its first decorator, or its own.
    pub line: u32,
}

/// A module at a glance.
#[derive(Debug)]
pub struct Outline<'a> {
    /// The scopes; the first is the module's own.
    pub scopes: Vec<Scope<'a>>,
    /// Every call in live code.
    pub calls: Vec<Use<'a>>,
    /// Every `a[b]` in live code that is read.
    pub subscripts: Vec<Use<'a>>,
    /// Every assignment in live code: its one target and its value.
    pub assigned: Vec<(&'a Expr, Use<'a>)>,
    /// Every function and class.
    pub defined: Vec<Defined<'a>>,
    /// Every import.
    pub imports: Vec<Import<'a>>,
    /// Every value that a function returns, with the function's scope.
    pub returned: Vec<Use<'a>>,
    /// Calls that are used by `with`.
    pub entered: HashSet<usize>,
}

impl<'a> Outline<'a> {
    /// Looks over a module.
    pub fn of(body: &'a [Statement]) -> Self {
        let mut outline = Self {
            scopes: vec![Scope {
                kind: ScopeKind::Module,
                parent: 0,
                names: HashMap::new(),
                globals: HashSet::new(),
            }],
            calls: Vec::new(),
            subscripts: Vec::new(),
            assigned: Vec::new(),
            defined: Vec::new(),
            imports: Vec::new(),
            returned: Vec::new(),
            entered: HashSet::new(),
        };
        let at = Where { scope: 0, main: false, caught: false, typing: false, branch: false };
        outline.block(body, at);
        outline
    }

    /// The scope itself and those around it, as far as names are looked up in them.
    pub fn around(&self, scope: usize) -> impl Iterator<Item = (usize, &Scope<'a>)> {
        let mut next = Some(scope);
        std::iter::from_fn(move || {
            loop {
                let at = next?;
                let found = self.scopes.get(at)?;
                next = (found.parent != at).then_some(found.parent);
                // A class's names are not seen from its methods.
                if at == scope || found.kind != ScopeKind::Class {
                    return Some((at, found));
                }
            }
        })
    }

    /// The innermost function around a scope; `None`: it runs when the module is imported.
    pub fn function(&self, scope: usize) -> Option<usize> {
        let mut at = scope;
        loop {
            let found = self.scopes.get(at)?;
            match found.kind {
                ScopeKind::Function => return Some(at),
                ScopeKind::Module => return None,
                ScopeKind::Class => at = found.parent,
            }
        }
    }

    /// What a name is bound to where it is used.
    pub fn lookup(&self, name: &str, scope: usize, start: usize) -> Option<Binding<'a>> {
        for (at, found) in self.around(scope) {
            let Some(bindings) = found.names.get(name) else { continue };
            let own = at == scope;
            let mut seen = bindings.iter().filter(|binding| !own || binding.start < start);
            let last = seen.next_back();
            // `x = None` is only ever a place kept for the real value.
            let real =
                |binding: &&Binding<'_>| !matches!(binding.to, Bound::Value(Expr { kind: Kind::None, .. }));
            let last = last.filter(real).or_else(|| seen.rfind(real)).or(last);
            return last.or_else(|| bindings.first()).copied();
        }
        None
    }

    fn bind(&mut self, name: &'a str, to: Bound<'a>, start: usize, at: Where) {
        let global = self.scopes.get(at.scope).is_some_and(|scope| scope.globals.contains(name));
        let into = if global { 0 } else { at.scope };
        if let Some(scope) = self.scopes.get_mut(into) {
            scope.names.entry(name).or_default().push(Binding { start, to, at });
        }
    }

    /// Binds every name of a target.
    fn bind_target(&mut self, target: &'a Expr, value: Option<&'a Expr>, at: Where) {
        match (&target.kind, value) {
            (Kind::Name(name), Some(value)) => {
                self.bind(name, Bound::Value(value), value.start, at);
            }
            (Kind::Name(name), None) => self.bind(name, Bound::Opaque, target.start, at),
            (Kind::List(targets), Some(Expr { kind: Kind::List(values), .. }))
                if targets.len() == values.len() =>
            {
                for (target, value) in targets.iter().zip(values) {
                    self.bind_target(target, Some(value), at);
                }
            }
            (Kind::List(targets), _) => {
                for target in targets {
                    self.bind_target(target, None, at);
                }
            }
            _ => {}
        }
    }

    fn scope(&mut self, kind: ScopeKind, parent: usize) -> usize {
        self.scopes.push(Scope { kind, parent, names: HashMap::new(), globals: HashSet::new() });
        self.scopes.len() - 1
    }

    fn block(&mut self, body: &'a [Statement], at: Where) {
        for statement in body {
            self.statement(statement, at);
            if matches!(statement.kind, Does::Return(_)) {
                break;
            }
        }
    }

    fn statement(&mut self, statement: &'a Statement, at: Where) {
        let (start, line) = (statement.start, statement.line);
        let branch = Where { branch: true, ..at };
        match &statement.kind {
            Does::Import(names) => {
                for imported in names {
                    let first = imported.name.split('.').next().unwrap_or_default();
                    let alias = imported.alias.as_deref();
                    let (name, to) = alias.map_or((first, first), |alias| (alias, imported.name.as_str()));
                    self.bind(name, Bound::Module(to), start, at);
                    self.imports.push(Import {
                        level: 0,
                        module: &imported.name,
                        names: Vec::new(),
                        star: false,
                        at,
                        line,
                    });
                }
            }
            Does::From(from) => {
                for imported in &from.names {
                    let name = imported.alias.as_deref().unwrap_or(&imported.name);
                    let to = Bound::Member(from.level, &from.module, &imported.name);
                    self.bind(name, to, start, at);
                }
                self.imports.push(Import {
                    level: from.level,
                    module: &from.module,
                    names: from.names.iter().map(|imported| imported.name.as_str()).collect(),
                    star: from.star,
                    at,
                    line,
                });
            }
            Does::Assign(targets, annotation, value) => {
                for target in targets {
                    if let Some(value) = value {
                        self.assigned.push((target, Use { expr: value, at }));
                        self.bind_target(target, Some(value), at);
                    }
                    if !matches!(target.kind, Kind::Name(_)) {
                        self.expr(target, at, true);
                    }
                }
                annotation.iter().chain(value).for_each(|expr| self.expr(expr, at, false));
            }
            Does::Augment(target, value) => {
                if let Kind::Name(name) = &target.kind {
                    self.bind(name, Bound::Opaque, start, at);
                }
                self.expr(value, at, false);
            }
            Does::Expression(expr) => self.expr(expr, at, false),
            Does::If(branches) => self.branches(branches, at),
            Does::Try(tried) => {
                let caught = tried.handlers.iter().any(|handler| {
                    handler.0.as_ref().is_none_or(|kind| {
                        names_any(kind, &["ImportError", "ModuleNotFoundError", "Exception", "BaseException"])
                    })
                });
                let inner = Where { caught: at.caught || caught, ..at };
                self.block(&tried.body, inner);
                for (kind, body) in &tried.handlers {
                    if let Some(kind) = kind {
                        self.expr(kind, at, false);
                    }
                    self.block(body, Where { branch: true, ..inner });
                }
                self.block(&tried.after, at);
            }
            Does::With(items, body) => {
                for (value, target) in items {
                    self.entered.insert(value.start);
                    self.expr(value, at, false);
                    if let Some(target) = target {
                        self.assigned.push((target, Use { expr: value, at }));
                        self.bind_target(target, Some(value), at);
                    }
                }
                // `contextlib.suppress(ImportError)` is a `try` by another name.
                let caught = items.iter().any(|(value, _)| {
                    names_any(value, &["suppress"])
                        && names_any(value, &["ImportError", "ModuleNotFoundError"])
                });
                self.block(body, Where { caught: at.caught || caught, ..at });
            }
            Does::For(target, values, body) => {
                self.expr(values, at, false);
                self.bind_target(target, None, at);
                self.block(body, branch);
            }
            Does::While(test, body) => {
                self.expr(test, at, false);
                if truth(test) != Some(false) {
                    // What stands below `while True` is surely reached.
                    self.block(body, if truth(test) == Some(true) { at } else { branch });
                }
            }
            Does::Def(def) => self.def(def, statement, at),
            Does::Class(class) => self.class(class, statement, at),
            Does::Return(value) => {
                if let Some(value) = value {
                    self.returned.push(Use { expr: value, at });
                    self.expr(value, at, false);
                }
            }
            Does::Global(names) => {
                if let Some(scope) = self.scopes.get_mut(at.scope) {
                    scope.globals.extend(names.iter().map(String::as_str));
                }
            }
            Does::Match(value, cases) => {
                self.expr(value, at, false);
                for case in cases {
                    self.block(case, branch);
                }
            }
            Does::Other(inner) => inner.iter().for_each(|expr| self.expr(expr, at, false)),
        }
    }

    fn branches(&mut self, branches: &'a [(Option<Expr>, Vec<Statement>)], at: Where) {
        let mut main = false;
        for (test, body) in branches {
            let Some(test) = test else {
                self.block(body, Where { branch: !main || at.branch, ..at });
                continue;
            };
            self.expr(test, at, false);
            match truth(test) {
                Some(false) => continue,
                Some(true) => {
                    self.block(body, at);
                    return;
                }
                None => {}
            }
            if is_main(test) {
                main = true;
                self.block(body, Where { main: true, ..at });
            } else if names_any(test, &["TYPE_CHECKING"]) && !matches!(test.kind, Kind::Not(_)) {
                self.block(body, Where { typing: true, ..at });
            } else {
                self.block(body, Where { branch: true, ..at });
            }
        }
    }

    fn def(&mut self, def: &'a Def, statement: &'a Statement, at: Where) {
        let scope = self.scope(ScopeKind::Function, at.scope);
        let bound = Bound::Def(def, scope);
        self.bind(&def.name, bound, statement.start, at);
        self.defined.push(Defined { what: bound, at, line: statement.line });
        def.decorators.iter().for_each(|decorator| self.expr(decorator, at, false));
        let inner = Where { scope, main: false, ..at };
        for parameter in &def.parameters {
            let annotation = parameter.annotation.as_ref();
            let default = parameter.default.as_ref();
            let to = if parameter.spread { Bound::Opaque } else { Bound::Parameter(annotation, default) };
            // Defaults and annotations belong to the scope around.
            if let Some(own) = self.scopes.get_mut(scope) {
                own.names.entry(&parameter.name).or_default().push(Binding {
                    start: statement.start,
                    to,
                    at,
                });
            }
            annotation.into_iter().chain(default).for_each(|expr| self.expr(expr, at, false));
        }
        self.block(&def.body, inner);
    }

    fn class(&mut self, class: &'a Class, statement: &'a Statement, at: Where) {
        let scope = self.scope(ScopeKind::Class, at.scope);
        let bound = Bound::Class(class, scope);
        self.bind(&class.name, bound, statement.start, at);
        self.defined.push(Defined { what: bound, at, line: statement.line });
        class.decorators.iter().for_each(|decorator| self.expr(decorator, at, false));
        class.bases.iter().for_each(|base| self.expr(&base.value, at, false));
        self.block(&class.body, Where { scope, ..at });
    }

    fn expr(&mut self, expr: &'a Expr, at: Where, written: bool) {
        match &expr.kind {
            Kind::Call(..) => self.calls.push(Use { expr, at }),
            Kind::Subscript(..) if !written => self.subscripts.push(Use { expr, at }),
            Kind::Named(name, value) => self.bind(name, Bound::Value(value), expr.start, at),
            Kind::Conditional(then, test, otherwise) => {
                self.expr(test, at, false);
                let branch = Where { branch: true, ..at };
                self.expr(then, branch, false);
                self.expr(otherwise, branch, false);
                return;
            }
            _ => {}
        }
        expr.inner(&mut |inner| self.expr(inner, at, false));
    }
}

/// Whether any of these names stands in the expression.
fn names_any(expr: &Expr, names: &[&str]) -> bool {
    if let Kind::Name(name) | Kind::Attribute(_, name) = &expr.kind
        && names.contains(&name.as_str())
    {
        return true;
    }
    let mut any = false;
    expr.inner(&mut |inner| any = any || names_any(inner, names));
    any
}

/// What a test always is, where it is written out.
fn truth(test: &Expr) -> Option<bool> {
    match &test.kind {
        Kind::Bool(value) => Some(*value),
        Kind::Int(value) => Some(*value != 0),
        Kind::None => Some(false),
        Kind::Str(text) => Some(!text.is_empty()),
        Kind::Not(inner) => truth(inner).map(|value| !value),
        Kind::Logical(left, true, right) if truth(left) == Some(false) || truth(right) == Some(false) => {
            Some(false)
        }
        _ => None,
    }
}

/// `__name__ == "__main__"`, also with more behind an `and`.
fn is_main(test: &Expr) -> bool {
    match &test.kind {
        Kind::Compare(left, "==", right) => {
            let (name, text) = if left.name().is_some() { (left, right) } else { (right, left) };
            name.name() == Some("__name__") && text.str() == Some("__main__")
        }
        Kind::Logical(left, true, right) => is_main(left) || is_main(right),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::Reader;

    #[test]
    fn circumstances_are_known_and_dead_code_is_not_seen() {
        let text = "
a()
if __name__ == '__main__':
    b()
else:
    c()
if False:
    d()
if TYPE_CHECKING:
    e()
def f():
    g()
    return 1
    h()
try:
    i()
except ImportError:
    j()
if True:
    k()
else:
    l()
x = 'm()'  # n()
while True:
    o()
class C:
    p()
q = lambda: r()
";
        let body = Reader::new().unwrap().parse(text).unwrap().body;
        let outline = Outline::of(&body);
        let seen: Vec<_> = outline
            .calls
            .iter()
            .map(|call| {
                let Where { main, caught, typing, branch, scope } = call.at;
                let inside = outline.function(scope).is_some();
                let name = call.expr.call().unwrap().0.name().unwrap();
                let flags = [(main, 'M'), (caught, 'C'), (typing, 'T'), (branch, 'B'), (inside, 'F')];
                flags
                    .iter()
                    .filter(|flag| flag.0)
                    .fold(name.to_owned(), |all, flag| all + &flag.1.to_string())
            })
            .collect();
        assert_eq!(seen, ["a", "bM", "c", "eT", "gF", "iC", "jCB", "k", "o", "p"]);
    }

    #[test]
    fn the_nearest_binding_counts() {
        let text = "x = a\nx = b\ndef f(x):\n    y = x\ndef g():\n    global z\n    z = c\nx = d\nw = None\n";
        let body = Reader::new().unwrap().parse(text).unwrap().body;
        let outline = Outline::of(&body);
        let value = |name, scope, start| match outline.lookup(name, scope, start).unwrap().to {
            Bound::Value(expr) => expr.name().unwrap_or("None"),
            Bound::Parameter(..) => "parameter",
            _ => "other",
        };
        assert_eq!(value("x", 0, 8), "a");
        assert_eq!(value("x", 0, 14), "b");
        assert_eq!(value("x", 1, 40), "parameter");
        assert_eq!(value("x", 2, 40), "d");
        assert_eq!(value("z", 0, 1000), "c");
        assert_eq!(value("w", 0, 1000), "None");
        assert!(outline.lookup("nothing", 0, 0).is_none());
    }
}
