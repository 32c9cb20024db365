//! When a request wants to hear from the clock. Four clocks, never one (rules 24 and 25): step, request, start, grant.

use crate::{
    grant::GrantState,
    policy::Policy,
    request::{Request, State},
    time::{Length, Timestamp},
};
use chrono::TimeDelta;

/// A revocation that is not done this long after it was due is overdue (rule 39).
pub const OVERDUE_AFTER: TimeDelta = TimeDelta::seconds(60);

/// The next moment at which [`super::ring`] would do something; `None` when there is none.
pub fn next_alarm(request: &Request, policy: &Policy) -> Option<Timestamp> {
    match (&request.state, request.grant.as_ref().map(|g| &g.state)) {
        (State::Pending(p), _) => {
            let bound = p.deadline.min(request.expires_at);
            Some(p.remind_at.map_or(bound, |at| at.min(bound)))
        }
        (_, Some(GrantState::Scheduled { start_by })) => Some(*start_by),
        (_, Some(GrantState::Granting { give_up_at, .. })) => Some(*give_up_at),
        (_, Some(GrantState::Active { since, expires_at, warned })) => Some(match warned {
            true => *expires_at,
            false => warn_at(*since, *expires_at, policy),
        }),
        (_, Some(GrantState::Revoking { since, overdue, .. })) => {
            Some(overdue.as_ref().map_or(*since + OVERDUE_AFTER, |o| o.next_alert))
        }
        (_, Some(GrantState::Ended { .. } | GrantState::Failed { .. }) | None) => None,
    }
}

/// When the holder is warned: 15 minutes before the end by default, or a tenth of the length if that is shorter (rule 41).
pub(super) fn warn_at(since: Timestamp, expires_at: Timestamp, policy: &Policy) -> Timestamp {
    let length = Length::between(since, expires_at).unwrap_or(Length::minutes(1));
    expires_at - policy.settings.warn_before.min(length.tenth()).delta()
}

/// How long until an overdue revocation is said again: 5 minutes, then an hour, then every 6 hours.
pub(super) fn alert_again_after(alerts: u32) -> TimeDelta {
    match alerts {
        0 => TimeDelta::minutes(5),
        1 => TimeDelta::hours(1),
        _ => TimeDelta::hours(6),
    }
}
