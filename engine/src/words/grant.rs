//! Where a grant stands, in words.

use super::{clock, left, outside, person};
use crate::{
    grant::{EndReason, Grant, GrantState, Trouble},
    view::RequestView,
};

/// A few words for headers and lists: `active, 3h 59m left`, `overdue`, `ended`.
pub fn grant_short(grant: &Grant, view: &RequestView) -> String {
    match &grant.state {
        GrantState::Scheduled { .. } => "approved, not started".into(),
        GrantState::Granting { .. } if grant.trouble.is_some() => "being granted, with trouble".into(),
        GrantState::Granting { .. } => "being granted".into(),
        GrantState::Active { expires_at, .. } => format!("active, {}", left(*expires_at, view.now)),
        GrantState::Revoking { overdue: Some(_), .. } => "overdue".into(),
        GrantState::Revoking { .. } => "being revoked".into(),
        GrantState::Ended { why: EndReason::NeverStarted, .. } => "ended, never started".into(),
        GrantState::Ended { why: EndReason::RevokedBy { .. }, .. } => "ended, revoked".into(),
        GrantState::Ended { why: EndReason::Waived { .. }, .. } => "ended, vouched for".into(),
        GrantState::Ended { .. } => "ended".into(),
        GrantState::Failed { .. } => "failed, no access was given".into(),
    }
}

/// A whole sentence.
pub fn grant(grant: &Grant, view: &RequestView) -> String {
    let clock = |at| clock(at, view.now);
    match &grant.state {
        GrantState::Scheduled { start_by } => {
            format!("Approved. {} can start it until {}.", person(&grant.terms.holder, view), clock(*start_by))
        }
        GrantState::Granting { give_up_at, .. } => match &grant.trouble {
            None => "Approved. The access is being granted.".into(),
            Some(t) => format!("Approved, but not there yet: {} Tried until {}.", trouble(t, view), clock(*give_up_at)),
        },
        GrantState::Active { since, expires_at, .. } => {
            format!("Active since {}, until {} ({}).", clock(*since), clock(*expires_at), left(*expires_at, view.now))
        }
        GrantState::Revoking { since, why, overdue: Some(_) } => {
            format!(
                "Overdue: should have ended {} ({}), and may still work. Revocation is being retried{}",
                clock(*since),
                end_reason(why, view),
                grant.trouble.as_ref().map_or_else(|| ".".into(), |t| format!("; {}", trouble(t, view))),
            )
        }
        GrantState::Revoking { why, .. } => format!("The access is being taken away: {}.", end_reason(why, view)),
        GrantState::Ended { at, why } => format!("Ended {}: {}.", clock(*at), end_reason(why, view)),
        GrantState::Failed { error: Some(error), .. } => {
            format!("Approved, but no access was given. The target said: \"{}\".", outside(error, 200))
        }
        GrantState::Failed { error: None, .. } => {
            "Approved, but no access was given: the target did not answer in time.".into()
        }
    }
}

/// Why access ended: `the time was over`, `revoked by lisa@acme.com: "..."`.
pub fn end_reason(why: &EndReason, view: &RequestView) -> String {
    match why {
        EndReason::Expired => "the time was over".into(),
        EndReason::EndedBy(id) => format!("ended early by {}", person(id, view)),
        EndReason::RevokedBy { person: id, note } => match note {
            Some(note) => format!("revoked by {}: \"{}\"", person(id, view), outside(note, 300)),
            None => format!("revoked by {}", person(id, view)),
        },
        EndReason::NeverStarted => "it was not started in time".into(),
        EndReason::NotDelivered => "the target did not take it in time".into(),
        EndReason::Deactivated(id) => format!("{} was deactivated", person(id, view)),
        EndReason::ResourceGone => "the resource is no longer in the policy".into(),
        EndReason::ApprovalLapsed { step } => {
            format!("an approval of the step \"{}\" no longer counts", outside(step, 100))
        }
        EndReason::Restored(id) => {
            format!("the database was restored from a backup, as {} confirmed; ask anew", person(id, view))
        }
        EndReason::Waived { person: id, note } => {
            format!("{} vouched that it is gone: \"{}\"", person(id, view), outside(note, 300))
        }
    }
}

/// `the target said "connection refused", since 14:02 UTC.`
pub fn trouble(trouble: &Trouble, view: &RequestView) -> String {
    format!("the target said \"{}\", since {}.", outside(&trouble.error, 200), clock(trouble.since, view.now))
}

/// What people can do about a revocation that keeps failing (rule 39); `None` where there is none.
pub fn overdue_advice(view: &RequestView) -> Option<String> {
    let overdue = view.request.grant.as_ref().is_some_and(|g| g.state.is_overdue());
    let advice = "Check the target by hand. Once the access is certainly gone, an administrator can vouch for it in the \
                  console; until then it is retried.";
    overdue.then(|| advice.to_owned())
}
