//! One audit entry: who did what to which request, and what became of it.

use countersign_engine::{
    event::Event,
    request::Request,
    transition::{Actor, Transition},
};
use serde::{Deserialize, Serialize};

/// An entry of the trail (rule 42). Exactly one for each committed transition.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When it was decided.
    pub at: countersign_engine::time::Timestamp,
    /// Who caused it.
    pub actor: Actor,
    /// The request's id.
    pub request: String,
    /// The request's short id.
    pub short_id: String,
    /// The request's version after it: 1, 2, 3 ... without gaps.
    pub version: u64,
    /// Whose request it is.
    pub requester: String,
    /// The resource.
    pub resource: String,
    /// The workflow whose rules applied.
    pub workflow: String,
    /// State and grant state before; absent when the request is new.
    pub before: Option<Standing>,
    /// The same after.
    pub after: Standing,
    /// What happened, complete: replaying all entries of a request rebuilds it.
    pub events: Vec<Event>,
}

/// Where a request and its grant stand, as words on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The request's state.
    pub state: String,
    /// The grant's.
    pub grant: Option<String>,
}

impl Standing {
    fn of(request: &Request) -> Self {
        Self { state: request.state.key().to_owned(), grant: request.grant.as_ref().map(|g| g.state.key().to_owned()) }
    }
}

impl Entry {
    /// The entry of a transition that was decided at `at` on `before`.
    pub fn new(before: Option<&Request>, transition: &Transition, at: countersign_engine::time::Timestamp) -> Self {
        let request = &transition.request;
        Self {
            at,
            actor: transition.actor.clone(),
            request: request.id.to_string(),
            short_id: request.short_id.to_string(),
            version: request.version,
            requester: request.requester.to_string(),
            resource: request.asked.resource.to_string(),
            workflow: request.chain.workflow.to_string(),
            before: before.map(Standing::of),
            after: Standing::of(request),
            events: transition.events.clone(),
        }
    }

    /// The acting person's id; empty for the clock, a connector or the policy.
    pub fn person(&self) -> &str {
        match &self.actor {
            Actor::Person { id, .. } => id.as_str(),
            Actor::Clock | Actor::Connector | Actor::Policy => "",
        }
    }

    /// The canonical form that is hashed: JSON with sorted keys and no space (RFC 8785 for what entries hold).
    pub fn canonical(&self) -> Result<String, serde_json::Error> {
        serde_json::to_value(self).map(|value| value.to_string())
    }
}
