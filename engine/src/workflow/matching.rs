//! Which workflow takes a request: a total order, so that the same request always gets the same workflow (rule 5).

use super::{Condition, Priority, ResourceMatch, Workflow};
use crate::{
    directory::Directory,
    id::{AccessLevel, WorkflowId},
    person::Person,
    policy::Policy,
    resource::Resource,
    selector::Selector,
    time::{Length, Timestamp},
};
use std::cmp::Reverse;

/// A request as conditions see it.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Who.
    pub requester: &'a Person,
    /// What.
    pub resource: &'a Resource,
    /// How much.
    pub access: &'a AccessLevel,
    /// For how long.
    pub duration: Length,
    /// The organisation now.
    pub directory: &'a Directory,
    /// The moment.
    pub now: Timestamp,
}

/// How exactly a workflow means a request; greater is more exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity {
    resource: u8,
    requester: u8,
}

/// A workflow that did not win, and why, in words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Lost {
    /// Which.
    pub workflow: WorkflowId,
    /// Why.
    pub why: String,
}

/// No workflow takes the request (rule 6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoMatch {
    /// Why each was not for it.
    pub lost: Vec<Lost>,
}

type Rank = (Priority, Specificity, u32, Reverse<WorkflowId>);

/// The winner, and why each other lost.
pub fn choose<'a>(policy: &'a Policy, asked: &Asked<'_>) -> Result<(&'a Workflow, Vec<Lost>), NoMatch> {
    let mut lost = Vec::new();
    let mut fitting: Vec<(Rank, &Workflow)> = Vec::new();
    for workflow in policy.workflows.values() {
        match workflow.when.misses(asked) {
            Some(why) => lost.push(Lost { workflow: workflow.id.clone(), why }),
            None => fitting.push((rank(workflow, asked), workflow)),
        }
    }
    fitting.sort_by(|(a, _), (b, _)| b.cmp(a));
    let mut fitting = fitting.into_iter();
    let Some((best, winner)) = fitting.next() else { return Err(NoMatch { lost }) };
    lost.extend(
        fitting.map(|(rank, workflow)| Lost { workflow: workflow.id.clone(), why: compare(&rank, &best, winner) }),
    );
    Ok((winner, lost))
}

fn rank(workflow: &Workflow, asked: &Asked<'_>) -> Rank {
    let approvals = workflow.steps.iter().fold(0, |sum: u32, s| sum.saturating_add(s.required));
    (workflow.priority, specificity(&workflow.when, asked), approvals, Reverse(workflow.id.clone()))
}

fn compare(rank: &Rank, best: &Rank, winner: &Workflow) -> String {
    let name = &winner.id;
    if rank.0 != best.0 {
        format!("priority {} is below {name}'s {}", rank.0, best.0)
    } else if rank.1 != best.1 {
        format!("it is less specific than {name}")
    } else if rank.2 != best.2 {
        format!("it asks for {} approvals, {name} for {}: the stricter wins", rank.2, best.2)
    } else {
        format!("it is equal to {name} in all else, and later by name")
    }
}

/// Judged by the most exact of the entries that name this very request (rule 5).
fn specificity(when: &Condition, asked: &Asked<'_>) -> Specificity {
    let resource = when.resources.iter().filter(|m| m.names(asked.resource)).map(|m| match m {
        ResourceMatch::Id(_) => 4,
        ResourceMatch::Glob(_) => 3,
        ResourceMatch::Tag(_) => 2,
        ResourceMatch::Kind(_) => 1,
    });
    let by = |s: &&Selector| s.names(asked.requester, asked.requester, Some(asked.resource), asked.directory);
    let requester = when.requesters.iter().filter(by).map(|s| match s {
        Selector::Person(_) => 3,
        Selector::Team(_) | Selector::Manager | Selector::Owners => 2,
        Selector::Level { .. } => 1,
    });
    Specificity { resource: resource.max().unwrap_or(0), requester: requester.max().unwrap_or(0) }
}
