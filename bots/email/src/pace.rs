//! Not faster than a server likes it. Pure: the moment is a parameter.

use countersign_engine::ports::{Hold, Turns};
use std::time::{Duration, Instant};

/// A wait longer than this is handed back to the outbox instead of being slept through.
const PATIENCE: Duration = Duration::from_secs(3);
/// Ten a second, after a burst of twenty: below what any provider of transactional mail allows a new account.
const EVERY: Duration = Duration::from_millis(100);
const BURST: u32 = 20;

/// When the next mail may go.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    /// When it would be due if there were no bursts.
    due: Option<Instant>,
    /// Who waits.
    turns: Turns,
}

impl Pace {
    /// How long to wait before the next mail; `Err` says how long not to send at all.
    pub(crate) fn admit(&mut self, now: Instant) -> Result<Duration, Hold> {
        let Self { due, turns } = self;
        turns.admit("", EVERY, now, || {
            let next = due.unwrap_or(now).max(now) + EVERY;
            let wait = next.saturating_duration_since(now + EVERY * BURST);
            if wait > PATIENCE {
                return Err(Hold::Paced(wait));
            }
            *due = Some(next);
            Ok(wait)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_a_second_after_a_burst() {
        let (mut pace, now) = (Pace::default(), Instant::now());
        let waits: Vec<_> = (0..22).map(|_| pace.admit(now)).collect();
        assert!(waits[..20].iter().all(|w| *w == Ok(Duration::ZERO)));
        assert_eq!(waits[20..], [Ok(EVERY), Ok(2 * EVERY)]);
        let turned_away = (0..100).find_map(|_| pace.admit(now).err());
        assert_eq!(turned_away, Some(Hold::Paced(PATIENCE + EVERY)));
        assert_eq!(pace.admit(now + Duration::from_secs(60)), Ok(Duration::ZERO));
    }
}
