//! A step and its votes.

use super::length;
use chrono::{DateTime, Utc};
use countersign_engine::{
    request::{Decision, Vote, Voter},
    view::{StepState, StepView},
    workflow::Step,
};
use serde::Serialize;
use utoipa::ToSchema;

/// One step of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepItem {
    /// Its place in the chain, from 1.
    #[schema(example = 2)]
    pub n: usize,
    /// What people call it.
    #[schema(example = "Manager")]
    pub name: String,
    /// Who may vote, in words.
    #[schema(example = "level >= manager")]
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// Distinct approvals so far.
    pub approvals: u32,
    /// Ids of the people who can still vote here, or could once the step opens.
    #[schema(example = json!(["deputy", "manager"]))]
    pub can: Vec<String>,
    /// `ahead`, `open`, `passed`, `stopped` (the request ended here) or `skipped` (it ended before).
    #[schema(example = "open")]
    pub state: &'static str,
    /// How long it may take.
    #[schema(example = "30m")]
    pub timeout: String,
    /// While open: a vote at or after this moment is refused.
    pub deadline: Option<DateTime<Utc>>,
    /// Once passed: how long it took.
    #[schema(example = "5m 2s")]
    pub took: Option<String>,
    /// The votes, in order.
    pub votes: Vec<VoteItem>,
    /// Voters who no longer belong to the step's approvers; their votes stand.
    pub flagged: Vec<String>,
}

/// One vote.
#[derive(Debug, Serialize, ToSchema)]
pub struct VoteItem {
    /// Who; `null` for an automatic rule.
    #[schema(example = "lisa")]
    pub by: Option<String>,
    /// The automatic rule, where one voted.
    pub rule: Option<String>,
    /// `approve` or `deny`.
    #[schema(example = "approve")]
    pub decision: &'static str,
    /// In the voter's words. Not safe to show without escaping.
    pub note: Option<String>,
    /// The platform it came through; `null` for a rule.
    #[schema(example = "slack")]
    pub via: Option<&'static str>,
    /// When.
    pub at: DateTime<Utc>,
    /// The longest grant this vote allows.
    #[schema(example = "4h")]
    pub duration: String,
    /// The highest access level this vote allows.
    #[schema(example = "read-write")]
    pub access: String,
}

impl StepItem {
    /// The step at `index`, from 0.
    pub fn new(index: usize, step: &Step, view: &StepView) -> Self {
        let (state, deadline) = match view.state {
            StepState::Ahead => ("ahead", None),
            StepState::Open { deadline } => ("open", Some(deadline)),
            StepState::Passed => ("passed", None),
            StepState::Stopped => ("stopped", None),
            StepState::Skipped => ("skipped", None),
        };
        Self {
            n: index + 1,
            name: view.name.clone(),
            rule: view.rule.clone(),
            required: view.required,
            approvals: view.approvals(),
            can: view.can.iter().map(ToString::to_string).collect(),
            state,
            timeout: length(step.timeout),
            deadline,
            took: view.took.map(length),
            votes: view.votes.iter().map(VoteItem::new).collect(),
            flagged: view.flagged.iter().map(ToString::to_string).collect(),
        }
    }
}

impl VoteItem {
    fn new(vote: &Vote) -> Self {
        let (by, rule) = match &vote.voter {
            Voter::Person(id) => (Some(id.to_string()), None),
            Voter::Rule(name) => (None, Some(name.clone())),
        };
        Self {
            by,
            rule,
            decision: match vote.decision {
                Decision::Approve => "approve",
                Decision::Deny => "deny",
            },
            note: vote.note.clone(),
            via: vote.via.as_ref().map(|via| via.platform.key()),
            at: vote.at,
            duration: length(vote.scope.duration),
            access: vote.scope.access.to_string(),
        }
    }
}
