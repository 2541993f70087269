//! What an app says can be asked of it: its OpenAPI document, 3.0 or 3.1, with an example for each value.
//!
//! The document is walked as plain JSON. A typed reading would refuse the whole document for one field that one
//! of the two versions, or one framework, writes differently, and only examples are wanted here.

use reqwest::Url;
use serde_json::{Map, Value};

use crate::{
    facts::{Operation, Parameter},
    http::Ask,
};

/// The methods of OpenAPI that an app can be asked by.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// How deep references and schemas are followed: deeper ones refer to themselves.
const DEEPEST: usize = 16;

/// How many schemas one operation's examples may go through: more are schemas that multiply each other.
const LARGEST: usize = 5_000;

/// Words in paths and summaries of operations that ask a model.
const PREDICTING: [&str; 9] =
    ["predict", "infer", "invocation", "classif", "score", "generate", "complet", "embed", "forecast"];

/// What the document says can be asked. Operations that want another body than JSON are left out.
pub fn operations(document: &Value) -> Vec<Operation> {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else { return Vec::new() };
    let mut operations = Vec::new();
    for (path, item) in paths {
        let item = resolve(document, item);
        for method in METHODS {
            if let Some(described) = item.get(method)
                && let Some(operation) = operation(document, method, path, item, described)
            {
                operations.push(operation);
            }
        }
    }
    operations
}

/// The operation to try first: one that looks like a prediction, then one that reads something with parameters, then
/// one that takes a body, then any other that only reads. Never one that changes or deletes.
pub fn to_try(operations: &[Operation]) -> Option<&Operation> {
    let rank = |operation: &Operation| {
        let words = format!("{} {}", operation.path, operation.summary.as_deref().unwrap_or_default());
        let words = words.to_lowercase();
        let predicts = PREDICTING.iter().any(|word| words.contains(word));
        match (operation.method.as_str(), predicts) {
            ("GET" | "POST", true) => Some(0),
            ("GET", false) if !operation.parameters.is_empty() => Some(1),
            ("POST", false) if operation.body.is_some() => Some(2),
            ("GET", false) => Some(3),
            _ => None,
        }
    };
    let ranked = operations.iter().filter_map(|operation| Some((rank(operation)?, operation)));
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, operation)| operation)
}

/// The request for an operation with its examples, below `base`. Optional parameters without an example are left out.
/// `None`: `base` is no address.
pub fn ask(operation: &Operation, base: &str) -> Option<Ask> {
    let sent = |place: &'static str| {
        let parameters = operation.parameters.iter();
        parameters.filter(move |parameter| {
            parameter.place == place && (parameter.required || !parameter.example.is_empty())
        })
    };
    let mut url = Url::parse(base).ok()?;
    let segments = operation.path.trim_start_matches('/').split('/').map(|segment| {
        sent("path").fold(segment.to_owned(), |segment, parameter| {
            segment.replace(&format!("{{{}}}", parameter.name), &parameter.example)
        })
    });
    url.path_segments_mut().ok()?.pop_if_empty().extend(segments);
    for parameter in sent("query") {
        url.query_pairs_mut().append_pair(&parameter.name, &parameter.example);
    }
    let mut headers: Vec<_> =
        sent("header").map(|parameter| (parameter.name.clone(), parameter.example.clone())).collect();
    if operation.body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    Some(Ask { method: operation.method.clone(), url: url.into(), headers, body: operation.body.clone() })
}

