//! Discord as a stage on which one script plays on every platform.

use super::{Ack, CHANNEL, Failure, FakeDiscord, Message, routes::direct, user};
use crate::stage::{Fault, Stage};
use async_trait::async_trait;
use countersign_engine::person::Platform;
use std::time::Duration;

/// How long a person waits before they see that nobody answers.
const BACK: Duration = Duration::from_secs(3);

impl FakeDiscord {
    /// What only this person was told, also when it came late.
    async fn privately(&self, token: String, ack: Ack) -> String {
        match ack.kind() {
            4 if ack.is_private() => ack.words(),
            5 => {
                let found = |s: &super::model::State| {
                    let original = s.delivered.get(&token)?.original.as_ref()?;
                    s.messages.iter().find(|m| m.id == *original).map(Message::words)
                };
                self.0.state.until("the answer that was put off", found).await
            }
            _ => String::new(),
        }
    }

    /// What the person is told privately in the end; nothing when the event reaches nobody, which they see.
    async fn done(&self, payload: serde_json::Value) -> String {
        if !self.reachable().await {
            return String::new();
        }
        let token = payload["token"].as_str().unwrap_or_default().to_owned();
        let ack = self.deliver(payload).await;
        self.privately(token, ack).await
    }

    /// Is there, or will there soon be, somebody who listens? A bot that lost its connection comes back within seconds; one
    /// whose token is revoked does not.
    async fn reachable(&self) -> bool {
        if self.listens() || self.state().lasting.revoked {
            return self.listens();
        }
        tokio::time::timeout(BACK, self.until_listening()).await.is_ok()
    }

    /// The newest message with this button that the person can see.
    fn with_button(&self, who: &str, label: &str) -> Option<Message> {
        let place = |m: &Message| m.channel == CHANNEL || m.channel == direct(who);
        let sees = |m: &Message| place(m) && m.reader.as_deref().is_none_or(|reader| reader == who);
        let state = self.state();
        let fits = |m: &&Message| !m.deleted && sees(m) && m.buttons().iter().any(|b| b == label);
        state.messages.iter().rev().find(fits).cloned()
    }
}

#[async_trait]
impl Stage for FakeDiscord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    fn listens(&self) -> bool {
        let state = self.state();
        state.http.is_some() || state.listening()
    }

    async fn types(&self, who: usize, words: &str) -> String {
        let payload = self.command_payload(&user(who), &super::payload::options(words));
        self.done(payload).await
    }

    async fn presses(&self, who: usize, label: &str) -> String {
        let person = user(who);
        let Some(card) = self.with_button(&person, label) else { return String::new() };
        let payload = self.press_payload(&person, label, &card);
        self.done(payload).await
    }

    async fn denies(&self, who: usize, note: &str) -> String {
        let said = self.presses(who, "Deny").await;
        let person = user(who);
        let form = self.change(|s| {
            let form = s.forms.iter_mut().find(|f| f.user == person && !f.read)?;
            form.read = true;
            Some(form.clone())
        });
        match form {
            Some(form) => {
                let payload = self.form_payload(&person, &form, &[("note", note)]);
                self.done(payload).await
            }
            None => said,
        }
    }

    fn in_place(&self) -> Option<String> {
        let state = self.state();
        let card = state.messages.iter().rev().find(|m| m.channel == CHANNEL && m.reader.is_none() && !m.deleted);
        card.map(Message::words)
    }

    fn read_by(&self, who: usize) -> Vec<String> {
        let (person, channel) = (user(who), direct(&user(who)));
        let state = self.state();
        let theirs = |m: &&Message| match &m.reader {
            Some(reader) => *reader == person,
            None => m.channel == channel,
        };
        state.messages.iter().filter(|m| !m.deleted).filter(theirs).map(Message::words).collect()
    }

    fn fail(&self, fault: Fault) {
        let next = |failure| self.change(|s| s.failures.push_back((None, failure)));
        match fault {
            Fault::RetryAfter(seconds) => next(Failure::RetryAfter(seconds as f64)),
            Fault::Limited => next(Failure::Limited),
            Fault::ServerError => next(Failure::Status(500)),
            Fault::Unavailable => self.change(|s| s.lasting.unavailable = true),
            Fault::Garbage => next(Failure::Garbage),
            Fault::Lost => next(Failure::Lost),
            Fault::LostAfter => next(Failure::LostAfter),
            Fault::Deleted => self.change(|s| {
                let card =
                    s.messages.iter_mut().rev().find(|m| m.channel == CHANNEL && m.reader.is_none() && !m.deleted);
                if let Some(card) = card {
                    card.deleted = true;
                }
            }),
            Fault::Kicked => self.change(|s| s.lasting.kicked = true),
            Fault::Blocked => self.change(|s| s.lasting.blocked = true),
            Fault::Revoked => self.revoke_token(),
            Fault::Disconnect => self.drop_connections(),
            Fault::Duplicate => self.repeat(3),
            Fault::Reordered => self.change(|s| s.held = Some(Vec::new())),
        }
    }

    fn mend(&self) {
        self.change(|s| {
            s.lasting = super::model::Lasting::default();
            s.repeats = 1;
        });
    }

    fn complaints(&self) -> Vec<String> {
        self.complaints()
    }
}
