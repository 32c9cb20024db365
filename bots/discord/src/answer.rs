//! How an answer reaches the one who asked: as the one answer that an interaction takes, and as follow-ups.

use crate::{api::Api, call::Call, fault::Fault, inbound::Interaction, render};
use serde_json::{Value, json};
use std::sync::Arc;

/// The types of answers (discord.com/developers, "Interaction Callback Type").
mod kind {
    pub(super) const PONG: u8 = 1;
    pub(super) const MESSAGE: u8 = 4;
    pub(super) const MESSAGE_LATER: u8 = 5;
    pub(super) const NOTHING: u8 = 6;
    pub(super) const UPDATE: u8 = 7;
    pub(super) const CHOICES: u8 = 8;
    pub(super) const FORM: u8 = 9;
}

/// So often an answer is sent before it is given up.
const TRIES: usize = 3;

const NOT_OURS: &str = "Countersign does not know this. Nothing was recorded.";
const TOO_LATE: &str = "The form could not be opened in time. Nothing was recorded; please try again.";

/// What the desk answers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    /// We are there.
    Pong,
    /// Nothing to say.
    Nothing,
    /// A vote was taken: the shared card as it is now, and the words where no shared card is at hand.
    Voted { card: Value, words: Vec<Value> },
    /// For this person's eyes only: one or more messages.
    Private(Vec<Value>),
    /// A form to fill in.
    Form(Value),
    /// Suggestions for what is being typed.
    Choices(Vec<Value>),
}

impl Answer {
    /// A private sentence.
    pub(crate) fn words(words: &str) -> Self {
        Self::Private(render::words(words))
    }

    /// The one answer that the interaction takes, and the messages that follow it.
    pub(crate) fn split(self, to: &Interaction) -> (Value, Vec<Value>) {
        match self {
            Self::Pong => (json!({"type": kind::PONG}), Vec::new()),
            Self::Voted { card, .. } if to.on_shared_card => (json!({"type": kind::UPDATE, "data": card}), Vec::new()),
            Self::Voted { words, .. } => Self::Private(words).split(to),
            Self::Private(mut messages) if !messages.is_empty() => {
                let first = messages.remove(0);
                (json!({"type": kind::MESSAGE, "data": first}), messages)
            }
            Self::Private(_) | Self::Nothing => nothing(to),
            Self::Form(form) => (json!({"type": kind::FORM, "data": form}), Vec::new()),
            Self::Choices(choices) => (json!({"type": kind::CHOICES, "data": {"choices": choices}}), Vec::new()),
        }
    }

    /// What is still to be said once the interaction has been put off.
    fn late(self) -> Vec<Value> {
        match self {
            Self::Voted { words, .. } => words,
            Self::Private(messages) => messages,
            Self::Form(_) => render::words(TOO_LATE),
            Self::Pong | Self::Nothing | Self::Choices(_) => Vec::new(),
        }
    }
}

/// Only what began on a message can be answered with silence.
fn nothing(to: &Interaction) -> (Value, Vec<Value>) {
    match to.on_message {
        true => (json!({"type": kind::NOTHING}), Vec::new()),
        false => Answer::words(NOT_OURS).split(to),
    }
}

/// "Thinking", which only this person sees; the true answer follows by [`follow_late`].
pub(crate) fn put_off() -> Value {
    json!({"type": kind::MESSAGE_LATER, "data": {"flags": 64, "allowed_mentions": {"parse": []}}})
}

/// Sends the one answer; tries again at once where that may help, since Discord waits only 3 s. That it was answered
/// already means that it was delivered twice, or that only the word of success was lost.
pub(crate) async fn send(api: &Api, to: &Interaction, body: Value) -> Result<(), Fault> {
    let mut tries = TRIES;
    loop {
        tries -= 1;
        match api.call(Call::answer(&to.id, &to.token, body.clone())).await {
            Ok(_) => return Ok(()),
            Err(fault) if fault.is_answered() => return Ok(()),
            Err(Fault::Passing(_)) if tries > 0 => {}
            Err(fault) => return Err(fault),
        }
    }
}

/// Sends the messages that follow the answer. Nothing depends on them: what was decided is committed, and the card shows
/// it.
pub(crate) fn follow(api: &Arc<Api>, application: &str, to: &Interaction, messages: Vec<Value>) {
    if messages.is_empty() {
        return;
    }
    let (api, application, to) = (api.clone(), application.to_owned(), to.clone());
    tokio::spawn(async move {
        for message in messages {
            if let Err(fault) = api.call(Call::follow_up(&application, &to.token, message)).await {
                tracing::warn!(%fault, user = to.origin.user, "the rest of a private answer did not reach its reader");
                return;
            }
        }
    });
}

/// Fills in the answer that was put off.
pub(crate) async fn follow_late(api: &Arc<Api>, application: &str, to: &Interaction, answer: Answer) {
    let mut messages = answer.late();
    if messages.is_empty() {
        return;
    }
    let mut first = messages.remove(0);
    // Whether it is private was said when it was put off, and cannot be said again.
    first["flags"] = (first["flags"].as_u64().unwrap_or_default() & !64).into();
    if let Err(fault) = api.call(Call::edit_answer(application, &to.token, first)).await {
        tracing::warn!(%fault, user = to.origin.user, "a late private answer did not reach its reader");
    }
    follow(api, application, to, messages);
}
