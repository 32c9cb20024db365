//! Forms, and what was filled in. What a person can correct comes back as an error at its field.

use super::{Asking, Reply, press, trouble};
use crate::{
    ask,
    card::{self, Token},
    command::{Command, Draft, Trim},
    effect::News,
    id::{AccessLevel, ResourceId},
    ports::{EngineError, Offer},
    refusal::Refusal,
    time::Length,
    words,
};
use std::collections::BTreeMap;

/// A form to fill in.
#[derive(Clone, Debug, PartialEq)]
pub enum Form {
    /// The form behind `/access` alone (rule 29).
    Request {
        /// What the reader may ask for; never empty.
        offers: Vec<Offer>,
    },
    /// The note of a deny (rule 17).
    Deny {
        /// What comes back with it.
        token: Token,
        /// The request on one line; may be empty.
        about: String,
        /// The step does not take a deny without a note.
        needs_note: bool,
    },
    /// Approve, but less (rule 20).
    Trim {
        /// What comes back with it.
        token: Token,
        /// The request on one line.
        about: String,
        /// What is asked for now.
        duration: Length,
        /// The level that is asked for now.
        present: Option<AccessLevel>,
        /// The levels below it; may be empty.
        lower: Vec<AccessLevel>,
    },
}

/// The name of a form, as it comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FormKind {
    /// See [`Form::Request`].
    Request,
    /// See [`Form::Deny`].
    Deny,
    /// See [`Form::Trim`].
    Trim,
}

impl FormKind {
    /// The word in form ids.
    pub fn key(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Deny => "deny",
            Self::Trim => "trim",
        }
    }
    /// Back from [`FormKind::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Request, Self::Deny, Self::Trim].into_iter().find(|kind| kind.key() == key)
    }
}

/// A field of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Which resource.
    Resource,
    /// Which access level.
    Access,
    /// For how long.
    Duration,
    /// Why.
    Reason,
    /// A vote's note.
    Note,
}

impl Field {
    /// The word in field ids.
    pub fn key(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::Access => "access",
            Self::Duration => "duration",
            Self::Reason => "reason",
            Self::Note => "note",
        }
    }
    /// Back from [`Field::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Resource, Self::Access, Self::Duration, Self::Reason, Self::Note].into_iter().find(|f| f.key() == key)
    }
}

/// A form that came back. Unchecked: any text may be nonsense.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filled {
    /// Which.
    pub form: FormKind,
    /// The token that it carried, as text; empty for [`FormKind::Request`].
    pub about: String,
    /// What was filled in: trimmed, never empty.
    pub values: BTreeMap<Field, String>,
}

impl Filled {
    /// From (field id, text) pairs as a platform gives them; what is empty or no field of ours is left out.
    pub fn new<'a>(form: FormKind, about: &str, values: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let filled = values.into_iter().filter_map(|(id, text)| {
            let text = text.trim();
            (!text.is_empty()).then_some((Field::from_key(id)?, text.to_owned()))
        });
        Self { form, about: about.to_owned(), values: filled.collect() }
    }

    fn get(&self, field: Field) -> Option<String> {
        self.values.get(&field).cloned()
    }
}

pub(super) async fn reply(asking: &Asking<'_>, filled: &Filled) -> Result<Reply, EngineError> {
    let done = match (filled.form, filled.about.parse::<Token>()) {
        (FormKind::Request, _) => request(asking, filled).await,
        (FormKind::Deny, Ok(token)) => {
            let command = Command::Deny { step: token.step, note: filled.get(Field::Note) };
            press::vote(asking, &token, command).await
        }
        (FormKind::Trim, Ok(token)) => trim(asking, &token, filled).await,
        (FormKind::Deny | FormKind::Trim, Err(_)) => return Ok(Reply::words(words::desk::STALE_BUTTON)),
    };
    match done {
        Err(EngineError::Refused(refusal)) => Ok(refused(&refusal, filled.form)),
        Err(error) => Ok(Reply::words(trouble(&error))),
        Ok(reply) => Ok(reply),
    }
}

async fn request(asking: &Asking<'_>, filled: &Filled) -> Result<Reply, EngineError> {
    let text = |field| filled.get(field).unwrap_or_default();
    let draft = Draft {
        resource: ResourceId::new(text(Field::Resource)),
        access: filled.get(Field::Access).map(AccessLevel::new),
        duration: length(asking, &text(Field::Duration)).await?,
        reason: filled.get(Field::Reason),
        holder: None,
    };
    let view = asking.engine.submit(asking.caller, asking.key, draft).await?;
    Ok(Reply::Card { card: Box::new(card::news(&view, News::Opened)), below: Vec::new() })
}

async fn trim(asking: &Asking<'_>, token: &Token, filled: &Filled) -> Result<Reply, EngineError> {
    let duration = match filled.values.get(&Field::Duration) {
        Some(text) => Some(length(asking, text).await?),
        None => None,
    };
    let trim = Trim { access: filled.get(Field::Access).map(AccessLevel::new), duration };
    press::vote(asking, token, Command::Approve { step: token.step, note: filled.get(Field::Note), trim }).await
}

/// A length as the command takes it, `until 18:00` on the caller's clock included.
async fn length(asking: &Asking<'_>, text: &str) -> Result<Length, EngineError> {
    let timezone = asking.engine.catalog(asking.caller).await?.timezone;
    Ok(ask::length(text, (asking.clock)(), timezone)?)
}

fn refused(refusal: &Refusal, form: FormKind) -> Reply {
    let at = match (refusal, form) {
        (Refusal::UnknownResource { .. } | Refusal::NoWorkflow, FormKind::Request) => Field::Resource,
        (Refusal::UnknownAccess { .. }, FormKind::Request) => Field::Access,
        (Refusal::BadDuration { .. } | Refusal::DurationTooLong { .. }, FormKind::Request | FormKind::Trim) => {
            Field::Duration
        }
        (Refusal::CannotWiden { field: "duration" }, FormKind::Trim) => Field::Duration,
        (Refusal::ReasonRequired | Refusal::TextTooLong { field: "reason", .. }, FormKind::Request) => Field::Reason,
        (Refusal::NoteRequired | Refusal::TextTooLong { field: "note", .. }, FormKind::Deny | FormKind::Trim) => {
            Field::Note
        }
        _ => return Reply::words(words::refusal(refusal)),
    };
    Reply::Errors(BTreeMap::from([(at, words::refusal(refusal))]))
}
