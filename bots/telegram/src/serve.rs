//! Between Telegram's updates and the engine's desk: whose account it is, and how Telegram shows the answer.

mod press;
mod typed;

use crate::{
    answer::Voice,
    deny, guided,
    identity::account,
    inbound::{Update, What},
    render::{self, Shown},
    trim,
};
use countersign_engine::{
    card::Kind,
    desk::{Desk, Form, Heard, Reply},
    effect::News,
    ports::{Caller, Clock, Offer},
};
use std::sync::Arc;

/// What is needed to serve one update. Clones share it.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) desk: Desk,
    pub(crate) clock: Clock,
    pub(crate) voice: Arc<Voice>,
}

/// Somebody, and the name of the delivery.
#[derive(Clone)]
struct Asker {
    user: i64,
    key: String,
}

impl Asker {
    fn caller(&self) -> Caller {
        Caller::Account(account(self.user))
    }
}

impl Server {
    /// Serves one update. When this returns, what it changed is committed, and answered as well as could be.
    pub(crate) async fn serve(&self, update: &Update) {
        let key = format!("telegram:{}", update.id);
        match &update.what {
            What::Wrote(message) => self.wrote(key, message).await,
            What::Pressed(press) => self.pressed(key, press).await,
            What::Membership(chat, false) if self.voice.known.is_place(*chat) => {
                tracing::warn!(chat, "the bot was taken out of a group of the policy; hint: add it again");
            }
            What::Membership(..) | What::Other => {}
        }
    }

    async fn hear(&self, asker: &Asker, heard: Heard) -> Reply {
        self.desk.serve(&asker.caller(), &asker.key, &heard).await
    }

    /// What the asker may ask for, or why they may not.
    async fn offers(&self, asker: &Asker) -> Result<Vec<Offer>, Reply> {
        match self.hear(asker, Heard::Typed(String::new())).await {
            Reply::Form(form) => match *form {
                Form::Request { offers } => Ok(offers),
                other => Err(Reply::Form(Box::new(other))),
            },
            other => Err(other),
        }
    }

    /// In Telegram's way, for this reader alone.
    fn shown(&self, reply: Reply) -> Vec<Shown> {
        let console = self.voice.console.as_str();
        let words = |words: &str| vec![Shown::words(words, console)];
        match reply {
            Reply::Recorded => words(Reply::RECORDED),
            Reply::Voted { words: said, .. } | Reply::Words(said) => words(&said),
            Reply::Errors(errors) => words(&Reply::joined(&errors)),
            // The card itself comes to this very chat, as the copy that is kept true.
            Reply::Card { card, .. } if card.kind == Kind::News(News::Opened) => words(&card.summary),
            Reply::Card { card, below } => render::private(&card, &below, console),
            Reply::Form(form) => match *form {
                Form::Request { offers } => vec![guided::start(&offers)],
                Form::Deny { token, about, needs_note } => {
                    vec![deny::ask(&token, &about, needs_note, &self.voice.me, console)]
                }
                trim => trim::ask(&trim, "", console).into_iter().collect(),
            },
        }
    }
}
