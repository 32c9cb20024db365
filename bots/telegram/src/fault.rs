//! Why a call to Telegram did not succeed, and what that means for a delivery.

use countersign_engine::ports::{BotError, DeliveryError, Hold};
use serde_json::Value;
use std::time::Duration;

/// A call that did not succeed. Holds Telegram's description, never the address of the call: that has the token in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Telegram does not accept our token.
    #[error("Telegram does not accept our token: {0}")]
    Denied(String),
    /// Too many calls; not before this.
    #[error("Telegram asks us to slow down")]
    Limited(Option<Duration>),
    /// Our own pacing holds the call back for so long.
    #[error("the call waits for its turn")]
    Paced(Duration),
    /// The group has become a supergroup, with this id.
    #[error("the group has become the supergroup {0}")]
    Moved(i64),
    /// Somebody else listens with our token, or Telegram calls a webhook.
    #[error("{0}")]
    Conflict(String),
    /// Something that may pass: the network, a timeout, Telegram's own trouble.
    #[error("Telegram cannot be reached: {0}")]
    Passing(String),
    /// Telegram says no to this call.
    #[error("Telegram refused: {0}")]
    Refused(String),
}

/// Descriptions that say that the message or its chat is no more, or can no longer be edited.
const GONE: [&str; 6] = [
    "chat not found",
    "message to edit not found",
    "message can't be edited",
    "MESSAGE_ID_INVALID",
    "group is deactivated",
    "group chat was deleted",
];

/// Descriptions after which another way to the reader should be tried, each with what would help.
const HINTS: [(&str, &str); 6] = [
    ("bot was blocked", "this person has blocked the bot; they unblock it in its private chat"),
    ("can't initiate conversation", "this person opens the bot's private chat and presses Start"),
    ("user is deactivated", "this Telegram account is gone; bind another"),
    ("bot was kicked", "add the bot to the group again"),
    ("bot is not a member", "add the bot to the group"),
    ("not enough rights", "let the bot send messages in the group's permissions"),
];

impl Fault {
    /// From an answer that is not `ok` (core.telegram.org/bots/api, "Making requests").
    pub(crate) fn of_answer(answer: &Value) -> Self {
        let said = answer["description"].as_str().unwrap_or("no description").to_owned();
        let parameters = &answer["parameters"];
        if let Some(new) = parameters["migrate_to_chat_id"].as_i64() {
            return Self::Moved(new);
        }
        match answer["error_code"].as_u64().unwrap_or_default() {
            401 => Self::Denied(said),
            // A token of the wrong shape is an address that does not exist.
            404 if said == "Not Found" => Self::Denied(said),
            409 => Self::Conflict(said),
            429 => Self::Limited(parameters["retry_after"].as_u64().map(Duration::from_secs)),
            code if code >= 500 => Self::Passing(said),
            _ => Self::Refused(said),
        }
    }

    /// Telegram will not let us write to this person: they never pressed Start, or have blocked us.
    pub(crate) fn is_closed_door(&self) -> bool {
        let doors = ["chat not found", "bot was blocked", "can't initiate conversation", "user is deactivated"];
        matches!(self, Self::Refused(said) if doors.iter().any(|door| said.contains(door)))
    }

    /// The message already looks like that.
    pub(crate) fn is_unchanged(&self) -> bool {
        matches!(self, Self::Refused(said) if said.contains("message is not modified"))
    }
}

impl From<Hold> for Fault {
    fn from(hold: Hold) -> Self {
        match hold {
            Hold::Closed(rest) => Self::Limited(Some(rest)),
            Hold::Paced(rest) => Self::Paced(rest),
        }
    }
}

impl From<Fault> for DeliveryError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Limited(after) => Self::Retry { after },
            Fault::Paced(after) => Self::Paced { after },
            // A revoked token is mended by an operator, so deliveries wait for it: the bot has stopped loudly by then.
            Fault::Denied(_) | Fault::Passing(_) | Fault::Conflict(_) => Self::Retry { after: None },
            Fault::Moved(_) => Self::Gone,
            Fault::Refused(said) if GONE.iter().any(|gone| said.contains(gone)) => Self::Gone,
            Fault::Refused(said) => {
                let hint = HINTS.iter().find(|(words, _)| said.contains(words)).map(|(_, hint)| hint);
                Self::Rejected(hint.map_or(said.clone(), |hint| format!("{said}; hint: {hint}")))
            }
        }
    }
}

impl From<Fault> for BotError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(said) => {
                Self::Unauthorized(format!("{said}; hint: copy the token from @BotFather again (TELEGRAM_BOT_TOKEN)"))
            }
            Fault::Conflict(said) => Self::Disconnected(format!(
                "{said}; hint: another program listens with our token: stop it, or give each its own bot"
            )),
            other => Self::Disconnected(other.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(code: u64, said: &str) -> Fault {
        Fault::of_answer(&json!({"ok": false, "error_code": code, "description": said}))
    }

    #[test]
    fn what_telegram_says_means_what_it_means() {
        for said in ["Forbidden: bot was blocked by the user", "Forbidden: bot was kicked from the supergroup chat"] {
            let told = DeliveryError::from(fault(403, said));
            assert!(matches!(&told, DeliveryError::Rejected(why) if why.contains("hint:")), "{told:?}");
        }
        for said in ["Bad Request: chat not found", "Bad Request: message to edit not found"] {
            assert_eq!(DeliveryError::from(fault(400, said)), DeliveryError::Gone);
        }
        assert_eq!(DeliveryError::from(fault(502, "Bad Gateway")), DeliveryError::Retry { after: None });
        assert!(
            matches!(BotError::from(fault(401, "Unauthorized")), BotError::Unauthorized(why) if why.contains("hint:"))
        );
        assert!(matches!(fault(404, "Not Found"), Fault::Denied(_)));
        assert!(matches!(fault(404, "Not Found: method not found"), Fault::Refused(_)));
        assert_eq!(Fault::of_answer(&json!(null)), Fault::Refused("no description".into()));
    }
}
