//! Can distinct, eligible people still fill every remaining slot?
//!
//! Slots and people form a bipartite graph; the chain can be filled exactly when a matching covers every slot (Hall's
//! theorem). Found by augmenting paths (Kuhn 1955). A step with `distinct = false` takes no part in it.

use super::{approvers, eligible::potential, missing};
use crate::{
    id::PersonId,
    policy::Policy,
    request::{Request, Shortfall, State},
};
use std::collections::{BTreeMap, BTreeSet};

/// What the chain lacks; `None` when it can be filled, or is decided. Later steps count their fallback approvers, who
/// will be asked when it comes to that; the open step counts them once they have been added. So do earlier steps, which
/// lack something only where a vote has lapsed, and will open again.
pub fn shortfall(request: &Request, policy: &Policy) -> Option<Shortfall> {
    shortfall_with(request, policy, approvers)
}

/// What the chain would lack if the open step's fallback approvers were added.
pub(crate) fn shortfall_once_escalated(request: &Request, policy: &Policy) -> Option<Shortfall> {
    shortfall_with(request, policy, potential)
}

fn shortfall_with<'a, I: Iterator<Item = &'a PersonId>>(
    request: &'a Request,
    policy: &'a Policy,
    at_open_step: impl Fn(&'a Request, usize, &'a Policy) -> I,
) -> Option<Shortfall> {
    let State::Pending(pending) = &request.state else { return None };
    let strict = request.chain.revalidate;
    let needed: Vec<u32> = (0..request.chain.steps.len()).map(|step| missing(request, step, policy, strict)).collect();
    let slots = needed.iter().fold(0, |sum: u32, n| sum.saturating_add(*n)) as usize;
    let remaining: Vec<Remaining> = needed
        .into_iter()
        .enumerate()
        .filter(|(_, needed)| *needed > 0)
        .map(|(step, needed)| Remaining {
            step,
            needed,
            distinct: request.chain.steps[step].distinct,
            // With as many candidates as there are slots in all, one is always free: more change nothing.
            people: match step == pending.step {
                true => at_open_step(request, step, policy).take(slots).cloned().collect(),
                false => potential(request, step, policy).take(slots).cloned().collect(),
            },
        })
        .collect();
    shortfall_of(&remaining)
}

/// A step that still needs approvals.
#[derive(Clone, Debug)]
pub struct Remaining {
    /// Its index.
    pub step: usize,
    /// Approvals it needs.
    pub needed: u32,
    /// A person who fills a slot here fills none at another distinct step.
    pub distinct: bool,
    /// Who could.
    pub people: Vec<PersonId>,
}

/// The same for steps given directly, each at most once.
pub fn shortfall_of(remaining: &[Remaining]) -> Option<Shortfall> {
    let mut matching = Matching::default();
    for step in remaining {
        let available = if step.distinct {
            (0..step.needed).take_while(|_| matching.seat(step)).count()
        } else {
            step.people.iter().collect::<BTreeSet<_>>().len().min(step.needed as usize)
        };
        if available < step.needed as usize {
            return Some(Shortfall { step: step.step, needed: step.needed, available: available as u32 });
        }
    }
    None
}

/// Who sits where, and where else they could sit.
#[derive(Default)]
struct Matching<'a> {
    seat_of: BTreeMap<&'a PersonId, usize>,
    candidates: BTreeMap<usize, &'a [PersonId]>,
}

impl<'a> Matching<'a> {
    /// Seats one more person at a step, moving others if that helps.
    fn seat(&mut self, at: &'a Remaining) -> bool {
        self.candidates.insert(at.step, &at.people);
        self.augment(at.step, &mut BTreeSet::new())
    }

    fn augment(&mut self, step: usize, seen: &mut BTreeSet<&'a PersonId>) -> bool {
        let people: &'a [PersonId] = self.candidates.get(&step).copied().unwrap_or_default();
        for person in people {
            if self.seat_of.get(person) == Some(&step) || !seen.insert(person) {
                continue;
            }
            let free = match self.seat_of.get(person).copied() {
                None => true,
                Some(other) => self.augment(other, seen),
            };
            if free {
                self.seat_of.insert(person, step);
                return true;
            }
        }
        false
    }
}
