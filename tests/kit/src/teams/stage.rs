//! Teams as a stage that every platform's script plays on.

use super::{FakeTeams, Message, PLACE, deliver::Ack, model};
use crate::stage::{Fault, Stage};
use async_trait::async_trait;
use countersign_engine::person::Platform;
use serde_json::Value;

impl FakeTeams {
    /// The newest message, in the place or a person's own, that has this button as they see it.
    fn newest_with(&self, who: usize, label: &str) -> Option<Message> {
        let direct = self.change(|s| s.direct(who));
        let readable = |m: &Message| !m.deleted && (m.conversation == PLACE || m.conversation == direct);
        let has = |m: &Message| {
            let seen = self.seen(who, m);
            let actions = seen["actions"].as_array().cloned().unwrap_or_default();
            actions.iter().any(|action| action["title"] == label)
        };
        self.messages().into_iter().rev().find(|m| readable(m) && has(m))
    }

    async fn pressed(&self, who: usize, label: &str, fields: &[(&str, &str)]) -> String {
        let Some(message) = self.newest_with(who, label) else { return String::new() };
        let ack = self.fill(who, label, &message, fields).await;
        told(&ack, label)
    }
}

/// A vote that is taken changes the card, which tells nobody anything that others do not see.
fn told(ack: &Ack, label: &str) -> String {
    match ack.card() {
        Some(_) if label == "Approve" || label == "Deny" => String::new(),
        _ => ack.words(),
    }
}

#[async_trait]
impl Stage for FakeTeams {
    fn platform(&self) -> Platform {
        Platform::Teams
    }
    async fn types(&self, who: usize, words: &str) -> String {
        let before = self.alone(who).len();
        self.says(who, PLACE, &format!("/access {words}")).await;
        let answers: Vec<String> = self.alone(who).iter().skip(before).map(Message::words).collect();
        answers.join("\n")
    }
    async fn presses(&self, who: usize, label: &str) -> String {
        self.pressed(who, label, &[]).await
    }
    async fn denies(&self, who: usize, note: &str) -> String {
        self.pressed(who, "Deny", &[("deny.note", note)]).await
    }
    fn in_place(&self) -> Option<String> {
        let messages = self.messages();
        let card = messages.iter().rev().find(|m| m.conversation == PLACE && !m.deleted && m.card != Value::Null);
        card.map(Message::words)
    }
    fn read_by(&self, who: usize) -> Vec<String> {
        self.alone(who).iter().map(|message| model::words(&self.seen(who, message))).collect()
    }
    fn fail(&self, fault: Fault) {
        self.trouble(fault);
    }
    fn mend(&self) {
        self.calm();
    }
    fn complaints(&self) -> Vec<String> {
        self.complained()
    }
}
