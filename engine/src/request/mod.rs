//! The request: the one aggregate. Its chain is a snapshot, its votes are a record, its state carries its evidence.

mod state;
mod vote;

pub use state::{CancelReason, Decider, Pending, Shortfall, State};
pub use vote::{Decision, Scope, Via, Vote, Voter};

use crate::{
    grant::Grant,
    id::{AccessLevel, PersonId, RequestId, ResourceId, ShortId, WorkflowId},
    person::Platform,
    time::{Length, Timestamp},
    workflow::{Notify, Priority, Step},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One person's wish for access, from the asking to the end of the grant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Its name in the database.
    pub id: RequestId,
    /// Its name among people.
    pub short_id: ShortId,
    /// Who asked.
    pub requester: PersonId,
    /// Who gets the access; neither they nor the requester ever vote (rule 11).
    pub holder: PersonId,
    /// What was asked. Never changes: what was approved is a [`Scope`] that can only be smaller.
    pub asked: Asked,
    /// The smallest of what was asked and of every approver's trim (rule 20).
    pub scope: Scope,
    /// The chain as it was when the request opened (rule 8).
    pub chain: Chain,
    /// How the asking reached us.
    pub via: Via,
    /// When.
    pub opened_at: Timestamp,
    /// The whole request's bound (rule 25).
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: State,
    /// Steps whose fallback approvers were added (rule 24); they stay added.
    #[serde(default)]
    pub widened: BTreeSet<usize>,
    /// Every vote ever cast, in order; a vote is never removed.
    pub votes: Vec<Vote>,
    /// The grant, once approved.
    pub grant: Option<Grant>,
    /// Counts committed transitions, from 1.
    pub version: u64,
}

/// What was asked, in the requester's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The resource.
    pub resource: ResourceId,
    /// The access level.
    pub access: AccessLevel,
    /// For how long.
    pub duration: Length,
    /// Why; hostile until rendered.
    pub reason: Option<String>,
}

/// The part of the policy that holds for this request until it ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// The workflow that won.
    pub workflow: WorkflowId,
    /// Its priority.
    pub priority: Priority,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The longest grant it allowed when the request opened.
    pub max_duration: Length,
    /// Start by hand within this (rule 25).
    pub activate_within: Option<Length>,
    /// Judge votes again before granting (rule 10).
    pub revalidate: bool,
    /// Votes cast in Telegram count, though its updates are not signed.
    #[serde(default)]
    pub telegram_may_decide: bool,
    /// Whom to tell.
    pub notify: Notify,
    /// The resource's access levels then, least first.
    pub access: Vec<AccessLevel>,
    /// The connector that will grant it.
    pub connector: String,
    /// Why this workflow and no other, in words (rule 7).
    pub trace: Vec<String>,
}

impl Chain {
    /// Do votes cast on this platform count? Telegram proves no update of its own, so there the workflow has to say so.
    pub fn takes_votes_from(&self, platform: Platform) -> bool {
        platform != Platform::Telegram || self.telegram_may_decide
    }
}

impl Request {
    /// The open step, when the request is pending.
    pub fn open_step(&self) -> Option<(&Pending, &Step)> {
        match &self.state {
            State::Pending(pending) => self.chain.steps.get(pending.step).map(|step| (pending, step)),
            _ => None,
        }
    }
    /// Votes of one step.
    pub fn votes_of(&self, step: usize) -> impl Iterator<Item = &Vote> {
        self.votes.iter().filter(move |v| v.step == step)
    }
    /// The person's vote that uses up their slot at `step` (rule 12). One vote per person in all the steps of a chain;
    /// a step with `distinct = false` stands outside of that: there, only its own votes are looked at.
    pub fn slot_used_by(&self, person: &PersonId, step: usize) -> Option<&Vote> {
        let distinct = |step: usize| self.chain.steps.get(step).is_none_or(|s| s.distinct);
        let uses = |v: &&Vote| v.step == step || (distinct(step) && distinct(v.step));
        self.votes.iter().filter(|v| v.voter.person() == Some(person)).find(uses)
    }
    /// The access levels that an approver can leave of it, least first; the last is the one that stands (rule 20).
    pub fn levels_left(&self) -> &[AccessLevel] {
        let levels = &self.chain.access;
        let stands = levels.iter().position(|level| *level == self.scope.access).unwrap_or(0);
        levels.get(..=stands).unwrap_or_default()
    }
    /// Can anything still happen to it? It is pending, blocked or not, or its grant is not over.
    pub fn is_live(&self) -> bool {
        self.state.is_pending() || self.grant.as_ref().is_some_and(|grant| !grant.state.is_over())
    }
    /// Is this one of the two people who may never vote on it (rule 11)?
    pub fn concerns(&self, person: &PersonId) -> bool {
        self.requester == *person || self.holder == *person
    }
}
