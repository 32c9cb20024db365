//! What follows from the votes: the next step, the approval, or a chain that is blocked.

use super::work::Work;
use crate::{
    chain,
    effect::{Audience, Effect, News},
    event::Event,
    grant::{Grant, GrantState, Terms},
    id::PersonId,
    policy::Policy,
    request::{Decision, Pending, Request, State},
    seeded::{self, Bug},
    time::{Length, Timestamp},
    workflow::{OnTimeout, Step},
};

/// Opens step after step for as long as the open one has all it needs; after the last, approves. Then looks whether the
/// rest of the chain can still be filled.
pub(super) fn advance(work: &mut Work<'_>) {
    let before = work.request.open_step().map(|(p, _)| p.step);
    while let Some((pending, _)) = work.request.open_step() {
        let step = pending.step;
        if chain::missing(&work.request, step, work.policy, work.request.chain.revalidate) > 0 {
            break;
        }
        if step + 1 < work.request.chain.steps.len() {
            open_step(work, step + 1, Vec::new());
        } else if let Some((earlier, lapsed)) = first_lapsed(work) {
            open_step(work, earlier, lapsed);
        } else {
            approve(work);
        }
    }
    if let Some((pending, _)) = work.request.open_step() {
        let step = pending.step;
        if before != Some(step) {
            work.effect(Effect::Ask { step });
        }
        judge_chain(work);
    }
}

/// The first step whose votes no longer suffice, with those whose votes lapsed. Judged when everything else is done, in
/// the transaction that starts the grant (rule 10).
pub(super) fn first_lapsed(work: &Work<'_>) -> Option<(usize, Vec<PersonId>)> {
    let (request, policy) = (&work.request, work.policy);
    let strict = request.chain.revalidate;
    let step = (0..request.chain.steps.len()).find(|step| chain::missing(request, *step, policy, strict) > 0)?;
    let counts = |id: &PersonId| {
        chain::counting(request, step, Decision::Approve, policy, strict).any(|v| v.voter.person() == Some(id))
    };
    let approvals = request.votes_of(step).filter(|v| v.decision == Decision::Approve);
    let lapsed = approvals.filter_map(|v| v.voter.person()).filter(|id| !counts(id)).cloned().collect();
    Some((step, lapsed))
}

fn open_step(work: &mut Work<'_>, step: usize, lapsed: Vec<PersonId>) {
    let (deadline, remind_at) = clocks(&work.request.chain.steps[step], work.now);
    work.happens(Event::StepOpened { step, at: work.now, deadline, remind_at, lapsed });
}

/// A step's deadline and first reminder, when its clock starts at `at`.
pub(super) fn clocks(step: &Step, at: Timestamp) -> (Timestamp, Option<Timestamp>) {
    let deadline = at + step.timeout.delta();
    (deadline, step.remind_every.map(|every| at + every.delta()).filter(|remind| *remind < deadline))
}

fn approve(work: &mut Work<'_>) {
    let request = &work.request;
    let scope = request.scope.clone();
    let terms = Terms {
        request: request.id.clone(),
        holder: request.holder.clone(),
        resource: request.asked.resource.clone(),
        access: scope.access,
        duration: scope.duration.min(request.chain.max_duration).min(cap_now(request, work.policy)),
        connector: request.chain.connector.clone(),
        target_name: format!("cs_{}", request.id.as_str().to_ascii_lowercase()),
    };
    let activate_within = request.chain.activate_within;
    let state = match activate_within {
        Some(within) => GrantState::Scheduled { start_by: work.now + within.delta() },
        None => GrantState::Granting { since: work.now, give_up_at: work.now + terms.duration.delta() },
    };
    let grant = Box::new(Grant { terms, state, trouble: None, delivery: Vec::new() });
    work.happens(Event::Approved { at: work.now, grant });
    if activate_within.is_none() {
        work.effect(Effect::Grant);
    }
    work.tell(Audience::Requester, News::Decided);
}

/// How long access would last that begins now: caps are the smaller of then and now until it is there (rule 8).
pub(super) fn length_now(request: &Request, terms: &Terms, policy: &Policy) -> Length {
    match seeded::on(Bug::TightenedTooLate) {
        true => terms.duration,
        false => terms.duration.min(cap_now(request, policy)),
    }
}

/// Caps are the smaller of then and now (rule 8).
fn cap_now(request: &Request, policy: &Policy) -> Length {
    let of_resource = policy.resources.get(&request.asked.resource).map(|r| r.max_duration);
    let of_workflow = policy.workflows.get(&request.chain.workflow).and_then(|w| w.limits.max_duration);
    of_resource.into_iter().chain(of_workflow).min().unwrap_or(Length::MAX)
}

/// Blocks or unblocks. Where the open step's fallback approvers help, they are asked at once (rule 13).
pub(super) fn judge_chain(work: &mut Work<'_>) {
    let State::Pending(pending) = &work.request.state else { return };
    let (step, was) = (pending.step, pending.blocked.clone());
    let mut now = chain::shortfall(&work.request, work.policy);
    if now.is_some() && can_escalate(work) {
        let escalated = chain::shortfall_once_escalated(&work.request, work.policy);
        if escalated != now {
            escalate(work);
            now = escalated;
        }
    }
    match (was, now) {
        (was, Some(shortfall)) if was.as_ref() != Some(&shortfall) => {
            work.happens(Event::Blocked { shortfall });
            if was.is_none() {
                work.tell(Audience::Requester, News::Blocked);
                work.tell(Audience::Operators, News::Blocked);
            }
        }
        (Some(_), None) => {
            work.happens(Event::Unblocked);
            // Whoever made it possible may be new here, and was never asked.
            work.effect(Effect::Ask { step });
        }
        _ => {}
    }
}

/// Has the open step fallback approvers that were not added yet?
pub(super) fn can_escalate(work: &Work<'_>) -> bool {
    let fits =
        |(pending, step): (&Pending, &Step)| !pending.escalated && matches!(step.on_timeout, OnTimeout::Escalate(_));
    work.request.open_step().is_some_and(fits)
}

/// Adds the open step's fallback approvers and starts its clock again (rule 24).
pub(super) fn escalate(work: &mut Work<'_>) {
    let Some((pending, step)) = work.request.open_step() else { return };
    let (index, (deadline, remind_at)) = (pending.step, clocks(step, work.now));
    work.happens(Event::Escalated { at: work.now, deadline, remind_at });
    work.effect(Effect::Ask { step: index });
    work.tell(Audience::Requester, News::Escalated);
}
