//! Who may vote at a step, on the directory as it is now (rules 9 to 12).

use crate::{
    id::PersonId,
    person::Person,
    policy::Policy,
    request::Request,
    seeded::{self, Bug},
    selector::Selector,
    workflow::OnTimeout,
};

/// The selectors that count at a step: its own, and its fallback where `widened`.
fn selectors(request: &Request, step: usize, widened: bool) -> impl Iterator<Item = &Selector> {
    let spec = request.chain.steps.get(step);
    let fallback = spec.and_then(|s| match &s.on_timeout {
        OnTimeout::Escalate(more) if widened => Some(more),
        _ => None,
    });
    spec.into_iter().flat_map(|s| &s.approvers).chain(fallback.into_iter().flatten())
}

fn any_names(request: &Request, step: usize, person: &Person, policy: &Policy, widened: bool) -> bool {
    let Some(requester) = policy.directory.person(&request.requester) else { return false };
    let resource = policy.resources.get(&request.asked.resource);
    selectors(request, step, widened).any(|s| s.names(person, requester, resource, &policy.directory))
}

fn may_vote(request: &Request, step: usize, id: &PersonId, policy: &Policy, widened: bool) -> bool {
    (!request.concerns(id) || seeded::on(Bug::OwnVote))
        && policy.directory.active(id).is_some_and(|person| any_names(request, step, person, policy, widened))
}

/// Do the step's selectors name this person now, and is it not their own request? Says nothing about whether their vote
/// is already used.
pub fn is_approver(request: &Request, step: usize, id: &PersonId, policy: &Policy) -> bool {
    may_vote(request, step, id, policy, request.widened.contains(&step))
}

/// The same, with the step's fallback approvers counted as well: who may be asked there sooner or later.
pub fn is_potential_approver(request: &Request, step: usize, id: &PersonId, policy: &Policy) -> bool {
    may_vote(request, step, id, policy, true)
}

/// Do the step's selectors, its fallback's included, name this person, were they active and were it nobody's own
/// request?
pub(crate) fn is_named(request: &Request, step: usize, person: &Person, policy: &Policy) -> bool {
    match person.active {
        true => any_names(request, step, person, policy, true),
        false => any_names(request, step, &Person { active: true, ..person.clone() }, policy, true),
    }
}

/// Why a person whom the selectors name cannot vote at a step; `None` when nothing excludes them.
pub fn is_excluded(request: &Request, step: usize, id: &PersonId) -> Option<&'static str> {
    if request.requester == *id {
        Some("is the requester")
    } else if request.holder == *id {
        Some("is the person it is for")
    } else if request.slot_used_by(id, step).is_some() {
        Some("has voted")
    } else {
        None
    }
}

/// Everyone whom a step's selectors could name, in order of id, each once.
fn candidates<'a>(request: &'a Request, step: usize, policy: &'a Policy, widened: bool) -> Vec<&'a PersonId> {
    let Some(requester) = policy.directory.person(&request.requester) else { return Vec::new() };
    let resource = policy.resources.get(&request.asked.resource);
    let mut found = Vec::new();
    for selector in selectors(request, step, widened) {
        selector.candidates(requester, resource, &policy.directory, &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// Everyone whom a step's selectors name now and whose request it is not, in order of id, votes cast or not.
pub(crate) fn named<'a>(request: &'a Request, step: usize, policy: &'a Policy) -> impl Iterator<Item = &'a PersonId> {
    let widened = request.widened.contains(&step);
    let all = candidates(request, step, policy, widened).into_iter();
    all.filter(move |id| may_vote(request, step, id, policy, widened))
}

/// Everyone who could vote at a step now, in order of id: named, not excluded, vote not used.
pub fn approvers<'a>(request: &'a Request, step: usize, policy: &'a Policy) -> impl Iterator<Item = &'a PersonId> {
    named(request, step, policy).filter(move |id| is_excluded(request, step, id).is_none())
}

/// Everyone who could vote at a step sooner or later, its fallback approvers included.
pub(super) fn potential<'a>(
    request: &'a Request,
    step: usize,
    policy: &'a Policy,
) -> impl Iterator<Item = &'a PersonId> {
    let free = move |id: &&PersonId| is_excluded(request, step, id).is_none();
    let named = move |id: &&PersonId| is_potential_approver(request, step, id, policy);
    candidates(request, step, policy, true).into_iter().filter(free).filter(named)
}
