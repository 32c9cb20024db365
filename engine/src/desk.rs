//! The front desk of every chat platform: what somebody typed, pressed or filled in becomes at most one call that changes
//! something, and one answer. The same sentences everywhere (THREATS B06); an adapter reads its platform's events into
//! [`Heard`], shows [`Reply`] in its platform's way, and decides nothing.

mod details;
mod find;
mod form;
mod press;
mod reply;
mod typed;

pub use form::{Field, Filled, Form, FormKind};
pub use reply::Reply;

use crate::{
    person::Platform,
    ports::{ApprovalEngine, Caller, Clock, EngineError},
    words::{self, desk as say},
};
use std::sync::Arc;

/// Serves a platform's events. Clones share what they hold.
#[derive(Clone)]
pub struct Desk {
    engine: Arc<dyn ApprovalEngine>,
    clock: Clock,
    quiet: bool,
}

/// What somebody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Typed a command; the text with or without `/access` before it.
    Typed(String),
    /// Pressed a button; the token that it carried, as text.
    Pressed(String),
    /// Sent a form.
    Filled(Filled),
}

/// Who asks, and the name under which a repetition of the same delivery changes nothing (THREATS B02).
struct Asking<'a> {
    engine: &'a dyn ApprovalEngine,
    clock: &'a Clock,
    caller: &'a Caller,
    key: &'a str,
    quiet: bool,
}

impl Asking<'_> {
    /// Where the answer is read.
    fn platform(&self) -> Platform {
        match self.caller {
            Caller::Account(account) => account.platform,
            Caller::Person { platform, .. } => *platform,
        }
    }
}

impl Desk {
    /// A desk before this engine; `clock` gives `until 18:00` its meaning.
    pub fn new(engine: Arc<dyn ApprovalEngine>, clock: Clock) -> Self {
        Self { engine, clock, quiet: false }
    }

    /// The same for a platform that answers a vote with nothing: [`Reply::Recorded`] instead of [`Reply::Voted`].
    pub fn quiet(self) -> Self {
        Self { quiet: true, ..self }
    }

    /// The engine behind it, for what is neither typed nor pressed: autocomplete.
    pub fn engine(&self) -> &dyn ApprovalEngine {
        self.engine.as_ref()
    }

    /// Serves one event. `delivery` is the platform's own id of it, with the platform's name before it. When this returns,
    /// what it changed is committed.
    pub async fn serve(&self, caller: &Caller, delivery: &str, heard: &Heard) -> Reply {
        let asking = Asking { engine: self.engine(), clock: &self.clock, caller, key: delivery, quiet: self.quiet };
        let reply = match heard {
            Heard::Typed(text) => typed::reply(&asking, text).await,
            Heard::Pressed(token) => press::reply(&asking, token).await,
            Heard::Filled(filled) => form::reply(&asking, filled).await,
        };
        reply.unwrap_or_else(|error| Reply::Words(trouble(&error)))
    }
}

/// Why a call did not succeed, in words.
fn trouble(error: &EngineError) -> String {
    match error {
        EngineError::Refused(refusal) => words::refusal(refusal),
        EngineError::Unavailable(_) => say::UNAVAILABLE.to_owned(),
    }
}
