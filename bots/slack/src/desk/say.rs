//! What only Slack has to say. Plain text: the renderer escapes nothing in it and Slack parses nothing of it.

use countersign_engine::{
    ports::LinkCode,
    view::{RequestView, StepState},
    words,
    workflow::Explanation,
};

pub(super) const FOREIGN: &str = "This Countersign belongs to another workspace. Nothing was recorded.";
pub(super) const UNAVAILABLE: &str =
    "Countersign cannot record anything at the moment. Nothing was recorded; please try again in a minute.";
pub(super) const STALE_BUTTON: &str = "This button is not one of ours, or too old. Nothing was recorded.";
pub(super) const NOTHING_OFFERED: &str = "There is nothing that you could ask for at present.";
pub(super) const NO_REQUEST: &str = "You have no requests yet. Type /access to make one.";
pub(super) const NOTHING_PENDING: &str = "You have no pending request.";
pub(super) const NOTHING_HELD: &str = "You have no access that could be ended.";

/// One request on one line: `req-84a2 · prod-db (read-write, 4h) for Dev · pending`.
pub(super) fn line(view: &RequestView) -> String {
    format!("{} · {} · {}", view.request.short_id, words::asked(view), words::standing(view))
}

/// What came of a command: `req-84a2: ...`.
pub(super) fn outcome(view: &RequestView) -> String {
    format!("{}: {}", view.request.short_id, words::sentence(view))
}

/// `/access list`.
pub(super) fn list(mine: &[RequestView], to_vote: &[RequestView]) -> String {
    let mut text = String::new();
    for (heading, views) in [("Your requests, newest first:", mine), ("Waiting for your vote:", to_vote)] {
        if !views.is_empty() {
            let lines: Vec<String> = views.iter().map(line).collect();
            text.push_str(&format!("{heading}\n{}\n", lines.join("\n")));
        }
    }
    if text.is_empty() { NO_REQUEST.to_owned() } else { text }
}

/// Several could be meant.
pub(super) fn which(views: &[RequestView]) -> String {
    let lines: Vec<String> = views.iter().map(line).collect();
    format!("Which one? Name it, for example \"status {}\":\n{}", views[0].request.short_id, lines.join("\n"))
}

/// `/access who`.
pub(super) fn who(view: &RequestView) -> String {
    let mut text = line(view);
    for (index, step) in view.steps.iter().enumerate() {
        let names: Vec<String> = step.can.iter().map(|id| words::who(id, view)).collect();
        let who = match (&step.state, names.is_empty()) {
            (StepState::Passed, _) => "passed".to_owned(),
            (StepState::Stopped | StepState::Skipped, _) => "over".to_owned(),
            (_, true) => "nobody can vote at present".to_owned(),
            (_, false) => names.join(", "),
        };
        let number = index + 1;
        text.push_str(&format!("\n{number}  {} ({} of {}): {who}", step.name, step.approvals(), step.required));
    }
    text
}

/// `/access explain` (rule 7).
pub(super) fn explanation(e: &Explanation) -> String {
    let mut text = format!("{} ({}, {}) for {}\n", e.resource, e.access, e.duration, e.person);
    text.push_str(&match &e.winner {
        Some(workflow) => format!("Workflow {workflow} applies; the longest grant is {}.", e.cap),
        None => "No workflow applies, so the request would be refused.".to_owned(),
    });
    for (index, step) in e.steps.iter().enumerate() {
        let can = step.candidates.iter().filter(|c| c.excluded.is_none()).count();
        let auto = if step.automatic { ", automatically" } else { "" };
        text.push_str(&format!(
            "\n{}  {}: {} of {can} by {}, within {}{auto}",
            index + 1,
            step.name,
            step.required,
            step.rule,
            step.timeout
        ));
    }
    let asides = e.auto_rule.iter().map(|rule| format!("Automatic rule: {rule}"));
    let asides = asides.chain(e.refusal.iter().map(|why| format!("It would be refused: {why}")));
    for aside in asides.chain(e.lost.iter().map(|lost| format!("Not {}: {}", lost.workflow, lost.why))) {
        text.push_str(&format!("\n{aside}"));
    }
    text
}

/// `/access link`. The code is shown to the calling account only (THREATS A03).
pub(super) fn link(code: &LinkCode) -> String {
    format!(
        "Your code: {}\nType it at {} while you are signed in, by {} UTC.\nWhoever enters it there lets this Slack account \
         act as them, so never pass it on, and never enter a code that somebody sent you.",
        code.code,
        code.url,
        code.expires_at.format("%H:%M")
    )
}
