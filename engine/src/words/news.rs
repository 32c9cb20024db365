//! What is new, in one line. Said from current state, so late news is never an old truth.

use super::{clock, outside, person};
use crate::{
    effect::News,
    grant::{EndReason, Grant, GrantState},
    request::{Decider, State},
    view::RequestView,
};

/// The first line of a message that brings news: `Approved: prod-db`, `Access to prod-db ends at 18:00 UTC`.
pub fn headline(view: &RequestView, news: News) -> String {
    let resource = outside(view.request.asked.resource.as_str(), 60);
    match &view.request.state {
        State::Pending(p) if p.blocked.is_some() => format!("Blocked: {resource} cannot be approved at present"),
        State::Pending(p) => {
            let step = view.request.chain.steps.get(p.step).map(|s| outside(&s.name, 60)).unwrap_or_default();
            match news {
                News::Escalated => format!("{resource}: more people are asked at {step} now"),
                News::Opened if p.step == 0 => {
                    format!("Asked for {resource} ({}): {step} decides first", view.request.short_id)
                }
                _ => format!("{resource}: waiting for {step}"),
            }
        }
        State::Denied { by: Decider::Person(id), .. } => format!("Denied by {}: {resource}", person(id, view)),
        State::Denied { by: Decider::Rule { .. }, .. } => format!("Denied automatically, by a rule: {resource}"),
        State::TimedOut { .. } => format!("Denied automatically, nobody decided in time: {resource}"),
        State::Withdrawn { .. } => format!("Taken back: {resource}"),
        State::Cancelled { .. } => format!("Cancelled: {resource}"),
        State::Approved { .. } => match &view.request.grant {
            Some(grant) => of_grant(grant, view, news, &resource),
            None => format!("Approved: {resource}"),
        },
    }
}

fn of_grant(grant: &Grant, view: &RequestView, news: News, resource: &str) -> String {
    let clock = |at| clock(at, view.now);
    match &grant.state {
        GrantState::Scheduled { start_by } => {
            format!("Approved: start your access to {resource} by {}", clock(*start_by))
        }
        GrantState::Granting { .. } if grant.trouble.is_some() => {
            format!("Trouble: {resource} could not be granted yet")
        }
        GrantState::Granting { .. } => format!("Approved: {resource}, access is on its way"),
        GrantState::Active { expires_at, .. } if news == News::EndsSoon => {
            format!("Access to {resource} ends soon, at {}", clock(*expires_at))
        }
        GrantState::Active { expires_at, .. } => format!("Access to {resource} is active until {}", clock(*expires_at)),
        GrantState::Revoking { since, overdue: Some(_), .. } => {
            format!("OVERDUE: access to {resource} should have ended {}", clock(*since))
        }
        GrantState::Revoking { .. } if grant.trouble.is_some() => {
            format!("Trouble: access to {resource} could not be taken away yet")
        }
        GrantState::Revoking { .. } => format!("Access to {resource} is being taken away"),
        GrantState::Ended { why: EndReason::NeverStarted, .. } => {
            format!("Access to {resource} was not started in time")
        }
        GrantState::Ended { .. } => format!("Access to {resource} has ended"),
        GrantState::Failed { .. } => format!("Access to {resource} could not be given"),
    }
}
