//! Between Slack's events and the engine: each event becomes at most one call that changes something, and one answer.

mod deadline;
mod details;
mod find;
mod form;
mod press;
mod say;
mod typed;

pub(crate) use deadline::within_deadline;

use crate::{
    answer::Answer,
    api::Api,
    clock::Clock,
    identity::Identity,
    inbound::{Inbound, What},
};
use countersign_engine::{
    ports::{ApprovalEngine, Caller, EngineError},
    words,
};
use std::sync::{Arc, OnceLock};

/// What is needed to serve one event. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) api: Arc<Api>,
    pub(crate) engine: Arc<dyn ApprovalEngine>,
    pub(crate) clock: Clock,
    pub(crate) identity: Arc<Identity>,
    /// Our app's id, once Socket Mode has said it.
    pub(crate) app: Arc<OnceLock<String>>,
}

/// Who asks, and the name under which a repetition of the same delivery changes nothing (THREATS B02).
pub(crate) struct Asking<'a> {
    pub(crate) desk: &'a Desk,
    pub(crate) caller: Caller,
    pub(crate) key: String,
}

impl Desk {
    /// Serves one event. `delivery` is Slack's own id of it. When this returns, what it changed is committed.
    pub(crate) async fn serve(&self, delivery: &str, event: &Inbound) -> Answer {
        let account = match self.identity.account(&event.origin, self.app.get().map(String::as_str)) {
            Ok(account) => account,
            Err(foreign) => {
                tracing::warn!(team = ?event.origin.team, user = event.origin.user, %foreign, "an event was refused");
                return Answer::words(say::FOREIGN);
            }
        };
        let asking = Asking { desk: self, caller: Caller::Account(account), key: format!("slack:{delivery}") };
        let answer = match &event.what {
            What::Typed(text) => typed::answer(&asking, text).await,
            What::Pressed { action, value } => press::answer(&asking, action, value).await,
            What::Sent { form, about, values } => form::answer(&asking, form, about, values).await,
            What::Other(kind) => {
                tracing::debug!(kind, "an event of a kind that we do not act on");
                Ok(Answer::Nothing)
            }
        };
        answer.unwrap_or_else(|error| Answer::words(&trouble(&error)))
    }
}

/// Why a call did not succeed, in words.
fn trouble(error: &EngineError) -> String {
    match error {
        EngineError::Refused(refusal) => words::refusal(refusal),
        EngineError::Unavailable(why) => {
            tracing::warn!(why, "an event found the engine unavailable");
            say::UNAVAILABLE.to_owned()
        }
    }
}