fn operation(
    document: &Value,
    method: &str,
    path: &str,
    item: &Value,
    described: &Value,
) -> Option<Operation> {
    let mut examples = Examples { document, made_up: false, left: LARGEST };
    let body = match described.get("requestBody").map(|body| resolve(document, body)) {
        Some(body) => match json_content(body) {
            Some(content) => {
                let example = examples.of_content(content);
                Some(serde_json::to_string_pretty(&example).unwrap_or_default())
            }
            None if body.get("required") == Some(&Value::Bool(true)) => return None,
            None => None,
        },
        None => None,
    };
    // The operation's own parameters replace those of its path.
    let mut parameters: Vec<Parameter> = Vec::new();
    for described in [item, described] {
        for parameter in described.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let Some(parameter) = examples.parameter(resolve(document, parameter)) else { continue };
            parameters.retain(|known| (&known.name, &known.place) != (&parameter.name, &parameter.place));
            parameters.push(parameter);
        }
    }
    let summary = ["summary", "description"]
        .into_iter()
        .filter_map(|field| described.get(field)?.as_str())
        .find(|words| !words.trim().is_empty())
        .map(|words| crate::stage::harmless(words.trim()));
    Some(Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary,
        parameters,
        body,
        made_up: examples.made_up,
    })
}

/// The content of type JSON, where a body may have it.
fn json_content(body: &Value) -> Option<&Value> {
    let content = body.get("content")?.as_object()?;
    let json = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or(kind).trim();
        kind == "application/json" || kind.ends_with("+json") || kind == "*/*"
    };
    content.iter().find(|(kind, _)| json(kind)).map(|(_, content)| content)
}

/// Follows local references.
fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let mut value = value;
    for _ in 0..DEEPEST {
        let reference = value.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        match reference.and_then(|pointer| document.pointer(pointer)) {
            Some(target) => value = target,
            None => break,
        }
    }
    value
}

/// Finds examples, and remembers whether one had to be made up from its type.
struct Examples<'a> {
    document: &'a Value,
    made_up: bool,
    left: usize,
}

impl<'a> Examples<'a> {
    fn parameter(&mut self, described: &'a Value) -> Option<Parameter> {
        let text = |field: &str| described.get(field).and_then(Value::as_str);
        let (name, place) = (text("name")?, text("in")?);
        // OpenAPI itself says that these headers are not parameters.
        let reserved = ["accept", "content-type", "authorization"].contains(&name.to_lowercase().as_str());
        if !["query", "path", "header"].contains(&place) || (place == "header" && reserved) {
            return None;
        }
        let schema = described.get("schema").or_else(|| json_content(described)?.get("schema"));
        let schema = resolve(self.document, schema.unwrap_or(&Value::Null));
        let required = place == "path" || described.get("required") == Some(&Value::Bool(true));
        let given = self.given(described).or_else(|| self.given_in_schema(schema));
        let example = match given {
            Some(value) => value,
            None if required => self.of_schema(schema, 0),
            None => Value::Null,
        };
        Some(Parameter {
            name: name.to_owned(),
            place: place.to_owned(),
            kind: self.kind(schema).to_owned(),
            required,
            example: plain(&example),
        })
    }

    fn of_content(&mut self, content: &'a Value) -> Value {
        let schema = content.get("schema").unwrap_or(&Value::Null);
        self.given(content).unwrap_or_else(|| self.of_schema(schema, 0))
    }

    /// The example that a parameter or a content carries.
    fn given(&self, described: &'a Value) -> Option<Value> {
        if let Some(example) = described.get("example") {
            return Some(example.clone());
        }
        let named = described.get("examples")?.as_object()?.values().next()?;
        resolve(self.document, named).get("value").cloned()
    }

