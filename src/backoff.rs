//! How long to wait before trying again.

use crate::entropy::Entropy;
use chrono::TimeDelta;

/// A message that cannot be delivered for this long is given up, and then people see it (promise L6).
pub const GIVE_UP: TimeDelta = TimeDelta::hours(75);

/// Full jitter over a doubling bound: from 1 s to 60 s for the first hour of trying, then 5 minutes, for ever (rule 39).
pub fn pause(attempts: i64, trying_for: TimeDelta, entropy: &Entropy) -> TimeDelta {
    if trying_for > TimeDelta::hours(1) {
        return TimeDelta::minutes(5);
    }
    let bound = 1_000_i64 << attempts.clamp(0, 6);
    TimeDelta::milliseconds(500 + entropy.below(bound.min(59_500)))
}

/// The same for messages, whose platforms come back within the minute: at most 30 s.
pub fn pause_for_message(attempts: i64, entropy: &Entropy) -> TimeDelta {
    pause(attempts, TimeDelta::zero(), entropy).min(TimeDelta::seconds(30))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// rule 39: back-off to 60 s for an hour, then every 5 minutes.
    #[test]
    fn grows_to_a_minute_then_to_five() {
        let chance = &Entropy::default();
        for attempts in 0..200 {
            let within_the_hour = pause(attempts, TimeDelta::minutes(59), chance);
            assert!(within_the_hour >= TimeDelta::milliseconds(500), "{attempts}: {within_the_hour}");
            assert!(within_the_hour <= TimeDelta::seconds(60), "{attempts}: {within_the_hour}");
            assert_eq!(pause(attempts, TimeDelta::minutes(61), chance), TimeDelta::minutes(5));
            assert!(pause_for_message(attempts, chance) <= TimeDelta::seconds(30));
        }
    }
}
