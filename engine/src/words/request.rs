//! Where a request stands, in words.

use super::{clock, count, grant, grant_short, is_lookalike, list, outside, period};
use crate::{
    id::PersonId,
    request::{CancelReason, Decider, Pending, State, Vote},
    time::Length,
    view::{RequestView, StepView},
    workflow::Step,
};

/// A person in running text: the e-mail that our directory has for them, never a platform's name (THREATS A01).
pub fn person(id: &PersonId, view: &RequestView) -> String {
    outside(&view.label(id).email, 80)
}

/// Name and e-mail: `Dev (dev@acme.com)`; the e-mail alone where the name adds nothing, or could be taken for another's.
pub fn who(id: &PersonId, view: &RequestView) -> String {
    match (name(id, view), person(id, view)) {
        (name, email) if name == email => email,
        (name, email) => format!("{name} ({email})"),
    }
}

fn name(id: &PersonId, view: &RequestView) -> String {
    let name = view.label(id).name;
    match outside(&name, 60) {
        shown if shown.is_empty() || is_lookalike(&name) => person(id, view),
        shown => shown,
    }
}

/// The whole wish in one breath: `Dev asks for prod-db (read-write, 4h)`.
pub fn ask(view: &RequestView) -> String {
    format!("{} asks for {}", name(&view.request.requester, view), wish(view))
}

/// The same without what approvers left of it: it never changes.
pub fn subject(view: &RequestView) -> String {
    let asked = &view.request.asked;
    let [resource, access] = [asked.resource.as_str(), asked.access.as_str()].map(|name| outside(name, 60));
    format!("{} asks for {resource} ({access}, {})", name(&view.request.requester, view), asked.duration)
}

/// The same once it is decided: `prod-db (read-write, 4h) for Dev`.
pub fn asked(view: &RequestView) -> String {
    format!("{} for {}", wish(view), name(&view.request.requester, view))
}

fn wish(view: &RequestView) -> String {
    format!("{} ({})", outside(view.request.asked.resource.as_str(), 60), scope(view))
}

/// A few words for headers and lists: `pending`, `timed out`, `active, 3h 59m left`.
pub fn standing(view: &RequestView) -> String {
    match (&view.request.state, &view.request.grant) {
        (State::Approved { .. }, Some(grant)) => grant_short(grant, view),
        (state, _) => state.key().replace('_', " "),
    }
}

/// A whole sentence: where it stands, and why.
pub fn sentence(view: &RequestView) -> String {
    let request = &view.request;
    match &request.state {
        State::Pending(pending) => waiting(pending, view),
        State::Approved { at } => match &request.grant {
            Some(g) => grant(g, view),
            None => format!("Approved {}.", clock(*at, view.now)),
        },
        State::Denied { by, step, at } => denied(by, *step, view, &clock(*at, view.now)),
        State::TimedOut { step, whole, .. } => timed_out(*step, *whole, view),
        State::Withdrawn { at } => {
            format!("Taken back by {}, {}.", person(&request.requester, view), clock(*at, view.now))
        }
        State::Cancelled { why, at } => format!("Cancelled {}: {}.", clock(*at, view.now), cancel_reason(why, view)),
    }
}

fn waiting(pending: &Pending, view: &RequestView) -> String {
    let at = place(pending.step, view);
    let until = clock(pending.deadline.min(view.request.expires_at), view.now);
    match &pending.blocked {
        Some(short) => {
            let people = match short.available {
                0 => "nobody is left who can give it".into(),
                1 => "only one person is left who can give one".into(),
                n => format!("only {n} people are left who can"),
            };
            let (lacking, needed) = (place(short.step, view), count(short.needed, "more approval"));
            format!("Blocked: {lacking} needs {needed}, and {people}. Open until {until}.")
        }
        None => {
            let step = view.steps.get(pending.step);
            let given = step.map_or(0, StepView::approvals);
            let missing = step.map_or(1, |s| s.required.saturating_sub(given).max(1));
            let noun = if given > 0 { "more approval" } else { "approval" };
            format!("Waiting for {} at {at}, until {until}.", count(missing, noun))
        }
    }
}