    /// The example that a schema carries.
    fn given_in_schema(&self, schema: &'a Value) -> Option<Value> {
        let first = |field: &str| schema.get(field).and_then(Value::as_array).and_then(|all| all.first());
        let found = schema
            .get("example")
            .or_else(|| first("examples"))
            .or_else(|| schema.get("default"))
            .or_else(|| schema.get("const"))
            .or_else(|| first("enum"));
        if let Some(found) = found {
            return Some(found.clone()).filter(|value| !value.is_null());
        }
        // An optional value of a known kind: `anyOf: [{…}, {type: null}]` around it.
        let of = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|of| schema.get(of)?.as_array());
        let mut inner = of?.iter().map(|inner| resolve(self.document, inner));
        inner
            .find_map(|inner| ["example", "default", "const"].into_iter().find_map(|field| inner.get(field)))
            .cloned()
    }

    /// An example of a schema: the app's own, else one made up from its type.
    fn of_schema(&mut self, schema: &'a Value, depth: usize) -> Value {
        let schema = resolve(self.document, schema);
        if depth > DEEPEST || self.left == 0 {
            return Value::Null;
        }
        self.left -= 1;
        if let Some(given) = self.given_in_schema(schema) {
            return given;
        }
        for of in ["anyOf", "oneOf"] {
            if let Some(any) = schema.get(of).and_then(Value::as_array) {
                let mut any = any.iter().map(|inner| resolve(self.document, inner));
                let first = any.find(|inner| self.kind(inner) != "null");
                return first.map_or(Value::Null, |inner| self.of_schema(inner, depth + 1));
            }
        }
        if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
            let mut merged = self.of_object(schema, depth);
            for inner in all {
                match self.of_schema(inner, depth + 1) {
                    Value::Object(fields) => merged.extend(fields),
                    other if all.len() == 1 => return other,
                    _ => {}
                }
            }
            return Value::Object(merged);
        }
        match self.kind(schema) {
            "object" => Value::Object(self.of_object(schema, depth)),
            "array" => Value::Array(self.of_array(schema, depth)),
            kind => {
                self.made_up |= kind != "null";
                scalar(kind, schema)
            }
        }
    }

    fn of_object(&mut self, schema: &'a Value, depth: usize) -> Map<String, Value> {
        let required = |name: &str| {
            let names = schema.get("required").and_then(Value::as_array);
            names.is_some_and(|names| names.iter().any(|required| required == name))
        };
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut fields = Map::new();
        for (name, property) in properties.into_iter().flatten() {
            let given = self.given_in_schema(resolve(self.document, property));
            if let Some(value) = given {
                fields.insert(name.clone(), value);
            } else if required(name) {
                fields.insert(name.clone(), self.of_schema(property, depth + 1));
            }
        }
        fields
    }

    fn of_array(&mut self, schema: &'a Value, depth: usize) -> Vec<Value> {
        if let Some(each) = schema.get("prefixItems").and_then(Value::as_array) {
            return each.iter().map(|item| self.of_schema(item, depth + 1)).collect();
        }
        let Some(items) = schema.get("items") else { return Vec::new() };
        let least = schema.get("minItems").and_then(Value::as_u64).unwrap_or(1).clamp(1, 1_000);
        let item = self.of_schema(items, depth + 1);
        (0..least).map(|_| item.clone()).collect()
    }

    /// A schema's type; of several the first that is not `null`; where none is named, what its fields imply.
    fn kind(&self, schema: &'a Value) -> &'a str {
        match schema.get("type") {
            Some(Value::String(kind)) => kind,
            Some(Value::Array(kinds)) => {
                let mut kinds = kinds.iter().filter_map(Value::as_str);
                let first = kinds.next().unwrap_or("null");
                if first == "null" { kinds.next().unwrap_or("null") } else { first }
            }
            _ if schema.get("properties").is_some() => "object",
            _ if schema.get("items").is_some() => "array",
            _ => {
                let of = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|of| schema.get(of)?.as_array());
                let kinds = of.into_iter().flatten().map(|inner| self.kind(resolve(self.document, inner)));
                kinds.into_iter().find(|kind| *kind != "null").unwrap_or("string")
            }
        }
    }
}

