//! Between Discord's interactions and the engine's desk: whose account it is, and how Discord shows the answer.

use crate::{
    answer::{self, Answer},
    api::Api,
    identity::Identity,
    inbound::{Interaction, What},
    modal, render, suggest,
};
use countersign_engine::{
    desk::{self, Heard, Reply},
    ports::Caller,
    words,
};
use serde_json::Value;
use std::{sync::Arc, time::Duration};

/// Discord waits 3 s for the first answer, over the gateway and HTTP alike ("Receiving and Responding"). What takes longer
/// than this is put off, and answered when it is committed.
const DEADLINE: Duration = Duration::from_millis(2_000);

/// What is needed to serve one interaction. Clones share it.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) api: Arc<Api>,
    pub(crate) desk: desk::Desk,
    pub(crate) identity: Identity,
}

impl Desk {
    /// Serves one interaction. When this returns, what it changed is committed.
    pub(crate) async fn serve(&self, event: &Interaction) -> Answer {
        if event.what == What::Ping {
            return Answer::Pong;
        }
        let account = match self.identity.account(&event.origin) {
            Ok(account) => account,
            Err(foreign) => {
                let (guild, user) = (event.origin.guild.as_deref(), event.origin.user.as_str());
                tracing::warn!(guild, user, %foreign, "an interaction was refused");
                return match event.what {
                    What::Typing(..) => Answer::Choices(Vec::new()),
                    _ => Answer::words(&words::foreign("server")),
                };
            }
        };
        let caller = Caller::Account(account);
        let heard = match &event.what {
            What::Typing(option, options) => {
                return Answer::Choices(suggest::choices(self.desk.engine(), &caller, option, options).await);
            }
            What::Typed(options) => options.heard(),
            What::Pressed(token) => Heard::Pressed(token.clone()),
            What::Sent(filled) => Heard::Filled(filled.clone()),
            What::Other(kind) => {
                tracing::debug!(kind, "an interaction of a kind that we do not act on");
                return Answer::Nothing;
            }
            What::Ping => return Answer::Pong,
        };
        shown(self.desk.serve(&caller, &format!("discord:{}", event.id), &heard).await)
    }

    /// Serves one interaction in a task of its own, which goes on when Discord would wait no longer: then the answer is put
    /// off, and the true one follows. What is given is the answer that the interaction takes, and what follows it.
    pub(crate) async fn within_deadline(&self, event: &Interaction) -> (Value, Vec<Value>) {
        let (serving, served) = (self.clone(), event.clone());
        let mut work = tokio::spawn(async move { serving.serve(&served).await });
        match tokio::time::timeout(DEADLINE, &mut work).await {
            Ok(Ok(answer)) => answer.split(event),
            Ok(Err(fault)) => {
                tracing::error!(%fault, interaction = event.id, "serving an interaction failed");
                Answer::Nothing.split(event)
            }
            Err(_) if matches!(event.what, What::Typing(..)) => Answer::Choices(Vec::new()).split(event),
            Err(_) => {
                tracing::warn!(interaction = event.id, "deciding took longer than Discord waits");
                let (this, event) = (self.clone(), event.clone());
                tokio::spawn(async move {
                    if let Ok(answer) = work.await {
                        answer::follow_late(&this.api, &this.identity.application, &event, answer).await;
                    }
                });
                (answer::put_off(), Vec::new())
            }
        }
    }
}

/// In Discord's way.
fn shown(reply: Reply) -> Answer {
    match reply {
        Reply::Voted { words, card } => {
            Answer::Voted { card: render::posted(render::components(&card)), words: render::words(&words) }
        }
        Reply::Recorded => Answer::words(Reply::RECORDED),
        Reply::Words(words) => Answer::words(&words),
        Reply::Card { card, below } => Answer::Private(render::above(&card, &below)),
        Reply::Form(form) => Answer::Form(modal::modal(&form)),
        // Discord closes a form when it is sent, whatever we answer.
        Reply::Errors(errors) => Answer::words(&Reply::joined(&errors)),
    }
}
