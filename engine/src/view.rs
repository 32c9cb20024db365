//! A request as one person sees it: names looked up, eligibility judged, abilities worked out.

mod ability;
mod step;

pub use ability::Abilities;
pub use step::{StepState, StepView};

pub(crate) use step::rule;

use crate::person::Platform;
use crate::{id::PersonId, policy::Policy, request::Request, time::Timestamp};
use std::collections::BTreeMap;

/// All that cards, pages and the API say about a request. Made from current state at the moment of reading.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestView {
    /// The request.
    pub request: Request,
    /// Its steps with who voted and who can.
    pub steps: Vec<StepView>,
    /// Everyone named in the request: requester, holder, voters, those who can vote now.
    pub people: BTreeMap<PersonId, Label>,
    /// What the reader may do.
    pub abilities: Abilities,
    /// Platforms on which at least one copy of the card was delivered.
    pub notified: Vec<Platform>,
    /// Messages that could not be delivered where they should be, and what was done about it.
    pub delivery: Vec<DeliveryNote>,
    /// The moment of reading.
    pub now: Timestamp,
}

/// Somebody could not be told as planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryNote {
    /// Who; `None` is a place where several people read.
    pub whom: Option<PersonId>,
    /// Where it was tried.
    pub on: Platform,
    /// Why it failed, in the platform's words.
    pub why: String,
    /// What was done instead.
    pub instead: Instead,
}

/// Another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Told there.
    On(Platform),
    /// The approvers are asked directly.
    Approvers,
    /// There is none.
    Nothing,
}

/// How a person is shown: our own name and e-mail, never a platform's display name (THREATS A01).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Name.
    pub name: String,
    /// E-mail; the id when the directory knows no e-mail.
    pub email: String,
}

impl RequestView {
    /// As `reader` sees it; `None` reads without any abilities, as a shared card does.
    pub fn new(
        request: Request,
        reader: Option<&PersonId>,
        notified: Vec<Platform>,
        policy: &Policy,
        now: Timestamp,
    ) -> Self {
        let steps = step::views(&request, policy);
        let abilities = reader.map(|r| Abilities::of(r, &request, policy, now)).unwrap_or_default();
        let named = [&request.requester, &request.holder]
            .into_iter()
            .chain(request.votes.iter().filter_map(|v| v.voter.person()))
            .chain(steps.iter().flat_map(|s| s.can.iter()));
        let people = named.map(|id| (id.clone(), Label::of(id, policy))).collect();
        Self { steps, people, abilities, notified, delivery: Vec::new(), now, request }
    }

    /// With what became of its messages.
    pub fn with_delivery(self, delivery: Vec<DeliveryNote>) -> Self {
        Self { delivery, ..self }
    }

    /// How a person is shown.
    pub fn label(&self, id: &PersonId) -> Label {
        self.people.get(id).cloned().unwrap_or_else(|| Label { name: id.to_string(), email: id.to_string() })
    }
}

impl Label {
    /// From the directory; people who left it keep their id.
    pub fn of(id: &PersonId, policy: &Policy) -> Self {
        match policy.directory.person(id) {
            Some(p) => {
                Self { name: p.name.clone(), email: if p.email.is_empty() { id.to_string() } else { p.email.clone() } }
            }
            None => Self { name: id.to_string(), email: id.to_string() },
        }
    }
}
