//! Whether the trail can be vouched for, as everything that grants has to know it (THREATS E06, C10).

use crate::store::AuditHead;
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The trail does not extend what was signed.
pub const FORGED: &str =
    "the audit trail was changed: nothing new is granted until `countersign audit verify` finds it whole";
/// The second place takes no checkpoints.
pub const UNSIGNED: &str =
    "no checkpoint of the audit trail could be written for a minute: nothing new is granted until one is";
/// The database went back in time, or is another installation's.
pub const QUARANTINED: &str = "this server is in quarantine, because its database was restored or replaced: nothing is \
     granted, revoked, decided or sent until an operator has looked at `countersign restore report` and confirmed it with \
     `countersign restore confirm`";
/// How long the second place may fail.
const PATIENCE: TimeDelta = TimeDelta::seconds(60);

/// What is known of the trail. Clones share it.
#[derive(Clone, Default)]
pub struct TrailHealth(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    forged: bool,
    /// The first failure since the last success.
    failing_since: Option<Timestamp>,
    /// The last success.
    signed_at: Option<Timestamp>,
    quarantined: bool,
    /// How long the trail has been, as far as this process has seen it.
    length: i64,
}

impl TrailHealth {
    /// The newest checkpoint covers all there is.
    pub fn good(&self, now: Timestamp) {
        let mut known = self.known();
        (known.forged, known.failing_since, known.signed_at) = (false, None, Some(now));
    }
    /// The trail is not what was signed.
    pub fn forged(&self) {
        self.known().forged = true;
    }
    /// The second place could not be read or written.
    pub fn failed(&self, now: Timestamp) {
        self.known().failing_since.get_or_insert(now);
    }
    /// Nothing may happen until an operator confirms the database (THREATS C10).
    pub fn quarantine(&self) {
        self.known().quarantined = true;
    }
    /// An operator confirmed a trail of this length.
    pub fn release(&self, length: i64) {
        let mut known = self.known();
        (known.quarantined, known.length) = (false, length);
    }
    /// May nothing happen at all?
    pub fn is_quarantined(&self) -> bool {
        self.known().quarantined
    }
    /// How many entries there are at least.
    pub fn length(&self) -> i64 {
        self.known().length
    }
    /// Is this the head of a trail that has not become shorter than `before`, which was its [`TrailHealth::length`] before
    /// the head was read? What was committed while it was read is no sign of anything. A trail that has become shorter puts
    /// the server into quarantine.
    pub fn goes_on(&self, before: i64, head: &AuditHead) -> bool {
        let mut known = self.known();
        known.quarantined |= head.size < before;
        known.length = known.length.max(head.size);
        !known.quarantined
    }
    /// Why nothing new may be granted; `None` while all is well.
    pub fn problem(&self, now: Timestamp) -> Option<&'static str> {
        let known = self.known();
        match (known.forged, known.failing_since) {
            _ if known.quarantined => Some(QUARANTINED),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: i64) -> AuditHead {
        AuditHead { size, frontier: Vec::new() }
    }

    /// A head that was read before a commit and is looked at after it is no restore.
    #[test]
    fn abuse_c10_an_old_answer_is_no_restore() {
        let trail = TrailHealth::default();
        let before = trail.length();
        assert!(trail.goes_on(before, &head(8)), "somebody else was faster");
        assert!(trail.goes_on(before, &head(5)), "read before those eight were there");
        assert_eq!((trail.length(), trail.is_quarantined()), (8, false));
        assert!(!trail.goes_on(trail.length(), &head(7)) && trail.is_quarantined());
        trail.release(7);
        assert!(trail.goes_on(trail.length(), &head(7)));
    }
}
