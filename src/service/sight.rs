//! Who may see what (THREATS E03).

use countersign_engine::{chain, id::PersonId, policy::Policy, request::Request};

pub(super) fn may_see(person: &PersonId, request: &Request, policy: &Policy) -> bool {
    if policy.directory.active(person).is_none() {
        return false;
    }
    let owns = || policy.resources.get(&request.asked.resource).is_some_and(|r| r.owners.contains(person));
    let voted = || request.votes.iter().any(|v| v.voter.person() == Some(person));
    let asked =
        || (0..request.chain.steps.len()).any(|step| chain::is_potential_approver(request, step, person, policy));
    request.concerns(person) || policy.is_auditor(person) || owns() || voted() || asked()
}
