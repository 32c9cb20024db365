//! Who may vote at a step, on the directory as it is now (rules 9 to 12).

use crate::{
    id::PersonId,
    policy::Policy,
    request::{Request, State},
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

/// Were the open step's fallback approvers added (rule 24)?
fn is_escalated(request: &Request, step: usize) -> bool {
    matches!(&request.state, State::Pending(p) if p.step == step && p.escalated)
}

fn names(request: &Request, step: usize, id: &PersonId, policy: &Policy, widened: bool) -> bool {
    let directory = &policy.directory;
    let (Some(person), Some(requester)) = (directory.active(id), directory.person(&request.requester)) else {
        return false;
    };
    let resource = policy.resources.get(&request.asked.resource);
    !request.concerns(id) && selectors(request, step, widened).any(|s| s.names(person, requester, resource, directory))
}

/// Do the step's selectors name this person now, and is it not their own request? Says nothing about whether their vote
/// is already used.
pub fn is_approver(request: &Request, step: usize, id: &PersonId, policy: &Policy) -> bool {
    names(request, step, id, policy, is_escalated(request, step))
}

/// The same, with the step's fallback approvers counted as well: who may be asked there sooner or later.
pub fn is_potential_approver(request: &Request, step: usize, id: &PersonId, policy: &Policy) -> bool {
    names(request, step, id, policy, true)
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

/// Everyone who could vote at a step now, in order of id: named, not excluded, vote not used.
pub fn approvers<'a>(request: &'a Request, step: usize, policy: &'a Policy) -> impl Iterator<Item = &'a PersonId> {
    policy
        .directory
        .everyone()
        .map(|p| &p.id)
        .filter(move |id| is_excluded(request, step, id).is_none() && is_approver(request, step, id, policy))
}

/// Everyone who could vote at a step sooner or later, its fallback approvers included.
pub(super) fn potential<'a>(
    request: &'a Request,
    step: usize,
    policy: &'a Policy,
) -> impl Iterator<Item = &'a PersonId> {
    let free = move |id: &&PersonId| is_excluded(request, step, id).is_none();
    let named = move |id: &&PersonId| is_potential_approver(request, step, id, policy);
    policy.directory.everyone().map(|p| &p.id).filter(free).filter(named)
}
