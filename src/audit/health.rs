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
    /// How long the trail is at least. Ask before the head is read: what is read later is never shorter.
    pub fn length(&self) -> i64 {
        self.known().length
    }
    /// Is this the head of a trail that has not become shorter than it was `before` the head was read? One that has puts the
    /// server into quarantine. A head that others have overtaken since it was read is no step back.
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

    /// Two read the head at the same time, and the slower one comes with the smaller.
    #[test]
    fn a_head_that_others_have_overtaken_is_no_step_back() {
        let trail = TrailHealth::default();
        assert!(trail.goes_on(trail.length(), &head(100)));
        let (slow, fast) = (trail.length(), trail.length());
        assert!(trail.goes_on(fast, &head(105)));
        assert!(trail.goes_on(slow, &head(100)));
        assert_eq!(trail.length(), 105);
    }

    /// THREATS C10: what is read later is never shorter.
    #[test]
    fn abuse_c10_a_trail_that_became_shorter_stops_everything() {
        let trail = TrailHealth::default();
        assert!(trail.goes_on(trail.length(), &head(100)));
        assert!(!trail.goes_on(trail.length(), &head(99)));
        assert!(trail.is_quarantined());
        trail.release(99);
        assert!(trail.goes_on(trail.length(), &head(99)));
    }
}