fn denied(by: &Decider, step: Option<usize>, view: &RequestView, when: &str) -> String {
    match by {
        Decider::Person(id) => {
            let at = step.map(|s| format!(" at {}", place(s, view))).unwrap_or_default();
            let vote = |v: &&Vote| v.voter.person() == Some(id) && Some(v.step) == step;
            let note = view.request.votes.iter().rev().find(vote).and_then(|v| v.note.as_deref());
            let note = note.map(|n| format!(" \"{}\"", outside(n, 300))).unwrap_or_default();
            format!("Denied by {}{at}, {when}.{note}", person(id, view))
        }
        Decider::Rule { name, message } => {
            format!("Denied automatically by rule {}: {}", outside(name, 60), outside(message, 300))
        }
    }
}

/// rule 27
fn timed_out(step: usize, whole: bool, view: &RequestView) -> String {
    let request = &view.request;
    let length = match whole {
        true => Length::between(request.opened_at, request.expires_at),
        false => request.chain.steps.get(step).map(|s| s.timeout),
    };
    let within = length.map(|l| format!(" within {}", period(l))).unwrap_or_default();
    let all = if whole { " in all; the last was" } else { "" };
    format!("Denied automatically: no decision{within}{all} at {}.", place(step, view))
}

/// Why the organisation cancelled a request.
pub fn cancel_reason(why: &CancelReason, view: &RequestView) -> String {
    match why {
        CancelReason::Deactivated(id) => format!("{} was deactivated", person(id, view)),
        CancelReason::ResourceGone => "the resource is no longer in the policy".into(),
        CancelReason::WorkflowGone => "its workflow is no longer in the policy".into(),
    }
}

/// `step 2 (Manager)`.
fn place(step: usize, view: &RequestView) -> String {
    let name = view.request.chain.steps.get(step).map(|s| outside(&s.name, 60)).unwrap_or_default();
    format!("step {} ({name})", step + 1)
}

/// What is asked for, and what approvers left of it: `read-write, 4h, trimmed to 1h by lisa@acme.com` (rule 20).
pub fn scope(view: &RequestView) -> String {
    let (asked, now) = (&view.request.asked, &view.request.scope);
    let mut left = Vec::new();
    if now.access != asked.access {
        left.push(outside(now.access.as_str(), 60));
    }
    if now.duration != asked.duration {
        left.push(now.duration.to_string());
    }
    let mut whole = format!("{}, {}", outside(asked.access.as_str(), 60), asked.duration);
    if !left.is_empty() {
        whole.push_str(&format!(", trimmed to {} by {}", left.join(", "), list(&trimmers(view))));
    }
    whole
}

/// Those whose approval made the request smaller than it stood.
fn trimmers(view: &RequestView) -> Vec<String> {
    let asked = &view.request.asked;
    let mut stood = (&asked.access, asked.duration);
    let mut names = Vec::new();
    for vote in &view.request.votes {
        if (&vote.scope.access, vote.scope.duration) != stood {
            names.extend(vote.voter.person().map(|id| person(id, view)));
            stood = (&vote.scope.access, vote.scope.duration);
        }
    }
    names.dedup();
    names
}

/// `sre-prod-db · 3-step chain · priority high · 30 min per step`.
pub fn chain(view: &RequestView) -> String {
    let chain = &view.request.chain;
    let mut words = vec![
        outside(chain.workflow.as_str(), 60),
        format!("{}-step chain", chain.steps.len()),
        format!("priority {}", chain.priority),
    ];
    let timeouts: Vec<Length> = chain.steps.iter().map(|s: &Step| s.timeout).collect();
    if let Some(first) = timeouts.first().filter(|first| timeouts.iter().all(|t| t == *first)) {
        words.push(format!("{} per step", period(*first)));
    }
    words.join(" · ")
}

/// What a press does, for those who can vote: `Your approval is one of 2 still needed here; then access starts.`
pub fn press(view: &RequestView) -> Option<String> {
    let (pending, spec) = view.request.open_step()?;
    let step = view.steps.get(pending.step)?;
    let missing = step.required.saturating_sub(step.approvals()).max(1);
    let then = match view.request.chain.steps.get(pending.step + 1) {
        Some(next) => format!("{} is asked", outside(&next.name, 60)),
        None if view.request.chain.activate_within.is_some() => "the access can be started".into(),
        None => "access starts at once".into(),
    };
    let yes = match missing {
        1 => format!("One approval passes this step; then {then}."),
        n => format!("{n} approvals pass this step; then {then}."),
    };
    let no = match spec.deny_required {
        1 => "One deny ends the request.".into(),
        n => format!("{n} denials end the request."),
    };
    Some(format!("{yes} {no}"))
}
