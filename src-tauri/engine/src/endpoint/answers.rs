//! The last hops: what the answer through the ingress shows beside the pods' own. Pure functions.

use serde_json::Value;

use crate::facts::Answer;

/// How much of a body is shown as evidence, in characters.
const BODY_SHOWN: usize = 400;

/// What the answers say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is the pod's own, byte for byte.
    Same,
    /// The app answers differently each time, and this is such an answer.
    SameKind,
    /// The controller answered for itself: it knows no such rule.
    NoRule,
    /// The controller reached no pod that answers.
    Gateway,
    /// The app failed, and says so itself.
    AppError,
    /// Somebody else answered.
    Different,
}

/// Judges `through`, the answer through the ingress, by the pods' own answers to the same request (`own`), by
/// those of a second time (`again`; empty where it was not needed), and by the controller's own answer (`default`).
pub fn judge(through: &Answer, own: &[Answer], again: &[Answer], default: Option<&Answer>) -> Verdict {
    let of_pod = own.iter().chain(again);
    if of_pod.clone().any(|own| same(through, own)) {
        return if through.status >= 500 { Verdict::AppError } else { Verdict::Same };
    }
    // Byte for byte the same as for a host without a rule, and no pod says it.
    if default.is_some_and(|default| same(through, default)) {
        return Verdict::NoRule;
    }
    let same_status = of_pod.clone().any(|own| own.status == through.status);
    if through.status >= 500 && same_status {
        return Verdict::AppError;
    }
    if matches!(through.status, 502..=504) {
        return Verdict::Gateway;
    }
    let varies = own.iter().zip(again).any(|(first, second)| !same(first, second));
    let similar =
        of_pod.clone().any(|own| own.status == through.status && kind(&own.body) == kind(&through.body));
    if varies && similar { Verdict::SameKind } else { Verdict::Different }
}

/// Whether two answers are the same, however long they took.
pub fn same(one: &Answer, other: &Answer) -> bool {
    (one.status, &one.body) == (other.status, &other.body)
}

/// An answer as evidence shows it.
pub fn shown(answer: &Answer) -> String {
    let body: String = answer.body.chars().take(BODY_SHOWN).collect();
    format!("{}\n{body}", answer.request).trim_end().to_owned()
}

/// The form of a body: of JSON its keys and types, of anything else that it is no JSON.
fn kind(body: &str) -> Value {
    fn form(value: &Value) -> Value {
        match value {
            Value::Null => Value::Null,
            Value::Bool(_) => Value::from("bool"),
            Value::Number(_) => Value::from("number"),
            Value::String(_) => Value::from("string"),
            // A list is of the kind of its first item, however long it is.
            Value::Array(items) => {
                items.first().map_or(Value::Array(Vec::new()), |first| Value::Array(vec![form(first)]))
            }
            Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), form(value))).collect(),
        }
    }
    serde_json::from_str::<Value>(body).map_or(Value::from("no JSON"), |value| form(&value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { request: "GET http://localhost/".into(), status, ms: 1.0, body: body.into() }
    }

    #[test]
    fn the_answers_tell_who_spoke() {
        let default = answer(404, "<h1>404 Not Found</h1>nginx");
        let well = answer(200, r#"{"species":"setosa"}"#);
        let failed = answer(500, "Internal Server Error");
        for (through, own, again, expected) in [
            (&well, vec![well.clone()], vec![], Verdict::Same),
            (&well, vec![answer(200, "another pod"), well.clone()], vec![], Verdict::Same),
            (
                &answer(404, r#"{"detail":"Not Found"}"#),
                vec![answer(404, r#"{"detail":"Not Found"}"#)],
                vec![],
                Verdict::Same,
            ),
            (&default, vec![well.clone()], vec![well.clone()], Verdict::NoRule),
            (&default, vec![default.clone()], vec![], Verdict::Same),
            (
                &answer(502, "<h1>502 Bad Gateway</h1>"),
                vec![well.clone()],
                vec![well.clone()],
                Verdict::Gateway,
            ),
            (&answer(504, ""), vec![well.clone()], vec![well.clone()], Verdict::Gateway),
            (&failed, vec![failed.clone()], vec![], Verdict::AppError),
            (&failed, vec![answer(500, "another id")], vec![answer(500, "a third id")], Verdict::AppError),
            (&answer(502, "upstream"), vec![answer(502, "upstream")], vec![], Verdict::AppError),
            (&answer(200, "another app"), vec![well.clone()], vec![well.clone()], Verdict::Different),
            (&failed, vec![well.clone()], vec![well.clone()], Verdict::Different),
        ] {
            assert_eq!(judge(through, &own, &again, Some(&default)), expected, "{through:?} {own:?}");
        }
    }

    #[test]
    fn an_app_that_answers_differently_each_time_is_known_by_the_form_of_its_answers() {
        let at = |time: u32| answer(200, &format!(r#"{{"time":{time},"scores":[1]}}"#));
        assert_eq!(judge(&at(1), &[at(2)], &[at(3)], None), Verdict::SameKind);
        assert_eq!(
            judge(&at(1), &[at(2)], &[at(2)], None),
            Verdict::Different,
            "the pod's answer stays the same"
        );
        let other = answer(200, r#"{"message":"hello"}"#);
        assert_eq!(judge(&other, &[at(2)], &[at(3)], None), Verdict::Different, "it has another form");
    }
}
