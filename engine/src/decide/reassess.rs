//! What a changed policy or directory means for a request that is not over (rules 3, 8 and 13).

use super::{advance, steer::take_away, vote, work::Work};
use crate::{
    effect::{Audience, News},
    event::Event,
    grant::{EndReason, GrantState},
    policy::Policy,
    request::{CancelReason, Request},
    seeded::{self, Bug},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// Judges a request on the newest policy. `None` when nothing follows from it.
pub fn reassess(request: &Request, policy: &Policy, now: Timestamp) -> Option<Transition> {
    let mut work = Work::on(request, policy, now);
    if !request.state.is_pending() {
        if let Some(why) = must_not_go_on(&work) {
            // A refusal means that there is nothing left to take away.
            let _ = take_away(&mut work, "revoke", why);
        }
    } else if let Some(why) = lost_ground(request, policy) {
        work.happens(Event::Cancelled { at: now, why });
        work.tell(Audience::Requester, News::Decided);
    } else if vote::open_step(&work).is_ok() {
        // A vote that lapsed counts again when its voter comes back. A step whose time is over is left to the clock.
        advance::advance(&mut work);
    }
    work.done_if_any(Actor::Policy)
}

/// What a pending request stood on and the organisation no longer has. A fact about the directory and the policy,
/// whether or not [`reassess`] has run: nobody can vote on such a request.
pub(super) fn lost_ground(request: &Request, policy: &Policy) -> Option<CancelReason> {
    let inactive = |id: &&_| policy.directory.active(id).is_none();
    if let Some(person) = [&request.requester, &request.holder].into_iter().find(inactive) {
        Some(CancelReason::Deactivated(person.clone()))
    } else if !policy.resources.contains_key(&request.asked.resource) {
        Some(CancelReason::ResourceGone)
    } else if !policy.workflows.contains_key(&request.chain.workflow) {
        Some(CancelReason::WorkflowGone)
    } else {
        None
    }
}

/// Why a grant must not go on. Until the access is there, that is also an approval which no longer counts: it may have
/// lapsed while the target was at work (rule 10). Access that is there stays: its chain was full when it began.
pub(super) fn must_not_go_on(work: &Work<'_>) -> Option<EndReason> {
    let request = &work.request;
    let beginning = request.grant.as_ref().is_some_and(|g| matches!(g.state, GrantState::Granting { .. }));
    let lapsed = || {
        let (step, _) = advance::first_lapsed(work)?;
        Some(EndReason::ApprovalLapsed { step: request.chain.steps[step].name.clone() })
    };
    let judged = beginning && !seeded::on(Bug::TightenedTooLate);
    must_end(request, work.policy).or_else(|| judged.then(lapsed).flatten())
}

/// Why access must not begin, or must not go on, whoever approved it. That its workflow is gone ends no grant: its chain was passed.
pub(super) fn must_end(request: &Request, policy: &Policy) -> Option<EndReason> {
    match lost_ground(request, policy)? {
        CancelReason::Deactivated(person) => Some(EndReason::Deactivated(person)),
        CancelReason::ResourceGone => Some(EndReason::ResourceGone),
        CancelReason::WorkflowGone => None,
    }
}
