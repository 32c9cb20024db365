//! Telegram's rates (core.telegram.org/bots/faq, "My bot is hitting limits"): 30 calls in a second, about one a second and
//! chat with short bursts, 20 a minute and group; and `retry_after`.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

#[derive(Debug, Default)]
pub(super) struct Rates {
    all: Vec<Instant>,
    chats: BTreeMap<i64, Vec<Instant>>,
    closed: BTreeMap<Option<i64>, Instant>,
}

fn within(calls: &[Instant], per: Duration, now: Instant) -> usize {
    calls.iter().filter(|at| now.saturating_duration_since(**at) < per).count()
}

impl Rates {
    /// Counts a call; says which limit it breaks.
    pub(super) fn count(&mut self, chat: Option<i64>, now: Instant) -> Option<String> {
        self.all.push(now);
        let mut broken = None;
        if within(&self.all, Duration::from_secs(1), now) > 30 {
            broken = Some("more than 30 calls in a second".to_owned());
        }
        if let Some(chat) = chat {
            let calls = self.chats.entry(chat).or_default();
            calls.push(now);
            if within(calls, Duration::from_secs(3), now) > 3 {
                broken = Some(format!("more than three messages to {chat} in three seconds"));
            }
            if chat < 0 && within(calls, Duration::from_secs(60), now) > 20 {
                broken = Some(format!("more than twenty messages to {chat} in a minute"));
            }
        }
        broken
    }

    pub(super) fn close(&mut self, chat: Option<i64>, until: Instant) {
        self.closed.insert(chat, until);
    }

    /// The rest of a `retry_after` that holds for this chat.
    pub(super) fn rest(&self, chat: Option<i64>, now: Instant) -> Option<Duration> {
        let rest = |key: Option<i64>| self.closed.get(&key)?.checked_duration_since(now).filter(|rest| !rest.is_zero());
        rest(None).or_else(|| rest(chat))
    }
}
