//! Slack's rate limits, kept on our side. Pure: the moment is a parameter.
//!
//! slack-morphism's own throttle is off: it paces per workspace, not per channel, and would hold up acknowledgements.

use countersign_engine::ports::believed;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// A wait longer than this is handed back to the outbox instead of being slept through.
const PATIENCE: Duration = Duration::from_secs(3);
/// The longest wait that a crowd makes: well below a minute, after which another way to the person is looked for.
const LONGEST: Duration = Duration::from_secs(30);
/// Places remembered before those at rest are forgotten.
const REMEMBERED: usize = 1_000;

/// Who may call what, and when.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// Until when Slack has closed a method to us (`Retry-After`).
    closed: HashMap<&'static str, Instant>,
    /// When the next call would be due if there were no bursts.
    due: HashMap<(&'static str, String), Instant>,
    /// When the last who was sent back is to come again.
    told: HashMap<(&'static str, String), Instant>,
}

/// How often a method may be called: one per `every`, after a burst of `burst`.
struct Rate {
    every: Duration,
    burst: u32,
    per_place: bool,
}

/// docs.slack.dev, "Rate limits": chat.postMessage about 1/s per channel, tier 3 is 50/min, tier 4 is 100/min, all with
/// short bursts.
fn rate(method: &str) -> Option<Rate> {
    let (every, burst, per_place) = match method {
        "chat.postMessage" => (1_000, 3, true),
        "chat.update" | "conversations.open" => (1_200, 40, false),
        "chat.postEphemeral" | "views.open" => (600, 80, false),
        _ => return None,
    };
    Some(Rate { every: Duration::from_millis(every), burst, per_place })
}

impl Pace {
    /// How long to wait before the call; `Err` says how long not to call at all.
    pub(crate) fn admit(&mut self, method: &'static str, place: &str, now: Instant) -> Result<Duration, Duration> {
        if let Some(until) = self.closed.get(method) {
            match until.checked_duration_since(now) {
                Some(rest) if !rest.is_zero() => return Err(rest),
                _ => drop(self.closed.remove(method)),
            }
        }
        let Some(rate) = rate(method) else { return Ok(Duration::ZERO) };
        if self.due.len() > REMEMBERED {
            self.due.retain(|_, due| *due > now);
        }
        let place = if rate.per_place { place } else { "" };
        let due = self.due.get(&(method, place.to_owned())).copied().unwrap_or(now).max(now) + rate.every;
        let wait = due.saturating_duration_since(now + rate.every * rate.burst);
        let line = (method, place.to_owned());
        if wait > PATIENCE {
            return Err(self.later(line, wait, rate.every, now));
        }
        self.due.insert(line, due);
        Ok(wait)
    }

    /// Whoever is sent back comes again after those who were sent back before: a crowd that all came at once would be sent
    /// back all but one, again and again.
    fn later(&mut self, line: (&'static str, String), wait: Duration, every: Duration, now: Instant) -> Duration {
        if self.told.len() > REMEMBERED {
            self.told.retain(|_, told| *told > now);
        }
        let behind = self.told.get(&line).map(|told| told.saturating_duration_since(now) + every);
        let later = behind.map_or(wait, |behind| behind.min(LONGEST).max(wait));
        self.told.insert(line, now + later);
        later
    }

    /// Slack said: not before `after` (THREATS E12).
    pub(crate) fn close(&mut self, method: &'static str, after: Duration, now: Instant) {
        self.closed.insert(method, now + believed(after));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POST: &str = "chat.postMessage";
    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_place_gets_one_message_a_second_after_a_burst() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<_> = (0..6).map(|_| pace.admit(POST, "C1", now)).collect();
        let whole = |n| Ok(seconds(n));
        assert_eq!(waits, [whole(0), whole(0), whole(0), whole(1), whole(2), whole(3)]);
        assert_eq!(pace.admit(POST, "C1", now), Err(seconds(4)), "longer waits go back to the outbox");
        assert_eq!(pace.admit(POST, "C2", now), whole(0), "another place is another queue");
        assert_eq!(pace.admit(POST, "C1", now + seconds(10)), whole(0));
    }

    #[test]
    fn a_crowd_that_is_sent_back_does_not_come_again_all_at_once() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<_> = (0..100).filter_map(|_| pace.admit(POST, "C1", now).err()).map(|w| w.as_secs()).collect();
        assert_eq!(waits[..4], [4, 5, 6, 7]);
        assert_eq!(waits.last(), Some(&30));
        assert_eq!(pace.admit(POST, "C1", now + seconds(40)), Ok(seconds(0)));
    }

    /// Retry-After is obeyed exactly, and only for its method.
    #[test]
    fn abuse_e12_no_call_before_retry_after() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        pace.close(POST, seconds(30), now);
        assert_eq!(pace.admit(POST, "C1", now), Err(seconds(30)));
        assert_eq!(pace.admit(POST, "C9", now + seconds(29)), Err(seconds(1)));
        assert_eq!(pace.admit("chat.update", "C1", now), Ok(Duration::ZERO));
        assert_eq!(pace.admit(POST, "C1", now + seconds(30)), Ok(Duration::ZERO));
    }

    #[test]
    fn places_at_rest_are_forgotten() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        for n in 0..5_000 {
            let _ = pace.admit(POST, &format!("C{n}"), now + seconds(2 * n));
        }
        assert!(pace.due.len() <= REMEMBERED + 2, "{}", pace.due.len());
    }
}
