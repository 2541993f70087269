//! From source text to [`syntax`](crate::syntax), by tree-sitter: it keeps its own stack, so that no source can
//! overflow ours, and reads on behind a fault.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use tree_sitter::{Node, ParseOptions, Parser};

use crate::syntax::{Argument, Class, Def, Does, Expr, From, Imported, Kind, Parameter, Statement, Try};

/// Deeper expressions and blocks are not looked into.
const DEPTH_AT_MOST: usize = 60;
/// A parse that takes longer is given up: no file of people's does.
const WITHIN: Duration = Duration::from_millis(500);

/// A parsed file.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// Its statements.
    pub body: Vec<Statement>,
    /// The line of the first fault; what stands around it is not known.
    pub fault: Option<u32>,
}

/// Reads Python, one file after the other.
pub struct Reader {
    parser: Parser,
}

impl Reader {
    /// A reader; `None` if the grammar does not fit the parser, which a test excludes.
    pub fn new() -> Option<Self> {
        let mut parser = Parser::new();
        parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
        Some(Self { parser })
    }

    /// Parses a text; `None` when that takes too long.
    pub fn parse(&mut self, text: &str) -> Option<Parsed> {
        let until = Instant::now() + WITHIN;
        let mut progress = |_: &tree_sitter::ParseState| {
            if Instant::now() > until { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let bytes = text.as_bytes();
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = self.parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or_default(),
            None,
            Some(options),
        );
        let Some(tree) = tree else {
            self.parser.reset();
            return None;
        };
        let root = tree.root_node();
        let fault = if root.has_error() { first_fault(root) } else { None };
        Some(Parsed { body: Convert { text }.block(root, 0), fault })
    }
}

fn line(node: Node<'_>) -> u32 {
    u32::try_from(node.start_position().row).unwrap_or(u32::MAX - 1) + 1
}

/// The line of the first fault, looked for from the root without recursion.
fn first_fault(root: Node<'_>) -> Option<u32> {
    let mut cursor = root.walk();
    loop {
        let node = cursor.node();
        if node.is_error() || node.is_missing() {
            return Some(line(node));
        }
        if node.has_error() && cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return None;
            }
        }
    }
}

struct Convert<'a> {
    text: &'a str,
}

