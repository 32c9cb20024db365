//! Approve and Deny.

use super::{advance, work::Work};
use crate::{
    chain,
    command::{Trim, bounds},
    effect::{Audience, News},
    event::Event,
    id::PersonId,
    refusal::Refusal,
    request::{Decider, Decision, Request, Scope, State, Via, Vote, Voter},
    time::Timestamp,
};

pub(super) fn approve(
    work: &mut Work<'_>,
    actor: &PersonId,
    via: &Via,
    step: Option<usize>,
    note: Option<String>,
    trim: Trim,
) -> Result<(), Refusal> {
    let step = may_vote(work, actor, step)?;
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
    let step = may_vote(work, actor, step)?;
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
fn may_vote(work: &Work<'_>, actor: &PersonId, looked_at: Option<usize>) -> Result<usize, Refusal> {
    let request = &work.request;
    if request.concerns(actor) {
        return Err(Refusal::OwnRequest);
    }
    let step = open_step(request, work.now)?;
    if let Some(vote) = request.slot_used_by(actor, step) {
        return Err(Refusal::AlreadyVoted { decision: vote.decision, at: vote.at });
    }
    if !chain::is_approver(request, step, actor, work.policy) {
        return Err(Refusal::NotAnApprover {
            step: request.chain.steps[step].name.clone(),
            who_can: chain::approvers(request, step, work.policy).cloned().collect(),
        });
    }
    match looked_at {
        Some(shown) if shown != step => Err(Refusal::StaleStep),
        _ => Ok(step),
    }
}

/// The open step, unless the request is decided or its time is over; the deadline is a fact about time, whether or not
/// the alarm has rung (rule 26).
pub(super) fn open_step(request: &Request, now: Timestamp) -> Result<usize, Refusal> {
    match &request.state {
        State::Pending(p) => match p.deadline.min(request.expires_at) {
            bound if now >= bound => Err(Refusal::TimedOut { at: bound }),
            _ => Ok(p.step),
        },
        State::TimedOut { at, .. } => Err(Refusal::TimedOut { at: *at }),
        State::Approved { at } | State::Withdrawn { at } | State::Cancelled { at, .. } | State::Denied { at, .. } => {
            let by = match &request.state {
                State::Denied { by: Decider::Person(id), .. } => Some(id.clone()),
                State::Withdrawn { .. } => Some(request.requester.clone()),
                State::Approved { .. } => request.votes.iter().rev().find_map(|v| v.voter.person().cloned()),
                _ => None,
            };
            Err(Refusal::AlreadyDecided { state: request.state.key(), by, at: *at })
        }
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
        if Some(wanted) < rank(&scope.access) {
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
