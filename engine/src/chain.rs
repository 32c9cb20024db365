//! Who may vote, which steps are full, and whether the rest can still be filled: a matching, not a count (rule 13).

mod eligible;
mod satisfiable;

pub use eligible::{approvers, is_approver, is_excluded, is_potential_approver};
pub(crate) use eligible::{is_named, named};
pub(crate) use satisfiable::shortfall_once_escalated;
pub use satisfiable::{Remaining, shortfall, shortfall_of};

use crate::{
    policy::Policy,
    request::{Decision, Request, Vote, Voter},
};

/// The votes of a step that count now. The vote of somebody deactivated no longer does; with `strict`, neither does
/// the vote of somebody who is no longer among the step's approvers (rule 10).
pub fn counting<'a>(
    request: &'a Request,
    step: usize,
    decision: Decision,
    policy: &'a Policy,
    strict: bool,
) -> impl Iterator<Item = &'a Vote> {
    request.votes_of(step).filter(move |vote| vote.decision == decision).filter(move |vote| match &vote.voter {
        Voter::Rule(_) => true,
        Voter::Person(id) => match strict {
            true => is_approver(request, step, id, policy),
            false => policy.directory.active(id).is_some(),
        },
    })
}

/// Approvals that a step still needs. A rule's vote fills a step by itself.
pub fn missing(request: &Request, step: usize, policy: &Policy, strict: bool) -> u32 {
    let Some(spec) = request.chain.steps.get(step) else { return 0 };
    let mut count = 0;
    for vote in counting(request, step, Decision::Approve, policy, strict) {
        match vote.voter {
            Voter::Rule(_) => return 0,
            Voter::Person(_) => count += 1,
        }
    }
    spec.required.saturating_sub(count)
}
