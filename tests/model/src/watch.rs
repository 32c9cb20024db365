//! The promises, told without the engine's own judgement. Each transition is judged when it is committed.

use crate::{act::Act, org::person, state::State};
use countersign_engine::{
    decide,
    effect::{Audience, Effect, News},
    grant::{Grant, GrantState},
    id::PersonId,
    policy::Policy,
    request::{Decision, Request, State as Stand, Vote},
    time::Timestamp,
    transition::Transition,
    workflow::OnTimeout,
};
use std::collections::BTreeSet;

/// What must never happen. Ids as in docs/THREATS.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Promise {
    /// S1.
    FullChain,
    /// Rule 11.
    OwnRequest,
    /// S2, rule 12.
    OneVote,
    /// B07.
    StepShown,
    /// Rule 26.
    Deadline,
    /// Rules 9 and 10.
    Named,
    /// S4.
    NoAccessOutside,
    /// S5.
    Bounded,
    /// S6.
    Loud,
    /// S7, S8.
    Immutable,
    /// S9.
    Trail,
    /// S14.
    Terminal,
    /// L1 to L3.
    Rest,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::FullChain,
        Self::OwnRequest,
        Self::OneVote,
        Self::StepShown,
        Self::Deadline,
        Self::Named,
        Self::NoAccessOutside,
        Self::Bounded,
        Self::Loud,
        Self::Immutable,
        Self::Trail,
        Self::Terminal,
        Self::Rest,
    ];

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            Self::FullChain => {
                "S1: access begins only by a full chain of distinct people who count now, within all caps"
            }
            Self::OwnRequest => "S1: nobody votes on their own request (rule 11)",
            Self::OneVote => "S2: one person fills one slot (rule 12)",
            Self::StepShown => "B07: a press counts for the step that it showed, or not at all",
            Self::Deadline => "no vote counts at or after the deadline (rule 26)",
            Self::Named => "votes only by those whom the open step names (rules 9, 10)",
            Self::NoAccessOutside => "S4: no access outside granting, active and revoking",
            Self::Bounded => "S5: an alarm that is due ends what is over",
            Self::Loud => "S6: a revocation that is late is said, and goes on being said",
            Self::Immutable => "S7, S8: terms, votes and the target's name never change",
            Self::Trail => "S9: the events rebuild the request",
            Self::Terminal => "S14: terminal means terminal",
            Self::Rest => "L1-L3: without faults and people, everything comes to its end",
        }
    }
}

/// Judges a transition that `act` caused in `before`.
pub fn judge(before: &State, act: Act, done: &Transition, policy: &Policy) -> Option<Promise> {
    let (old, new, now) = (&*before.request, &done.request, before.now);
    if !old.is_live() {
        return Some(Promise::Terminal);
    }
    if !rebuilds(old, done) {
        return Some(Promise::Trail);
    }
    if new.votes[..old.votes.len().min(new.votes.len())] != old.votes[..] || !same_terms(old, new) {
        return Some(Promise::Immutable);
    }
    let votes = new.votes[old.votes.len()..].iter().find_map(|vote| misvoted(old, vote, act, policy, now));
    votes.or_else(|| begins(old, new, policy, now)).or_else(|| ends(before, new)).or_else(|| rang(old, done, act, now))
}

fn rebuilds(old: &Request, done: &Transition) -> bool {
    let mut rebuilt = old.clone();
    done.events.iter().for_each(|event| decide::evolve(&mut rebuilt, event));
    rebuilt.version = done.request.version;
    !done.events.is_empty() && rebuilt == done.request
}

fn same_terms(old: &Request, new: &Request) -> bool {
    match (&old.grant, &new.grant) {
        (Some(old), Some(new)) => old.terms == new.terms,
        (None, Some(grant)) => {
            let mut approvals = new.votes.iter().filter(|vote| vote.decision == Decision::Approve);
            approvals.all(|v| grant.terms.duration <= v.scope.duration && grant.terms.access == v.scope.access)
        }
        (Some(_), None) => false,
        (None, None) => true,
    }
}

/// What is wrong about a vote.
fn misvoted(old: &Request, vote: &Vote, act: Act, policy: &Policy, now: Timestamp) -> Option<Promise> {
    let Stand::Pending(pending) = &old.state else { return Some(Promise::Terminal) };
    let Some(id) = vote.voter.person() else { return Some(Promise::Named) };
    let distinct = |step: usize| old.chain.steps[step].distinct;
    let uses = |v: &&Vote| v.step == vote.step || (distinct(v.step) && distinct(vote.step));
    let (who, shown) = match act {
        Act::Press { who, step, .. } => (person(who), step as usize),
        _ => return Some(Promise::Named),
    };
    if *id == old.requester || *id == old.holder {
        Some(Promise::OwnRequest)
    } else if old.votes.iter().filter(|v| v.voter == vote.voter).any(|v| uses(&v)) {
        Some(Promise::OneVote)
    } else if vote.step != shown || shown != pending.step {
        Some(Promise::StepShown)
    } else if now >= pending.deadline.min(old.expires_at) {
        Some(Promise::Deadline)
    } else if who != *id || !is_named(old, vote.step, id, policy) {
        Some(Promise::Named)
    } else {
        None
    }
}

