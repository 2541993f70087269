//! What an expression's value is, where the text says: constants, across names and imports, and defaults of
//! environment variables and of command-line options.

use serde::Serialize;

use crate::{
    code::{Code, Stands},
    outline::{Bound, Where},
    syntax::{Argument, Expr, Kind, keyword, positional},
};

/// How many names and calls one value may go through.
const STEPS_AT_MOST: usize = 40;

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text.
    Str(String),
    /// A whole number.
    Int(i64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`
    None,
    /// A list or a tuple.
    List(Vec<Known>),
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    /// The constant, or the default where a variable is read.
    pub value: Option<Value>,
    /// The environment variable that sets it.
    pub variable: Option<String>,
}

/// A setting as the code gives it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Setting<T> {
    /// The value, or the default where a variable is read; `None`: not known.
    pub value: Option<T>,
    /// The environment variable that sets it.
    pub variable: Option<String>,
}

impl Known {
    fn of(value: Value) -> Self {
        Self { value: Some(value), variable: None }
    }

    /// The setting with its value read in this way.
    pub fn setting<T>(self, read: impl FnOnce(Value) -> Option<T>) -> Setting<T> {
        Setting { value: self.value.and_then(read), variable: self.variable }
    }
}

impl Value {
    /// A text.
    pub fn text(self) -> Option<String> {
        match self {
            Self::Str(text) => Some(text),
            _ => None,
        }
    }

    /// A port, also one written as a text.
    pub fn port(self) -> Option<u16> {
        match self {
            Self::Int(number) => u16::try_from(number).ok(),
            Self::Str(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A count, also one written as a text.
    pub fn count(self) -> Option<u32> {
        match self {
            Self::Int(number) => u32::try_from(number).ok(),
            Self::Str(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Yes or no.
    pub fn truth(self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(value),
            Self::Int(number) => Some(number != 0),
            Self::None => Some(false),
            _ => None,
        }
    }
}

/// A variable that is read, and its default.
#[derive(Debug)]
pub struct Read<'a> {
    /// Its name.
    pub name: String,
    /// Its default.
    pub default: Option<&'a Expr>,
    /// Whether it is an error when it is missing.
    pub required: bool,
}

/// Functions that read a variable: their path, the default's keyword, and whether a missing variable is an error
/// where no default is given.
const READERS: [(&str, &str, bool); 14] = [
    ("os.environ.get", "default", false),
    ("os.getenv", "default", false),
    ("os.environ.pop", "default", true),
    ("os.environ.setdefault", "default", false),
    ("decouple.config", "default", true),
    ("environs.Env()", "default", true),
    ("environs.Env().str", "default", true),
    ("environs.Env().int", "default", true),
    ("environs.Env().bool", "default", true),
    ("environ.Env()", "default", true),
    ("environ.Env().str", "default", true),
    ("environ.Env().int", "default", true),
    ("environ.Env().bool", "default", true),
    ("starlette.config.Config()", "default", true),
];

impl<'a> Code<'a> {
    /// What is known of an expression's value.
    pub fn value(&self, module: usize, expr: &'a Expr, at: Where) -> Known {
        self.known(module, expr, at, &mut STEPS_AT_MOST.clone()).unwrap_or_default()
    }

    /// The text of an expression, where it is written out.
    pub fn text(&self, module: usize, expr: &'a Expr, at: Where) -> Option<String> {
        self.value(module, expr, at).value?.text()
    }

    /// The variable that an expression reads.
    pub fn variable(&self, module: usize, expr: &'a Expr, at: Where) -> Option<Read<'a>> {
        self.read(module, expr, at, &mut STEPS_AT_MOST.clone())
    }

    fn read(&self, module: usize, expr: &'a Expr, at: Where, steps: &mut usize) -> Option<Read<'a>> {
        *steps = steps.checked_sub(1)?;
        match &expr.kind {
            Kind::Call(callee, arguments) => {
                let path = self.library(module, callee, at)?;
                let (_, default, strict) = READERS.iter().find(|reader| reader.0 == path)?;
                let name = self.known(module, positional(arguments, 0)?, at, steps)?.value?.text()?;
                let default = positional(arguments, 1).or_else(|| keyword(arguments, default));
                let spread = arguments.iter().any(|argument| argument.spread);
                Some(Read { name, default, required: *strict && default.is_none() && !spread })
            }
            Kind::Subscript(object, index) => {
                let path = self.library(module, object, at)?;
                if path != "os.environ" {
                    return None;
                }
                let name = self.known(module, index.first()?, at, steps)?.value?.text()?;
                Some(Read { name, default: None, required: true })
            }
            _ => None,
        }
    }

    fn known(&self, module: usize, expr: &'a Expr, at: Where, steps: &mut usize) -> Option<Known> {
        *steps = steps.checked_sub(1)?;
        match &expr.kind {
            Kind::Str(text) => Some(Known::of(Value::Str(text.clone()))),
            Kind::Int(number) => Some(Known::of(Value::Int(*number))),
            Kind::Bool(value) => Some(Known::of(Value::Bool(*value))),
            Kind::None => Some(Known::of(Value::None)),
            Kind::List(all) => {
                let all =
                    all.iter().map(|one| self.known(module, one, at, steps).unwrap_or_default()).collect();
                Some(Known::of(Value::List(all)))
            }
            Kind::Name(name) => self.known_name(module, name, expr.start, at, steps),
            Kind::Named(_, inner) => self.known(module, inner, at, steps),
            Kind::Binary(left, "+", right) => {
                let left = self.known(module, left, at, steps)?;
                let right = self.known(module, right, at, steps)?;
                match (left.value?, right.value?) {
                    (Value::Str(left), Value::Str(right)) => Some(Known::of(Value::Str(left + &right))),
                    (Value::Int(left), Value::Int(right)) => {
                        Some(Known::of(Value::Int(left.saturating_add(right))))
                    }
                    _ => None,
                }
            }
            // `os.environ.get("PORT") or 8000`
            Kind::Logical(left, false, right) => {
                let left = self.known(module, left, at, steps)?;
                match left.value {
                    None | Some(Value::None) if left.variable.is_some() => {
                        let right = self.known(module, right, at, steps).unwrap_or_default();
                        Some(Known { value: right.value, variable: left.variable })
                    }
                    Some(Value::None | Value::Bool(false) | Value::Int(0)) => {
                        self.known(module, right, at, steps)
                    }
                    Some(_) => Some(left),
                    None => None,
                }
            }
            Kind::Call(callee, arguments) => {
                if let Some(read) = self.read(module, expr, at, steps) {
                    let value =
                        read.default.and_then(|default| self.known(module, default, at, steps)?.value);
                    return Some(Known { value, variable: Some(read.name) });
                }
                let path = self.library(module, callee, at)?;
                let inner = self.known(module, positional(arguments, 0)?, at, steps)?;
                converted(&path, inner)
            }
            Kind::Subscript(..) => {
                let read = self.read(module, expr, at, steps)?;
                Some(Known { value: None, variable: Some(read.name) })
            }
            Kind::Attribute(object, name) => self.attribute(module, object, name, at, steps),
            _ => None,
        }
    }

    fn known_name(
        &self,
        module: usize,
        name: &str,
        start: usize,
        at: Where,
        steps: &mut usize,
    ) -> Option<Known> {
        let outline = self.outlines.get(module)?;
        let binding = outline.lookup(name, at.scope, start)?;
        // A name that is also bound in some branch, or counted up, has no one value.
        let scope = outline.around(at.scope).find(|scope| scope.1.names.contains_key(name))?.1;
        let certain = |binding: &crate::outline::Binding<'_>| {
            !binding.at.branch && !matches!(binding.to, Bound::Opaque)
        };
        if !scope.names.get(name)?.iter().all(certain) {
            return None;
        }
        match binding.to {
            Bound::Value(value) => self.known(module, value, binding.at, steps),
            Bound::Parameter(_, Some(default)) => self.known(module, default, binding.at, steps),
            Bound::Member(level, path, member) => {
                let (from, name) = self.member_of(module, level, path, member)?;
                self.constant(from, &name, steps)
            }
            _ => None,
        }
    }

    /// A name of a module's own scope.
    fn constant(&self, module: usize, name: &str, steps: &mut usize) -> Option<Known> {
        *steps = steps.checked_sub(1)?;
        let top = Where { scope: 0, main: false, caught: false, typing: false, branch: false };
        self.known_name(module, name, usize::MAX, top, steps)
    }

    fn attribute(
        &self,
        module: usize,
        object: &'a Expr,
        name: &str,
        at: Where,
        steps: &mut usize,
    ) -> Option<Known> {
        match self.stands(module, object, at)? {
            Stands::Local(from, inner) if inner.is_empty() => self.constant(from, name, steps),
            // `Settings().port` and `Config.PORT`
            Stands::Local(from, inner) => {
                let class = inner.strip_suffix("()").unwrap_or(&inner);
                let outline = self.outlines.get(from)?;
                let Bound::Class(class, scope) = outline.lookup(class, 0, usize::MAX)?.to else {
                    return None;
                };
                let binding = outline.scopes.get(scope)?.names.get(name)?.last()?;
                let Bound::Value(value) = binding.to else { return None };
                let mut known = self.known(from, value, binding.at, steps)?;
                let settings = class.bases.iter().any(|base| {
                    self.library(from, &base.value, binding.at)
                        .is_some_and(|path| path.ends_with(".BaseSettings"))
                });
                let configured = outline.scopes.get(scope).is_some_and(|scope| {
                    ["model_config", "Config"].iter().any(|n| scope.names.contains_key(n))
                });
                if settings && !configured && known.variable.is_none() {
                    known.variable = Some(name.to_uppercase());
                }
                Some(known)
            }
            Stands::Library(path) if path == "argparse.ArgumentParser().parse_args()" => {
                self.option(module, name, steps)
            }
            Stands::Library(_) => None,
        }
    }

    /// The default of a command-line option of argparse.
    fn option(&self, module: usize, name: &str, steps: &mut usize) -> Option<Known> {
        let outline = self.outlines.get(module)?;
        for call in &outline.calls {
            let (callee, arguments) = call.expr.call()?;
            let Kind::Attribute(_, method) = &callee.kind else { continue };
            if method != "add_argument" {
                continue;
            }
            let named = |argument: &Argument| {
                argument
                    .value
                    .str()
                    .is_some_and(|text| text.trim_start_matches('-').replace('-', "_") == name)
            };
            if keyword(arguments, "dest").and_then(Expr::str).is_some_and(|dest| dest == name)
                || arguments.iter().filter(|argument| argument.name.is_none()).any(named)
            {
                return self.known(module, keyword(arguments, "default")?, call.at, steps);
            }
        }
        None
    }
}

/// What a conversion makes of a value.
fn converted(path: &str, inner: Known) -> Option<Known> {
    let Known { value, variable } = inner;
    let value = match (path, value) {
        ("builtins.int", Some(Value::Str(text))) => text.trim().parse().ok().map(Value::Int),
        ("builtins.int", Some(value @ Value::Int(_)))
        | (
            "builtins.str" | "pathlib.Path" | "pathlib.PurePath" | "pathlib.PosixPath" | "os.path.abspath"
            | "os.path.realpath" | "os.path.normpath" | "os.fspath",
            Some(value @ Value::Str(_)),
        )
        | ("builtins.bool", Some(value @ Value::Bool(_))) => Some(value),
        ("builtins.str", Some(Value::Int(number))) => Some(Value::Str(number.to_string())),
        ("builtins.int" | "builtins.str" | "builtins.bool", None) => None,
        _ => return None,
    };
    Some(Known { value, variable })
}
