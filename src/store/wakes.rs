//! Waking those who wait for work.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{sync::Notify, time::Instant};

/// An announcement this young may have come after the caller looked for work and before it began to wait.
const FRESH: Duration = Duration::from_millis(20);

/// Wakes every waiter of this process. Spurious wake-ups are allowed; lost ones cost [`FRESH`] at most.
#[derive(Default)]
pub(super) struct Wakes {
    bell: Notify,
    last: Mutex<Option<Instant>>,
}

impl Wakes {
    pub(super) fn ring(&self) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.bell.notify_waiters();
    }

    pub(super) async fn wait(&self, max: Duration) {
        let rung = self.bell.notified();
        let last = *self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let max = if last.is_some_and(|last| last.elapsed() < FRESH) { max.min(FRESH) } else { max };
        let _ = tokio::time::timeout(max, rung).await;
    }
}
