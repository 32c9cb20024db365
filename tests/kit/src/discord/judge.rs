//! Discord's own OpenAPI as referee, when `COUNTERSIGN_SPECS` is set. It lets unknown fields and empty descriptions pass,
//! so [`super::check`] is beside it, never in its place.

use crate::specs;
use jsonschema::Validator;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

static SPEC: OnceLock<Option<Value>> = OnceLock::new();
static COMPILED: OnceLock<Mutex<HashMap<&'static str, Arc<Validator>>>> = OnceLock::new();

/// What the specification has against the body of a call of this route; nothing where it has no word on it.
///
/// # Errors
/// Its first objection.
///
/// # Panics
/// When the specification lacks the route.
pub fn judge(route: &'static str, body: &Value) -> Result<(), String> {
    let (path, method) = match route {
        "post" => ("/channels/{channel_id}/messages", "post"),
        "edit" => ("/channels/{channel_id}/messages/{message_id}", "patch"),
        "open direct" => ("/users/@me/channels", "post"),
        "register" => ("/applications/{application_id}/guilds/{guild_id}/commands", "post"),
        "answer" => ("/interactions/{interaction_id}/{interaction_token}/callback", "post"),
        "follow up" => ("/webhooks/{webhook_id}/{webhook_token}", "post"),
        "edit answer" => ("/webhooks/{webhook_id}/{webhook_token}/messages/@original", "patch"),
        _ => return Ok(()),
    };
    let Some(spec) = SPEC.get_or_init(|| specs::load("discord-openapi.json")) else { return Ok(()) };
    // The specification of follow-ups is that of any webhook, which is about the same messages.
    let validator = compiled(route, || {
        let schema = &spec["paths"][path][method]["requestBody"]["content"]["application/json"]["schema"];
        assert!(schema.is_object(), "the specification lacks {method} {path}");
        let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema],
            "components": spec["components"]});
        jsonschema::validator_for(&whole).unwrap_or_else(|e| panic!("{method} {path}: {e}"))
    });
    validator.validate(body).map_err(|error| format!("at {}: {error:.300}", error.instance_path()))
}

fn compiled(route: &'static str, compile: impl FnOnce() -> Validator) -> Arc<Validator> {
    let known = COMPILED.get_or_init(Mutex::default);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    known.entry(route).or_insert_with(|| Arc::new(compile())).clone()
}
