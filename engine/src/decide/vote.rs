//! Approve and Deny.

use super::{advance, reassess::lost_ground, work::Work};
use crate::{
    chain,
    command::{Trim, bounds},
    effect::{Audience, News},
    event::Event,
    id::PersonId,
    refusal::Refusal,
    request::{Decider, Decision, Request, Scope, State, Via, Vote, Voter},
    seeded::{self, Bug},
};

pub(super) fn approve(
    work: &mut Work<'_>,
    actor: &PersonId,
    via: &Via,
    step: Option<usize>,
    note: Option<String>,
    trim: Trim,
) -> Result<(), Refusal> {
    let step = may_vote(work, actor, via, step)?;
    let note = words(note, "note", bounds::NOTE)?;
    let scope = trimmed(&work.request, trim)?;
    cast(work, step, actor, via, Decision::Approve, note, scope.clone());
    if scope != work.request.scope {
        work.happens(Event::Trimmed { scope });
    }
    advance::advance(work);
    Ok(())
}

pub(super) fn deny(
    work: &mut Work<'_>,
    actor: &PersonId,
    via: &Via,
    step: Option<usize>,
    note: Option<String>,
) -> Result<(), Refusal> {
    let step = may_vote(work, actor, via, step)?;
    let note = words(note, "note", bounds::NOTE)?;
    let spec = &work.request.chain.steps[step];
    if spec.deny_note && note.is_none() {
        return Err(Refusal::NoteRequired);
    }
    let needed = spec.deny_required as usize;
    let scope = work.request.scope.clone();
    cast(work, step, actor, via, Decision::Deny, note, scope);
    if chain::counting(&work.request, step, Decision::Deny, work.policy, false).count() >= needed {
        work.happens(Event::Denied { at: work.now, by: Decider::Person(actor.clone()) });
        work.tell(Audience::Requester, News::Decided);
    } else {
        advance::judge_chain(work);
    }
    Ok(())
}

/// The open step, if this person may vote on it now; otherwise the truest reason why not.
fn may_vote(work: &Work<'_>, actor: &PersonId, via: &Via, looked_at: Option<usize>) -> Result<usize, Refusal> {
    let request = &work.request;
    if request.concerns(actor) && !seeded::on(Bug::OwnVote) {
        return Err(Refusal::OwnRequest);
    }
    let step = open_step(work)?;
    let used = request.slot_used_by(actor, step).filter(|_| !seeded::on(Bug::CountedTwice));
    if let Some(vote) = used {
        return Err(Refusal::AlreadyVoted { decision: vote.decision, at: vote.at });
    }
    let elsewhere = looked_at.filter(|shown| *shown != step && !seeded::on(Bug::StaleStep));
    let named = |step| chain::is_approver(request, step, actor, work.policy);
    if elsewhere.is_some_and(named) {
        return Err(Refusal::StaleStep);
    }
    if !named(step) {
        return Err(Refusal::NotAnApprover {
            step: request.chain.steps[step].name.clone(),
            who_can: chain::approvers(request, step, work.policy).cloned().collect(),
        });
    }
    match elsewhere {
        Some(_) => Err(Refusal::StaleStep),
        None if !request.chain.takes_votes_from(via.platform) => {
            Err(Refusal::NotDecidedThere { platform: via.platform })
        }
        None => Ok(step),
    }
}

/// The open step, unless the request is decided, its time is over or its ground is gone. Those are facts about time and
/// the organisation, whether or not the alarm has rung (rule 26) or the request was reassessed (rule 3).
pub(super) fn open_step(work: &Work<'_>) -> Result<usize, Refusal> {
    let (request, now) = (&work.request, work.now);
    let pending = match &request.state {
        State::Pending(pending) => pending,
        State::TimedOut { at, .. } => return Err(Refusal::TimedOut { at: *at }),
        State::Approved { at } | State::Denied { at, .. } | State::Withdrawn { at } | State::Cancelled { at, .. } => {
            return Err(Refusal::AlreadyDecided { state: request.state.key(), by: decided_by(request), at: *at });
        }
    };
    let bound = pending.deadline.min(request.expires_at);
    if now >= bound && !seeded::on(Bug::DeadlineForgotten) {
        return Err(Refusal::TimedOut { at: bound });
    }
    match lost_ground(request, work.policy) {
        Some(_) => Err(Refusal::AlreadyDecided { state: "cancelled", by: None, at: now }),
        None => Ok(pending.step),
    }
}

/// The person who decided a request, where one did.
fn decided_by(request: &Request) -> Option<PersonId> {
    let mut approvals = request.votes.iter().rev().filter(|v| v.decision == Decision::Approve);
    match &request.state {
        State::Approved { .. } => approvals.find_map(|v| v.voter.person()).cloned(),
        State::Denied { by: Decider::Person(id), .. } => Some(id.clone()),
        State::Withdrawn { .. } => Some(request.requester.clone()),
        State::Denied { .. } | State::Cancelled { .. } | State::TimedOut { .. } | State::Pending(_) => None,
    }
}

fn cast(
    work: &mut Work<'_>,
    step: usize,
    actor: &PersonId,
    via: &Via,
    decision: Decision,
    note: Option<String>,
    scope: Scope,
) {
    let voter = Voter::Person(actor.clone());
    work.happens(Event::Voted {
        vote: Vote { step, voter, decision, note, scope, via: Some(via.clone()), at: work.now },
    });
}

/// The smallest of what stands and what this approver allows (rule 20). More than was asked is refused, not ignored.
fn trimmed(request: &Request, trim: Trim) -> Result<Scope, Refusal> {
    let mut scope = request.scope.clone();
    if let Some(duration) = trim.duration {
        if duration > request.asked.duration {
            return Err(Refusal::CannotWiden { field: "duration" });
        }
        scope.duration = scope.duration.min(duration);
    }
    if let Some(access) = trim.access {
        let levels = &request.chain.access;
        let rank = |level| levels.iter().position(|l| l == level);
        let offered = || Refusal::UnknownAccess { wanted: access.to_string(), offered: levels.clone() };
        let wanted = rank(&access).ok_or_else(offered)?;
        if Some(wanted) > rank(&request.asked.access) {
            return Err(Refusal::CannotWiden { field: "access" });
        }
        if request.levels_left().contains(&access) {
            scope.access = access;
        }
    }
    Ok(scope)
}

/// People's words: without surrounding space, nothing when nothing is left, refused when too long.
pub(super) fn words(text: Option<String>, field: &'static str, cap: usize) -> Result<Option<String>, Refusal> {
    let Some(text) = text else { return Ok(None) };
    let text = text.trim();
    match text.chars().count() {
        0 => Ok(None),
        n if n > cap => Err(Refusal::TextTooLong { field, cap }),
        _ => Ok(Some(text.to_owned())),
    }
}
