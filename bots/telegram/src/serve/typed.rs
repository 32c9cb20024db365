//! What somebody wrote: a command, the answer to a question of ours, or the news that a group has another id.

use super::{Asker, Server};
use crate::{
    guided,
    inbound::Message,
    prompt::{Prompt, token},
    render::Shown,
};
use countersign_engine::{
    ask,
    card::Verb,
    desk::{Heard, Reply},
    ports::EngineError,
    refusal::Refusal,
    words,
};

const BORROWED: &str = "I do not know who writes as a group, as a channel or in somebody else's words. Nothing was recorded; please write as yourself.";

impl Server {
    pub(super) async fn wrote(&self, key: String, message: &Message) {
        if let Some(new) = message.moved_to {
            return self.voice.known.learn(message.chat.id, new);
        }
        if let Some(old) = message.moved_from {
            return self.voice.known.learn(old, message.chat.id);
        }
        let command = message.command(&self.voice.me.username);
        let who = message.from.filter(|user| !user.is_bot && !message.borrowed);
        let Some(user) = who else {
            if command.is_some_and(|(word, _)| word.eq_ignore_ascii_case("access")) {
                let said = self.voice.in_place(message, &Shown::words(BORROWED, "")).await;
                tracing::debug!(?said, chat = message.chat.id, "a command by nobody was refused");
            }
            return;
        };
        let asker = Asker { user: user.id, key };
        if self.is_unknown(&asker).await && !self.voice.strangers.admit(user.id, self.voice.api.tick()) {
            return;
        }
        if let Some(prompt) = self.answered(message) {
            let shown = self.fill(&asker, &prompt, &message.text).await;
            return self.voice.reply(message, user.id, &shown, "help").await;
        }
        let (shown, start) = match command {
            Some((word, rest)) => match word.to_ascii_lowercase().as_str() {
                "access" => (self.shown(self.hear(&asker, Heard::Typed(rest.to_owned())).await), begin(rest)),
                "start" => (self.started(&asker, rest).await, "help"),
                "help" => (self.help(&asker).await, "help"),
                _ if message.chat.private => (self.help(&asker).await, "help"),
                _ => return,
            },
            None if message.chat.private => (self.help(&asker).await, "help"),
            None => return,
        };
        self.voice.reply(message, user.id, &shown, start).await;
    }

    /// Is the account nobody's?
    async fn is_unknown(&self, asker: &Asker) -> bool {
        let known = self.desk.engine().catalog(&asker.caller()).await;
        matches!(known, Err(EngineError::Refused(why)) if *why == Refusal::NotLinked)
    }

    /// The question of ours that a message answers. Questions are only asked in private.
    fn answered(&self, message: &Message) -> Option<Prompt> {
        let replied = message.answers.as_ref()?;
        let ours = replied.from == self.voice.me.id && message.chat.private && !message.text.starts_with('/');
        ours.then(|| Prompt::of_links(&replied.links)).flatten()
    }

    async fn help(&self, asker: &Asker) -> Vec<Shown> {
        self.shown(self.hear(asker, Heard::Typed("help".into())).await)
    }

    /// `/start`, with what a link of ours gave it.
    async fn started(&self, asker: &Asker, payload: &str) -> Vec<Shown> {
        let heard = match (payload, token(payload)) {
            ("link", _) => Heard::Typed("link".into()),
            // A question that could not be put in private yet is begun anew: what a link of somebody else's says of it is not
            // believed.
            ("access", _) => Heard::Typed(String::new()),
            (other, None) if Prompt::from_key(other).is_some() => Heard::Typed(String::new()),
            // Only what shows or asks: a link that somebody sends must not vote.
            (_, Some(token)) if matches!(token.verb, Verb::Details | Verb::Deny | Verb::Trim) => {
                Heard::Pressed(token.to_string())
            }
            _ => return self.help(asker).await,
        };
        self.shown(self.hear(asker, heard).await)
    }

    /// Somebody answered a question.
    pub(super) async fn fill(&self, asker: &Asker, prompt: &Prompt, text: &str) -> Vec<Shown> {
        match prompt {
            Prompt::Note(token) => {
                let form = crate::deny::form(token, text);
                self.shown(self.hear(asker, Heard::Filled(form)).await)
            }
            Prompt::Duration(pick) => self.lengthened(asker, pick, text).await,
            Prompt::Reason(pick, seconds) => match self.offers(asker).await {
                Err(reply) => self.shown(reply),
                Ok(offers) => match guided::form(&offers, pick, *seconds, Some(text)) {
                    Some(form) => self.shown(self.hear(asker, Heard::Filled(form)).await),
                    None => vec![Shown::words(guided::GONE, "")],
                },
            },
        }
    }

    /// A length was typed: the reason is next, or the same question again with what was wrong.
    async fn lengthened(&self, asker: &Asker, pick: &guided::Pick, text: &str) -> Vec<Shown> {
        let offers = match self.offers(asker).await {
            Ok(offers) => offers,
            Err(reply) => return self.shown(reply),
        };
        let timezone = match self.desk.engine().catalog(&asker.caller()).await {
            Ok(catalog) => catalog.timezone,
            Err(EngineError::Refused(refusal)) => return self.shown(Reply::Words(words::refusal(&refusal))),
            Err(EngineError::Unavailable(_)) => chrono_tz::Tz::UTC,
        };
        match ask::length(text, (self.clock)(), timezone) {
            Err(refusal) => vec![Prompt::Duration(pick.clone()).shown(&self.voice.me, &words::refusal(&refusal))],
            Ok(length) => match guided::reason(&offers, pick, length) {
                Some(shown) => vec![shown],
                None => vec![Shown::words(guided::GONE, "")],
            },
        }
    }
}

/// What Start should bring back for whoever could not be written to.
fn begin(rest: &str) -> &'static str {
    match rest {
        "" => "access",
        "link" => "link",
        _ => "help",
    }
}
