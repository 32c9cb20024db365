//! What a fake knows, and waiting for it to change. Nothing here sleeps: whoever waits looks again after each change.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// How long a test waits for what it wants to see, which is far longer than anything takes.
const PATIENCE: Duration = Duration::from_secs(10);

/// A state whose changes wake those who wait for one.
pub(crate) struct Watched<S> {
    state: Mutex<S>,
    changed: watch::Sender<u64>,
}

impl<S> Watched<S> {
    pub(crate) fn new(state: S) -> Self {
        Self { state: Mutex::new(state), changed: watch::Sender::new(0) }
    }

    /// The state as it is; a change made here wakes nobody. A test that failed while it held it does not spoil it.
    pub(crate) fn held(&self) -> MutexGuard<'_, S> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes those who wait for a change.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut S) -> T) -> T {
        let result = change(&mut self.held());
        self.changed.send_modify(|n| *n += 1);
        result
    }

    /// Says of each change from now on that there was one.
    pub(crate) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Waits until `look` finds something.
    ///
    /// # Panics
    /// When it has found nothing after ten seconds: "waited in vain for {what}".
    pub(crate) async fn until<T>(&self, what: &str, look: impl Fn(&S) -> Option<T>) -> T {
        self.take(what, |state| look(state)).await
    }

    /// The same for a look that marks what it found, so that it is found once.
    ///
    /// # Panics
    /// As [`Self::until`].
    pub(crate) async fn take<T>(&self, what: &str, mut look: impl FnMut(&mut S) -> Option<T>) -> T {
        let mut changes = self.changes();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                if let Some(found) = look(&mut self.held()) {
                    return found;
                }
                if changes.changed().await.is_err() {
                    std::future::pending::<()>().await;
                }
            }
        });
        match waited.await {
            Ok(found) => found,
            Err(_) => panic!("waited in vain for {what}"),
        }
    }
}
