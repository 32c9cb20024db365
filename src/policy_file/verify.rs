//! Can each workflow ever be completed (rules 6 and 13)? Judged for every person who could ask, by the engine's own
//! matching, so that the file and a running request can never disagree.

use super::{problem::Report, workflows::Sourced};
use countersign_engine::{
    chain::{Remaining, shortfall_of},
    directory::Directory,
    id::{AccessLevel, PersonId},
    person::Person,
    policy::Policy,
    request::Shortfall,
    resource::Resource,
    selector::{LevelScope, Selector},
    time::{Length, Timestamp},
    workflow::{Asked, Condition, OnTimeout, Step, Workflow},
};
use std::collections::BTreeMap;

pub(super) fn workflows(policy: &Policy, all: &[Sourced], report: &Report<'_>) {
    for sourced in all {
        if everybody_together(policy, sourced, report) {
            each_requester(policy, sourced, report);
        }
        clocks(sourced, report);
    }
    if let Some(first) = all.first() {
        uncovered(policy, all, &first.span, report);
    }
}

/// Are there enough people at each step at all, whoever asks?
fn everybody_together(policy: &Policy, sourced: &Sourced, report: &Report<'_>) -> bool {
    let mut enough = true;
    for (step, span) in sourced.workflow.steps.iter().zip(&sourced.steps) {
        if selectors(step).any(follows_request) {
            continue;
        }
        let people = named(step, None, None, &policy.directory).len();
        if people < step.required as usize {
            let what = format!(
                "step \"{}\" needs {}, and {} can ever approve it: {}",
                step.name,
                approvals(step.required),
                match people {
                    0 => "nobody".to_owned(),
                    1 => "only 1 person".to_owned(),
                    n => format!("only {n} people"),
                },
                step.approvers.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
            );
            report.problem(span, what, "lower \"required\" or name more approvers");
            enough = false;
        } else if people < step.deny_required as usize {
            let what =
                format!("step \"{}\" needs {} denials, and only {people} can deny", step.name, step.deny_required);
            report.problem(span, what, "lower \"deny_required\"");
            enough = false;
        }
    }
    enough
}

/// Could each person who may ask get through?
fn each_requester(policy: &Policy, sourced: &Sourced, report: &Report<'_>) {
    let workflow = &sourced.workflow;
    let mut stuck: BTreeMap<&PersonId, Shortfall> = BTreeMap::new();
    let mut able = 0;
    for resource in policy.resources.values() {
        let fixed: Vec<Option<Vec<PersonId>>> = workflow
            .steps
            .iter()
            .map(|s| (!selectors(s).any(follows_request)).then(|| named(s, None, Some(resource), &policy.directory)))
            .collect();
        for access in &resource.access {
            for requester in policy.directory.everyone() {
                let asked = Question { requester, resource, access, directory: &policy.directory };
                if !asked.fits(&workflow.when) {
                    continue;
                }
                match asked.shortfall(workflow, &fixed) {
                    None => able += 1,
                    Some(shortfall) => drop(stuck.insert(&requester.id, shortfall)),
                }
            }
        }
    }
    let Some((first, shortfall)) = stuck.first_key_value() else { return };
    let step = workflow.steps.get(shortfall.step).map_or("", |s| s.name.as_str());
    let why = format!(
        "step \"{step}\" needs {} and {} left who can give {}",
        approvals(shortfall.needed),
        match shortfall.available {
            0 => "nobody is".to_owned(),
            1 => "only 1 person is".to_owned(),
            n => format!("only {n} people are"),
        },
        if shortfall.needed == 1 { "it" } else { "them" }
    );
    let hint = "nobody approves their own request, and one person fills one slot; name more approvers or a fallback";
    if able == 0 {
        let what = format!("workflow \"{}\" can never be completed by anyone: {why}", workflow.id);
        report.problem(&sourced.span, what, hint);
    } else {
        let some: Vec<&str> = stuck.keys().take(5).map(|id| id.as_str()).collect();
        let more = if stuck.len() > 5 { format!(" and {} more", stuck.len() - 5) } else { String::new() };
        let about = if stuck.len() > 1 { format!("for {first}, ") } else { String::new() };
        let what = format!(
            "requests of {}{more} can never complete workflow \"{}\": {about}{why}",
            some.join(", "),
            workflow.id
        );
        report.warn(&sourced.span, what, hint);
    }
}

