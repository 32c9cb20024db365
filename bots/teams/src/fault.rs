//! Why a call to Microsoft's services did not succeed, and what that means for a delivery.

use countersign_engine::ports::{BotError, DeliveryError, Hold};
use std::time::Duration;

/// A call that did not succeed. Holds an error word of the service's, never a body: bodies can hold people's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Our app id or secret is not accepted.
    #[error("Microsoft does not accept our credentials: {0}")]
    Denied(String),
    /// Too many calls; not before this.
    #[error("Teams asks us to slow down")]
    Limited(Option<Duration>),
    /// Our own pacing holds the call back for so long.
    #[error("the call waits for its turn")]
    Paced(Duration),
    /// Something that may pass: the network, a timeout, the service's own trouble.
    #[error("Teams cannot be reached: {0}")]
    Passing(String),
    /// The message, its conversation or its reader is no more.
    #[error("not there any more: {0}")]
    Gone(String),
    /// No to this call, and to its repetitions.
    #[error("Teams refused: {0}")]
    Refused(String),
}

/// Words of the service's that we know a way out of (learn.microsoft.com, "Send proactive messages" and "Status codes from
/// bot conversational APIs"). Where they stand in an answer varies, so the whole answer is searched.
const WAYS_OUT: [(&str, &str); 6] = [
    ("BotNotInConversationRoster", "add the app to the team, or to the chat"),
    ("MessageWritesBlocked", "this person has blocked or removed the app; they add it again"),
    ("ConversationBlockedByUser", "this person has blocked the app; they unblock it in the chat's menu"),
    ("ForbiddenOperationException", "install the app for this person: Teams admin centre, Setup policies"),
    ("BotDisabledByAdmin", "allow the app in the Teams admin centre"),
    ("MessageSizeTooBig", "this card is too large for Teams; please report it"),
];

impl Fault {
    /// From an answer of the service that messages go through. `retry_after` is the header's word.
    pub(crate) fn of_service(status: u16, retry_after: Option<Duration>, body: &str) -> Self {
        let known = WAYS_OUT.iter().find(|(word, _)| body.contains(word)).map(|(word, _)| (*word).to_owned());
        let word = known.unwrap_or_else(|| format!("HTTP {status}"));
        match status {
            401 => Self::Denied(word),
            404 => Self::Gone(word),
            // 412 is what Teams calls a conversation that changed meanwhile; to be tried again (the page on rate limits).
            412 | 500.. => Self::Passing(word),
            429 => Self::Limited(retry_after),
            _ => Self::Refused(word),
        }
    }

    /// From an answer of the token endpoint. Its error word is one of RFC 6749, 5.2; AADSTS numbers say the rest.
    pub(crate) fn of_login(status: u16, retry_after: Option<Duration>, body: &str) -> Self {
        let answer: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
        let word = answer["error"].as_str().filter(|w| w.len() < 60).unwrap_or("no reason given").to_owned();
        let number = answer["error_codes"][0].as_u64().map(|n| format!(" (AADSTS{n})")).unwrap_or_default();
        match status {
            429 => Self::Limited(retry_after),
            400..=499 => Self::Denied(format!("{word}{number}")),
            _ => Self::Passing(format!("the login answered HTTP {status}")),
        }
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
            // A revoked secret is mended by an operator, so deliveries wait for it: the bot has stopped loudly by then.
            Fault::Denied(_) | Fault::Passing(_) => Self::Retry { after: None },
            Fault::Gone(_) => Self::Gone,
            Fault::Refused(word) => Self::Rejected(with_hint(&word)),
        }
    }
}

impl From<Fault> for BotError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(word) => Self::Unauthorized(word),
            other => Self::Disconnected(other.to_string()),
        }
    }
}

fn with_hint(word: &str) -> String {
    match WAYS_OUT.iter().find(|(known, _)| *known == word) {
        Some((_, hint)) => format!("{word}; hint: {hint}"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_has_its_consequence() {
        let delivery = |status, body: &str| DeliveryError::from(Fault::of_service(status, None, body));
        for status in [412, 429, 500, 502, 503, 504] {
            assert_eq!(delivery(status, ""), DeliveryError::Retry { after: None }, "{status}");
        }
        assert_eq!(delivery(404, r#"{"error":{"code":"ConversationNotFound"}}"#), DeliveryError::Gone);
        for (word, hint) in WAYS_OUT {
            let refused = delivery(403, &format!(r#"{{"errorCode":209,"message":"{{\"subCode\": \"{word}\"}}"}}"#));
            assert_eq!(refused, DeliveryError::Rejected(format!("{word}; hint: {hint}")));
        }
        assert_eq!(delivery(400, "{}"), DeliveryError::Rejected("HTTP 400".into()));
    }

    #[test]
    fn a_login_that_fails_is_said_in_its_words() {
        let body = r#"{"error":"invalid_client","error_description":"AADSTS7000215: ...","error_codes":[7000215]}"#;
        let denied = BotError::from(Fault::of_login(401, None, body));
        assert_eq!(denied, BotError::Unauthorized("invalid_client (AADSTS7000215)".into()));
        assert!(matches!(Fault::of_login(503, None, ""), Fault::Passing(_)));
    }
}
