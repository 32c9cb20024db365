//! What somebody pressed.

use super::{Chat, User, chat, user};
use serde_json::Value;

/// A callback query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// Takes the answer, within seconds.
    pub id: String,
    /// Who pressed.
    pub from: User,
    /// Where the pressed message stands; absent for messages sent through inline mode, of which we have none.
    pub chat: Option<Chat>,
    /// The pressed message, if it can still be edited: of old ones Telegram gives no more than the id, with the date 0
    /// (core.telegram.org/bots/api, "InaccessibleMessage").
    pub message: Option<i64>,
    /// What the button carries.
    pub data: String,
}

impl Press {
    /// `None` without an id and a person.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let message = &value["message"];
        let accessible = message["date"].as_i64().unwrap_or_default() != 0;
        Some(Self {
            id: value["id"].as_str()?.to_owned(),
            from: user(&value["from"])?,
            chat: chat(&message["chat"]),
            message: message["message_id"].as_i64().filter(|_| accessible),
            data: value["data"].as_str().unwrap_or_default().to_owned(),
        })
    }
}
