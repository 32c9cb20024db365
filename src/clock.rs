//! The one place that reads the wall clock.

use chrono::{DateTime, TimeDelta, Utc};
use countersign_engine::time::Timestamp;
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The present. Clones share it: moving one moves all.
#[derive(Clone, Debug, Default)]
pub struct Clock(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// Microseconds since the epoch at which the clock stands still; 0 lets it run with the wall clock.
    fixed: AtomicI64,
    /// Microseconds by which the demo has moved it.
    offset: AtomicI64,
}

impl Clock {
    /// Runs with the wall clock.
    pub fn system() -> Self {
        Self::default()
    }
    /// Stands still until it is moved.
    pub fn fixed(at: Timestamp) -> Self {
        Self(Arc::new(Inner { fixed: AtomicI64::new(at.timestamp_micros()), offset: AtomicI64::new(0) }))
    }
    /// The moment, to the microsecond, which is what databases keep.
    #[allow(clippy::disallowed_methods)]
    pub fn now(&self) -> Timestamp {
        let base = match self.0.fixed.load(Ordering::SeqCst) {
            0 => Utc::now().timestamp_micros(),
            fixed => fixed,
        };
        DateTime::from_timestamp_micros(base + self.0.offset.load(Ordering::SeqCst)).unwrap_or_default()
    }
    /// Moves it, for the demo and for tests.
    pub fn advance(&self, by: TimeDelta) {
        self.0.offset.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
    }
}
