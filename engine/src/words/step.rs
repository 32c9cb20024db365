//! A step of the chain, in words.

use super::{clock, left, list, outside, period, person};
use crate::{
    id::PersonId,
    person::Platform,
    request::{Decider, Decision, State, Vote, Voter},
    view::{RequestView, StepState, StepView},
};

/// The parts of a step's line, for pages that set them in columns. What is empty is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepWords {
    /// `Team lead`
    pub name: String,
    /// `approved by lisa@acme.com in 2m 14s`, `waiting · notified via Slack, e-mail`
    pub status: String,
    /// `level >= team-lead`
    pub rule: String,
    /// `1 of 3` people for a step that passed; `0 of 2 (4 can)` approvals for one that has not.
    pub count: String,
    /// `28m left`; only for the open step.
    pub left: String,
    /// Smaller lines: notes of votes, trims, flags, escalation.
    pub below: Vec<String>,
}

/// One step. `None` when the chain has no such step.
pub fn step(view: &RequestView, index: usize) -> Option<StepWords> {
    let step = view.steps.get(index)?;
    let left = match step.state {
        StepState::Open { deadline } => left(deadline.min(view.request.expires_at), view.now),
        _ => String::new(),
    };
    Some(StepWords {
        name: outside(&step.name, 60),
        status: status(view, index, step),
        rule: outside(&step.rule, 120),
        count: count(step),
        left,
        below: below(view, index, step),
    })
}

fn status(view: &RequestView, index: usize, step: &StepView) -> String {
    let approvals = voters(view, step, Decision::Approve);
    match &step.state {
        StepState::Ahead => "not asked yet".into(),
        StepState::Skipped => "not reached".into(),
        StepState::Passed => {
            let took = step.took.map(|t| format!(" in {t}")).unwrap_or_default();
            format!("approved {approvals}{took}")
        }
        StepState::Stopped => stopped(view, index, step),
        StepState::Open { .. } => {
            let mut words = vec![if blocked(view, index) { "blocked".to_owned() } else { "waiting".to_owned() }];
            if !approvals.is_empty() {
                words.push(format!("approved so far {approvals}"));
            }
            let denials = voters(view, step, Decision::Deny);
            if !denials.is_empty() {
                words.push(format!("denied {denials}"));
            }
            if !view.notified.is_empty() {
                words.push(format!("notified via {}", platforms(&view.notified)));
            }
            words.join(" · ")
        }
    }
}

fn stopped(view: &RequestView, index: usize, step: &StepView) -> String {
    match &view.request.state {
        State::TimedOut { whole: false, .. } => {
            let within = view.request.chain.steps.get(index).map(|s| period(s.timeout)).unwrap_or_default();
            format!("no decision within {within}")
        }
        State::TimedOut { at, .. } => format!("no decision until {}", clock(*at, view.now)),
        _ => format!("denied {}", voters(view, step, Decision::Deny)),
    }
}

/// `by lisa@acme.com via Slack and manager@acme.com`, `automatically (rule trusted)`; empty when there are none.
fn voters(view: &RequestView, step: &StepView, decision: Decision) -> String {
    let votes = || step.votes.iter().filter(|v| v.decision == decision);
    let people: Vec<String> = votes()
        .filter_map(|v| v.voter.person().map(|id| (id, v)))
        .map(|(id, v)| format!("{}{}", person(id, view), via(v)))
        .collect();
    let rule = votes().find_map(|v| match &v.voter {
        Voter::Rule(name) => Some(format!("automatically (rule {})", outside(name, 60))),
        Voter::Person(_) => None,
    });
    match (people.is_empty(), rule) {
        (true, rule) => rule.unwrap_or_default(),
        (false, None) => format!("by {}", list(&people)),
        (false, Some(rule)) => format!("by {}, then {rule}", list(&people)),
    }
}

/// Where somebody voted, when that was not our own console or API.
fn via(vote: &Vote) -> String {
    match vote.via.as_ref().map(|via| via.platform) {
        None | Some(Platform::Console | Platform::Api) => String::new(),
        Some(platform) => format!(" via {platform}"),
    }
}

fn count(step: &StepView) -> String {
    let (approvals, required) = (step.approvals(), step.required);
    match &step.state {
        _ if step.votes.iter().any(|v| matches!(v.voter, Voter::Rule(_))) => String::new(),
        // A vote whose voter left long after is still one of those that passed the step.
        StepState::Passed => {
            let given = step.votes.iter().filter(|v| v.decision == Decision::Approve).count();
            format!("{given} of {}", step.named.max(given))
        }
        StepState::Ahead | StepState::Open { .. } => format!("{approvals} of {required} ({} can)", step.can.len()),
        StepState::Stopped | StepState::Skipped => format!("{approvals} of {required}"),
    }
}

fn below(view: &RequestView, index: usize, step: &StepView) -> Vec<String> {
    let mut lines = Vec::new();
    for vote in &step.votes {
        // The note of the deny that ended the request stands in the sentence about the whole.
        let said = vote.decision == Decision::Deny && ended_by(view) == vote.voter.person();
        if let (Some(id), Some(note), false) = (vote.voter.person(), &vote.note, said) {
            lines.push(format!("{}: \"{}\"", person(id, view), outside(note, 300)));
        }
    }
    for id in &step.flagged {
        lines.push(format!("{} is no longer among this step's approvers", person(id, view)));
    }
    if view.request.widened.contains(&index) {
        lines.push("its fallback approvers were asked too".into());
    }
    lines
}

fn ended_by(view: &RequestView) -> Option<&PersonId> {
    match &view.request.state {
        State::Denied { by: Decider::Person(id), .. } => Some(id),
        _ => None,
    }
}

/// Is this the step that nobody is left to fill (rule 13)?
pub(crate) fn blocked(view: &RequestView, index: usize) -> bool {
    matches!(&view.request.state, State::Pending(p) if p.blocked.as_ref().is_some_and(|b| b.step == index))
}

/// `Slack, e-mail`.
pub fn platforms(platforms: &[Platform]) -> String {
    platforms.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
