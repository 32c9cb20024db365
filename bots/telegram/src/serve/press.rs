//! What somebody pressed.

use super::{Asker, Server};
use crate::{
    deny,
    guided::{self, Next},
    inbound::Press,
    prompt::Prompt,
    trim,
};
use countersign_engine::{
    card::Verb,
    desk::{Heard, Reply},
};

const ELSEWHERE: &str = "This chat is none in which Countersign takes answers. Nothing was recorded.";
const NOT_YOURS: &str = "Only who began this can go on with it. Nothing was recorded.";

/// A button of ours that is no card's.
enum Question {
    Guided(guided::Step),
    Deny(deny::Choice),
    Trim(trim::Choice),
}

impl Question {
    fn parse(data: &str) -> Option<Self> {
        None.or_else(|| guided::Step::parse(data).map(Self::Guided))
            .or_else(|| deny::Choice::parse(data).map(Self::Deny))
            .or_else(|| trim::Choice::parse(data).map(Self::Trim))
    }
}

impl Server {
    pub(super) async fn pressed(&self, key: String, press: &Press) {
        let own = press.chat.is_some_and(|chat| chat.private && chat.id == press.from.id);
        let place = press.chat.is_some_and(|chat| !chat.private && self.voice.known.is_place(chat.id));
        if press.from.is_bot || !(own || place) {
            tracing::warn!(user = press.from.id, chat = ?press.chat, "a press from elsewhere was refused");
            return self.voice.alert(press, ELSEWHERE).await;
        }
        let asker = Asker { user: press.from.id, key };
        let data = press.data.as_str();
        if let Some(question) = Question::parse(data) {
            // Questions stand in private chats only; in a group nobody may put words in a card's place.
            return if own {
                self.go_on(&asker, press, question).await
            } else {
                self.voice.alert(press, NOT_YOURS).await
            };
        }
        let reply = self.hear(&asker, Heard::Pressed(data.to_owned())).await;
        self.answer(press, reply).await;
    }

    async fn go_on(&self, asker: &Asker, press: &Press, question: Question) {
        match question {
            Question::Guided(step) => self.guide(asker, press, &step).await,
            Question::Deny(choice) => self.deny(asker, press, choice).await,
            Question::Trim(choice) => self.trim(asker, press, &choice).await,
        }
    }

    /// A reply to a button on a card: the card itself converges.
    async fn answer(&self, press: &Press, reply: Reply) {
        match reply {
            Reply::Voted { words, .. } => self.voice.toast(press, &words).await,
            Reply::Words(words) => self.voice.alert(press, &words).await,
            Reply::Errors(errors) => self.voice.alert(press, &Reply::joined(&errors)).await,
            other => self.voice.show(press, &self.shown(other), &press.data.replace(':', "-")).await,
        }
    }

    /// A reply to a button on a question: it takes the question's place.
    async fn replace(&self, press: &Press, reply: Reply) {
        self.voice.replace(press, &self.shown(reply)).await;
    }

    async fn guide(&self, asker: &Asker, press: &Press, step: &guided::Step) {
        let offers = match self.offers(asker).await {
            Ok(offers) => offers,
            Err(reply) => return self.replace(press, reply).await,
        };
        match step.next(&offers, &self.voice.console) {
            Next::Show(shown) => self.voice.replace(press, &[shown]).await,
            Next::Ask(prompt, about) => self.voice.show(press, &[prompt.shown(&self.voice.me, &about)], "help").await,
            Next::Send(form) => match self.hear(asker, Heard::Filled(form)).await {
                // The question stays, with what was wrong.
                Reply::Errors(errors) => self.voice.alert(press, &Reply::joined(&errors)).await,
                reply => self.replace(press, reply).await,
            },
        }
    }

    async fn deny(&self, asker: &Asker, press: &Press, choice: deny::Choice) {
        match choice {
            deny::Choice::Write(token) => {
                let prompt = Prompt::Note(token).shown(&self.voice.me, "");
                self.voice.show(press, &[prompt], "help").await;
            }
            deny::Choice::Plain(token) => match self.hear(asker, Heard::Filled(deny::form(&token, ""))).await {
                Reply::Errors(errors) => self.voice.alert(press, &Reply::joined(&errors)).await,
                reply => self.replace(press, reply).await,
            },
        }
    }

    /// The form is asked for anew: what can be chosen may have changed, and so may who can.
    async fn trim(&self, asker: &Asker, press: &Press, choice: &trim::Choice) {
        debug_assert_eq!(choice.token.verb, Verb::Trim);
        let form = match self.hear(asker, Heard::Pressed(choice.token.to_string())).await {
            Reply::Form(form) => form,
            other => return self.answer(press, other).await,
        };
        match choice.filled(&form) {
            Some(filled) => match self.hear(asker, Heard::Filled(filled)).await {
                Reply::Errors(errors) => self.voice.alert(press, &Reply::joined(&errors)).await,
                reply => self.replace(press, reply).await,
            },
            None => {
                let shown = trim::ask(&form, choice.level(), &self.voice.console);
                self.voice.replace(press, &shown.into_iter().collect::<Vec<_>>()).await;
            }
        }
    }
}
