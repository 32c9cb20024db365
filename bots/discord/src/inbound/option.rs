//! The options of `/access`, and what they mean together.

use countersign_engine::desk::{Filled, FormKind, Heard};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// The options that were given, by name: trimmed, never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(BTreeMap<String, String>);

/// One of them on the wire.
#[derive(Deserialize)]
pub(super) struct Given {
    name: Option<String>,
    value: Option<Value>,
    focused: Option<bool>,
}

impl Options {
    /// From the wire; also which one is being typed.
    pub(super) fn read(given: Vec<Given>) -> (Self, Option<String>) {
        let (mut options, mut focused) = (BTreeMap::new(), None);
        for Given { name, value, focused: focus } in given {
            let Some(name) = name else { continue };
            if focus == Some(true) {
                focused = Some(name.clone());
            }
            // All our options are texts; what else comes is read as it is written.
            let text = match value {
                Some(Value::String(text)) => text,
                Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
                _ => continue,
            };
            if !text.trim().is_empty() {
                options.insert(name, text.trim().to_owned());
            }
        }
        (Self(options), focused)
    }

    /// The option of this name; empty when it was not given.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// As the desk hears it. `do` and `request` make a subcommand; a resource and a duration fill the form in; whatever
    /// else was given is read like words after the command, so one may also type everything into the first option.
    pub fn heard(&self) -> Heard {
        let words = |names: &[&str]| {
            let given = names.iter().map(|name| self.get(name)).filter(|text| !text.is_empty());
            given.collect::<Vec<_>>().join(" ")
        };
        let (resource, duration) = (self.get("resource"), self.get("duration"));
        match self.get("do") {
            "explain" => Heard::Typed(words(&["do", "resource", "access", "duration"])),
            "" if !self.get("request").is_empty() => Heard::Typed(format!("status {}", self.get("request"))),
            "" if !resource.is_empty() && !resource.contains(char::is_whitespace) && !duration.is_empty() => {
                let pairs = self.0.iter().map(|(name, text)| (name.as_str(), text.as_str()));
                Heard::Filled(Filled::new(FormKind::Request, "", pairs))
            }
            "" => Heard::Typed(words(&["resource", "access", "duration", "reason"])),
            _ => Heard::Typed(words(&["do", "request"])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn heard(options: Value) -> Heard {
        Options::read(serde_json::from_value(options).unwrap()).0.heard()
    }
    fn typed(words: &str) -> Heard {
        Heard::Typed(words.into())
    }

    #[test]
    fn options_become_what_one_would_type() {
        assert_eq!(heard(json!([])), typed(""));
        assert_eq!(heard(json!([{"name": "do", "value": "list"}])), typed("list"));
        let cancel = json!([{"name": "request", "value": "req-1"}, {"name": "do", "value": "cancel"}]);
        assert_eq!(heard(cancel), typed("cancel req-1"));
        assert_eq!(heard(json!([{"name": "request", "value": "req-1"}])), typed("status req-1"));
        let explain = json!([{"name": "do", "value": "explain"}, {"name": "duration", "value": "4h"},
            {"name": "resource", "value": "prod-db"}]);
        assert_eq!(heard(explain), typed("explain prod-db 4h"));
        assert_eq!(heard(json!([{"name": "resource", "value": " prod-db 4h x "}])), typed("prod-db 4h x"));
        assert_eq!(heard(json!([{"name": "resource", "value": "prod-db"}])), typed("prod-db"));
        let asked = json!([{"name": "resource", "value": "prod-db"}, {"name": "duration", "value": "until 18:00"},
            {"name": "reason", "value": "read-only is enough"}]);
        let pairs = [("resource", "prod-db"), ("duration", "until 18:00"), ("reason", "read-only is enough")];
        assert_eq!(heard(asked), Heard::Filled(Filled::new(FormKind::Request, "", pairs)));
    }

    #[test]
    fn odd_options_are_read_or_left_out() {
        let odd = json!([{"name": "resource", "value": null}, {"value": "x"}, {"name": "duration", "value": 4},
            {"name": "reason", "value": {"deep": 1}}, {"name": "brand_new", "value": "x", "type": 99}]);
        assert_eq!(heard(odd), typed("4"));
    }
}