impl Convert<'_> {
    fn text(&self, node: Node<'_>) -> &str {
        self.text.get(node.byte_range()).unwrap_or_default()
    }

    fn owned(&self, node: Node<'_>) -> String {
        self.text(node).to_owned()
    }

    /// The statements of a block; nothing of a block that is too deep.
    fn block(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let mut statements = Vec::new();
        if depth > DEPTH_AT_MOST {
            return statements;
        }
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            if child.is_error() || child.is_extra() {
                continue;
            }
            let kind = self.statement(child, depth + 1);
            statements.push(Statement { kind, start: child.start_byte(), line: line(child) });
        }
        statements
    }

    fn field_block(&self, node: Node<'_>, field: &str, depth: usize) -> Vec<Statement> {
        node.child_by_field_name(field).map(|block| self.block(block, depth)).unwrap_or_default()
    }

    /// The blocks that are direct children and carry no field's name.
    fn child_blocks(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        let mut cursor = node.walk();
        let blocks: Vec<_> =
            node.named_children(&mut cursor).filter(|child| child.kind() == "block").collect();
        blocks.into_iter().flat_map(|block| self.block(block, depth)).collect()
    }

    fn statement(&self, node: Node<'_>, depth: usize) -> Does {
        match node.kind() {
            "import_statement" => Does::Import(self.imported(node)),
            "import_from_statement" => self.from(node),
            "future_import_statement" => Does::Other(Vec::new()),
            "expression_statement" => self.expression_statement(node, depth),
            "if_statement" => self.if_statement(node, depth),
            "try_statement" => self.try_statement(node, depth),
            "with_statement" => self.with(node, depth),
            "for_statement" => {
                let mut body = self.field_block(node, "body", depth);
                body.extend(self.otherwise(node, depth));
                Does::For(self.field(node, "left", depth), self.field(node, "right", depth), body)
            }
            "while_statement" => {
                let mut body = self.field_block(node, "body", depth);
                body.extend(self.otherwise(node, depth));
                Does::While(self.field(node, "condition", depth), body)
            }
            "function_definition" => Does::Def(self.def(node, Vec::new(), depth)),
            "class_definition" => Does::Class(self.class(node, Vec::new(), depth)),
            "decorated_definition" => self.decorated(node, depth),
            "return_statement" => Does::Return(node.named_child(0).map(|value| self.expr(value, depth))),
            "global_statement" => {
                let mut cursor = node.walk();
                Does::Global(node.named_children(&mut cursor).map(|name| self.owned(name)).collect())
            }
            "match_statement" => {
                let mut cases = Vec::new();
                if let Some(body) = node.child_by_field_name("body") {
                    let mut cursor = body.walk();
                    for case in body.named_children(&mut cursor) {
                        cases.push(self.field_block(case, "consequence", depth));
                    }
                }
                Does::Match(self.field(node, "subject", depth), cases)
            }
            _ => Does::Other(self.children(node, depth)),
        }
    }

    fn otherwise(&self, node: Node<'_>, depth: usize) -> Vec<Statement> {
        node.child_by_field_name("alternative")
            .map(|clause| self.field_block(clause, "body", depth))
            .unwrap_or_default()
    }

    fn imported(&self, node: Node<'_>) -> Vec<Imported> {
        let mut cursor = node.walk();
        node.children_by_field_name("name", &mut cursor)
            .map(|name| match name.child_by_field_name("alias") {
                Some(alias) => Imported {
                    name: name.child_by_field_name("name").map(|name| self.dotted(name)).unwrap_or_default(),
                    alias: Some(self.owned(alias)),
                },
                None => Imported { name: self.dotted(name), alias: None },
            })
            .collect()
    }

    /// A dotted name without the blanks that Python allows in it.
    fn dotted(&self, node: Node<'_>) -> String {
        self.text(node).chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
    }

    fn from(&self, node: Node<'_>) -> Does {
        let Some(module) = node.child_by_field_name("module_name") else { return Does::Other(Vec::new()) };
        let module = self.dotted(module);
        let name = module.trim_start_matches('.');
        let mut cursor = node.walk();
        let star = node.named_children(&mut cursor).any(|child| child.kind() == "wildcard_import");
        Does::From(From {
            level: module.len() - name.len(),
            module: name.to_owned(),
            names: self.imported(node),
            star,
        })
    }

    fn expression_statement(&self, node: Node<'_>, depth: usize) -> Does {
        let Some(first) = node.named_child(0) else { return Does::Other(Vec::new()) };
        match first.kind() {
            "assignment" => self.assignment(first, depth),
            "augmented_assignment" => {
                Does::Augment(self.field(first, "left", depth), self.field(first, "right", depth))
            }
            _ if node.named_child_count() > 1 => Does::Other(self.children(node, depth)),
            _ => Does::Expression(self.expr(first, depth)),
        }
    }

    /// `a = b = value`: the right side of an assignment is one itself.
    fn assignment(&self, node: Node<'_>, depth: usize) -> Does {
        let mut targets = Vec::new();
        let mut annotation = None;
        let mut at = node;
        loop {
            targets.push(self.field(at, "left", depth));
            if annotation.is_none() {
                annotation = at.child_by_field_name("type").map(|of| self.expr(of, depth));
            }
            match at.child_by_field_name("right") {
                Some(right) if right.kind() == "assignment" && targets.len() < DEPTH_AT_MOST => at = right,
                right => {
                    return Does::Assign(targets, annotation, right.map(|value| self.expr(value, depth)));
                }
            }
        }
    }

    fn if_statement(&self, node: Node<'_>, depth: usize) -> Does {
        let mut branches =
            vec![(Some(self.field(node, "condition", depth)), self.field_block(node, "consequence", depth))];
        let mut cursor = node.walk();
        for clause in node.children_by_field_name("alternative", &mut cursor) {
            branches.push(match clause.kind() {
                "elif_clause" => (
                    Some(self.field(clause, "condition", depth)),
                    self.field_block(clause, "consequence", depth),
                ),
                _ => (None, self.field_block(clause, "body", depth)),
            });
        }
        Does::If(branches)
    }

    fn try_statement(&self, node: Node<'_>, depth: usize) -> Does {
        let mut handlers = Vec::new();
        let mut after = Vec::new();
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "except_clause" | "except_group_clause" => {
                    let caught = child.child_by_field_name("value").map(|value| self.expr(value, depth));
                    handlers.push((caught, self.child_blocks(child, depth)));
                }
                "else_clause" => after.extend(self.field_block(child, "body", depth)),
                "finally_clause" => after.extend(self.child_blocks(child, depth)),
                _ => {}
            }
        }
        Does::Try(Try { body: self.field_block(node, "body", depth), handlers, after })
    }

    fn with(&self, node: Node<'_>, depth: usize) -> Does {
        let mut items = Vec::new();
        let mut cursor = node.walk();
        let clause = node.named_children(&mut cursor).find(|child| child.kind() == "with_clause");
        if let Some(clause) = clause {
            let mut cursor = clause.walk();
            for item in clause.named_children(&mut cursor) {
                let Some(value) = item.child_by_field_name("value") else { continue };
                let inner = if value.kind() == "as_pattern" { value.named_child(0) } else { Some(value) };
                let target = (value.kind() == "as_pattern")
                    .then(|| value.child_by_field_name("alias")?.named_child(0))
                    .flatten();
                if let Some(inner) = inner {
                    items.push((self.expr(inner, depth), target.map(|target| self.expr(target, depth))));
                }
            }
        }
        Does::With(items, self.field_block(node, "body", depth))
    }

    fn decorated(&self, node: Node<'_>, depth: usize) -> Does {
        let mut cursor = node.walk();
        let decorators = node
            .named_children(&mut cursor)
            .filter(|child| child.kind() == "decorator")
            .filter_map(|decorator| decorator.named_child(0))
            .map(|decorator| self.expr(decorator, depth))
            .collect();
        match node.child_by_field_name("definition") {
            Some(definition) if definition.kind() == "class_definition" => {
                Does::Class(self.class(definition, decorators, depth))
            }
            Some(definition) => Does::Def(self.def(definition, decorators, depth)),
            None => Does::Other(Vec::new()),
        }
    }

    fn def(&self, node: Node<'_>, decorators: Vec<Expr>, depth: usize) -> Def {
        let mut parameters = Vec::new();
        if let Some(list) = node.child_by_field_name("parameters") {
            let mut cursor = list.walk();
            for child in list.named_children(&mut cursor) {
                parameters.extend(self.parameter(child, depth));
            }
        }
        Def {
            name: node.child_by_field_name("name").map(|name| self.owned(name)).unwrap_or_default(),
            parameters,
            returns: node.child_by_field_name("return_type").map(|of| self.expr(of, depth)),
            decorators,
            body: self.field_block(node, "body", depth),
        }
    }

    fn parameter(&self, node: Node<'_>, depth: usize) -> Option<Parameter> {
        let name = match node.kind() {
            "identifier" => node,
            "default_parameter" | "typed_default_parameter" => node.child_by_field_name("name")?,
            "typed_parameter" | "list_splat_pattern" | "dictionary_splat_pattern" => node.named_child(0)?,
            _ => return None,
        };
        let text = self.text(name);
        Some(Parameter {
            name: text.trim_start_matches('*').to_owned(),
            spread: self.text(node).starts_with('*'),
            annotation: node.child_by_field_name("type").map(|of| self.expr(of, depth)),
            default: node.child_by_field_name("value").map(|value| self.expr(value, depth)),
        })
    }

    fn class(&self, node: Node<'_>, decorators: Vec<Expr>, depth: usize) -> Class {
        Class {
            name: node.child_by_field_name("name").map(|name| self.owned(name)).unwrap_or_default(),
            bases: node
                .child_by_field_name("superclasses")
                .map(|list| self.arguments(list, depth))
                .unwrap_or_default(),
            decorators,
            body: self.field_block(node, "body", depth),
        }
    }

    fn arguments(&self, list: Node<'_>, depth: usize) -> Vec<Argument> {
        if list.kind() == "generator_expression" {
            return vec![Argument { name: None, spread: false, value: self.expr(list, depth) }];
        }
        let mut cursor = list.walk();
        list.named_children(&mut cursor)
            .filter(|child| !child.is_extra() && !child.is_error())
            .map(|child| match child.kind() {
                "keyword_argument" => Argument {
                    name: child.child_by_field_name("name").map(|name| self.owned(name)),
                    spread: false,
                    value: self.field(child, "value", depth),
                },
                "list_splat" | "dictionary_splat" => {
                    Argument { name: None, spread: true, value: self.expr(child, depth) }
                }
                _ => Argument { name: None, spread: false, value: self.expr(child, depth) },
            })
            .collect()
    }

    fn field(&self, node: Node<'_>, field: &str, depth: usize) -> Expr {
        match node.child_by_field_name(field) {
            Some(child) => self.expr(child, depth),
            None => Expr {
                kind: Kind::Other(Vec::new()),
                start: node.start_byte(),
                end: node.end_byte(),
                line: line(node),
            },
        }
    }

    fn children(&self, node: Node<'_>, depth: usize) -> Vec<Expr> {
        let mut cursor = node.walk();
        node.named_children(&mut cursor)
            .filter(|child| !child.is_extra() && !child.is_error())
            .map(|child| self.expr(child, depth))
            .collect()
    }

    fn boxed(&self, node: Node<'_>, field: &str, depth: usize) -> Box<Expr> {
        Box::new(self.field(node, field, depth))
    }

    fn expr(&self, node: Node<'_>, depth: usize) -> Expr {
        let mut node = node;
        // Brackets and annotations only wrap.
        for _ in 0..DEPTH_AT_MOST {
            match (node.kind(), node.named_child(0)) {
                ("parenthesized_expression" | "type", Some(inner)) if node.named_child_count() == 1 => {
                    node = inner;
                }
                _ => break,
            }
        }
        let kind = if depth > DEPTH_AT_MOST { Kind::Other(Vec::new()) } else { self.kind(node, depth + 1) };
        Expr { kind, start: node.start_byte(), end: node.end_byte(), line: line(node) }
    }

    fn kind(&self, node: Node<'_>, depth: usize) -> Kind {
        match node.kind() {
            "identifier" => Kind::Name(self.owned(node)),
            "attribute" => Kind::Attribute(
                self.boxed(node, "object", depth),
                node.child_by_field_name("attribute").map(|name| self.owned(name)).unwrap_or_default(),
            ),
            "call" => Kind::Call(
                self.boxed(node, "function", depth),
                node.child_by_field_name("arguments")
                    .map(|list| self.arguments(list, depth))
                    .unwrap_or_default(),
            ),
            "subscript" => {
                let mut cursor = node.walk();
                let index = node
                    .children_by_field_name("subscript", &mut cursor)
                    .map(|index| self.expr(index, depth))
                    .collect();
                Kind::Subscript(self.boxed(node, "value", depth), index)
            }
            "generic_type" => self.generic(node, depth),
            "string" => self.string(node, depth),
            "concatenated_string" => self.concatenated(node, depth),
            "integer" => self.integer(node),
            "true" => Kind::Bool(true),
            "false" => Kind::Bool(false),
            "none" => Kind::None,
            "list" | "tuple" | "set" | "expression_list" | "pattern_list" | "tuple_pattern"
            | "list_pattern" => Kind::List(self.children(node, depth)),
            "dictionary" => {
                let mut cursor = node.walk();
                Kind::Dict(
                    node.named_children(&mut cursor)
                        .filter(|child| !child.is_extra())
                        .map(|child| match child.kind() {
                            "pair" => {
                                (Some(self.field(child, "key", depth)), self.field(child, "value", depth))
                            }
                            _ => (None, self.expr(child, depth)),
                        })
                        .collect(),
                )
            }
            "binary_operator" => Kind::Binary(
                self.boxed(node, "left", depth),
                operator(node, "operator"),
                self.boxed(node, "right", depth),
            ),
            "boolean_operator" => Kind::Logical(
                self.boxed(node, "left", depth),
                operator(node, "operator") == "and",
                self.boxed(node, "right", depth),
            ),
            "comparison_operator" if node.named_child_count() == 2 => {
                match (node.named_child(0), node.named_child(1)) {
                    (Some(left), Some(right)) => Kind::Compare(
                        Box::new(self.expr(left, depth)),
                        operator(node, "operators"),
                        Box::new(self.expr(right, depth)),
                    ),
                    _ => Kind::Other(Vec::new()),
                }
            }
            "not_operator" => Kind::Not(self.boxed(node, "argument", depth)),
            "unary_operator" => self.unary(node, depth),
            "conditional_expression" => {
                match (node.named_child(0), node.named_child(1), node.named_child(2)) {
                    (Some(then), Some(test), Some(otherwise)) => Kind::Conditional(
                        Box::new(self.expr(then, depth)),
                        Box::new(self.expr(test, depth)),
                        Box::new(self.expr(otherwise, depth)),
                    ),
                    _ => Kind::Other(Vec::new()),
                }
            }
            "await" => match node.named_child(0) {
                Some(value) => Kind::Await(Box::new(self.expr(value, depth))),
                None => Kind::Other(Vec::new()),
            },
            "named_expression" => Kind::Named(
                node.child_by_field_name("name").map(|name| self.owned(name)).unwrap_or_default(),
                self.boxed(node, "value", depth),
            ),
            // What a lambda does is done later, or never.
            "lambda" | "comment" => Kind::Other(Vec::new()),
            _ => Kind::Other(self.children(node, depth)),
        }
    }

    /// `list[int]` as an annotation.
    fn generic(&self, node: Node<'_>, depth: usize) -> Kind {
        let (Some(name), Some(list)) = (node.named_child(0), node.named_child(1)) else {
            return Kind::Other(Vec::new());
        };
        Kind::Subscript(Box::new(self.expr(name, depth)), self.children(list, depth))
    }

    fn unary(&self, node: Node<'_>, depth: usize) -> Kind {
        let value = self.field(node, "argument", depth);
        match (operator(node, "operator"), &value.kind) {
            ("-", Kind::Int(number)) => Kind::Int(number.saturating_neg()),
            _ => Kind::Other(vec![value]),
        }
    }

    fn integer(&self, node: Node<'_>) -> Kind {
        let digits: String = self.text(node).chars().filter(|c| *c != '_').collect::<String>().to_lowercase();
        let number = match digits.get(..2) {
            Some("0x") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 16),
            Some("0o") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 8),
            Some("0b") => i64::from_str_radix(digits.get(2..).unwrap_or_default(), 2),
            _ => digits.parse(),
        };
        number.map_or(Kind::Other(Vec::new()), Kind::Int)
    }

    /// A string, escapes resolved; one that is put together at run time is not known, but what it reads is.
    fn string(&self, node: Node<'_>, depth: usize) -> Kind {
        let mut text = String::new();
        let mut parts = Vec::new();
        let mut raw = false;
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            match child.kind() {
                "string_start" => {
                    let prefix = self.text(child).to_lowercase();
                    if prefix.contains('b') {
                        return Kind::Other(Vec::new());
                    }
                    raw = prefix.contains('r');
                }
                "string_content" if raw => text.push_str(self.text(child)),
                "string_content" => unescaped(self.text(child), &mut text),
                "interpolation" => parts.push(self.field(child, "expression", depth)),
                _ => {}
            }
        }
        if parts.is_empty() { Kind::Str(text) } else { Kind::Other(parts) }
    }

    fn concatenated(&self, node: Node<'_>, depth: usize) -> Kind {
        let mut text = String::new();
        let mut parts = Vec::new();
        for part in self.children(node, depth) {
            match part.kind {
                Kind::Str(more) if parts.is_empty() => text.push_str(&more),
                Kind::Other(inner) if inner.is_empty() => return Kind::Other(Vec::new()),
                _ => parts.push(part),
            }
        }
        if parts.is_empty() { Kind::Str(text) } else { Kind::Other(parts) }
    }
}

