//! A lock that is never poisoned: a panic ends the whole life anyway.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Something shared. Clones share it.
#[derive(Default)]
pub struct Locked<T>(Arc<Mutex<T>>);

impl<T> Clone for Locked<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Locked<T> {
    /// This.
    pub fn of(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }
    /// For a moment.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
