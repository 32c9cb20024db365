//! The fake as a stage for scripts that play on every platform.

use super::{Failure, FakeTelegram, GROUP, Message, model::Late};
use crate::stage::{Fault, Stage};
use async_trait::async_trait;
use countersign_engine::person::Platform;
use serde_json::Value;

fn user(who: usize) -> i64 {
    70_000 + i64::try_from(who).unwrap_or_default()
}

impl FakeTelegram {
    /// What somebody is told while something happens: messages in their private chat, without the joiners.
    fn told_since(&self, who: usize, mark: usize) -> Vec<Message> {
        self.state().messages.iter().skip(mark).filter(|m| m.chat == user(who)).cloned().collect()
    }

    fn mark(&self) -> usize {
        self.state().messages.len()
    }
}

fn joined(messages: &[Message]) -> String {
    messages.iter().map(Message::words).collect::<Vec<_>>().join("\n")
}

/// Far more turns of the runtime than a look for updates takes.
const TURNS: usize = 20_000;

impl FakeTelegram {
    /// Delivers it now, or after the next one where updates are to change places. While nobody listens it is kept, and
    /// nobody waits for it.
    async fn in_order(&self, body: Value) {
        for _ in 0..TURNS {
            if self.listens() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let heard = self.listens() && !self.state().revoked;
        match (heard, self.change(|s| std::mem::take(&mut s.late))) {
            (false, _) => self.leave(body),
            (true, Late::Nothing) => drop(self.deliver(body).await),
            (true, Late::Next) => self.change(|s| s.late = Late::Held(body)),
            (true, Late::Held(held)) => {
                self.deliver(body).await;
                self.deliver(held).await;
            }
        }
    }
}

#[async_trait]
impl Stage for FakeTelegram {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    fn listens(&self) -> bool {
        let state = self.state();
        state.open > 0 || (state.base.is_some() && state.webhook["url"] != "")
    }

    async fn types(&self, who: usize, words: &str) -> String {
        let mark = self.mark();
        self.in_order(self.writing(user(who), GROUP, format!("/access {words}").trim_end())).await;
        joined(&self.told_since(who, mark))
    }

    async fn presses(&self, who: usize, label: &str) -> String {
        let seen = |m: &&Message| m.is_card() && (m.chat == GROUP || m.chat == user(who)) && m.key(label).is_some();
        let card = self.state().messages.iter().rev().find(seen).cloned();
        let Some(card) = card else { return String::new() };
        let data = card.key(label).and_then(|key| key["callback_data"].as_str()).unwrap_or_default().to_owned();
        let (query, body) = self.pressing(user(who), &data, self.raw(&card));
        let mark = self.mark();
        self.in_order(body).await;
        match self.told_since(who, mark).as_slice() {
            [] => self.answer_to(&query).unwrap_or_default().text,
            told => joined(told),
        }
    }

    async fn denies(&self, who: usize, note: &str) -> String {
        let mark = self.mark();
        let said = self.presses(who, "Deny").await;
        let Some(mut question) = self.told_since(who, mark).pop() else { return said };
        if question.key("Deny with a note…").is_some() {
            self.presses(who, "Deny with a note…").await;
            question = self.told_since(who, mark).pop().unwrap_or(question);
        }
        if !question.is_prompt() {
            return said;
        }
        let mark = self.mark();
        self.in_order(self.replying(user(who), &question, note)).await;
        joined(&self.told_since(who, mark))
    }

    fn in_place(&self) -> Option<String> {
        self.state().messages.iter().rev().find(|m| m.chat == GROUP && m.is_card()).map(Message::words)
    }

    fn read_by(&self, who: usize) -> Vec<String> {
        self.state().messages.iter().filter(|m| m.chat == user(who) && !m.deleted).map(Message::words).collect()
    }

    fn fail(&self, fault: Fault) {
        match fault {
            Fault::RetryAfter(seconds) => self.fail_next("*", Failure::RetryAfter(seconds)),
            Fault::Limited => self.fail_next("*", Failure::Limited),
            Fault::ServerError => self.fail_next("*", Failure::Error(500, "Internal Server Error")),
            Fault::Unavailable => self.change(|s| s.unavailable = true),
            Fault::Garbage => self.fail_next("*", Failure::Garbage(200)),
            Fault::Lost => self.fail_next("*", Failure::Lost),
            Fault::LostAfter => self.fail_next("*", Failure::LostAfter),
            Fault::Deleted => {
                self.change(|s| s.messages.iter_mut().filter(|m| m.chat == GROUP).for_each(|m| m.deleted = true))
            }
            Fault::Kicked => self.change(|s| s.kicked = true),
            Fault::Blocked => self.change(|s| s.blocked = true),
            Fault::Revoked => self.revoke(true),
            Fault::Disconnect => self.break_poll(),
            Fault::Duplicate => self.repeat(3),
            Fault::Reordered => self.change(|s| s.late = Late::Next),
        }
    }

    fn mend(&self) {
        self.change(|s| {
            s.failures.clear();
            (s.unavailable, s.kicked, s.blocked, s.revoked) = (false, false, false, false);
        });
    }

    fn complaints(&self) -> Vec<String> {
        self.broken_rules()
    }
}
