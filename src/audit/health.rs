//! Whether the trail can be vouched for, as everything that grants has to know it (THREATS E06).

use chrono::TimeDelta;
use countersign_engine::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The trail does not extend what was signed.
pub const FORGED: &str =
    "the audit trail was changed: nothing new is granted until `countersign audit verify` finds it whole";
/// The second place takes no checkpoints.
pub const UNSIGNED: &str =
    "no checkpoint of the audit trail could be written for a minute: nothing new is granted until one is";
/// How long the second place may fail.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// What the last attempts at a checkpoint came to. Clones share it.
#[derive(Clone, Default)]
pub struct TrailHealth(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    forged: bool,
    /// The first failure since the last success.
    failing_since: Option<Timestamp>,
    /// The last success.
    signed_at: Option<Timestamp>,
}

impl TrailHealth {
    /// The newest checkpoint covers all there is.
    pub fn good(&self, now: Timestamp) {
        *self.known() = Known { signed_at: Some(now), ..Known::default() };
    }
    /// The trail is not what was signed.
    pub fn forged(&self) {
        self.known().forged = true;
    }
    /// The second place could not be read or written.
    pub fn failed(&self, now: Timestamp) {
        self.known().failing_since.get_or_insert(now);
    }
    /// Why nothing new may be granted; `None` while all is well.
    pub fn problem(&self, now: Timestamp) -> Option<&'static str> {
        let known = self.known();
        match (known.forged, known.failing_since) {
            (true, _) => Some(FORGED),
            (false, Some(since)) if now - since > PATIENCE => Some(UNSIGNED),
            _ => None,
        }
    }
    /// Since the trail was last known to be signed and whole, in seconds; 0 before the first time.
    pub fn age(&self, now: Timestamp) -> i64 {
        self.known().signed_at.map_or(0, |at| (now - at).num_seconds().max(0))
    }
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
