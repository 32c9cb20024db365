//! What Teams sends, read tolerantly: absent, null and unknown fields are fine, and unknown types are no error.

pub(crate) mod data;
mod text;

use crate::auth::Origin;
use countersign_engine::{desk::Heard, json};
use serde_json::Value;

/// An activity, and how to answer it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// What it says about where it comes from.
    pub origin: Origin,
    /// Teams' own id of it.
    pub id: String,
    /// The conversation's id; in a channel with the thread's message.
    pub conversation: String,
    /// Nobody else reads along.
    pub personal: bool,
    /// Who.
    pub from: Option<From>,
    /// What.
    pub what: What,
}

/// Somebody, as Teams names them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct From {
    /// `29:...`, which is another one for every bot.
    pub id: String,
    /// The Entra object id, which is the same everywhere; absent for bots and people from elsewhere.
    pub object: Option<String>,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Typed something, or pressed a button in a client that knows no better: answered by a message.
    Message(Heard),
    /// Pressed a button: answered at once, and to this person alone.
    Invoke(Heard),
    /// A client wants the newest card of this request (`refresh`), or somebody wants to see it again.
    Show(String),
    /// Something that we do not act on, by its type.
    Other(String),
}

/// Bytes that are not what Teams sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an activity of Teams'")]
pub struct Malformed;

/// JSON that is not too deep (THREATS D06).
pub fn parse(text: &str) -> Result<Value, Malformed> {
    match json::too_deep(text) {
        true => Err(Malformed),
        false => serde_json::from_str(text).map_err(|_| Malformed),
    }
}

impl Activity {
    /// From a body that is proven to come from Teams.
    pub fn read(body: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(body).map_err(|_| Malformed)?;
        let activity = parse(text)?;
        let word = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let kind = word(&activity["type"]).ok_or(Malformed)?;
        let conversation = &activity["conversation"];
        let from = word(&activity["from"]["id"])
            .map(|id| From { id, object: word(&activity["from"]["aadObjectId"]).map(|object| object.to_lowercase()) });
        let what = what(&kind, &activity);
        let id = word(&activity["id"]);
        Ok(Self {
            origin: Origin {
                service_url: word(&activity["serviceUrl"]),
                channel: word(&activity["channelId"]),
                conversation_tenant: word(&conversation["tenantId"]),
                channel_tenant: word(&activity["channelData"]["tenant"]["id"]),
                recipient: word(&activity["recipient"]["id"]),
            },
            id: match what {
                What::Other(_) => id.unwrap_or_default(),
                _ => id.ok_or(Malformed)?,
            },
            conversation: word(&conversation["id"]).ok_or(Malformed)?,
            personal: conversation["conversationType"] == "personal",
            from,
            what,
        })
    }

    /// The service that answers go to; empty only before it was checked.
    pub(crate) fn service(&self) -> &str {
        self.origin.service_url.as_deref().unwrap_or_default()
    }

    /// The name under which a repetition changes nothing (THREATS B02).
    pub fn delivery(&self) -> String {
        format!("teams:{}/{}", self.conversation, self.id)
    }
}

fn what(kind: &str, activity: &Value) -> What {
    match kind {
        "message" => match (data::read(&activity["value"]), text::command(activity)) {
            (Some(data::Said::Heard(heard)), _) => What::Message(heard),
            (Some(data::Said::Show(request)), _) => What::Show(request),
            (None, Some(text)) if activity["value"].is_null() => What::Message(Heard::Typed(text)),
            _ => What::Other("a message without words".into()),
        },
        "invoke" if activity["name"] == "adaptiveCard/action" => match data::read(&activity["value"]["action"]["data"])
        {
            Some(data::Said::Heard(heard)) => What::Invoke(heard),
            Some(data::Said::Show(request)) => What::Show(request),
            // The desk says that the button is not ours.
            None => What::Invoke(Heard::Pressed(String::new())),
        },
        other => What::Other(other.to_owned()),
    }
}
