//! Buttons and the short tokens they carry.

use crate::id::RequestId;
use std::{fmt, str::FromStr};

/// Something to press.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// How it looks.
    pub style: ButtonStyle,
    /// What it carries.
    pub token: Token,
}

/// How a button looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ButtonStyle {
    /// The way on.
    Primary,
    /// The way back.
    Danger,
    /// Neither.
    Plain,
}

/// What a button does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Vote yes.
    Approve,
    /// Vote no.
    Deny,
    /// Vote yes to less: asks for a shorter time or a lower level (rule 20).
    Trim,
    /// Show everything, privately.
    Details,
    /// The requester takes it back.
    Cancel,
    /// The holder starts.
    Start,
    /// The holder is done.
    End,
}

impl Verb {
    const ALL: [(Self, &'static str); 7] = [
        (Self::Approve, "approve"),
        (Self::Deny, "deny"),
        (Self::Trim, "trim"),
        (Self::Details, "details"),
        (Self::Cancel, "cancel"),
        (Self::Start, "start"),
        (Self::End, "end"),
    ];
    /// The word in tokens and element ids.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(verb, _)| *verb == self).map_or("", |(_, key)| key)
    }
}

/// Names a request, a step and a verb, and grants nothing: authority is decided again on every press. At most 64 bytes,
/// which is Telegram's limit for callback data, so everybody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What.
    pub verb: Verb,
    /// Of which request.
    pub request: RequestId,
    /// The step that the card showed; `None` when none was open.
    pub step: Option<usize>,
}

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.verb.key(), self.request)?;
        match self.step {
            Some(step) => write!(f, ":{step}"),
            None => Ok(()),
        }
    }
}

/// The text is not one of our tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a button of ours")]
pub struct BadToken;

impl FromStr for Token {
    type Err = BadToken;
    fn from_str(text: &str) -> Result<Self, BadToken> {
        if text.len() > 64 {
            return Err(BadToken);
        }
        let mut parts = text.split(':');
        let verb = parts.next().and_then(|key| Verb::ALL.iter().find(|(_, k)| *k == key)).ok_or(BadToken)?.0;
        let request = parts.next().filter(|id| !id.is_empty() && id.chars().all(|c| c.is_ascii_alphanumeric()));
        let request = RequestId::new(request.ok_or(BadToken)?);
        let step = parts.next().map(|n| n.parse::<u16>().map(usize::from)).transpose().map_err(|_| BadToken)?;
        match parts.next() {
            Some(_) => Err(BadToken),
            None => Ok(Self { verb, request, step }),
        }
    }
}
