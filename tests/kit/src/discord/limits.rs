//! Buckets of a channel's messages, when a test sets one, and the headers that speak of them.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// All buckets.
#[derive(Default)]
pub(super) struct Meters {
    rule: Option<(u32, Duration)>,
    used: HashMap<String, (Instant, u32)>,
}

/// What the headers of an answer say.
pub(super) struct Reading {
    pub(super) over: bool,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Meters {
    pub(super) fn set(&mut self, limit: u32, per: Duration) {
        self.rule = Some((limit, per));
    }

    /// Counts a call of a bucket.
    pub(super) fn count(&mut self, bucket: &str, now: Instant) -> Reading {
        let (limit, per) = self.rule.unwrap_or((1_000, Duration::from_secs(1)));
        let (start, used) = self.used.get(bucket).copied().filter(|(start, _)| now < *start + per).unwrap_or((now, 0));
        self.used.insert(bucket.to_owned(), (start, used + 1));
        let resets = (start + per).saturating_duration_since(now).as_secs_f64();
        let headers = vec![
            ("x-ratelimit-bucket", format!("b{}", bucket.len())),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", limit.saturating_sub(used + 1).to_string()),
            ("x-ratelimit-reset-after", format!("{resets:.3}")),
        ];
        Reading { over: used >= limit, headers }
    }
}
