//! Templates, filled in from what a sender said.

use crate::{
    http::Problem,
    policy_file::webhooks::{Piece, Template},
};
use axum::http::StatusCode;
use serde_json::Value;

/// The text that a template gives; `None` when it is one pointer to nothing, or to null. Within words, nothing is nothing.
pub(super) fn optional(template: &Template, json: &Value) -> Result<Option<String>, Problem> {
    if let [Piece::At(pointer)] = template.0.as_slice() {
        return at(pointer, json);
    }
    let mut text = String::new();
    for piece in &template.0 {
        match piece {
            Piece::Words(words) => text.push_str(words),
            Piece::At(pointer) => text.push_str(&at(pointer, json)?.unwrap_or_default()),
        }
    }
    Ok(Some(text))
}

/// The same, and there must be one.
pub(super) fn needed(what: &'static str, template: &Template, json: &Value) -> Result<String, Problem> {
    let filled = optional(template, json)?.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    filled.ok_or_else(|| {
        let pointers: Vec<&str> = template
            .0
            .iter()
            .filter_map(|piece| match piece {
                Piece::At(pointer) => Some(pointer.as_str()),
                Piece::Words(_) => None,
            })
            .collect();
        let detail = format!("the message gives no {what}; the hook looks for it at {}", pointers.join(" and "));
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "missing_field", detail).with("field", what)
    })
}

/// The same where it may be absent.
pub(super) fn maybe(template: Option<&Template>, json: &Value) -> Result<Option<String>, Problem> {
    Ok(template.map(|template| optional(template, json)).transpose()?.flatten())
}

fn at(pointer: &str, json: &Value) -> Result<Option<String>, Problem> {
    match json.pointer(pointer) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(value @ (Value::Bool(_) | Value::Number(_))) => Ok(Some(value.to_string())),
        Some(Value::Array(_) | Value::Object(_)) => {
            let detail = format!("what stands at {pointer} must be a text, a number, true or false");
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_field", detail))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn template(pieces: &[Piece]) -> Template {
        Template(pieces.to_vec())
    }

    #[test]
    fn pointers_and_words() {
        let json = json!({"run": {"url": "https://ci/1", "n": 7, "ok": true, "none": null, "list": [1]}});
        let at = |pointer: &str| Piece::At(pointer.to_owned());
        let get = |pieces: &[Piece]| optional(&template(pieces), &json);
        assert_eq!(get(&[at("/run/url")]).unwrap().as_deref(), Some("https://ci/1"));
        assert_eq!(get(&[at("/run/n")]).unwrap().as_deref(), Some("7"));
        assert_eq!(get(&[at("/run/ok")]).unwrap().as_deref(), Some("true"));
        assert_eq!(get(&[at("/run/none")]).unwrap(), None);
        assert_eq!(get(&[at("/nowhere")]).unwrap(), None);
        assert!(get(&[at("/run/list")]).is_err());
        let words = [Piece::Words("run ".into()), at("/run/n"), Piece::Words(": ".into()), at("/nowhere")];
        assert_eq!(get(&words).unwrap().as_deref(), Some("run 7: "));
        assert!(needed("request", &template(&[at("/run/none")]), &json).is_err());
    }
}
