//! Turns for messages that a platform's rate limit holds back.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Why a call is not made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// The platform has closed this to us for so long (`Retry-After`).
    Closed(Duration),
    /// Our own pacing holds it back for so long: nothing is wrong.
    Paced(Duration),
}

/// Whoever is held back is told when to come again, each at a moment of their own and in order; whoever comes new meanwhile
/// queues behind them. Without it a queue of a thousand would come back all at once, and all but one in vain. Pure: the
/// moment is a parameter.
#[derive(Debug, Default)]
pub struct Turns(HashMap<String, Vec<Instant>>);

/// A turn that nobody has taken for so long is forgotten: its message was not needed any more.
const LATE: Duration = Duration::from_secs(10);

impl Turns {
    /// Makes a call on `queue` wait for its turn. `admit` says whether the limits let it through, and if not, how long they
    /// will not; turns are `every` apart.
    pub fn admit<T>(
        &mut self,
        queue: &str,
        every: Duration,
        now: Instant,
        admit: impl FnOnce() -> Result<T, Hold>,
    ) -> Result<T, Hold> {
        let turns = self.0.entry(queue.to_owned()).or_default();
        turns.retain(|turn| *turn + LATE > now);
        let mine = turns.iter().position(|turn| *turn <= now);
        let last = turns.iter().max().copied();
        let answer = match (mine, last) {
            (None, Some(last)) => Err(Hold::Paced(last + every - now)),
            _ => admit(),
        };
        if let Some(mine) = mine {
            turns.remove(mine);
        }
        match answer {
            // Its place is kept, however long the limits still last.
            Err(Hold::Paced(rest)) => turns.push(now + rest),
            _ if turns.is_empty() => drop(self.0.remove(queue)),
            _ => {}
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: Duration = Duration::from_secs(1);

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    /// One call a second, none before `open`.
    fn limit(last: &mut Instant, now: Instant) -> Result<(), Hold> {
        match (*last + EVERY).checked_duration_since(now).filter(|rest| !rest.is_zero()) {
            Some(rest) => Err(Hold::Paced(rest)),
            None => {
                *last = now;
                Ok(())
            }
        }
    }

    #[test]
    fn each_has_a_turn_of_its_own_and_takes_it_once() {
        let (mut turns, start) = (Turns::default(), Instant::now());
        let mut last = start;
        let held: Vec<_> = (0..100).map(|_| turns.admit("C1", EVERY, start, || limit(&mut last, start))).collect();
        let in_order: Vec<_> = (1..=100).map(|n| Err(Hold::Paced(seconds(n)))).collect();
        assert_eq!(held, in_order);
        // Somebody new does not go first.
        let late = start + Duration::from_millis(1_500);
        let behind = turns.admit("C1", EVERY, start, || limit(&mut last, late));
        assert_eq!(behind, Err(Hold::Paced(seconds(101))));
        for n in 1..=101 {
            let now = start + seconds(n);
            assert_eq!(turns.admit("C1", EVERY, now, || limit(&mut last, now)), Ok(()), "{n}");
        }
        assert!(turns.0.is_empty(), "queues at rest are forgotten");
    }

    #[test]
    fn other_queues_do_not_wait_and_what_is_closed_is_closed() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        let mut last = now;
        assert!(turns.admit("C1", EVERY, now, || limit(&mut last, now)).is_err());
        assert_eq!(turns.admit("C2", EVERY, now, || Ok(())), Ok(()));
        let closed = Err::<(), _>(Hold::Closed(seconds(30)));
        assert_eq!(turns.admit("C3", EVERY, now, || closed), closed);
        assert_eq!(turns.0.len(), 1);
    }

    /// A turn that is not taken does not hold up the queue for ever.
    #[test]
    fn turns_that_nobody_takes_are_forgotten() {
        let (mut turns, now) = (Turns::default(), Instant::now());
        let mut last = now;
        assert!(turns.admit("C1", EVERY, now, || limit(&mut last, now)).is_err());
        let later = now + seconds(1) + LATE;
        assert_eq!(turns.admit("C1", EVERY, later, || limit(&mut last, later)), Ok(()));
    }
}