fn operator(node: Node<'_>, field: &str) -> &'static str {
    const KNOWN: [&str; 20] = [
        "+", "-", "*", "/", "//", "%", "**", "|", "&", "and", "or", "==", "!=", "<", "<=", ">", ">=", "in",
        "is", "not in",
    ];
    let Some(operator) = node.child_by_field_name(field) else { return "" };
    let kind = operator.kind();
    if kind == "is not" {
        return "!=";
    }
    KNOWN.into_iter().find(|known| *known == kind).unwrap_or("")
}

/// Escapes as Python reads them; those by name and number stay as they are.
fn unescaped(content: &str, into: &mut String) {
    let mut chars = content.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            into.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => into.push('\n'),
            Some('t') => into.push('\t'),
            Some('r') => into.push('\r'),
            Some('\n') | None => {}
            Some(same @ ('\\' | '\'' | '"')) => into.push(same),
            Some(other) => {
                into.push('\\');
                into.push(other);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Parsed {
        Reader::new().unwrap().parse(text).unwrap()
    }

    fn only(text: &str) -> Does {
        let mut body = parsed(text).body;
        assert_eq!(body.len(), 1, "{text}: {body:?}");
        body.remove(0).kind
    }

    fn value(text: &str) -> Kind {
        match only(text) {
            Does::Expression(expr) => expr.kind,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn literals_have_their_values() {
        for (text, expected) in [
            ("'a' \"b\"", Kind::Str("ab".into())),
            ("('a'\n 'b')", Kind::Str("ab".into())),
            (r"'a\n\x'", Kind::Str("a\n\\x".into())),
            (r"r'a\n'", Kind::Str("a\\n".into())),
            ("'''a\nb'''", Kind::Str("a\nb".into())),
            ("f'a'", Kind::Str("a".into())),
            ("b'a'", Kind::Other(Vec::new())),
            ("80_00", Kind::Int(8000)),
            ("0x1F90", Kind::Int(8080)),
            ("-1", Kind::Int(-1)),
            ("((True))", Kind::Bool(true)),
            ("''", Kind::Str(String::new())),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
        assert!(matches!(value("f'{a}b'"), Kind::Other(parts) if parts.len() == 1));
        assert!(matches!(value("99999999999999999999"), Kind::Other(_)));
    }

    #[test]
    fn imports_have_their_names() {
        assert_eq!(
            only("import a.b, c as d"),
            Does::Import(vec![
                Imported { name: "a.b".into(), alias: None },
                Imported { name: "c".into(), alias: Some("d".into()) }
            ])
        );
        let Does::From(from) = only("from ..a.b import (c, d as e,)  # why") else { panic!() };
        assert_eq!((from.level, &*from.module, from.names.len(), from.star), (2, "a.b", 2, false));
        let Does::From(from) = only("from . import *") else { panic!() };
        assert_eq!((from.level, &*from.module, from.star), (1, "", true));
    }

    #[test]
    fn statements_have_their_parts() {
        let Does::Assign(targets, None, Some(_)) = only("a = b = 1") else { panic!() };
        assert_eq!(targets.len(), 2);
        let Does::Assign(_, Some(annotation), None) = only("a: int") else { panic!() };
        assert_eq!(annotation.name(), Some("int"));
        let Does::With(items, body) = only("with a() as b, c:\n    pass\n") else { panic!() };
        assert_eq!((items.len(), body.len(), items[0].1.as_ref().unwrap().name()), (2, 1, Some("b")));
        let Does::Try(tried) =
            only("try:\n    a\nexcept (B, C) as e:\n    d\nelse:\n    f\nfinally:\n    g\n")
        else {
            panic!()
        };
        assert_eq!((tried.body.len(), tried.handlers.len(), tried.after.len()), (1, 1, 2));
        assert_eq!(tried.handlers[0].1.len(), 1);
        let Does::If(branches) = only("if a:\n    b\nelif c:\n    d\nelse:\n    e\n") else { panic!() };
        assert_eq!(branches.iter().filter(|branch| branch.1.len() == 1).count(), 3);
        let Does::Def(def) = only("@x\nasync def f(a, b: int, c=1, d: str = 'x', *e, **g) -> T:\n    pass\n")
        else {
            panic!()
        };
        let names: Vec<_> = def.parameters.iter().map(|p| (&*p.name, p.spread)).collect();
        assert_eq!(names, [("a", false), ("b", false), ("c", false), ("d", false), ("e", true), ("g", true)]);
        assert_eq!((def.decorators.len(), def.returns.is_some()), (1, true));
    }

    #[test]
    fn a_fault_hides_only_its_neighbours() {
        let read = parsed("import a\n\ndef f(:\n  pass\n\nimport b\nx = 1\n");
        assert_eq!(read.fault, Some(3));
        assert!(read.body.iter().any(|s| matches!(&s.kind, Does::Import(names) if names[0].name == "a")));
        assert!(parsed("print 'old'\nimport a\n").body.len() == 2);
        assert_eq!(parsed("x = 1\n").fault, None);
    }

    #[test]
    fn depth_and_rubbish_are_harmless() {
        for text in [
            format!("x = {}1{}", "(".repeat(20_000), ")".repeat(20_000)),
            format!("x = {}1", "-".repeat(20_000)),
            format!("x = a{}", ".b".repeat(20_000)),
            format!("x = a{}", "()".repeat(20_000)),
            format!("x = {}1", "not ".repeat(20_000)),
            format!("{}1", "x = ".repeat(20_000)),
            format!("x = 1{}", " + 1".repeat(20_000)),
            format!("x = {}1", "a if b else ".repeat(5_000)),
            (0..300).map(|depth| format!("{}if a:\n", " ".repeat(depth))).collect(),
            "\"\"\"".to_owned(),
            "(".repeat(10_000),
            "\u{0}\u{1}\u{fffd}".repeat(1000),
        ] {
            let mut reader = Reader::new().unwrap();
            let _ = reader.parse(&text);
            assert!(reader.parse("x = 1").unwrap().body.len() == 1);
        }
    }
}
