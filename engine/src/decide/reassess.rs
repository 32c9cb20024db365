//! What a changed policy or directory means for a request that is not over (rules 3, 8 and 13).

use super::{advance, steer::take_away, work::Work};
use crate::{
    effect::{Audience, News},
    event::Event,
    grant::EndReason,
    policy::Policy,
    request::{CancelReason, Request},
    time::Timestamp,
    transition::{Actor, Transition},
};

/// Judges a request on the newest policy. `None` when nothing follows from it.
pub fn reassess(request: &Request, policy: &Policy, now: Timestamp) -> Option<Transition> {
    let mut work = Work::on(request, policy, now);
    let inactive = [&request.requester, &request.holder].into_iter().find(|id| policy.directory.active(id).is_none());
    let resource_gone = !policy.resources.contains_key(&request.asked.resource);
    if request.state.is_pending() {
        let why = match inactive {
            Some(person) => Some(CancelReason::Deactivated(person.clone())),
            None if resource_gone => Some(CancelReason::ResourceGone),
            None if !policy.workflows.contains_key(&request.chain.workflow) => Some(CancelReason::WorkflowGone),
            None => None,
        };
        match why {
            Some(why) => {
                work.happens(Event::Cancelled { at: now, why });
                work.tell(Audience::Requester, News::Decided);
            }
            None => advance::judge_chain(&mut work),
        }
    } else {
        let why = match inactive {
            Some(person) => Some(EndReason::Deactivated(person.clone())),
            None => resource_gone.then_some(EndReason::ResourceGone),
        };
        if let Some(why) = why {
            // A refusal means that there is nothing left to take away.
            let _ = take_away(&mut work, "revoke", why);
        }
    }
    work.done_if_any(Actor::Policy)
}
