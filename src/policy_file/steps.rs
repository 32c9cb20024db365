//! `[[workflows.steps]]`: the chain.

use super::{
    Context,
    names::{Seen, known, plain_line},
    problem::Span,
    section::Section,
    selectors::{self, Place},
};
use countersign_engine::workflow::{OnTimeout, Step};

/// Each step with the place of its `required`.
pub(super) fn read(workflow: &Section<'_>, context: &Context<'_>) -> Vec<(Step, Span)> {
    let sections = workflow.sections("steps", "[[workflows.steps]]");
    if sections.is_empty() {
        let hint = "add a [[workflows.steps]] section below it; nothing is ever granted without a step";
        workflow.report.problem(&workflow.span, "the workflow has no steps", hint);
    }
    let mut seen = Seen::default();
    sections.iter().filter_map(|section| step(section, context, &mut seen)).collect()
}

fn step(section: &Section<'_>, context: &Context<'_>, seen: &mut Seen) -> Option<(Step, Span)> {
    let report = section.report;
    let word = section.required_text("name", "\"Team lead\"");
    let name = word.as_ref().and_then(|word| plain_line(report, "name", word, 60));
    if let (Some(name), Some(word)) = (&name, &word) {
        seen.first(report, "step", name, &word.span);
    }
    let approvers = selectors::read(section, "approvers", context.names, Place::Step);
    if !section.has("approvers") {
        section.missing("approvers", "[\"level >= team-lead\"]");
    } else if section.words("approvers").is_empty() {
        report.problem(&section.at("approvers"), "nobody may approve this step", "name at least one approver");
    }
    let timeout = section.length("timeout").unwrap_or(Step::DEFAULT_TIMEOUT);
    let remind_every = section.length("remind_every");
    if remind_every.is_some_and(|every| every >= timeout) {
        let what = format!("nobody will ever be reminded: the step is over after {timeout}");
        report.warn(&section.at("remind_every"), what, "make it shorter than the timeout");
    }
    let step = Step {
        approvers,
        required: section.count("required", 1..=100).unwrap_or(1),
        deny_required: section.count("deny_required", 1..=100).unwrap_or(1),
        deny_note: section.flag("deny_note").unwrap_or(false),
        timeout,
        on_timeout: on_timeout(section, context),
        remind_every,
        distinct: section.flag("distinct").unwrap_or(true),
        name: name.unwrap_or_default(),
    };
    section.finish();
    Some((step, section.at("required")))
}

/// `deny` unless the step says otherwise (rule 24).
fn on_timeout(section: &Section<'_>, context: &Context<'_>) -> OnTimeout {
    let fallback = selectors::read(section, "fallback", context.names, Place::Step);
    let word = section.text("on_timeout");
    let known = |word: &_| known(section.report, "on_timeout", word, ["deny", "escalate"].into_iter());
    match word.as_ref().and_then(known) {
        Some("escalate") => {
            if section.words("fallback").is_empty() {
                let at = section.at("on_timeout");
                section.report.problem(&at, "the step escalates to nobody", "add fallback = [\"level >= manager\"]");
            }
            OnTimeout::Escalate(fallback)
        }
        _ => {
            if section.has("fallback") && word.as_ref().is_none_or(|word| word.text == "deny") {
                let hint = "add on_timeout = \"escalate\", or leave fallback out";
                section.report.problem(&section.at("fallback"), "fallback approvers are never asked", hint);
            }
            OnTimeout::Deny
        }
    }
}
