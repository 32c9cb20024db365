//! What subcommands answer (rule 29), the same on every chat platform: lines of plain text.

use super::{asked, moment, outside, period, sentence, standing, who};
use crate::{
    person::Platform,
    ports::LinkCode,
    view::{RequestView, StepState, StepView},
    workflow::Explanation,
};

/// One request on one line: `req-84a2 · prod-db (read-write, 4h) for Dev · pending`.
pub fn line(view: &RequestView) -> String {
    format!("{} · {} · {}", view.request.short_id, asked(view), standing(view))
}

/// `/access list`.
pub fn requests(mine: &[RequestView], to_vote: &[RequestView]) -> Vec<String> {
    let mut lines = Vec::new();
    for (heading, views) in [("Your requests, newest first:", mine), ("Waiting for your vote:", to_vote)] {
        if !views.is_empty() {
            lines.push(heading.to_owned());
            lines.extend(views.iter().map(line));
        }
    }
    if lines.is_empty() {
        lines.push("You have no requests yet. Type /access to make one.".into());
    }
    lines
}

/// `/access who`: the request, then each step with those who can vote on it.
pub fn voters(view: &RequestView) -> Vec<String> {
    let step = |(index, step): (usize, &StepView)| {
        let names: Vec<String> = step.can.iter().map(|id| who(id, view)).collect();
        let can = match (&step.state, names.is_empty()) {
            (StepState::Passed, _) => "passed".to_owned(),
            (StepState::Stopped | StepState::Skipped, _) => "over".to_owned(),
            (_, true) => "nobody can vote at present".to_owned(),
            (_, false) => names.join(", "),
        };
        let name = outside(&step.name, 60);
        format!("{}  {name} ({} of {}): {can}", index + 1, step.approvals(), step.required)
    };
    std::iter::once(line(view)).chain(view.steps.iter().enumerate().map(step)).collect()
}

/// `/access explain` (rule 7): what is asked, the workflow, its steps, then why it would be refused and why no other
/// workflow applies.
pub fn explanation(e: &Explanation) -> Vec<String> {
    let name = |text: &str| outside(text, 60);
    let asked = format!("{} ({}, {}) for {}", name(e.resource.as_str()), name(e.access.as_str()), e.duration, e.person);
    let winner = match &e.winner {
        Some(workflow) => format!("Workflow {} applies; the longest grant is {}.", name(workflow.as_str()), e.cap),
        None => "No workflow applies, so the request would be refused.".to_owned(),
    };
    let steps = e.steps.iter().enumerate().map(|(index, step)| {
        let can = step.candidates.iter().filter(|c| c.excluded.is_none()).count();
        let auto = if step.automatic { ", automatically" } else { "" };
        let (number, required, timeout) = (index + 1, step.required, period(step.timeout));
        format!("{number}  {}: {required} of {can} by {}, within {timeout}{auto}", name(&step.name), step.rule)
    });
    let rule = e.auto_rule.iter().map(|rule| format!("Automatic rule: {}", name(rule)));
    let refusal = e.refusal.iter().map(|why| format!("It would be refused: {why}"));
    let lost = e.lost.iter().map(|lost| format!("Not {}: {}", name(lost.workflow.as_str()), lost.why));
    [asked, winner].into_iter().chain(steps).chain(rule).chain(refusal).chain(lost).collect()
}

/// A vote was taken: what came of it.
pub fn voted(view: &RequestView) -> String {
    format!("Your vote is recorded. {}: {}", view.request.short_id, sentence(view))
}

/// Why a card has no buttons on this platform, and why a press on it is refused.
pub fn no_votes_from(platform: Platform) -> String {
    format!("Votes on this request are not taken in {platform}. Vote on the console, or in another chat.")
}

/// What a test message says.
pub fn test_message(sender: &str, place: &str) -> String {
    let (sender, place) = (outside(sender, 60), outside(place, 80));
    format!("{sender} sends this to see that Countersign's messages arrive at {place}. There is nothing to do.")
}

/// `/access link`. The code is shown to the calling account only (THREATS A03).
pub fn link(code: &LinkCode) -> Vec<String> {
    vec![
        format!("Your code: {}", code.code),
        format!("Type it at {} while you are signed in, by {}.", code.url, moment(code.expires_at)),
        "Whoever enters it there lets this account act as them, so never pass it on, and never enter a code that somebody \
         sent you."
            .into(),
    ]
}
