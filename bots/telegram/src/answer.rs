//! How answers reach people: privately. A group sees no more than that somebody should open their private chat.

use crate::{
    api::Api,
    fault::Fault,
    identity::Identity,
    inbound::{Message, Press},
    known::Known,
    render::{Pen, Shown, TEXT, keyboard},
    strangers::Strangers,
};
use serde_json::{Value, json};
use teloxide::{
    payloads::{AnswerCallbackQuery, EditMessageText, SendMessage},
    types::{ChatId, MessageId},
};

/// The longest text of an alert, counted in UTF-16 units, which never count fewer than Telegram does
/// (core.telegram.org/bots/api, "answerCallbackQuery").
const ALERT: usize = 200;

const LONG: &str = "The answer does not fit here: it is in your private chat with me.";
const CLOSED: &str = "I answer in private, and may not write to you there yet. Open the private chat and press Start; what you ask \
     for here is recorded all the same.";
const LATER: &str = "Telegram does not let me write to you at the moment. Please press again in a minute.";

/// What we say things with.
pub(crate) struct Voice {
    pub(crate) api: std::sync::Arc<Api>,
    pub(crate) known: std::sync::Arc<Known>,
    pub(crate) me: Identity,
    /// The console's address.
    pub(crate) console: String,
    /// Those whom nobody knows.
    pub(crate) strangers: Strangers,
}

impl Api {
    /// Posts a message; its id. A group that has become a supergroup gets it there.
    pub(crate) async fn post_message(&self, known: &Known, chat: i64, shown: &Shown) -> Result<(i64, i64), Fault> {
        self.post_below(known, chat, shown, &Value::Null).await
    }

    async fn post_below(&self, known: &Known, chat: i64, shown: &Shown, below: &Value) -> Result<(i64, i64), Fault> {
        let send = |chat: i64| async move {
            let payload = SendMessage::new(ChatId(chat), shown.text.clone());
            let posted = self.about(chat, &payload, |body| {
                shown.lay_over(body);
                if !below.is_null() {
                    body["reply_parameters"] = below.clone();
                }
            });
            let id = posted.await?["message_id"].as_i64();
            id.map(|id| (chat, id)).ok_or_else(|| Fault::Refused("an answer to sendMessage without message_id".into()))
        };
        let chat = known.now(chat);
        match send(chat).await {
            Err(Fault::Moved(new)) => {
                known.learn(chat, new);
                send(new).await
            }
            other => other,
        }
    }

    /// Replaces a message. That it looks so already is as good.
    pub(crate) async fn edit_message(&self, chat: i64, message: i64, shown: &Shown) -> Result<(), Fault> {
        let id = i32::try_from(message).map_err(|_| Fault::Refused("MESSAGE_ID_INVALID".into()))?;
        let payload = EditMessageText::new(ChatId(chat), MessageId(id), shown.text.clone());
        match self.about(chat, &payload, |body| shown.lay_over(body)).await {
            Err(fault) if !fault.is_unchanged() => Err(fault),
            _ => Ok(()),
        }
    }
}

impl Voice {
    /// Says it to one person, in their private chat with us.
    pub(crate) async fn privately(&self, user: i64, shown: &[Shown]) -> Result<(), Fault> {
        for one in shown {
            self.api.post_message(&self.known, user, one).await?;
        }
        Ok(())
    }

    /// Answers a message. Whoever cannot be written to is told in the group how to change that; `start` comes back when
    /// they press Start.
    pub(crate) async fn reply(&self, to: &Message, user: i64, shown: &[Shown], start: &str) {
        let said = match self.privately(user, shown).await {
            Err(fault) if fault.is_closed_door() && !to.chat.private => self.point_to_private_chat(to, start).await,
            other => other,
        };
        if let Err(fault) = said {
            tracing::warn!(%fault, user, "an answer did not reach its reader");
        }
    }

    async fn point_to_private_chat(&self, to: &Message, start: &str) -> Result<(), Fault> {
        let open = keyboard::link("Open the private chat", &self.me.link(start));
        let shown = Shown { markup: keyboard::rows(&[vec![open]]), ..Shown::words(CLOSED, &self.console) };
        self.in_place(to, &shown).await
    }

    /// Answers where everybody can read it.
    pub(crate) async fn in_place(&self, to: &Message, shown: &Shown) -> Result<(), Fault> {
        let below = json!({"message_id": to.id, "allow_sending_without_reply": true});
        self.api.post_below(&self.known, to.chat.id, shown, &below).await.map(drop)
    }

    /// A line that passes; nothing when it is empty.
    pub(crate) async fn toast(&self, press: &Press, words: &str) {
        self.answered(press, |body| {
            if !words.is_empty() {
                body["text"] = short(words).into();
            }
        })
        .await;
    }

    /// A window that only who pressed sees. What is too long for it goes to their private chat.
    pub(crate) async fn alert(&self, press: &Press, words: &str) {
        let long = words.encode_utf16().count() > ALERT;
        let sent = long && self.privately(press.from.id, &[Shown::words(words, &self.console)]).await.is_ok();
        let words = if sent { LONG.to_owned() } else { short(words) };
        self.answered(press, |body| {
            body["text"] = words.into();
            body["show_alert"] = true.into();
        })
        .await;
    }

    /// Answers a press with messages in the private chat.
    pub(crate) async fn show(&self, press: &Press, shown: &[Shown], start: &str) {
        let here = press.chat.is_some_and(|chat| chat.private);
        match self.privately(press.from.id, shown).await {
            Ok(()) => self.toast(press, if here { "" } else { "It is in your private chat with me." }).await,
            // Telegram opens our private chat instead; there, Start brings the same question back.
            Err(fault) if fault.is_closed_door() => {
                let url = self.me.link(start);
                self.answered(press, |body| body["url"] = url.into()).await;
            }
            Err(fault) => {
                tracing::warn!(%fault, user = press.from.id, "an answer did not reach its reader");
                self.alert(press, LATER).await;
            }
        }
    }

    /// Puts something else where the pressed button stood.
    pub(crate) async fn replace(&self, press: &Press, shown: &[Shown]) {
        let Some((first, rest)) = shown.split_first() else { return };
        let edited = match (press.chat, press.message) {
            (Some(chat), Some(message)) => self.api.edit_message(chat.id, message, first).await.is_ok(),
            _ => false,
        };
        self.show(press, if edited { rest } else { shown }, "help").await;
    }

    /// Telegram waits some seconds for it; too late is no harm: what was decided is committed.
    async fn answered(&self, press: &Press, more: impl FnOnce(&mut Value)) {
        let payload = AnswerCallbackQuery::new(teloxide::types::CallbackQueryId(press.id.clone()));
        if let Err(fault) = self.api.answer(&payload, more).await {
            tracing::debug!(%fault, user = press.from.id, "a press was answered too late");
        }
    }
}

/// As much as fits into an alert.
fn short(words: &str) -> String {
    if words.encode_utf16().count() <= ALERT {
        return words.to_owned();
    }
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units < ALERT
    };
    words.chars().take_while(fits).chain(['…']).collect()
}

/// Words with one of our links on the first of them: what a prompt is about.
pub(crate) fn linked(first: &str, url: &str, rest: &str, markup: Value) -> Shown {
    let mut pen = Pen::new(TEXT);
    pen.link(first, url);
    pen.paragraphs(rest, "");
    Shown::written(pen, markup)
}
