//! `[[workflows]]`: whose approval which requests need (rules 4, 17, 19, 24, 25).

use super::{
    Context, conditions,
    names::{Seen, canonical, known, nearest_or_all, plain_line},
    notify,
    problem::Span,
    section::{Section, cut},
    steps,
};
use countersign_engine::{
    id::WorkflowId,
    workflow::{AutoApprove, AutoDeny, Condition, Limits, Priority, Step, Workflow},
};

/// A workflow and the places that later checks speak about.
pub(super) struct Sourced {
    pub workflow: Workflow,
    /// Of its id.
    pub span: Span,
    /// Of each step's `required`.
    pub steps: Vec<Span>,
}

pub(super) fn read(root: &Section<'_>, context: &Context<'_>) -> Vec<Sourced> {
    let mut seen = Seen::default();
    let sections = root.sections("workflows", "[[workflows]]");
    sections.iter().filter_map(|section| workflow(section, context, &mut seen)).collect()
}

fn workflow(section: &Section<'_>, context: &Context<'_>, seen: &mut Seen) -> Option<Sourced> {
    let report = section.report;
    let word = section.required_text("id", "\"prod-access\"");
    let id = word.as_ref().and_then(|word| canonical(report, "workflow", word));
    if let (Some(id), Some(word)) = (id, &word) {
        seen.first(report, "workflow", id, &word.span);
    }
    let priority = priority(section);
    let when = conditions::read(section, context);
    if !section.has("match") {
        section.missing("match", "{ resources = [\"prod-*\"] }, or {} for every request");
    }
    let (steps, spans): (Vec<Step>, Vec<Span>) = steps::read(section, context).into_iter().unzip();
    let workflow = Workflow {
        limits: limits(section),
        auto_approve: auto_approve(section, context, &steps),
        auto_deny: auto_deny(section, context),
        notify: notify::read(section, context.names),
        revalidate: section.flag("revalidate").unwrap_or(false),
        telegram_may_decide: section.flag("telegram_may_decide").unwrap_or(false),
        steps,
        id: WorkflowId::new(id.unwrap_or_default()),
        priority: priority.unwrap_or(Priority(20)),
        when: when.unwrap_or_default(),
    };
    section.finish();
    Some(Sourced { workflow, span: word?.span, steps: spans })
}

fn priority(section: &Section<'_>) -> Option<Priority> {
    let (value, _) = section.value("priority")?;
    if value.get_ref().is_integer() {
        return section.count("priority", 0..=1_000).and_then(|n| i32::try_from(n).ok()).map(Priority);
    }
    let word = section.text("priority")?;
    let named = Priority::NAMED.iter().find(|(name, _)| *name == word.text).map(|(_, priority)| *priority);
    if named.is_none() {
        let near = nearest_or_all(word.text, Priority::NAMED.iter().map(|(name, _)| *name), "");
        let hint =
            if near.starts_with("did") { near } else { "low, normal, high, critical, or a number from 0".into() };
        section.report.problem(&word.span, format!("unknown priority \"{}\"", cut(word.text)), hint);
    }
    named
}

fn limits(workflow: &Section<'_>) -> Limits {
    let default = Limits::default();
    let Some(section) = workflow.section("limits", format!("the limits of {}", workflow.title)) else { return default };
    let limits = Limits {
        max_duration: section.length("max_duration"),
        request_ttl: section.length("request_ttl").unwrap_or(default.request_ttl),
        activate_within: section.length("activate_within"),
        reason_required: section.flag("reason_required").unwrap_or(default.reason_required),
    };
    section.finish();
    limits
}

fn auto_approve(workflow: &Section<'_>, context: &Context<'_>, steps: &[Step]) -> Vec<AutoApprove> {
    let mut seen = Seen::default();
    let sections = workflow.sections("auto_approve", "[[workflows.auto_approve]]");
    let rule = |section: Section<'_>| {
        let (name, when) = rule(&section, context, &mut seen);
        let words = section.words("steps");
        let step =
            |word: &_| known(section.report, "step", word, steps.iter().map(|s| s.name.as_str())).map(str::to_owned);
        let named: Vec<String> = words.iter().filter_map(step).collect();
        if section.has("steps") && words.is_empty() {
            let hint = "leave the key out to mean the whole chain";
            section.report.problem(&section.at("steps"), "the rule names no step", hint);
        }
        let steps = section.has("steps").then_some(named);
        section.finish();
        Some(AutoApprove { name: name?, when: when?, steps })
    };
    sections.into_iter().filter_map(rule).collect()
}

fn auto_deny(workflow: &Section<'_>, context: &Context<'_>) -> Vec<AutoDeny> {
    let mut seen = Seen::default();
    let sections = workflow.sections("auto_deny", "[[workflows.auto_deny]]");
    let rule = |section: Section<'_>| {
        let (name, when) = rule(&section, context, &mut seen);
        let message = section.required_text("message", "\"why, and what to do instead\"");
        let message = message.and_then(|word| plain_line(section.report, "message", &word, 300));
        section.finish();
        Some(AutoDeny { name: name?, when: when?, message: message? })
    };
    sections.into_iter().filter_map(rule).collect()
}

/// A rule must say when it fires: one that fires always is a workflow without approval, which nobody gets by leaving
/// something out (THREATS E08).
fn rule(section: &Section<'_>, context: &Context<'_>, seen: &mut Seen) -> (Option<String>, Option<Condition>) {
    let word = section.required_text("name", "\"short-and-trusted\"");
    let name = word.as_ref().and_then(|word| plain_line(section.report, "name", word, 60));
    if let (Some(name), Some(word)) = (&name, &word) {
        seen.first(section.report, "rule", name, &word.span);
    }
    let when = conditions::read(section, context);
    if when.as_ref().is_none_or(|when| *when == Condition::default()) {
        let at = section.at("match");
        let hint = "add match = { requesters = [\"level >= team-lead\"], max_duration = \"2h\" }";
        section.report.problem(&at, format!("{} does not say when it applies", section.title), hint);
    }
    (name, when)
}
