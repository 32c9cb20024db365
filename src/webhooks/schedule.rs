//! When a message is tried again.

use crate::{backoff::GIVE_UP, entropy::Entropy};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;
use std::time::Duration;

/// Seconds between one attempt and the next, as the Standard Webhooks specification recommends ("Deliverability and
/// reliability"): ten attempts within 75 h.
const PAUSES: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// When a message is tried again that failed for the `attempts`-th time at `now`; `None` when it is given up. The pause is
/// spread evenly from half to one and a half of its length, so that many who failed together do not come back together;
/// a receiver's own word (`Retry-After`) is obeyed where it asks for longer. The last attempt is made when the time is over.
pub fn next_attempt(
    attempts: i64,
    first_due: Timestamp,
    now: Timestamp,
    retry_after: Option<Duration>,
) -> Option<Timestamp> {
    let end = first_due + GIVE_UP;
    if now >= end {
        return None;
    }
    let nth = usize::try_from(attempts - 1).unwrap_or(0).min(PAUSES.len() - 1);
    let millis = PAUSES[nth] * 1_000;
    let pause = TimeDelta::milliseconds(millis / 2 + Entropy::default().below(millis));
    let asked = retry_after.map_or(TimeDelta::zero(), |after| TimeDelta::from_std(after).unwrap_or(GIVE_UP));
    Some((now + pause.max(asked.min(GIVE_UP))).min(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn start() -> Timestamp {
        DateTime::from_timestamp(1_795_428_000, 0).unwrap()
    }

    /// promise L6: about ten attempts, the last of them 75 h after the first.
    #[test]
    fn ten_attempts_within_75_hours() {
        for _ in 0..200 {
            let (mut now, mut attempts) = (start(), 1);
            while let Some(next) = next_attempt(attempts, start(), now, None) {
                assert!(next > now);
                (now, attempts) = (next, attempts + 1);
            }
            assert_eq!(now, start() + GIVE_UP);
            assert!((9..=13).contains(&attempts), "{attempts}");
        }
    }

    #[test]
    fn a_receivers_own_word_is_obeyed() {
        let asked = Duration::from_secs(3_600);
        assert_eq!(next_attempt(1, start(), start(), Some(asked)), Some(start() + TimeDelta::hours(1)));
        assert!(next_attempt(6, start(), start(), Some(Duration::from_secs(1))) > Some(start() + TimeDelta::hours(4)));
        let for_ever = Some(Duration::from_secs(u64::MAX));
        assert_eq!(next_attempt(1, start(), start(), for_ever), Some(start() + GIVE_UP));
    }
}
