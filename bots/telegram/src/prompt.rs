//! Questions that are answered by replying. What a question is about travels in its own text, as a link that brings the
//! same question back when it is pressed, so it survives a restart; it names things and allows nothing.

use crate::{answer::linked, guided::Pick, identity::Identity, render::Shown};
use countersign_engine::card::{Token, Verb};
use serde_json::json;

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prompt {
    /// The note of a deny.
    Note(Token),
    /// How long.
    Duration(Pick),
    /// Why, after everything else; the length in seconds.
    Reason(Pick, i64),
}

/// Telegram's field for a hint takes 64 characters (core.telegram.org/bots/api, "ForceReply").
const HINT: usize = 64;

impl Prompt {
    /// The question, as Telegram shows it: the reply field is open already.
    pub(crate) fn shown(&self, me: &Identity, about: &str) -> Shown {
        let (words, hint) = match self {
            Self::Note(_) => (" to this message with the reason for your deny.", "Why not?"),
            Self::Duration(_) => (" to this message with a length: 45m, 6h, 1h30m, 2d or until 18:00.", "6h"),
            Self::Reason(..) => (" to this message with the reason.", "Why do you need it?"),
        };
        let hint: String = hint.chars().take(HINT).collect();
        let rest = if about.is_empty() { words.to_owned() } else { format!("{words}\n{about}") };
        let markup = json!({"force_reply": true, "input_field_placeholder": hint});
        linked("Reply", &me.link(&self.key()), &rest, markup)
    }

    /// At most 64 of `A-Z a-z 0-9 _ -`.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Note(token) => token.to_string().replace(':', "-"),
            Self::Duration(pick) => format!("t-{}-{}", pick.resource, pick.access),
            Self::Reason(pick, seconds) => format!("w-{}-{}-{seconds}", pick.resource, pick.access),
        }
    }

    /// Back from [`Prompt::key`].
    pub(crate) fn from_key(key: &str) -> Option<Self> {
        let parts: Vec<&str> = key.split('-').collect();
        match parts.as_slice() {
            ["t", resource, access] => Some(Self::Duration(Pick::new(resource, access)?)),
            ["w", resource, access, seconds] => Some(Self::Reason(Pick::new(resource, access)?, seconds.parse().ok()?)),
            _ => token(key).filter(|token| token.verb == Verb::Deny).map(Self::Note),
        }
    }

    /// What a message of ours asks, by its links.
    pub(crate) fn of_links(links: &[String]) -> Option<Self> {
        links.iter().find_map(|link| Self::from_key(link.split_once("?start=")?.1))
    }
}

/// A button's token out of a link to our private chat.
pub(crate) fn token(key: &str) -> Option<Token> {
    key.replace('-', ":").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_comes_back() {
        let pick = || Pick::new("0123456789abcdef", "a1b2c3").unwrap();
        let token = Token { verb: Verb::Deny, request: "01JNDEM0000000000000000842".into(), step: Some(2) };
        for prompt in [Prompt::Note(token), Prompt::Duration(pick()), Prompt::Reason(pick(), 31_622_400)] {
            let key = prompt.key();
            assert!(key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "{key}");
            assert_eq!(Prompt::from_key(&key), Some(prompt));
        }
        for other in ["", "w", "w-0123456789abcdef-a1b2c3-x", "t-0-0", "approve-01JNDEM0000000000000000842-2", "help"] {
            assert_eq!(Prompt::from_key(other), None, "{other}");
        }
    }
}
