//! What one decision changes. Committed whole or not at all.

use crate::{
    effect::Effect,
    event::Event,
    id::PersonId,
    request::{Request, Via},
};

/// The outcome of a decision: the request as it is now, what happened, and what is to be done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// After.
    pub request: Request,
    /// What happened, in order; never empty. One audit entry holds them all.
    pub events: Vec<Event>,
    /// What is to be done, without repetitions.
    pub effects: Vec<Effect>,
    /// On whose behalf it happened.
    pub actor: Actor,
}

/// Who caused a transition.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, through some platform.
    Person {
        /// Who.
        id: PersonId,
        /// How.
        via: Via,
    },
    /// The clock.
    Clock,
    /// A connector's report.
    Connector,
    /// A changed policy or directory.
    Policy,
}
