//! Why a call to Slack did not succeed, and what that means for a delivery.

use countersign_engine::ports::{BotError, DeliveryError, Hold};
use slack_morphism::errors::SlackClientError;
use std::time::Duration;

/// A call to Slack that did not succeed. Holds Slack's error word, never a body: bodies can hold people's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Slack does not accept our token.
    #[error("Slack does not accept our token: {0}")]
    Denied(String),
    /// Too many calls; not before this.
    #[error("Slack asks us to slow down")]
    Limited(Option<Duration>),
    /// Our own pacing holds the call back for so long.
    #[error("the call waits for its turn")]
    Paced(Duration),
    /// Something that may pass: the network, a timeout, Slack's own trouble.
    #[error("Slack cannot be reached: {0}")]
    Passing(String),
    /// Slack says no to this call.
    #[error("Slack refused: {0}")]
    Refused(String),
}

/// Error words that speak of the token, not of the call (docs.slack.dev, "auth.test" and every method's error table).
const TOKEN: [&str; 6] =
    ["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "not_allowed_token_type"];
/// Error words after which the same call may succeed.
const PASSING: [&str; 4] = ["internal_error", "fatal_error", "service_unavailable", "request_timeout"];
/// Error words that say that the message or its place is no more, or can no longer be edited.
const GONE: [&str; 7] = [
    "message_not_found",
    "channel_not_found",
    "is_archived",
    "cant_update_message",
    "edit_window_closed",
    "user_not_found",
    "user_disabled",
];

impl Fault {
    /// From Slack's error word.
    pub(crate) fn of_code(code: &str) -> Self {
        match code {
            "ratelimited" | "rate_limited" => Self::Limited(None),
            code if TOKEN.contains(&code) => Self::Denied(code.to_owned()),
            code if PASSING.contains(&code) => Self::Passing(code.to_owned()),
            code => Self::Refused(code.to_owned()),
        }
    }
}

impl From<SlackClientError> for Fault {
    fn from(error: SlackClientError) -> Self {
        match error {
            SlackClientError::ApiError(e) => Self::of_code(&e.code),
            SlackClientError::RateLimitError(e) => Self::Limited(e.retry_after),
            SlackClientError::HttpError(e) => match e.status_code.as_u16() {
                401 | 403 => Self::Denied(format!("HTTP {}", e.status_code.as_u16())),
                429 => Self::Limited(None),
                status @ 400..=499 => Self::Refused(format!("HTTP {status}")),
                status => Self::Passing(format!("HTTP {status}")),
            },
            SlackClientError::ProtocolError(_) => Self::Passing("an answer that is no JSON of Slack's".into()),
            SlackClientError::HttpProtocolError(_) => Self::Passing("no connection".into()),
            _ => Self::Passing("no answer".into()),
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
            // A revoked token is mended by an operator, so deliveries wait for it: the bot has stopped loudly by then.
            Fault::Denied(_) | Fault::Passing(_) => Self::Retry { after: None },
            Fault::Refused(code) if GONE.contains(&code.as_str()) => Self::Gone,
            Fault::Refused(code) => Self::Rejected(with_hint(&code)),
        }
    }
}

impl From<Fault> for BotError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(code) => Self::Unauthorized(code),
            Fault::Refused(code) if code == "missing_scope" => Self::Unauthorized(with_hint(&code)),
            other => Self::Disconnected(other.to_string()),
        }
    }
}

fn with_hint(code: &str) -> String {
    let hint = match code {
        "not_in_channel" => "invite the app to the channel",
        "missing_scope" => "paste bots/slack/manifest.yaml into the app's manifest and install it again",
        "restricted_action" => "the workspace does not let apps post there",
        _ => return code.to_owned(),
    };
    format!("{code}; hint: {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_error_word_has_its_consequence() {
        let delivery = |code: &str| DeliveryError::from(Fault::of_code(code));
        assert_eq!(delivery("ratelimited"), DeliveryError::Retry { after: None });
        assert_eq!(delivery("internal_error"), DeliveryError::Retry { after: None });
        for code in GONE {
            assert_eq!(delivery(code), DeliveryError::Gone, "{code}");
        }
        assert!(matches!(delivery("not_in_channel"), DeliveryError::Rejected(why) if why.contains("invite")));
        for code in TOKEN {
            assert_eq!(BotError::from(Fault::of_code(code)), BotError::Unauthorized(code.to_owned()));
        }
    }
}