/// Somebody's request as it could be, at the best of times.
struct Question<'a> {
    requester: &'a Person,
    resource: &'a Resource,
    access: &'a AccessLevel,
    directory: &'a Directory,
}

impl Question<'_> {
    /// Could the condition hold at some time, for some length?
    fn fits(&self, when: &Condition) -> bool {
        let timeless = Condition { windows: Vec::new(), max_duration: None, ..when.clone() };
        let (requester, resource, access, directory) = (self.requester, self.resource, self.access, self.directory);
        let (duration, now) = (Length::minutes(1), Timestamp::UNIX_EPOCH);
        timeless.misses(&Asked { requester, resource, access, duration, directory, now }).is_none()
    }

    /// What the chain would lack. A rule's vote fills its steps.
    fn shortfall(&self, workflow: &Workflow, fixed: &[Option<Vec<PersonId>>]) -> Option<Shortfall> {
        let by_rule = |step: &Step| {
            let names = |steps: &Option<Vec<String>>| steps.as_ref().is_none_or(|names| names.contains(&step.name));
            workflow.auto_approve.iter().any(|rule| names(&rule.steps) && self.fits(&rule.when))
        };
        let remaining = workflow.steps.iter().zip(fixed).enumerate().filter(|(_, (step, _))| !by_rule(step));
        let remaining: Vec<Remaining> = remaining
            .map(|(index, (step, fixed))| {
                let mut people = match fixed {
                    Some(people) => people.clone(),
                    None => named(step, Some(self.requester), Some(self.resource), self.directory),
                };
                people.retain(|id| *id != self.requester.id);
                Remaining { step: index, needed: step.required, distinct: step.distinct, people }
            })
            .collect();
        shortfall_of(&remaining)
    }
}

/// The step's own approvers and its fallback: who may be asked sooner or later.
fn selectors(step: &Step) -> impl Iterator<Item = &Selector> {
    let fallback = match &step.on_timeout {
        OnTimeout::Escalate(more) => more.as_slice(),
        OnTimeout::Deny => &[],
    };
    step.approvers.iter().chain(fallback)
}

/// Does it mean different people for different requests?
fn follows_request(selector: &Selector) -> bool {
    match selector {
        Selector::Manager | Selector::Owners => true,
        Selector::Level { scope, .. } => matches!(scope, LevelScope::RequesterTeams),
        Selector::Person(_) | Selector::Team(_) => false,
    }
}

fn named(step: &Step, requester: Option<&Person>, resource: Option<&Resource>, directory: &Directory) -> Vec<PersonId> {
    let by = |p: &Person| selectors(step).any(|s| s.names(p, requester.unwrap_or(p), resource, directory));
    directory.everyone().filter(|p| by(p)).map(|p| p.id.clone()).collect()
}

/// A chain that takes longer than its request may live ends halfway.
fn clocks(sourced: &Sourced, report: &Report<'_>) {
    let turns = |step: &Step| if matches!(step.on_timeout, OnTimeout::Escalate(_)) { 2 } else { 1 };
    let seconds: i64 = sourced.workflow.steps.iter().map(|s| s.timeout.seconds() * turns(s)).sum();
    let ttl = sourced.workflow.limits.request_ttl;
    if seconds > ttl.seconds() {
        let all = Length::from_seconds(seconds).map_or("more than a year".to_owned(), |l| l.to_string());
        let what = format!("the steps of \"{}\" may take {all}, but its requests end after {ttl}", sourced.workflow.id);
        report.warn(&sourced.span, what, "shorten the steps' timeouts, or raise limits = { request_ttl = ... }");
    }
}

/// A resource that no workflow is for can be listed, but never had.
fn uncovered(policy: &Policy, all: &[Sourced], span: &super::problem::Span, report: &Report<'_>) {
    let covered = |resource: &Resource| {
        all.iter().map(|s| &s.workflow.when.resources).any(|r| r.is_empty() || r.iter().any(|m| m.names(resource)))
    };
    let lost: Vec<&str> = policy.resources.values().filter(|r| !covered(r)).map(|r| r.id.as_str()).collect();
    if !lost.is_empty() {
        let what = format!("no workflow is for {}: every request for it will be refused", lost.join(", "));
        report.warn(span, what, "add a workflow that matches it");
    }
}

fn approvals(n: u32) -> String {
    if n == 1 { "1 approval".to_owned() } else { format!("{n} approvals") }
}
