//! Cancel, Start, End, Revoke, Waive.

use super::{advance, reassess, vote, work::Work};
use crate::{
    chain,
    command::bounds,
    effect::{Audience, Effect, News},
    event::Event,
    grant::{EndReason, GrantState},
    id::PersonId,
    refusal::Refusal,
    seeded::{self, Bug},
};

/// The requester takes a pending request back (rule 32).
pub(super) fn cancel(work: &mut Work<'_>, actor: &PersonId) -> Result<(), Refusal> {
    if work.request.requester != *actor {
        return Err(Refusal::NotAllowed { who_may: "the requester" });
    }
    vote::open_step(work)?;
    work.happens(Event::Withdrawn { at: work.now });
    Ok(())
}

/// The holder starts an approved request that waited for it. The chain is judged once more: approval that lapsed in the
/// meantime starts nothing (rule 10).
pub(super) fn start(work: &mut Work<'_>, actor: &PersonId) -> Result<(), Refusal> {
    if work.request.holder != *actor {
        return Err(Refusal::NotAllowed { who_may: "the person it is for" });
    }
    let Some(grant) = &work.request.grant else { return Err(wrong_state(work, "start")) };
    let GrantState::Scheduled { start_by } = grant.state else { return Err(wrong_state(work, "start")) };
    if work.now >= start_by {
        return Err(Refusal::TimedOut { at: start_by });
    }
    if reassess::must_end(&work.request, work.policy).is_some() {
        return Err(Refusal::WrongState { verb: "start", state: "ended" });
    }
    if let Some((step, _)) = advance::first_lapsed(work) {
        return Err(Refusal::ApprovalLapsed { step: work.request.chain.steps[step].name.clone() });
    }
    let give_up_at = work.now + advance::length_now(&work.request, &grant.terms, work.policy).delta();
    work.happens(Event::GrantStarted { at: work.now, give_up_at });
    work.effect(Effect::Grant);
    Ok(())
}

/// The holder, or whoever asked, is done (rule 32).
pub(super) fn end(work: &mut Work<'_>, actor: &PersonId) -> Result<(), Refusal> {
    if !work.request.concerns(actor) {
        return Err(Refusal::NotAllowed { who_may: "the person it is for" });
    }
    take_away(work, "end", EndReason::EndedBy(actor.clone()))
}

/// An approver of the request, or an administrator, takes the access away (rule 32).
pub(super) fn revoke(work: &mut Work<'_>, actor: &PersonId, note: Option<String>) -> Result<(), Refusal> {
    let request = &work.request;
    let voted = || request.votes.iter().any(|v| v.voter.person() == Some(actor));
    let named = || (0..request.chain.steps.len()).any(|s| chain::is_potential_approver(request, s, actor, work.policy));
    if !(work.policy.is_administrator(actor) || voted() || named()) {
        return Err(Refusal::NotAllowed { who_may: "the request's approvers and administrators" });
    }
    let note = vote::words(note, "note", bounds::NOTE)?;
    take_away(work, "revoke", EndReason::RevokedBy { person: actor.clone(), note })
}

/// An administrator vouches for an overdue revocation, with a note (rule 39); never for access of their own.
pub(super) fn waive(work: &mut Work<'_>, actor: &PersonId, note: String) -> Result<(), Refusal> {
    if !work.policy.is_administrator(actor) || work.request.concerns(actor) {
        return Err(Refusal::NotAllowed { who_may: "administrators, and not for themselves" });
    }
    let note = vote::words(Some(note), "note", bounds::NOTE)?.ok_or(Refusal::NoteRequired)?;
    if !work.request.grant.as_ref().is_some_and(|g| g.state.is_overdue()) {
        return Err(wrong_state(work, "waive"));
    }
    work.happens(Event::GrantEnded { at: work.now, why: EndReason::Waived { person: actor.clone(), note } });
    work.tell(Audience::Requester, News::Ended);
    Ok(())
}

/// Begins revocation, or ends at once what never started. Access that is over, or already going, cannot go again.
pub(super) fn take_away(work: &mut Work<'_>, verb: &'static str, why: EndReason) -> Result<(), Refusal> {
    match work.request.grant.as_ref().map(|g| &g.state) {
        Some(GrantState::Scheduled { .. }) => {
            work.happens(Event::GrantEnded { at: work.now, why });
            work.tell(Audience::Requester, News::Ended);
            Ok(())
        }
        Some(GrantState::Granting { .. } | GrantState::Active { .. }) if is_forgotten(&why) => {
            work.happens(Event::GrantEnded { at: work.now, why });
            Ok(())
        }
        Some(GrantState::Granting { .. } | GrantState::Active { .. }) => {
            work.happens(Event::RevocationBegan { at: work.now, why });
            work.effect(Effect::Revoke);
            Ok(())
        }
        _ => Err(wrong_state(work, verb)),
    }
}

/// Only where a bug is planted.
fn is_forgotten(why: &EndReason) -> bool {
    match why {
        EndReason::NotDelivered => seeded::on(Bug::EndedWhileGranting),
        EndReason::RevokedBy { .. } => seeded::on(Bug::RevokeLeavesAccess),
        _ => false,
    }
}

fn wrong_state(work: &Work<'_>, verb: &'static str) -> Refusal {
    let state = work.request.grant.as_ref().map_or(work.request.state.key(), |g| g.state.key());
    Refusal::WrongState { verb, state }
}
