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
