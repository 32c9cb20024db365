//! Forms that come back: fields in rows or in labels, with one value or several.

use countersign_engine::desk::{Filled, FormKind};
use serde_json::Value;

/// Discord nests fields two deep; ours never more.
const DEPTH: usize = 4;

/// From a submitted form's `custom_id` and `components`; `None` when it is none of ours.
pub(super) fn read(custom_id: &str, components: &Value) -> Option<Filled> {
    let (kind, about) = custom_id.split_once(':')?;
    let kind = FormKind::from_key(kind)?;
    let mut fields = Vec::new();
    collect(components, &mut fields, DEPTH);
    Some(Filled::new(kind, about, fields))
}

fn collect<'a>(component: &'a Value, fields: &mut Vec<(&'a str, &'a str)>, depth: usize) {
    if depth == 0 {
        return;
    }
    if let Some(list) = component.as_array() {
        list.iter().for_each(|inner| collect(inner, fields, depth));
        return;
    }
    let text = component["value"].as_str().or_else(|| component["values"][0].as_str());
    if let (Some(id), Some(text)) = (component["custom_id"].as_str(), text) {
        fields.push((id, text));
    }
    collect(&component["components"], fields, depth - 1);
    if component["component"].is_object() {
        collect(&component["component"], fields, depth - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_rows_and_texts_are_all_read() {
        let components = json!([
            {"type": 10, "id": 1},
            {"type": 18, "component": {"type": 3, "custom_id": "resource", "values": ["prod-db"]}},
            {"type": 18, "component": {"type": 3, "custom_id": "access", "values": []}},
            {"type": 18, "component": {"type": 4, "custom_id": "duration", "value": " 4h "}},
            {"type": 1, "components": [{"type": 4, "custom_id": "reason", "value": "billing"}]},
        ]);
        let pairs = [("resource", "prod-db"), ("duration", "4h"), ("reason", "billing")];
        assert_eq!(read("request:", &components), Some(Filled::new(FormKind::Request, "", pairs)));
        let filled = read("deny:deny:01H:0", &json!([])).unwrap();
        assert_eq!((filled.form, filled.about.as_str()), (FormKind::Deny, "deny:01H:0"));
    }

    #[test]
    fn other_forms_are_not_ours() {
        for id in ["", "request", "root:x", "somebody elses"] {
            assert_eq!(read(id, &json!([])), None, "{id}");
        }
        assert!(read("request:", &json!({"components": {"components": {"components": {"components": 1}}}})).is_some());
    }
}
