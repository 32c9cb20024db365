//! Slack as any stage.

use super::{
    FakeSlack, Message, TEAM,
    deliver::Ack,
    failure::Failure,
    look::direct,
    model::{Late, State},
};
use crate::stage::{Fault, Stage};
use async_trait::async_trait;
use countersign_engine::person::Platform;
use serde_json::Value;

const PLACE: &str = "C00000001";
/// Far more turns of the runtime than an answer on the loopback takes.
const TURNS: usize = 20_000;

fn user(who: usize) -> String {
    format!("U0000000{who}")
}

#[async_trait]
impl Stage for FakeSlack {
    fn platform(&self) -> Platform {
        Platform::Slack
    }

    fn listens(&self) -> bool {
        let state = self.state();
        state.http.is_some() || !state.connections.is_empty()
    }

    async fn types(&self, who: usize, words: &str) -> String {
        let ack = self.in_order("slash_commands", self.command_payload(&user(who), words)).await;
        if ack.payload.is_null() { self.told_soon(&user(who)).await } else { ack.words() }
    }

    async fn presses(&self, who: usize, label: &str) -> String {
        let Some(card) = self.newest_with(who, label) else { return String::new() };
        self.in_order("interactive", self.press_payload(&user(who), label, &card)).await;
        self.told_soon(&user(who)).await
    }

    async fn denies(&self, who: usize, note: &str) -> String {
        let refused = self.presses(who, "Deny").await;
        let form = self.change(|s| {
            let view = s.views.iter_mut().find(|v| v.user == user(who) && !v.read)?;
            view.read = true;
            Some(view.clone())
        });
        let Some(form) = form else { return refused };
        let ack = self.send_form(&user(who), &form, &[("note", note)]).await;
        ack.error_at("note").unwrap_or_else(|| ack.words())
    }

    fn in_place(&self) -> Option<String> {
        self.newest(|m| m.channel == PLACE && m.reader.is_none() && !m.deleted).map(|m| m.words())
    }

    fn read_by(&self, who: usize) -> Vec<String> {
        let own = direct(&user(who));
        let theirs = |m: &&Message| !m.deleted && (m.channel == own || m.reader.as_deref() == Some(&user(who)));
        self.state().messages.iter().filter(theirs).map(Message::words).collect()
    }

    fn fail(&self, fault: Fault) {
        self.change(|s| match fault {
            Fault::RetryAfter(seconds) => s.next_call = Some(Failure::RateLimited(seconds)),
            Fault::Limited => s.next_call = Some(Failure::Status(429)),
            Fault::ServerError => s.next_call = Some(Failure::Status(500)),
            Fault::Unavailable => s.every_call = Some(Failure::Status(503)),
            Fault::Garbage => s.next_call = Some(Failure::Garbage),
            Fault::Lost => s.next_call = Some(Failure::Lost),
            Fault::LostAfter => s.next_call = Some(Failure::LostAfter),
            Fault::Deleted => s.messages.iter_mut().filter(|m| m.channel == PLACE).for_each(|m| m.deleted = true),
            Fault::Kicked => s.kicked = true,
            Fault::Blocked => s.blocked = true,
            Fault::Revoked => s.revoked = true,
            Fault::Disconnect => {}
            Fault::Duplicate => s.repeats = 3,
            Fault::Reordered => s.late = Late::Next,
        });
        if fault == Fault::Disconnect {
            self.drop_connections();
        }
    }

    fn mend(&self) {
        self.change(|s| {
            (s.next_call, s.every_call) = (None, None);
            (s.kicked, s.blocked, s.revoked) = (false, false, false);
        });
    }

    fn complaints(&self) -> Vec<String> {
        let state = self.state();
        let early = (state.early > 0).then(|| format!("{} calls before Retry-After in {TEAM}", state.early));
        early.into_iter().chain(state.complaints.iter().cloned()).collect()
    }
}

impl FakeSlack {
    /// Is there, or will there soon be, a connection? Without one an event reaches nobody, and the person sees that.
    async fn reachable(&self) -> bool {
        for _ in 0..TURNS {
            if self.listens() {
                return true;
            }
            tokio::task::yield_now().await;
        }
        false
    }

    /// Delivers it now, or after the next one where events are to change places.
    async fn in_order(&self, kind: &'static str, payload: Value) -> Ack {
        if !self.reachable().await {
            return Ack { acknowledged: false, payload: Value::Null };
        }
        let late = self.change(|s| std::mem::take(&mut s.late));
        match late {
            Late::Nothing => self.deliver(kind, payload).await,
            Late::Next => {
                self.change(|s| s.late = Late::Held(kind, payload));
                Ack { acknowledged: false, payload: Value::Null }
            }
            Late::Held(held_kind, held) => {
                let ack = self.deliver(kind, payload).await;
                self.deliver(held_kind, held).await;
                ack
            }
        }
    }

    fn newest(&self, fits: impl Fn(&Message) -> bool) -> Option<Message> {
        self.state().messages.iter().rev().find(|m| fits(m)).cloned()
    }

    fn newest_with(&self, who: usize, label: &str) -> Option<Message> {
        let (own, name) = (direct(&user(who)), user(who));
        self.newest(|m| {
            let seen = m.reader.as_deref().map_or(m.channel == PLACE || m.channel == own, |reader| reader == name);
            seen && !m.deleted && m.button(label).is_some()
        })
    }

    /// What this person alone is told within the next turns of the runtime; empty when nothing is.
    async fn told_soon(&self, user: &str) -> String {
        let unread = |s: &mut State| {
            let message = s.messages.iter_mut().find(|m| m.reader.as_deref() == Some(user) && !m.read)?;
            message.read = true;
            Some(message.words())
        };
        for _ in 0..TURNS {
            if let Some(words) = unread(&mut self.state()) {
                return words;
            }
            if self.state().views.iter().any(|v| v.user == user && !v.read) {
                break;
            }
            tokio::task::yield_now().await;
        }
        String::new()
    }
}
