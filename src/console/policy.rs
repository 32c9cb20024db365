//! `GET /policy`: resources and workflows as they are configured.

use super::{
    error::Problem,
    page::{Frame, html},
    session::Reader,
    show::text,
};
use crate::http::Web;
use askama::Template;
use axum::{extract::State, response::Response};
use countersign_engine::{
    policy::Policy,
    ports::{ApprovalEngine, Offer},
    resource::Resource,
    words,
    workflow::{Condition, OnTimeout, Step, Workflow},
};

#[derive(Template)]
#[template(path = "policy.html")]
struct Page {
    frame: Frame,
    resources: Vec<Row>,
    workflows: Vec<Flow>,
    version: String,
}

/// A resource.
struct Row {
    id: String,
    /// The reader can ask for it.
    requestable: bool,
    /// A workflow names it.
    named: bool,
    description: String,
    kind: String,
    levels: String,
    cap: String,
    connector: String,
    owners: String,
    tags: String,
}

/// A workflow.
struct Flow {
    id: String,
    priority: String,
    when: Vec<(&'static str, String)>,
    limits: Vec<(&'static str, String)>,
    rules: Vec<(String, String)>,
    steps: Vec<StepRow>,
    notify: String,
}

/// A step of a workflow.
struct StepRow {
    name: String,
    rule: String,
    required: u32,
    timeout: String,
    then: String,
}

/// The page.
pub async fn page(State(web): State<Web>, reader: Reader) -> Result<Response, Problem> {
    let policy = web.service.policy.get();
    let frame = Frame::of(&web, &reader, "/policy", "Resources and workflows").await?;
    let offers = web.service.catalog(&reader.caller()).await?.offers;
    let mut workflows: Vec<&Workflow> = policy.workflows.values().collect();
    workflows.sort_by_key(|w| (std::cmp::Reverse(w.priority), w.id.clone()));
    Ok(html(&Page {
        frame,
        resources: policy.resources.values().map(|r| row(r, &policy, &offers)).collect(),
        workflows: workflows.into_iter().map(flow).collect(),
        version: policy.version.clone(),
    }))
}

fn list<T: ToString>(items: impl IntoIterator<Item = T>, between: &str) -> String {
    text::clean(&items.into_iter().map(|i| i.to_string()).collect::<Vec<_>>().join(between))
}

fn row(r: &Resource, policy: &Policy, offers: &[Offer]) -> Row {
    let names = |w: &Workflow| w.when.resources.is_empty() || w.when.resources.iter().any(|m| m.names(r));
    Row {
        id: text::clean(r.id.as_str()),
        requestable: offers.iter().any(|o| o.resource == r.id && o.requestable),
        named: policy.workflows.values().any(names),
        description: text::clean(&r.description),
        kind: r.kind.key().replace('_', " "),
        levels: list(&r.access, ", "),
        cap: r.max_duration.to_string(),
        connector: text::clean(&r.connector),
        owners: list(&r.owners, ", "),
        tags: list(&r.tags, ", "),
    }
}

fn flow(w: &Workflow) -> Flow {
    let l = &w.limits;
    let mut limits = vec![("whole request within", l.request_ttl.to_string())];
    limits.extend(l.max_duration.map(|max| ("longest access", max.to_string())));
    limits.extend(l.activate_within.map(|within| ("start by hand within", within.to_string())));
    if l.reason_required {
        limits.push(("reason", "required".into()));
    }
    let approve = w.auto_approve.iter().map(|r| (r.name.clone(), format!("approves: {}", in_words(&r.when))));
    let deny = w.auto_deny.iter().map(|r| (r.name.clone(), format!("denies: {}", in_words(&r.when))));
    Flow {
        id: text::clean(w.id.as_str()),
        priority: w.priority.to_string(),
        when: when(&w.when),
        limits,
        rules: approve.chain(deny).map(|(name, what)| (text::clean(&name), what)).collect(),
        steps: w.steps.iter().map(step).collect(),
        notify: list(&w.notify.approvers, ", "),
    }
}

fn step(step: &Step) -> StepRow {
    StepRow {
        name: text::clean(&step.name),
        rule: list(&step.approvers, " or "),
        required: step.required,
        timeout: words::period(step.timeout),
        then: match &step.on_timeout {
            OnTimeout::Deny => "then denied automatically".into(),
            OnTimeout::Escalate(more) => format!("then also {}", list(more, " or ")),
        },
    }
}

fn when(condition: &Condition) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    let mut part = |label, words: String| {
        if !words.is_empty() {
            parts.push((label, words));
        }
    };
    part("resources", list(&condition.resources, ", "));
    part("access", list(&condition.access, ", "));
    part("requesters", list(&condition.requesters, " or "));
    part("up to", condition.max_duration.map(|max| max.to_string()).unwrap_or_default());
    part("asked", list(&condition.windows, " or "));
    parts
}

fn in_words(condition: &Condition) -> String {
    let parts: Vec<String> = when(condition).into_iter().map(|(label, words)| format!("{label} {words}")).collect();
    if parts.is_empty() { "everything".into() } else { parts.join("; ") }
}
