//! How long to wait before trying again.

use chrono::TimeDelta;
use ring::rand::{SecureRandom, SystemRandom};

/// Full jitter over a doubling bound: from 1 s to 60 s for about an hour of tries, then 5 minutes, for ever (rule 39).
pub fn pause(attempts: i64) -> TimeDelta {
    let bound = match attempts {
        ..=6 => 1_000_i64 << attempts.clamp(0, 6),
        7..=66 => 60_000,
        _ => return TimeDelta::minutes(5),
    };
    TimeDelta::milliseconds(500 + jitter(bound.min(60_000)))
}

/// The same for messages, whose platforms come back within the minute: at most 30 s.
pub fn pause_for_message(attempts: i64) -> TimeDelta {
    pause(attempts).min(TimeDelta::seconds(30))
}

/// Evenly in `0..bound`, so that many who failed together do not come back together.
fn jitter(bound: i64) -> i64 {
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
            let pause = pause(attempts);
            assert!(pause >= TimeDelta::milliseconds(500), "{attempts}: {pause}");
            assert!(
                pause <= TimeDelta::seconds(61) || (attempts > 66 && pause == TimeDelta::minutes(5)),
                "{attempts}: {pause}"
            );
            assert!(pause_for_message(attempts) <= TimeDelta::seconds(30));
        }
    }
}