/// A value of this type within the schema's bounds.
fn scalar(kind: &str, schema: &Value) -> Value {
    let number = |field: &str| schema.get(field).and_then(Value::as_f64);
    match kind {
        "integer" | "number" => {
            let step = number("multipleOf").filter(|step| *step > 0.0).unwrap_or(1.0);
            let mut value = 0.0_f64;
            // In 3.0 `exclusiveMinimum` says whether `minimum` is excluded, in 3.1 it is the bound itself.
            let excluded = |field: &str| schema.get(field) == Some(&Value::Bool(true));
            if let Some(least) = number("minimum")
                .filter(|least| *least > value || (*least >= value && excluded("exclusiveMinimum")))
            {
                value = if excluded("exclusiveMinimum") { least + step } else { least };
            }
            if let Some(least) = number("exclusiveMinimum").filter(|least| *least >= value) {
                value = least + step;
            }
            if let Some(most) = number("maximum").filter(|most| *most < value) {
                value = most;
            }
            if let Some(most) = number("exclusiveMaximum").filter(|most| *most <= value) {
                value = most - step;
            }
            #[allow(clippy::cast_possible_truncation)] // an example of an integer
            if kind == "integer" || value.fract() == 0.0 { (value as i64).into() } else { value.into() }
        }
        "boolean" => Value::Bool(false),
        "null" => Value::Null,
        _ => {
            let words = match schema.get("format").and_then(Value::as_str) {
                Some("date") => "2026-01-01",
                Some("date-time") => "2026-01-01T00:00:00Z",
                Some("time") => "00:00:00",
                Some("uuid") => "00000000-0000-4000-8000-000000000000",
                Some("email") => "someone@example.com",
                Some("uri" | "url") => "https://example.com/",
                Some("ipv4") => "192.0.2.1",
                Some("byte" | "base64") => "AA==",
                _ => "string",
            };
            let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or_default().min(10_000);
            let mut words = words.to_owned();
            while (words.len() as u64) < least {
                words.push('x');
            }
            if let Some(most) = schema.get("maxLength").and_then(Value::as_u64)
                && let Ok(most) = usize::try_from(most)
            {
                words.truncate(most);
            }
            words.into()
        }
    }
}

