//! One step as a reader sees it.

use crate::{
    chain,
    id::PersonId,
    policy::Policy,
    request::{Decision, Request, State, Vote},
    time::{Length, Timestamp},
    workflow::{OnTimeout, Step},
};

/// A step with its votes and the people behind it.
#[derive(Clone, Debug, PartialEq)]
pub struct StepView {
    /// Its name.
    pub name: String,
    /// Its rule in words: `level >= team-lead`.
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// Where it stands.
    pub state: StepState,
    /// Its votes, in order.
    pub votes: Vec<Vote>,
    /// Distinct approvals that count now.
    pub counted: u32,
    /// Voters whom the step's selectors no longer name (rule 10).
    pub flagged: Vec<PersonId>,
    /// Who could vote now, or could once the step opens.
    pub can: Vec<PersonId>,
    /// How many people its selectors name now, votes cast or not; fallback approvers once they were added.
    pub named: usize,
    /// From its opening to its last vote; only for steps that passed.
    pub took: Option<Length>,
}

/// Where a step stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepState {
    /// An earlier one is open.
    Ahead,
    /// Votes are wanted.
    Open {
        /// Until when.
        deadline: Timestamp,
    },
    /// Enough approved.
    Passed,
    /// The request ended here.
    Stopped,
    /// The request ended before.
    Skipped,
}

impl StepView {
    /// Distinct approvals so far; one that lapsed is none.
    pub fn approvals(&self) -> u32 {
        self.counted
    }
}

pub(super) fn views(request: &Request, policy: &Policy) -> Vec<StepView> {
    let mut opened = request.opened_at;
    let mut views = Vec::with_capacity(request.chain.steps.len());
    for (index, step) in request.chain.steps.iter().enumerate() {
        let votes: Vec<Vote> = request.votes_of(index).cloned().collect();
        let state = state(request, index, policy);
        let last = votes.iter().map(|v| v.at).max();
        let took = match (&state, last) {
            (StepState::Passed, Some(last)) => Length::between(opened, last),
            _ => None,
        };
        opened = last.unwrap_or(opened);
        let flagged = votes
            .iter()
            .filter_map(|v| v.voter.person())
            .filter(|id| !chain::is_potential_approver(request, index, id, policy))
            .cloned()
            .collect();
        let can = match state {
            StepState::Ahead | StepState::Open { .. } => chain::approvers(request, index, policy).cloned().collect(),
            _ => Vec::new(),
        };
        let named = chain::named(request, index, policy).count();
        views.push(StepView {
            name: step.name.clone(),
            rule: rule(step),
            required: step.required,
            state,
            votes,
            counted: chain::counting(request, index, Decision::Approve, policy, request.chain.revalidate).count()
                as u32,
            flagged,
            can,
            named,
            took,
        });
    }
    views
}

fn state(request: &Request, index: usize, policy: &Policy) -> StepState {
    let stopped_at = |at: usize| match index.cmp(&at) {
        std::cmp::Ordering::Less => StepState::Passed,
        std::cmp::Ordering::Equal => StepState::Stopped,
        std::cmp::Ordering::Greater => StepState::Skipped,
    };
    match &request.state {
        State::Pending(p) if p.step == index => StepState::Open { deadline: p.deadline.min(request.expires_at) },
        State::Pending(p) if p.step > index => StepState::Passed,
        State::Pending(_) => StepState::Ahead,
        State::Approved { .. } => StepState::Passed,
        State::Denied { step: Some(step), .. } | State::TimedOut { step, .. } => stopped_at(*step),
        State::Denied { step: None, .. } => StepState::Skipped,
        State::Withdrawn { .. } | State::Cancelled { .. } => match chain::missing(request, index, policy, false) {
            0 => StepState::Passed,
            _ => StepState::Skipped,
        },
    }
}

/// A step's approvers in words.
pub(crate) fn rule(step: &Step) -> String {
    let mut words: Vec<String> = step.approvers.iter().map(ToString::to_string).collect();
    if let OnTimeout::Escalate(more) = &step.on_timeout {
        let more: Vec<String> = more.iter().map(ToString::to_string).collect();
        words.push(format!("after {} also {}", step.timeout, more.join(" or ")));
    }
    words.join(" or ")
}
