//! Between Slack's events and the engine's desk: whose account it is, and how Slack shows the answer.

mod deadline;

pub(crate) use deadline::within_deadline;

use crate::{
    answer::{Answer, Message},
    api::Api,
    identity::Identity,
    inbound::{Inbound, What},
    modal, render,
    render::block,
};
use countersign_engine::{
    card::Card,
    desk::{self, Form, Heard, Reply},
    ports::Caller,
    words,
};
use std::sync::{Arc, OnceLock};

/// What is needed to serve one event. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) api: Arc<Api>,
    pub(crate) desk: desk::Desk,
    pub(crate) identity: Arc<Identity>,
    /// Our app's id, once Socket Mode has said it.
    pub(crate) app: Arc<OnceLock<String>>,
}

impl Desk {
    /// Serves one event. `delivery` is Slack's own id of it. When this returns, what it changed is committed.
    pub(crate) async fn serve(&self, delivery: &str, event: &Inbound) -> Answer {
        let account = match self.identity.account(&event.origin, self.app.get().map(String::as_str)) {
            Ok(account) => account,
            Err(foreign) => {
                tracing::warn!(team = ?event.origin.team, user = event.origin.user, %foreign, "an event was refused");
                return Answer::words(&words::foreign("workspace"));
            }
        };
        let heard = match &event.what {
            What::Typed(text) => Heard::Typed(text.clone()),
            What::Pressed(token) => Heard::Pressed(token.clone()),
            What::Sent(filled) => Heard::Filled(filled.clone()),
            What::Other(kind) => {
                tracing::debug!(kind, "an event of a kind that we do not act on");
                return Answer::Nothing;
            }
        };
        shown(self.desk.serve(&Caller::Account(account), &format!("slack:{delivery}"), &heard).await)
    }
}

/// In Slack's way.
fn shown(reply: Reply) -> Answer {
    match reply {
        // Every copy of the card converges and shows the vote.
        Reply::Voted { .. } | Reply::Recorded => Answer::Nothing,
        Reply::Words(words) => Answer::words(&words),
        Reply::Card { card, below } => Answer::Private(card_message(&card, &below)),
        Reply::Form(form) => Answer::Form(match *form {
            Form::Request { offers } => modal::request(&offers),
            Form::Deny { token, about, .. } => modal::deny(&token, &about),
            Form::Trim { token, about, duration, present, lower } => {
                modal::trim(&token, &about, duration, present.as_ref(), &lower)
            }
        }),
        Reply::Errors(errors) => Answer::Errors(errors),
    }
}

/// A card for one reader; what is too long for a card stands between it and its buttons.
fn card_message(card: &Card, below: &[String]) -> Message {
    let mut blocks = render::blocks(card);
    let buttons = blocks.pop_if(|block| block["type"] == "actions");
    blocks.extend(below.iter().map(|words| block::words(words)));
    blocks.extend(buttons);
    Message { text: render::summary(card), blocks }
}
