//! Every outgoing call, held against the Bot API's machine-readable description: methods, required fields, types, unknown
//! fields. Without `COUNTERSIGN_SPECS` nothing is said.

use crate::specs;
use serde_json::{Map, Value};
use std::sync::OnceLock;

fn spec() -> Option<&'static Value> {
    static SPEC: OnceLock<Option<Value>> = OnceLock::new();
    SPEC.get_or_init(|| specs::load("telegram-bot-api.json")).as_ref()
}

/// What is wrong with a call; empty when all is well, or there is nothing to hold it against.
pub(super) fn judge(method: &str, body: &Value) -> Vec<String> {
    let Some(spec) = spec() else { return Vec::new() };
    let methods = spec["methods"].as_object();
    let known = methods.and_then(|all| all.iter().find(|(name, _)| name.to_lowercase() == method));
    let Some((name, described)) = known else { return vec![format!("no method {method}")] };
    match body.as_object() {
        Some(body) => object(spec, &described["fields"], body, name),
        None => vec![format!("{name}: the body is no object")],
    }
}

fn object(spec: &Value, fields: &Value, body: &Map<String, Value>, path: &str) -> Vec<String> {
    let fields = fields.as_array().map(Vec::as_slice).unwrap_or_default();
    let missing = fields.iter().filter(|f| f["required"] == true).filter_map(|f| f["name"].as_str());
    let mut wrong: Vec<String> =
        missing.filter(|name| !body.contains_key(*name)).map(|name| format!("{path}.{name} is required")).collect();
    for (name, value) in body {
        let path = format!("{path}.{name}");
        let Some(field) = fields.iter().find(|f| f["name"] == name.as_str()) else {
            wrong.push(format!("{path} is unknown"));
            continue;
        };
        let types = field["types"].as_array().into_iter().flatten().filter_map(Value::as_str);
        wrong.extend(types.map(|t| fits(spec, t, value, &path)).min_by_key(Vec::len).unwrap_or_default());
    }
    wrong
}

fn fits(spec: &Value, wanted: &str, value: &Value, path: &str) -> Vec<String> {
    if let Some(inner) = wanted.strip_prefix("Array of ") {
        let Some(items) = value.as_array() else { return vec![format!("{path} is not {wanted}")] };
        return items
            .iter()
            .enumerate()
            .flat_map(|(n, item)| fits(spec, inner, item, &format!("{path}[{n}]")))
            .collect();
    }
    let holds = match wanted {
        "String" => value.is_string(),
        "Integer" => value.is_i64() || value.is_u64(),
        "Boolean" => value.is_boolean(),
        "Float" => value.is_number(),
        other => return compound(spec, other, value, path),
    };
    if holds { Vec::new() } else { vec![format!("{path} is not {wanted}")] }
}

fn compound(spec: &Value, name: &str, value: &Value, path: &str) -> Vec<String> {
    let described = &spec["types"][name];
    if let Some(kinds) = described["subtypes"].as_array() {
        let all = kinds.iter().filter_map(Value::as_str).map(|kind| fits(spec, kind, value, path));
        return all.min_by_key(Vec::len).unwrap_or_default();
    }
    match value.as_object() {
        Some(body) => object(spec, &described["fields"], body, path),
        None => vec![format!("{path} is not {name}")],
    }
}