/// A value as it stands in a URL; of a list its first.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(all) => all.first().map(plain).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// As FastAPI writes it for `def predict(feature_1: float, feature_2: float = 1.5, note: str | None = None)`.
    fn fastapi_get() -> Value {
        json!({"openapi": "3.1.0", "paths": {
            "/health": {"get": {"summary": "Health", "responses": {}}},
            "/predict": {"get": {"summary": "Predict", "operationId": "predict_predict_get", "parameters": [
                {"name": "feature_1", "in": "query", "required": true, "schema": {"type": "number", "title": "Feature 1"}},
                {"name": "feature_2", "in": "query", "required": false, "schema": {"type": "number", "default": 1.5}},
                {"name": "note", "in": "query", "required": false, "schema": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
            ]}},
        }})
    }

    /// As FastAPI writes a body of a pydantic model.
    fn fastapi_post() -> Value {
        json!({"openapi": "3.1.0", "paths": {"/items/{kind}/predict": {"post": {
            "parameters": [{"name": "kind", "in": "path", "required": true, "schema": {"$ref": "#/components/schemas/Kind"}}],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Flower"}}}},
        }}}, "components": {"schemas": {
            "Kind": {"type": "string", "enum": ["iris setosa", "rose"]},
            "Flower": {"type": "object", "required": ["sizes", "count"], "properties": {
                "sizes": {"type": "array", "items": {"type": "number", "exclusiveMinimum": 0}, "minItems": 2},
                "count": {"type": "integer", "minimum": 3},
                "name": {"type": "string", "examples": ["mia"]},
                "parent": {"anyOf": [{"$ref": "#/components/schemas/Flower"}, {"type": "null"}]},
            }},
        }}})
    }

    #[test]
    fn a_query_is_asked_with_the_apps_defaults_and_made_up_values_where_it_must() {
        let operations = operations(&fastapi_get());
        let predict = to_try(&operations).unwrap();
        assert_eq!(predict.path, "/predict");
        let examples: Vec<_> =
            predict.parameters.iter().map(|p| (p.kind.as_str(), p.example.as_str())).collect();
        assert_eq!(examples, [("number", "0"), ("number", "1.5"), ("string", "")]);
        assert!(predict.made_up);
        let ask = ask(predict, "http://localhost:8000").unwrap();
        assert_eq!(ask, Ask::get("http://localhost:8000/predict?feature_1=0&feature_2=1.5"));
    }

    #[test]
    fn a_body_is_made_of_what_is_required_and_what_the_app_gives() {
        let operations = operations(&fastapi_post());
        let operation = to_try(&operations).unwrap();
        let body: Value = serde_json::from_str(operation.body.as_deref().unwrap()).unwrap();
        assert_eq!(body, json!({"sizes": [1, 1], "count": 3, "name": "mia"}));
        let ask = ask(operation, "http://localhost/flowers/").unwrap();
        assert_eq!(ask.url, "http://localhost/flowers/items/iris%20setosa/predict");
        assert_eq!(ask.headers, [("content-type".to_owned(), "application/json".to_owned())]);
    }

    #[test]
    fn an_example_of_the_whole_body_is_taken_as_it_is() {
        for content in [
            json!({"example": {"x": 1}}),
            json!({"examples": {"small": {"value": {"x": 1}}}}),
            json!({"schema": {"example": {"x": 1}}}),
            json!({"schema": {"type": "object", "examples": [{"x": 1}]}}),
        ] {
            let document = json!({"paths": {"/predict": {"post": {"requestBody": {"content": {"application/json": content}}}}}});
            let operations = operations(&document);
            let body: Value = serde_json::from_str(operations[0].body.as_deref().unwrap()).unwrap();
            assert_eq!((body, operations[0].made_up), (json!({"x": 1}), false));
        }
    }

    #[test]
    fn schemas_that_refer_to_themselves_or_multiply_each_other_end() {
        let document = json!({"paths": {"/predict": {"post": {"requestBody": {"content": {"application/json": {
            "schema": {"$ref": "#/components/schemas/Node"}}}}}}},
            "components": {"schemas": {"Node": {"type": "object", "required": ["next", "left", "right"], "properties": {
                "next": {"$ref": "#/components/schemas/Node"}, "left": {"$ref": "#/components/schemas/Node"},
                "right": {"$ref": "#/components/schemas/Node"}}}, "Loop": {"$ref": "#/components/schemas/Loop"}}}});
        assert!(operations(&document)[0].body.as_deref().unwrap().contains("next"));
    }

    #[test]
    fn bounds_of_both_versions_are_kept() {
        for (schema, value) in [
            (json!({"minimum": 5}), json!(5)),
            (json!({"minimum": 0, "exclusiveMinimum": true}), json!(1)),
            (json!({"exclusiveMinimum": 0.0}), json!(1)),
            (json!({"maximum": -2}), json!(-2)),
            (json!({"exclusiveMaximum": 0}), json!(-1)),
            (json!({"minimum": 0.5, "maximum": 0.9}), json!(0.5)),
        ] {
            assert_eq!(scalar("number", &schema), value, "{schema}");
        }
        assert_eq!(scalar("string", &json!({"minLength": 8})), json!("stringxx"));
        assert_eq!(scalar("string", &json!({"maxLength": 3})), json!("str"));
    }

    #[test]
    fn an_operation_that_wants_a_file_is_left_out_and_deleting_is_never_tried() {
        let document = json!({"paths": {
            "/upload": {"post": {"requestBody": {"required": true, "content": {"multipart/form-data": {}}}}},
            "/predictions/{id}": {"delete": {"parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}]}},
        }});
        let operations = operations(&document);
        assert_eq!(
            operations.iter().map(|operation| operation.method.as_str()).collect::<Vec<_>>(),
            ["DELETE"]
        );
        assert_eq!(to_try(&operations), None);
    }

    #[test]
    fn parameters_of_a_path_are_shared_and_can_be_replaced() {
        let document = json!({"paths": {"/x": {
            "parameters": [{"name": "a", "in": "query", "schema": {"type": "string", "default": "path"}}],
            "get": {"parameters": [{"name": "a", "in": "query", "schema": {"type": "string", "default": "own"}}]},
            "post": {},
        }}});
        let operations = operations(&document);
        assert_eq!(operations[0].parameters[0].example, "own");
        assert_eq!(operations[1].parameters[0].example, "path");
    }

    #[test]
    fn what_is_no_openapi_document_says_nothing() {
        for document in [json!(null), json!([]), json!({"paths": []}), json!({"paths": {"/": null}})] {
            assert_eq!(operations(&document), [], "{document}");
        }
    }
}
