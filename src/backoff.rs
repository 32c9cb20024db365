//! How long to wait before trying again.

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};

/// A message that cannot be delivered for this long is given up, and then people see it (promise L6).
pub const GIVE_UP: TimeDelta = TimeDelta::hours(75);

/// Full jitter over a doubling bound: from 1 s to 60 s for the first hour of trying, then 5 minutes, for ever (rule 39).
pub fn pause(attempts: i64, trying_for: TimeDelta) -> TimeDelta {
    if trying_for > TimeDelta::hours(1) {
        return TimeDelta::minutes(5);
    }
    let bound = 1_000_i64 << attempts.clamp(0, 6);
    TimeDelta::milliseconds(500 + jitter(bound.min(59_500)))
}

/// The same for messages, whose platforms come back within the minute: at most 30 s.
pub fn pause_for_message(attempts: i64) -> TimeDelta {
    pause(attempts, TimeDelta::zero()).min(TimeDelta::seconds(30))
}

/// Evenly in `0..bound`, so that many who failed together do not come back together.
pub(crate) fn jitter(bound: i64) -> i64 {
    let mut bytes = [0_u8; 8];
    // Without randomness everybody waits the full bound: slower, never wrong.
    match SystemRandom::new().fill(&mut bytes) {
        Ok(()) => (u64::from_be_bytes(bytes) % bound.max(1) as u64) as i64,
        Err(_) => bound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// rule 39: back-off to 60 s for an hour, then every 5 minutes.
    #[test]
    fn grows_to_a_minute_then_to_five() {
        for attempts in 0..200 {
            let within_the_hour = pause(attempts, TimeDelta::minutes(59));
            assert!(within_the_hour >= TimeDelta::milliseconds(500), "{attempts}: {within_the_hour}");
            assert!(within_the_hour <= TimeDelta::seconds(60), "{attempts}: {within_the_hour}");
            assert_eq!(pause(attempts, TimeDelta::minutes(61)), TimeDelta::minutes(5));
            assert!(pause_for_message(attempts) <= TimeDelta::seconds(30));
        }
    }
}
