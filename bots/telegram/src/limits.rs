//! Telegram's rate limits, kept on our side. Pure: the moment is a parameter.

use countersign_engine::ports::{Hold, Turns, believed};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// A wait longer than this is handed back to the outbox instead of being slept through.
const PATIENCE: Duration = Duration::from_secs(3);
/// Chats remembered before those at rest are forgotten.
const REMEMBERED: usize = 1_000;

/// At most so many calls in any span of that length: core.telegram.org/bots/faq, "My bot is hitting limits". One message a
/// second and chat is an average there ("short bursts" are allowed), so it is counted over three seconds.
const EVERYWHERE: (usize, Duration) = (30, Duration::from_secs(1));
const PER_CHAT: (usize, Duration) = (3, Duration::from_secs(3));
const PER_GROUP: (usize, Duration) = (20, Duration::from_secs(60));

/// Who may be called about which chat, and when.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Until when Telegram has closed a chat to us, or (`None`) everything.
    closed: HashMap<Option<i64>, Instant>,
    everywhere: Calls,
    chats: HashMap<i64, Calls>,
    /// Who waits for which chat.
    turns: Turns,
}

/// Moments of calls, made or promised, in order.
#[derive(Debug, Default)]
struct Calls(Vec<Instant>);

impl Calls {
    /// The first moment from `at` on that keeps the limit.
    fn next(&self, (most, per): (usize, Duration), at: Instant) -> Instant {
        match self.0.len().checked_sub(most).and_then(|index| self.0.get(index)) {
            Some(earlier) => at.max(*earlier + per),
            None => at,
        }
    }
    fn add(&mut self, at: Instant, keep: usize) {
        self.0.insert(self.0.partition_point(|earlier| *earlier <= at), at);
        let surplus = self.0.len().saturating_sub(keep);
        self.0.drain(..surplus);
    }
}

impl Pace {
    /// How long to wait before a call about `chat`; `Err` says how long not to call at all. Groups have negative ids.
    pub(crate) fn admit(&mut self, chat: Option<i64>, now: Instant) -> Result<Duration, Hold> {
        self.closed.retain(|_, until| *until > now);
        for closed in [None, chat] {
            if let Some(until) = self.closed.get(&closed) {
                return Err(Hold::Closed(*until - now));
            }
        }
        if self.chats.len() > REMEMBERED {
            self.chats.retain(|_, calls| calls.0.last().is_some_and(|last| *last + PER_GROUP.1 > now));
        }
        let Some(queue) = chat else { return self.take(chat, now) };
        let (most, per) = if queue < 0 { PER_GROUP } else { PER_CHAT };
        let mut turns = std::mem::take(&mut self.turns);
        let answer = turns.admit(&queue.to_string(), per / most as u32, now, || self.take(chat, now));
        self.turns = turns;
        answer
    }

    fn take(&mut self, chat: Option<i64>, now: Instant) -> Result<Duration, Hold> {
        let at = self.first(chat, now);
        let wait = at - now;
        if wait > PATIENCE {
            return Err(Hold::Paced(wait));
        }
        self.everywhere.add(at, EVERYWHERE.0);
        if let Some(chat) = chat {
            self.chats.entry(chat).or_default().add(at, PER_GROUP.0);
        }
        Ok(wait)
    }

    /// Telegram said: not before `after` (THREATS E12).
    pub(crate) fn close(&mut self, chat: Option<i64>, after: Duration, now: Instant) {
        self.closed.insert(chat, now + believed(after));
    }

    fn first(&self, chat: Option<i64>, now: Instant) -> Instant {
        let mut at = self.everywhere.next(EVERYWHERE, now);
        if let Some((chat, calls)) = chat.and_then(|chat| Some((chat, self.chats.get(&chat)?))) {
            at = calls.next(PER_CHAT, at);
            if chat < 0 {
                at = calls.next(PER_GROUP, at);
            }
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_chat_gets_one_message_a_second() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<_> = (0..6).map(|_| pace.admit(Some(7), now)).collect();
        assert_eq!(
            waits,
            [Ok(seconds(0)), Ok(seconds(0)), Ok(seconds(0)), Ok(seconds(3)), Ok(seconds(3)), Ok(seconds(3))]
        );
        assert_eq!(pace.admit(Some(7), now), Err(Hold::Paced(seconds(6))), "longer waits go back to the outbox");
        assert_eq!(pace.admit(Some(8), now), Ok(seconds(0)), "another chat is another queue");
    }

    #[test]
    fn a_group_gets_twenty_a_minute() {
        let (mut pace, start) = (Pace::default(), Instant::now());
        for n in 0..20 {
            assert_eq!(pace.admit(Some(-7), start + seconds(n)), Ok(seconds(0)), "{n}");
        }
        assert_eq!(pace.admit(Some(-7), start + seconds(20)), Err(Hold::Paced(seconds(40))));
        assert_eq!(pace.admit(Some(-7), start + seconds(60)), Ok(seconds(0)));
    }

    #[test]
    fn everybody_together_gets_thirty_a_second() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for chat in 0..30 {
            assert_eq!(pace.admit(Some(chat), now), Ok(seconds(0)), "{chat}");
        }
        assert_eq!(pace.admit(Some(99), now), Ok(seconds(1)));
        assert_eq!(pace.admit(None, now), Ok(seconds(1)));
    }

    /// `retry_after` is obeyed exactly: for its chat, or for everything when the call named none.
    #[test]
    fn abuse_e12_no_call_before_retry_after() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.close(Some(7), seconds(30), now);
        assert_eq!(pace.admit(Some(7), now + seconds(29)), Err(Hold::Closed(seconds(1))));
        assert_eq!(pace.admit(Some(8), now), Ok(seconds(0)));
        assert_eq!(pace.admit(Some(7), now + seconds(30)), Ok(seconds(0)));
        pace.close(None, seconds(5), now);
        assert_eq!(pace.admit(Some(8), now + seconds(1)), Err(Hold::Closed(seconds(4))));
    }

    #[test]
    fn chats_at_rest_are_forgotten() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for n in 0..5_000 {
            let _ = pace.admit(Some(n), now + seconds(u64::try_from(n).unwrap_or_default()));
        }
        assert!(pace.chats.len() <= REMEMBERED + 2, "{}", pace.chats.len());
    }
}
