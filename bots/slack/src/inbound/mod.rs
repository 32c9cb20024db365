//! What Slack sends, read tolerantly: absent, null and unknown fields are fine, and unknown types are no error.

mod command;
mod interaction;

use crate::identity::Origin;
use countersign_engine::{desk::Filled, json};
use serde_json::Value;
use std::collections::BTreeMap;

/// An event, and how to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inbound {
    /// Who, from where.
    pub origin: Origin,
    /// Opens a form within 3 s; names the delivery in HTTP mode.
    pub trigger: Option<String>,
    /// Takes private answers for 30 minutes; absent in forms.
    pub response_url: Option<String>,
    /// Where it happened; absent in forms.
    pub channel: Option<String>,
    /// What.
    pub what: What,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Typed `/access ...`; the text after the command.
    Typed(String),
    /// Pressed a button; the token that it carries.
    Pressed(String),
    /// Sent a form.
    Sent(Filled),
    /// Something that we do not act on, by its type.
    Other(String),
}

/// Bytes that are not what Slack sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a payload of Slack's")]
pub struct Malformed;

/// JSON that is not too deep (THREATS D06).
pub fn parse(text: &str) -> Result<Value, Malformed> {
    match json::too_deep(text) {
        true => Err(Malformed),
        false => serde_json::from_str(text).map_err(|_| Malformed),
    }
}

impl Inbound {
    /// A slash command, from its form fields.
    pub fn command(fields: &BTreeMap<String, String>) -> Result<Self, Malformed> {
        command::read(|name| fields.get(name).map(String::as_str))
    }
    /// A slash command, from a Socket Mode payload.
    pub fn command_json(payload: &Value) -> Result<Self, Malformed> {
        command::read(|name| payload.get(name).and_then(Value::as_str))
    }
    /// A press, a form, or something else, from a Socket Mode payload.
    pub fn interaction(payload: Value) -> Result<Self, Malformed> {
        interaction::read(payload)
    }
    /// The same, from the form fields that the HTTP route gets: a press brings the whole message along, of which we read
    /// little.
    pub fn interaction_field(fields: &BTreeMap<String, String>) -> Result<Self, Malformed> {
        let text = fields.get("payload").ok_or(Malformed)?;
        if json::too_deep(text) {
            return Err(Malformed);
        }
        let mut payload = serde_json::Deserializer::from_str(text);
        let read = interaction::read(&mut payload)?;
        payload.end().map_err(|_| Malformed)?;
        Ok(read)
    }
    /// What a Socket Mode envelope of this type carries; `None` for types that we do not act on.
    pub fn enveloped(kind: &str, payload: &Value) -> Option<Result<Self, Malformed>> {
        match kind {
            "slash_commands" => Some(Self::command_json(payload)),
            "interactive" => Some(Self::interaction(payload.clone())),
            _ => None,
        }
    }
}
