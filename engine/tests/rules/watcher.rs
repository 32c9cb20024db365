//! What must be true after everything that happens, told without the engine's own judgement.

use crate::world::{World, describe};
use countersign_engine::{
    decide,
    grant::GrantState,
    id::PersonId,
    request::{Decision, Request, State, Vote, Voter},
    time::{Length, Timestamp},
    workflow::OnTimeout,
};
use std::collections::BTreeSet;

/// Looks at what has just happened to a request.
pub fn watch(before: &Request, w: &World) {
    let after = w.request();
    let (old, new) = after.votes.split_at(before.votes.len());
    assert_eq!(old, before.votes, "votes are never removed or changed");
    for vote in new {
        assert!(was_allowed(before, vote, w), "{vote:?} in {}", describe(before));
    }
    let rank = |r: &Request| r.chain.access.iter().position(|a| *a == r.scope.access);
    assert!(after.scope.duration <= before.scope.duration && rank(after) <= rank(before), "scope shrinks (rule 20)");
    if let (Some(before), Some(after)) = (&before.grant, &after.grant) {
        assert_eq!(before.terms, after.terms, "terms never change (S7)");
    }
    if begins(before, after) {
        enough_people(after, w);
        within_caps(before, after, w);
    }
    alarms(w);
}

/// Did access become possible, or begin?
fn begins(before: &Request, after: &Request) -> bool {
    let granting = |r: &Request| r.grant.as_ref().is_some_and(|g| matches!(g.state, GrantState::Granting { .. }));
    let there = end_of(after).is_some() && end_of(before).is_none();
    after.grant.is_some() && (before.grant.is_none() || there || (granting(after) && !granting(before)))
}

fn end_of(request: &Request) -> Option<Timestamp> {
    request.grant.as_ref().and_then(|grant| grant.state.expires_at())
}

/// rule 8 (abuse B09): caps are the smaller of then and now when access begins.
fn within_caps(before: &Request, after: &Request, w: &World) {
    let Some(end) = end_of(after).filter(|_| end_of(before).is_none()) else { return };
    let of_resource = w.policy.resources[&after.asked.resource].max_duration;
    let of_workflow = w.policy.workflows.get(&after.chain.workflow).and_then(|x| x.limits.max_duration);
    let cap = of_workflow.unwrap_or(Length::MAX).min(of_resource).min(after.chain.max_duration);
    assert!(end - w.now <= cap.delta(), "{} for a cap of {cap}", end - w.now);
}

/// rules 10, 11, 12, 16 (abuse A05, A07, A08, S1): enough distinct, eligible people, and terms within what they allowed.
fn enough_people(request: &Request, w: &World) {
    let terms = &request.grant.as_ref().unwrap().terms;
    let mut used: BTreeSet<&PersonId> = BTreeSet::new();
    for (index, step) in request.chain.steps.iter().enumerate() {
        let approvals = || request.votes_of(index).filter(|v| v.decision == Decision::Approve);
        if approvals().any(|v| matches!(v.voter, Voter::Rule(_))) {
            continue;
        }
        let counts = |id: &PersonId| match request.chain.revalidate {
            true => is_named(request, index, id, w),
            false => w.policy.directory.active(id).is_some(),
        };
        let counting: Vec<&Vote> = approvals().filter(|v| v.voter.person().is_some_and(counts)).collect();
        assert!(counting.iter().all(|v| terms.duration <= v.scope.duration), "within each approval's scope");
        let people: BTreeSet<&PersonId> = counting.iter().filter_map(|v| v.voter.person()).collect();
        assert!(step.required > 0 && people.len() >= step.required as usize, "step {index} of {request:#?}");
        if step.distinct {
            assert!(people.is_disjoint(&used), "one person, one slot");
            used.extend(people);
        }
    }
    assert!(w.policy.directory.active(&request.holder).is_some(), "rule 3");
}

/// Was the voter named by the open step, with their vote unused, in time, and not the requester?
fn was_allowed(before: &Request, vote: &Vote, w: &World) -> bool {
    let State::Pending(pending) = &before.state else { return false };
    let Voter::Person(id) = &vote.voter else { return false };
    let distinct = |step: usize| before.chain.steps[step].distinct;
    let uses = |v: &&Vote| v.step == vote.step || (distinct(v.step) && distinct(vote.step));
    vote.step == pending.step
        && w.now < pending.deadline.min(before.expires_at)
        && is_named(before, vote.step, id, w)
        && !before.votes.iter().filter(|v| v.voter == vote.voter).any(|v| uses(&v))
}

/// Active, named by the step, or by its fallback once that was added, and neither requester nor holder?
fn is_named(request: &Request, step: usize, id: &PersonId, w: &World) -> bool {
    let directory = &w.policy.directory;
    let (person, requester) = (directory.person(id).unwrap(), directory.person(&request.requester).unwrap());
    let resource = w.policy.resources.get(&request.asked.resource);
    let spec = &request.chain.steps[step];
    let fallback = match &spec.on_timeout {
        OnTimeout::Escalate(more) if request.widened.contains(&step) => more.as_slice(),
        _ => &[],
    };
    let named = spec.approvers.iter().chain(fallback).any(|s| s.names(person, requester, resource, directory));
    named && person.active && *id != request.requester && *id != request.holder
}

/// rule 26: never early, idempotent however late, never busy.
pub fn alarms(w: &World) {
    let ring = |request: &Request, at| decide::ring(request, &w.policy, at);
    let Some(next) = w.alarm() else {
        assert!(ring(w.request(), w.now + Length::MAX.delta()).is_none(), "nothing is due, ever");
        return;
    };
    assert!(ring(w.request(), next - chrono::TimeDelta::nanoseconds(1)).is_none(), "early");
    for late in [chrono::TimeDelta::zero(), chrono::TimeDelta::minutes(7), chrono::TimeDelta::hours(50)] {
        let at = next + late;
        let rung = ring(w.request(), at).expect("ringing when it is due does something");
        assert!(ring(&rung.request, at).is_none(), "twice");
        assert!(decide::next_alarm(&rung.request, &w.policy).is_none_or(|after| after > at), "busy");
    }
}
