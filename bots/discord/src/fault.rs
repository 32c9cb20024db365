//! Why a call to Discord did not succeed, and what that means for a delivery.

use countersign_engine::ports::{BotError, DeliveryError, Hold};
use std::time::Duration;

/// A call to Discord that did not succeed. Holds Discord's own code and word, never a body: bodies can hold people's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// Discord does not accept our token.
    #[error("Discord does not accept our token: {0}")]
    Denied(String),
    /// Too many calls; not before this.
    #[error("Discord asks us to slow down")]
    Limited(Option<Duration>),
    /// Our own pacing holds the call back for so long.
    #[error("the call waits for its turn")]
    Paced(Duration),
    /// Something that may pass: the network, a timeout, Discord's own trouble.
    #[error("Discord cannot be reached: {0}")]
    Passing(String),
    /// Discord says no to this call, with a code of its own (0 where it gives none).
    #[error("Discord refused: HTTP {status}, code {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Discord's JSON error code (discord.com/developers, "Opcodes and Status Codes").
        code: u64,
    },
}

/// Unknown channel, guild, message and user: what was meant is no more.
const GONE: [u64; 4] = [10003, 10004, 10008, 10013];
/// The channel's own write limit, slow mode, and direct messages that were opened too fast: not a "no" for ever.
const PASSING: [u64; 3] = [20016, 20028, 40003];
/// The interaction has been answered: by us, when it was delivered twice.
pub(crate) const ANSWERED: u64 = 40060;

impl Fault {
    /// From an answer that is no success and no 429.
    pub(crate) fn of(status: u16, code: u64) -> Self {
        match (status, code) {
            (401, _) => Self::Denied("HTTP 401".into()),
            (_, code) if PASSING.contains(&code) => Self::Passing(format!("code {code}")),
            // A refusal without a code is not the API's own: a proxy or a firewall on the way.
            (403, 0) => Self::Passing("HTTP 403 without a reason".into()),
            (400..=499, code) => Self::Refused { status, code },
            (status, _) => Self::Passing(format!("HTTP {status}")),
        }
    }

    /// The same interaction was answered before.
    pub(crate) fn is_answered(&self) -> bool {
        matches!(self, Self::Refused { code: ANSWERED, .. })
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
            Fault::Refused { code, .. } if GONE.contains(&code) => Self::Gone,
            Fault::Refused { status, code } => Self::Rejected(with_hint(status, code)),
        }
    }
}

impl From<Fault> for BotError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Denied(code) => Self::Unauthorized(format!("{code}; hint: renew DISCORD_BOT_TOKEN")),
            Fault::Refused { status, code } => Self::Disconnected(with_hint(status, code)),
            other => Self::Disconnected(other.to_string()),
        }
    }
}

/// What an operator can do about it.
pub(crate) fn with_hint(status: u16, code: u64) -> String {
    let hint = match code {
        50001 => "the bot is not on that server or cannot see the channel: invite it, and let it view the channel",
        50007 | 50278 => {
            "the person takes no direct messages from the bot: they allow them for the server, or unblock it"
        }
        50013 => "let the bot's role view the channel and send messages there",
        50035 => "Discord found the message malformed: please report this",
        _ => return format!("HTTP {status}, code {code}"),
    };
    format!("code {code}; hint: {hint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_consequence() {
        let delivery = |status, code| DeliveryError::from(Fault::of(status, code));
        for code in GONE {
            assert_eq!(delivery(404, code), DeliveryError::Gone, "{code}");
        }
        for (status, code) in [(500, 0), (503, 0), (403, 0), (400, 20028), (401, 0)] {
            assert_eq!(delivery(status, code), DeliveryError::Retry { after: None }, "{status} {code}");
        }
        for (code, word) in [(50001, "invite"), (50007, "direct messages"), (50013, "role"), (99, "code 99")] {
            assert!(matches!(delivery(403, code), DeliveryError::Rejected(why) if why.contains(word)), "{code}");
        }
        assert!(matches!(BotError::from(Fault::of(401, 0)), BotError::Unauthorized(why) if why.contains("hint:")));
    }
}
