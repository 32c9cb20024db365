//! People whom nobody has bound to an account: anybody on Telegram can write to a bot, and whoever answers each of them
//! every time is kept from those who decide.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Answers that one of them gets within [`SPAN`]: enough to start, to ask for help and to link.
const ANSWERS: u32 = 8;
const SPAN: Duration = Duration::from_secs(60);
/// Remembered at most; beyond, those whose span is over are forgotten.
const REMEMBERED: usize = 10_000;

/// How often each was answered, and since when.
#[derive(Default)]
pub(crate) struct Strangers(Mutex<HashMap<i64, (Instant, u32)>>);

impl Strangers {
    /// May this one have another answer now?
    pub(crate) fn admit(&self, user: i64, now: Instant) -> bool {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.retain(|_, (since, _)| now.saturating_duration_since(*since) < SPAN);
        }
        if known.len() >= REMEMBERED && !known.contains_key(&user) {
            return false;
        }
        let (since, answers) = known.entry(user).or_insert((now, 0));
        if now.saturating_duration_since(*since) >= SPAN {
            (*since, *answers) = (now, 0);
        }
        *answers += 1;
        *answers <= ANSWERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// THREATS D07: a flood of one is a few answers, and costs nobody else theirs.
    #[test]
    fn abuse_d07_a_stranger_is_answered_a_few_times_a_minute() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        let answered = |user, at| (0..100).filter(|_| strangers.admit(user, at)).count();
        assert_eq!(answered(1, now), 8);
        assert_eq!(answered(2, now), 8);
        assert_eq!(answered(1, now + SPAN), 8);
    }

    #[test]
    fn those_at_rest_are_forgotten() {
        let (strangers, now) = (Strangers::default(), Instant::now());
        for user in 0..25_000 {
            strangers.admit(user, now + Duration::from_millis(30) * user as u32);
        }
        assert!(strangers.0.lock().unwrap().len() <= REMEMBERED);
    }
}
