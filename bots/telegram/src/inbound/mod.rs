//! What Telegram sends, read tolerantly: absent, null and unknown fields are fine, and unknown kinds are no error.

mod message;
mod press;

pub use message::Message;
pub use press::Press;

use countersign_engine::json;
use serde_json::Value;

/// Text that is not what Telegram sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an update of Telegram's")]
pub struct Malformed;

/// JSON that is not too deep (THREATS D06).
pub fn parse(text: &str) -> Result<Value, Malformed> {
    match json::too_deep(text) {
        true => Err(Malformed),
        false => serde_json::from_str(text).map_err(|_| Malformed),
    }
}

/// One update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Telegram's own id of it: a repetition has the same.
    pub id: i64,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Somebody wrote something new; edits are not asked for.
    Wrote(Message),
    /// Somebody pressed a button.
    Pressed(Press),
    /// Our own standing in a chat changed: the chat, and whether we can still write there.
    Membership(i64, bool),
    /// Something that we do not act on, or cannot read.
    Other,
}

/// Where something was written or pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chat {
    /// Telegram's id of it; negative for groups.
    pub id: i64,
    /// A conversation of one person with us.
    pub private: bool,
}

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct User {
    /// Telegram's id; always positive.
    pub id: i64,
    /// No person.
    pub is_bot: bool,
}

impl Update {
    /// From JSON. Only an update without an id is none at all.
    pub fn read(value: &Value) -> Result<Self, Malformed> {
        let id = value["update_id"].as_i64().ok_or(Malformed)?;
        let what = None
            .or_else(|| Message::read(&value["message"]).map(What::Wrote))
            .or_else(|| Press::read(&value["callback_query"]).map(What::Pressed))
            .or_else(|| membership(&value["my_chat_member"]));
        Ok(Self { id, what: what.unwrap_or(What::Other) })
    }

    /// Whose doings must keep their order.
    pub fn actor(&self) -> i64 {
        match &self.what {
            What::Wrote(message) => message.from.map_or(message.chat.id, |user| user.id),
            What::Pressed(press) => press.from.id,
            What::Membership(chat, _) => *chat,
            What::Other => 0,
        }
    }
}

fn chat(value: &Value) -> Option<Chat> {
    Some(Chat { id: value["id"].as_i64()?, private: value["type"] == "private" })
}

fn user(value: &Value) -> Option<User> {
    let id = value["id"].as_i64().filter(|id| *id > 0)?;
    Some(User { id, is_bot: value["is_bot"].as_bool().unwrap_or(false) })
}

fn membership(value: &Value) -> Option<What> {
    let status = value["new_chat_member"]["status"].as_str()?;
    Some(What::Membership(chat(&value["chat"])?.id, !matches!(status, "left" | "kicked")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn abuse_d06_odd_updates_are_read_without_acting() {
        for odd in [
            json!({"update_id": 1}),
            json!({"update_id": 1, "brand_new_kind": {"a": 1}}),
            json!({"update_id": 1, "message": null, "callback_query": null}),
            json!({"update_id": 1, "message": []}),
            json!({"update_id": 1, "message": {"chat": {"id": "7"}}}),
            json!({"update_id": 1, "callback_query": {"id": 7, "from": {"id": 70001}}}),
            json!({"update_id": 1, "callback_query": {"id": "7", "from": {"id": -5}}}),
            json!({"update_id": 1, "my_chat_member": {"chat": {"id": -1}}}),
        ] {
            assert_eq!(Update::read(&odd), Ok(Update { id: 1, what: What::Other }), "{odd}");
        }
        for none in
            [json!(null), json!([]), json!("x"), json!({}), json!({"update_id": "1"}), json!({"update_id": 1.5})]
        {
            assert_eq!(Update::read(&none), Err(Malformed), "{none}");
        }
    }
}
