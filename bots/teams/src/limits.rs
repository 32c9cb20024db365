//! Teams' rate limits, kept on our side. Pure: the moment is a parameter.

use countersign_engine::ports::{Hold, Turns, believed};
use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// A wait longer than this is handed back to the outbox instead of being slept through.
const PATIENCE: Duration = Duration::from_secs(3);
/// Conversations remembered before those at rest are forgotten.
const REMEMBERED: usize = 1_000;
/// The longest window of a conversation.
const HOUR: Duration = Duration::from_secs(3_600);

/// How many calls within how many seconds in one conversation (learn.microsoft.com, "Optimize your bot with rate limiting in
/// Teams": 7 in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour); one less each, since a call arrives later than it is sent.
const CONVERSATION: [(usize, u64); 4] = [(6, 1), (7, 2), (59, 30), (1_799, 3_600)];
/// The same for all calls of an app in a tenant: 50 a second (the same page).
const TENANT: [(usize, u64); 1] = [(45, 1)];
/// Turns of those who wait are so far apart: between what the windows of 30 s and of an hour allow.
const TURN: Duration = Duration::from_secs(1);

/// Who may be called, and when.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Until when Teams has closed a conversation to us (`Retry-After`).
    closed: HashMap<String, Instant>,
    /// When calls were made, or are about to be.
    conversations: HashMap<String, VecDeque<Instant>>,
    all: VecDeque<Instant>,
    /// Who waits for which conversation.
    turns: Turns,
}

impl Pace {
    /// How long to wait before a call in this conversation; `Err` says how long not to call at all.
    pub(crate) fn admit(&mut self, conversation: &str, now: Instant) -> Result<Duration, Hold> {
        if let Some(until) = self.closed.get(conversation) {
            match until.checked_duration_since(now) {
                Some(rest) if !rest.is_zero() => return Err(Hold::Closed(rest)),
                _ => drop(self.closed.remove(conversation)),
            }
        }
        self.forget(now);
        let calls = self.conversations.entry(conversation.to_owned()).or_default();
        while calls.front().is_some_and(|at| *at + HOUR <= now) {
            calls.pop_front();
        }
        let Self { all, turns, .. } = self;
        turns.admit(conversation, TURN, now, || {
            let free = free_from(calls, &CONVERSATION).max(free_from(all, &TENANT));
            let at = free.map_or(now, |free| free.max(now));
            let wait = at.saturating_duration_since(now);
            if wait > PATIENCE {
                return Err(Hold::Paced(wait));
            }
            calls.push_back(at);
            // The newest moment stands last, also when somebody waits in another conversation.
            let place = all.partition_point(|earlier| *earlier <= at);
            all.insert(place, at);
            Ok(wait)
        })
    }

    /// Teams said: not before `after` (THREATS E12).
    pub(crate) fn close(&mut self, conversation: &str, after: Duration, now: Instant) {
        self.closed.insert(conversation.to_owned(), now + believed(after));
    }

    fn forget(&mut self, now: Instant) {
        let window = Duration::from_secs(2);
        while self.all.front().is_some_and(|at| *at + window <= now) {
            self.all.pop_front();
        }
        if self.conversations.len() > REMEMBERED {
            self.conversations.retain(|_, calls| calls.back().is_some_and(|at| *at + Duration::from_secs(30) > now));
        }
        if self.closed.len() > REMEMBERED {
            self.closed.retain(|_, until| *until > now);
        }
    }
}

/// The first moment at which one more call breaks no window; `None` when that is any moment. `calls` stand in order of time.
fn free_from(calls: &VecDeque<Instant>, windows: &[(usize, u64)]) -> Option<Instant> {
    let full = windows.iter().filter_map(|(most, seconds)| {
        let first = calls.len().checked_sub(*most)?;
        Some(*calls.get(first)? + Duration::from_secs(*seconds))
    });
    full.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_conversation_gets_what_teams_allows() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<_> = (0..9).map(|_| pace.admit("19:a", now).map(|wait| wait.as_secs())).collect();
        assert_eq!(waits, [Ok(0), Ok(0), Ok(0), Ok(0), Ok(0), Ok(0), Ok(1), Ok(2), Ok(2)]);
        assert_eq!(pace.admit("19:b", now), Ok(Duration::ZERO), "another conversation is another queue");
        for second in 1..=70 {
            let _ = pace.admit("19:c", now + seconds(second) / 3);
        }
        assert!(pace.admit("19:c", now + seconds(24)).is_err(), "60 in 30 seconds are enough");
    }

    #[test]
    fn the_tenant_gets_what_teams_allows() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<u64> = (0..100).map(|n| pace.admit(&format!("19:{n}"), now).unwrap().as_secs()).collect();
        assert_eq!([waits[0], waits[44], waits[45], waits[89], waits[90]], [0, 0, 1, 1, 2]);
    }

    /// Retry-After is obeyed exactly, and only in its conversation.
    #[test]
    fn abuse_e12_no_call_before_retry_after() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.close("19:a", seconds(30), now);
        assert_eq!(pace.admit("19:a", now), Err(Hold::Closed(seconds(30))));
        assert_eq!(pace.admit("19:a", now + seconds(29)), Err(Hold::Closed(seconds(1))));
        assert_eq!(pace.admit("19:b", now), Ok(Duration::ZERO));
        assert_eq!(pace.admit("19:a", now + seconds(30)), Ok(Duration::ZERO));
    }

    #[test]
    fn conversations_at_rest_are_forgotten() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for n in 0..5_000 {
            pace.close(&format!("19:{n}"), seconds(1), now + seconds(n));
            let _ = pace.admit(&format!("19:x{n}"), now + seconds(n));
        }
        assert!(pace.conversations.len() <= REMEMBERED + 2 && pace.closed.len() <= REMEMBERED + 2);
    }
}