/// Did access become possible, start, or begin? Then the chain is full on the organisation as it is now.
fn begins(old: &Request, new: &Request, policy: &Policy, now: Timestamp) -> Option<Promise> {
    let state = |r: &Request| r.grant.as_ref().map(|g| g.state.key());
    let started = matches!(state(new), Some("scheduled" | "granting" | "active")) && state(new) != state(old);
    if !started {
        return None;
    }
    let mut used: BTreeSet<&PersonId> = BTreeSet::new();
    for (index, step) in new.chain.steps.iter().enumerate() {
        let counts = |id: &PersonId| match new.chain.revalidate {
            true => is_named(new, index, id, policy),
            false => policy.directory.active(id).is_some(),
        };
        let approvals = new.votes_of(index).filter(|v| v.decision == Decision::Approve);
        let people: BTreeSet<&PersonId> = approvals.filter_map(|v| v.voter.person()).filter(|id| counts(id)).collect();
        if people.len() < step.required as usize || (step.distinct && !people.is_disjoint(&used)) {
            return Some(Promise::FullChain);
        }
        used.extend(people.into_iter().filter(|_| step.distinct));
    }
    let there = policy.directory.active(&new.holder).is_some() && policy.resources.contains_key(&new.asked.resource);
    (!there || !within_caps(new, policy, now)).then_some(Promise::FullChain)
}

fn within_caps(request: &Request, policy: &Policy, now: Timestamp) -> bool {
    let Some(end) = request.grant.as_ref().and_then(|g| g.state.expires_at()) else { return true };
    let of_resource = policy.resources.get(&request.asked.resource).map(|r| r.max_duration);
    let of_workflow = policy.workflows.get(&request.chain.workflow).and_then(|w| w.limits.max_duration);
    let caps = of_resource.into_iter().chain(of_workflow).chain([request.chain.max_duration, request.scope.duration]);
    now < end && caps.into_iter().all(|cap| end - now <= cap.delta())
}

/// The end is said only when nothing is left (rule 38), unless somebody vouches for it. What a worker gave that had been
/// stopped for longer than its lease is judged where it comes to rest.
fn ends(before: &State, new: &Request) -> Option<Promise> {
    let over = new.grant.as_ref().is_some_and(|g| g.state.is_over());
    let waived = State { request: std::sync::Arc::new(new.clone()), ..before.clone() }.is_waived();
    (over && !waived && before.access == crate::state::Access::Present).then_some(Promise::NoAccessOutside)
}

fn rang(old: &Request, done: &Transition, act: Act, now: Timestamp) -> Option<Promise> {
    let state = done.request.grant.as_ref().map(|g| &g.state);
    let overdue = |g: Option<&Grant>| g.is_some_and(|g| g.state.is_overdue());
    let bounded = match (act, state) {
        (Act::Ring, Some(GrantState::Active { expires_at, .. })) => now < *expires_at,
        (Act::Ring, Some(GrantState::Granting { give_up_at, .. })) => now < *give_up_at,
        (Act::Ring, Some(GrantState::Scheduled { start_by })) => now < *start_by,
        _ => true,
    };
    let loud = Effect::Tell { audience: Audience::Operators, news: News::Overdue };
    let quiet = overdue(done.request.grant.as_ref()) && act == Act::Ring && !done.effects.contains(&loud);
    let unsaid = overdue(old.grant.as_ref()) && !overdue(done.request.grant.as_ref()) && act == Act::Ring;
    match (bounded, quiet || unsaid) {
        (false, _) => Some(Promise::Bounded),
        (_, true) => Some(Promise::Loud),
        _ => None,
    }
}

/// Active, and named by the step, or by its fallback once that was added?
fn is_named(request: &Request, step: usize, id: &PersonId, policy: &Policy) -> bool {
    let directory = &policy.directory;
    let (Some(person), Some(requester)) = (directory.person(id), directory.person(&request.requester)) else {
        return false;
    };
    let resource = policy.resources.get(&request.asked.resource);
    let spec = &request.chain.steps[step];
    let fallback = match &spec.on_timeout {
        OnTimeout::Escalate(more) if request.widened.contains(&step) => more.as_slice(),
        _ => &[],
    };
    person.active && spec.approvers.iter().chain(fallback).any(|s| s.names(person, requester, resource, directory))
}
