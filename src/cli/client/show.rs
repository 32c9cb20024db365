//! One request, drawn.

use super::{
    api::Failure,
    plain,
    table::aligned,
    wire::{self, Request, Step, Vote},
};
use countersign_engine::person::Platform;
use serde::Deserialize;
use serde_json::Value;

/// A request with its chain.
pub fn picture(answer: &Value) -> Result<String, Failure> {
    let r: Request = wire::read(answer)?;
    let mut text = head(&r);
    text.push_str(&aligned(&r.steps.iter().map(|step| line(&r, step)).collect::<Vec<_>>()));
    for (step, vote) in r.steps.iter().flat_map(|s| s.votes.iter().map(move |v| (s, v))) {
        if let Some(note) = &vote.note {
            text.push_str(&format!("Note at step {}, {}: \"{}\"\n", step.n, by(&r, vote), plain::line(note)));
        }
    }
    if r.state != "pending" {
        text.push_str(&format!("{}\n", capital(&plain::line(&r.why))));
    }
    if let Some(grant) = &r.grant {
        text.push_str(&access(grant, wire::left(grant.expires_at, r.now)));
    }
    if !r.notified.is_empty() {
        let names: Vec<String> = r.notified.iter().map(|p| platform(p)).collect();
        text.push_str(&format!("Notified: {}\n", names.join(", ")));
    }
    Ok(text)
}

/// A grant, after something was done with it.
pub fn grant(answer: &Value) -> Result<String, Failure> {
    #[derive(Deserialize)]
    struct Named {
        short_id: String,
        resource: String,
        access: String,
    }
    let named: Named = wire::read(answer)?;
    let grant: wire::Grant = wire::read(answer)?;
    let what = format!("{}  {} ({})\n", named.short_id, named.resource, named.access);
    Ok(plain::line(what.trim_end()) + "\n" + &access(&grant, None))
}

fn head(r: &Request) -> String {
    let (steps, plural) = (r.steps.len(), if r.steps.len() == 1 { "" } else { "s" });
    let chain = match r.steps.first() {
        Some(first) if r.steps.iter().all(|s| s.timeout == first.timeout) => {
            format!("{steps} step{plural} · priority {} · {} per step", r.priority, first.timeout)
        }
        _ => format!("{steps} step{plural} · priority {}", r.priority),
    };
    let trimmed = match (&r.access, &r.duration) == (&r.asked_access, &r.asked_duration) {
        true => String::new(),
        false => format!("   trimmed from {}, {}", r.asked_access, r.asked_duration),
    };
    let holder = if r.holder == r.requester { String::new() } else { format!(" for {}", r.email(&r.holder)) };
    let who = format!("{}{holder} -> {} ({}, {})", r.email(&r.requester), r.resource, r.access, r.duration);
    let reason = r.reason.as_ref().map(|reason| format!("   \"{reason}\"")).unwrap_or_default();
    let first = format!("{}  {}   {}   {chain}", r.short_id, r.standing(), r.workflow);
    format!("{}\n{}\n", plain::line(&first), plain::line(&format!("{who}{trimmed}{reason}")))
}

fn line(r: &Request, step: &Step) -> [String; 6] {
    let last = |decision: &str| step.votes.iter().rev().find(|v| v.decision == decision);
    let state = match step.state.as_str() {
        "passed" => {
            let names: Vec<String> = step.votes.iter().filter(|v| v.decision == "approve").map(|v| by(r, v)).collect();
            let took = step.took.as_ref().map(|t| format!(" in {t}")).unwrap_or_default();
            format!("approved by {}{took}", names.join(", "))
        }
        "stopped" => {
            last("deny").map_or_else(|| "no decision in time".to_owned(), |v| format!("denied by {}", by(r, v)))
        }
        "open" if step.approvals > 0 => {
            let names: Vec<String> = step.votes.iter().filter(|v| v.decision == "approve").map(|v| by(r, v)).collect();
            format!("waiting · approved by {}", names.join(", "))
        }
        "open" => "waiting".to_owned(),
        "ahead" => "not yet".to_owned(),
        _ => "not reached".to_owned(),
    };
    let wanted = matches!(step.state.as_str(), "open" | "ahead");
    let can = if wanted { format!(" ({} can)", step.can.len()) } else { String::new() };
    let left = wire::left(step.deadline, r.now).map(|l| format!("{l} left")).unwrap_or_default();
    let counted = format!("{} of {}{can}", step.approvals, step.required);
    [format!("  {}", step.n), plain::line(&step.name), state, plain::line(&step.rule), counted, left]
}

fn by(r: &Request, vote: &Vote) -> String {
    let who = match (&vote.by, &vote.rule) {
        (Some(id), _) => r.email(id),
        (None, rule) => format!("rule {}", plain::line(rule.as_deref().unwrap_or("?"))),
    };
    match vote.via.as_deref() {
        None | Some("api") => who,
        Some(via) => format!("{who} via {}", platform(via)),
    }
}

fn platform(key: &str) -> String {
    Platform::from_key(key).map_or_else(|| plain::line(key), |p| p.to_string())
}

fn access(grant: &wire::Grant, left: Option<String>) -> String {
    let mut text = format!("Access: {}", plain::line(&grant.state));
    if grant.overdue {
        text.push_str(", OVERDUE: it should be gone and is not; revocation is being retried");
    }
    if let Some(left) = left {
        text.push_str(&format!(", {left} left"));
    }
    if let Some(why) = &grant.ended_because {
        text.push_str(&format!(", {}", plain::line(why)));
    }
    text.push('\n');
    if let Some(trouble) = &grant.trouble {
        text.push_str(&format!("Trouble: {}\n", plain::line(trouble)));
    }
    for detail in &grant.delivery {
        text.push_str(&format!("  {}: {}\n", plain::line(&detail.label), plain::line(&detail.value)));
    }
    text
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
