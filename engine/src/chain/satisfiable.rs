//! Can distinct, eligible people still fill every remaining slot?
//!
//! Slots and people form a bipartite graph; the chain can be filled exactly when a matching covers every slot (Hall's
//! theorem). Found by augmenting paths (Kuhn 1955). A step with `distinct = false` draws on people anew.

use super::{approvers, eligible::potential, missing};
use crate::{
    id::PersonId,
    policy::Policy,
    request::{Request, Shortfall, State},
};
use std::collections::BTreeMap;

/// What the chain lacks from its open step on; `None` when it can be filled, or is decided. Later steps count their
/// fallback approvers, who will be asked when it comes to that; the open step counts them once they have been.
pub fn shortfall(request: &Request, policy: &Policy) -> Option<Shortfall> {
    let State::Pending(pending) = &request.state else { return None };
    let remaining: Vec<Remaining> = (pending.step..request.chain.steps.len())
        .map(|step| Remaining {
            step,
            needed: missing(request, step, policy, request.chain.revalidate),
            distinct: request.chain.steps[step].distinct,
            people: match step == pending.step {
                true => approvers(request, step, policy).cloned().collect(),
                false => potential(request, step, policy).cloned().collect(),
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
    /// A person who fills a slot here fills none elsewhere.
    pub distinct: bool,
    /// Who could.
    pub people: Vec<PersonId>,
}

/// The same for steps given directly.
pub fn shortfall_of(remaining: &[Remaining]) -> Option<Shortfall> {
    let slots: usize = remaining.iter().map(|r| r.needed as usize).sum();
    let mut matching = Matching::default();
    for step in remaining {
        // With as many candidates as there are slots in all, one is always free: more change nothing.
        let people: Vec<&PersonId> = step.people.iter().take(slots.max(step.needed as usize)).collect();
        let filled = if step.distinct {
            (0..step.needed).take_while(|_| matching.seat(step.step, &people)).count()
        } else {
            people.len().min(step.needed as usize)
        };
        if (filled as u32) < step.needed {
            return Some(Shortfall { step: step.step, needed: step.needed, available: filled as u32 });
        }
    }
    None
}

/// Who sits where, and where else they could sit.
#[derive(Default)]
struct Matching<'a> {
    seat_of: BTreeMap<&'a PersonId, usize>,
    candidates: BTreeMap<usize, Vec<&'a PersonId>>,
}

impl<'a> Matching<'a> {
    /// Seats one more person at `step`, moving others if that helps.
    fn seat(&mut self, step: usize, people: &[&'a PersonId]) -> bool {
        self.candidates.entry(step).or_insert_with(|| people.to_vec());
        let mut seen = BTreeMap::new();
        self.augment(step, &mut seen)
    }

    fn augment(&mut self, step: usize, seen: &mut BTreeMap<&'a PersonId, ()>) -> bool {
        for person in self.candidates.get(&step).cloned().unwrap_or_default() {
            if self.seat_of.get(person) == Some(&step) || seen.insert(person, ()).is_some() {
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
