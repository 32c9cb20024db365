//! What a clock that ran ahead leaves behind, and what becomes of it once the clock is right (THREATS C12).

use super::sql;
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;

/// Longer than every lease, with what the clocks of two replicas may differ by.
const LEASES: TimeDelta = TimeDelta::minutes(5);
/// Past this whoever held a lease has given up its work: no lease is longer.
const GIVEN_UP: TimeDelta = TimeDelta::seconds(90);
/// Longer than every pause of a connector's job.
const PAUSES: TimeDelta = TimeDelta::minutes(10);
/// Nobody writes the future, but clocks differ a little.
const SKEW: TimeDelta = TimeDelta::minutes(1);

/// Each statement, with the moment that it sets and the moment past which it sets it.
pub(super) fn mended(now: Timestamp) -> [(&'static str, Timestamp, Timestamp); 7] {
    let (lease, too_long) = (now + GIVEN_UP, now + LEASES);
    [
        (sql::SHORTEN_JOBS, lease, too_long),
        (sql::SHORTEN_ALARMS, lease, too_long),
        (sql::SHORTEN_POSTINGS, lease, too_long),
        (sql::SHORTEN_WEBHOOKS, lease, too_long),
        (sql::HASTEN_JOBS, now, now + PAUSES),
        (sql::HASTEN_POSTINGS, now, now + SKEW),
        (sql::HASTEN_WEBHOOKS, now, now + SKEW),
    ]
}
