//! Liveness at rest: what becomes of a state when nothing goes wrong any more and nobody does anything.

use crate::{
    act::{Act, Luck},
    org::Policies,
    state::{Lane, State},
    world,
};
use countersign_engine::decide;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

/// Things that happen before everything is at rest, at most.
const STEPS: usize = 200;

/// Nothing is under way and no clock runs: is everything over, and no access left for which nobody answers? Only looks.
pub fn is_rest_or_goes_on(policies: &Policies, s: &State) -> bool {
    let busy = s.worker.is_some() || s.frozen.is_some() || s.grant_job.is_some() || s.revoke_job.is_some();
    let alarm = decide::next_alarm(&s.request, policies.get(s.shape, s.edits)).is_some();
    alarm == s.request.is_live() && (busy || alarm || is_over(s))
}

/// Lets everything that can still happen by itself happen, and looks where that ends. One state in `one_in` is asked.
pub fn comes_to_rest(policies: &Policies, s: &State, one_in: u64) -> bool {
    let lot = BuildHasherDefault::<DefaultHasher>::default().hash_one(s);
    !lot.is_multiple_of(one_in) || s.broken.is_some() || drain(policies, s.clone()).is_some_and(|end| is_over(&end))
}

fn is_over(s: &State) -> bool {
    !s.request.is_live() && (s.is_waived() || !s.access.is_there())
}

/// Workers first, then alarms when they are due, and last of all who was stopped: so a late call comes as late as it can.
fn drain(policies: &Policies, mut s: State) -> Option<State> {
    for _ in 0..STEPS {
        let act = if s.worker.is_some() {
            Act::Work(Luck::Good)
        } else if s.revoke_job.is_some() {
            Act::Claim(Lane::Revoke)
        } else if s.grant_job.is_some() {
            Act::Claim(Lane::Grant)
        } else if let Some(at) = decide::next_alarm(&s.request, policies.get(s.shape, s.edits)) {
            s.now = s.now.max(at);
            Act::Ring
        } else if s.frozen.is_some() {
            Act::Thaw(Luck::Good)
        } else {
            return Some(s);
        };
        s = world::next(policies, &s, act)?;
    }
    None
}
