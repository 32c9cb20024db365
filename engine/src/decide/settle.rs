//! What a connector reported.

use super::{advance, reassess, steer::take_away, work::Work};
use crate::{
    effect::{Audience, News},
    event::Event,
    grant::{Detail, EndReason, GrantState},
    policy::Policy,
    request::Request,
    seeded::{self, Bug},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// A connector's answer, read back where it was not sure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The access is there.
    Granted(Vec<Detail>),
    /// It is not there yet; this is why. It is tried again.
    NotGranted(String),
    /// The access is gone: read back.
    Revoked,
    /// It is, or may be, still there; this is why. It is tried again, for ever.
    NotRevoked(String),
}

/// Takes note of a report. One that comes too late, twice, or says nothing new changes nothing.
pub fn settle(request: &Request, report: Report, policy: &Policy, now: Timestamp) -> Option<Transition> {
    let grant = request.grant.as_ref()?;
    let mut work = Work::on(request, policy, now);
    match (&grant.state, report) {
        (GrantState::Granting { give_up_at, .. }, Report::Granted(delivery)) => {
            // What may be there goes through Revoking, never straight to Ended (rule 36).
            let late = (now >= *give_up_at).then_some(EndReason::NotDelivered);
            if let Some(why) = reassess::must_not_go_on(&work).or(late) {
                let _ = take_away(&mut work, "end", why);
            } else {
                let expires_at = now + advance::length_now(request, &grant.terms, policy).delta();
                work.happens(Event::GrantActivated { at: now, expires_at, delivery });
                work.tell(Audience::Requester, News::Active);
            }
        }
        (GrantState::Revoking { why, .. }, Report::Revoked) => match why {
            EndReason::NotDelivered => {
                let error = grant.trouble.as_ref().map(|t| t.error.clone());
                work.happens(Event::GrantFailed { at: now, error });
                work.tell(Audience::Requester, News::Ended);
            }
            why => {
                work.happens(Event::GrantEnded { at: now, why: why.clone() });
                work.tell(Audience::Requester, News::Ended);
            }
        },
        (GrantState::Granting { .. }, Report::NotGranted(error)) if seeded::on(Bug::UnknownIsFailed) => {
            work.happens(Event::GrantFailed { at: now, error: Some(error) });
        }
        (GrantState::Granting { .. }, Report::NotGranted(error))
        | (GrantState::Revoking { .. }, Report::NotRevoked(error)) => {
            let known = grant.trouble.as_ref();
            if known.is_none_or(|t| t.error != error) {
                work.happens(Event::GrantTroubled { at: now, error });
                if known.is_none() {
                    work.tell(Audience::Requester, News::Trouble);
                    work.tell(Audience::Operators, News::Trouble);
                }
            }
        }
        _ => {}
    }
    work.done_if_any(Actor::Connector)
}
