//! Python's syntax as far as facts need it: small, owned, and of bounded depth.

/// An expression and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Its first byte.
    pub start: usize,
    /// The byte behind its last.
    pub end: usize,
    /// The line, from 1.
    pub line: u32,
}

/// The kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// `name`
    Name(String),
    /// `object.name`
    Attribute(Box<Expr>, String),
    /// `callee(arguments)`
    Call(Box<Expr>, Vec<Argument>),
    /// `value[index, …]`
    Subscript(Box<Expr>, Vec<Expr>),
    /// A string whose content is known.
    Str(String),
    /// A whole number.
    Int(i64),
    /// `True` or `False`.
    Bool(bool),
    /// `None`
    None,
    /// A list, a tuple or a set.
    List(Vec<Expr>),
    /// A dictionary; a key is missing where another is spread in.
    Dict(Vec<(Option<Expr>, Expr)>),
    /// `left OP right`, of arithmetic.
    Binary(Box<Expr>, &'static str, Box<Expr>),
    /// `left and right`, `left or right`.
    Logical(Box<Expr>, bool, Box<Expr>),
    /// `left OP right`, of one comparison.
    Compare(Box<Expr>, &'static str, Box<Expr>),
    /// `not value`
    Not(Box<Expr>),
    /// `then if test else otherwise`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `await value`
    Await(Box<Expr>),
    /// `name := value`
    Named(String, Box<Expr>),
    /// Anything else: what is in it is still looked at.
    Other(Vec<Expr>),
}

/// One argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// Its keyword.
    pub name: Option<String>,
    /// Whether it spreads a list or a dictionary.
    pub spread: bool,
    /// What is given.
    pub value: Expr,
}

/// A statement and its line.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: Does,
    /// Its first byte.
    pub start: usize,
    /// The line, from 1.
    pub line: u32,
}

/// The kinds of statements.
#[derive(Debug, Clone, PartialEq)]
pub enum Does {
    /// `import a.b as c, …`
    Import(Vec<Imported>),
    /// `from ..a import b as c, …`
    From(From),
    /// `a = b = value`, `a: type = value`
    Assign(Vec<Expr>, Option<Expr>, Option<Expr>),
    /// `a += value`
    Augment(Expr, Expr),
    /// An expression.
    Expression(Expr),
    /// `if`, each `elif`, and `else`, which has no test.
    If(Vec<(Option<Expr>, Vec<Statement>)>),
    /// `try`
    Try(Try),
    /// `with value as name, …`
    With(Vec<(Expr, Option<Expr>)>, Vec<Statement>),
    /// `for target in values`
    For(Expr, Expr, Vec<Statement>),
    /// `while test`
    While(Expr, Vec<Statement>),
    /// `def`
    Def(Def),
    /// `class`
    Class(Class),
    /// `return value`
    Return(Option<Expr>),
    /// `global a, b`
    Global(Vec<String>),
    /// `match value`, its cases' blocks
    Match(Expr, Vec<Vec<Statement>>),
    /// Anything else: what is in it is still looked at.
    Other(Vec<Expr>),
}

/// One name of `import a.b as c`.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// `a.b`
    pub name: String,
    /// `c`
    pub alias: Option<String>,
}

/// `from ..module import names`
#[derive(Debug, Clone, PartialEq)]
pub struct From {
    /// How many dots stand in front.
    pub level: usize,
    /// The module, empty for `from . import`.
    pub module: String,
    /// The names.
    pub names: Vec<Imported>,
    /// Whether it is `import *`.
    pub star: bool,
}

/// A `try` statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Try {
    /// What is tried.
    pub body: Vec<Statement>,
    /// What is caught, and what is done then.
    pub handlers: Vec<(Option<Expr>, Vec<Statement>)>,
    /// `else` and `finally`.
    pub after: Vec<Statement>,
}

/// A function.
#[derive(Debug, Clone, PartialEq)]
pub struct Def {
    /// Its name.
    pub name: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// What it says that it returns.
    pub returns: Option<Expr>,
    /// Its decorators.
    pub decorators: Vec<Expr>,
    /// Its body.
    pub body: Vec<Statement>,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// `*args` or `**more`.
    pub spread: bool,
    /// Its annotation.
    pub annotation: Option<Expr>,
    /// Its default.
    pub default: Option<Expr>,
}

/// A class.
#[derive(Debug, Clone, PartialEq)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Its bases.
    pub bases: Vec<Argument>,
    /// Its decorators.
    pub decorators: Vec<Expr>,
    /// Its body.
    pub body: Vec<Statement>,
}

impl Expr {
    /// The name, if it is one.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The text, if it is a string whose content is known.
    pub fn str(&self) -> Option<&str> {
        match &self.kind {
            Kind::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The callee and the arguments, if it is a call.
    pub fn call(&self) -> Option<(&Expr, &[Argument])> {
        match &self.kind {
            Kind::Call(callee, arguments) => Some((callee, arguments)),
            _ => None,
        }
    }

    /// The expressions directly in it.
    pub fn inner<'a>(&'a self, each: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            Kind::Name(_) | Kind::Str(_) | Kind::Int(_) | Kind::Bool(_) | Kind::None => {}
            Kind::Attribute(one, _) | Kind::Not(one) | Kind::Await(one) | Kind::Named(_, one) => each(one),
            Kind::Call(callee, arguments) => {
                each(callee);
                for argument in arguments {
                    each(&argument.value);
                }
            }
            Kind::Subscript(value, index) => {
                each(value);
                index.iter().for_each(each);
            }
            Kind::List(all) | Kind::Other(all) => all.iter().for_each(each),
            Kind::Dict(pairs) => {
                for (key, value) in pairs {
                    if let Some(key) = key {
                        each(key);
                    }
                    each(value);
                }
            }
            Kind::Binary(left, _, right) | Kind::Logical(left, _, right) | Kind::Compare(left, _, right) => {
                each(left);
                each(right);
            }
            Kind::Conditional(then, test, otherwise) => {
                each(then);
                each(test);
                each(otherwise);
            }
        }
    }
}

/// The argument of a keyword.
pub fn keyword<'a>(arguments: &'a [Argument], name: &str) -> Option<&'a Expr> {
    arguments.iter().find(|argument| argument.name.as_deref() == Some(name)).map(|argument| &argument.value)
}

/// The argument at a position, before anything is spread.
pub fn positional(arguments: &[Argument], at: usize) -> Option<&Expr> {
    arguments
        .iter()
        .take_while(|argument| !argument.spread)
        .filter(|argument| argument.name.is_none())
        .nth(at)
        .map(|argument| &argument.value)
}
