//! `countersign explain --as dev@acme.com prod-db read-write 4h`: what would happen, and why (rule 7). Works on the policy
//! file alone; no server is needed.

use crate::{policy_file, service::offers};
use countersign_engine::{
    ask::{self, Ask},
    person::Person,
    policy::Policy,
    time::Timestamp,
    words,
    workflow::{Asked, Explanation, StepForecast, explain},
};
use std::{
    fmt::{self, Write},
    path::Path,
};

/// What would happen if a person asked for something, and why.
#[derive(Clone, Debug, clap::Args)]
pub struct ExplainArgs {
    /// Who would ask: a person's id or e-mail.
    #[arg(long = "as", value_name = "PERSON")]
    pub person: String,
    /// At which moment (RFC 3339, as in 2026-11-23T10:00:00Z). Default: now.
    #[arg(long, value_name = "MOMENT", value_parser = moment)]
    pub at: Option<Timestamp>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
    /// As after /access: prod-db read-write 4h
    #[arg(required = true, value_name = "RESOURCE [ACCESS] DURATION")]
    pub words: Vec<String>,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse::<Timestamp>().map_err(|_| "not a moment in RFC 3339, as in 2026-11-23T10:00:00Z".to_owned())
}

/// The trace as text or JSON, ready to be printed. Errors: what is wrong with the policy file or the question, for
/// people.
pub fn run(args: &ExplainArgs, policy_file: &Path, now: Timestamp) -> Result<String, String> {
    let policy = policy_file::load(policy_file).map_err(|error| error.to_string())?.policy;
    let explanation = answer(args, &policy, args.at.unwrap_or(now))?;
    match args.json {
        true => serde_json::to_string_pretty(&explanation).map_err(|error| error.to_string()),
        false => text(&explanation, &policy).map_err(|error| error.to_string()),
    }
}

fn answer(args: &ExplainArgs, policy: &Policy, at: Timestamp) -> Result<Explanation, String> {
    let requester = requester(&args.person, policy)?;
    let typed = format!("explain {}", args.words.join(" "));
    let asked = ask::parse(&typed, &offers(&requester.id, policy, at), at, policy.directory.timezone_of(requester));
    let Ask::Explain(question) = asked.map_err(|refusal| refusal.to_string())? else {
        return Err("what is asked for?\n  hint: countersign explain --as dev prod-db read-write 4h".into());
    };
    let resource = policy.resources.get(&question.resource).ok_or("this resource is gone")?;
    let access = question.access.as_ref().unwrap_or(&resource.default_access);
    let directory = &policy.directory;
    Ok(explain(&Asked { requester, resource, access, duration: question.duration, directory, now: at }, policy))
}

fn requester<'a>(name: &str, policy: &'a Policy) -> Result<&'a Person, String> {
    let Some(person) = policy.directory.look_up(name) else {
        let near = ask::nearest(name, policy.directory.everyone().flat_map(|p| [p.id.as_str(), p.email.as_str()]));
        let hint = match near.as_slice() {
            [] => "give a person's id or e-mail as in the policy file".to_owned(),
            near => format!("did you mean {}?", near.join(" or ")),
        };
        return Err(format!("nobody is called \"{}\"\n  hint: {hint}", words::clean(name)));
    };
    match person.active {
        true => Ok(person),
        false => Err(format!("{} is deactivated and can ask for nothing", person.id)),
    }
}

/// The trace for people.
fn text(e: &Explanation, policy: &Policy) -> Result<String, fmt::Error> {
    let mut out = String::new();
    writeln!(
        out,
        "{} asks for {} ({}, {}) at {}\n",
        e.person,
        e.resource,
        e.access,
        e.duration,
        e.at.format("%Y-%m-%d %H:%M UTC")
    )?;
    match &e.winner {
        Some(winner) => {
            let priority = policy.workflows.get(winner).map(|w| format!(", priority {}", w.priority));
            writeln!(out, "workflow  {winner}{}", priority.unwrap_or_default())?;
        }
        None => writeln!(out, "workflow  none")?,
    }
    for lost in &e.lost {
        writeln!(out, "          not {}: {}", lost.workflow, lost.why)?;
    }
    for (n, step) in e.steps.iter().enumerate() {
        self::step(&mut out, n + 1, step)?;
    }
    writeln!(out)?;
    if !e.steps.is_empty() {
        writeln!(out, "rule      {}", e.auto_rule.as_deref().unwrap_or("none applies by itself"))?;
    }
    let caps: Vec<String> = e.caps.iter().map(|cap| format!("{} allows {}", cap.of, cap.length)).collect();
    writeln!(out, "longest   {} ({})", e.cap, caps.join(", "))?;
    if e.reason_required {
        writeln!(out, "reason    must be given")?;
    }
    let outcome = match (&e.refusal, e.opens_as) {
        (Some(refusal), _) => format!("refused: {}", refusal.replace('\n', "\n          ")),
        (None, Some("approved")) => "approved at once, by the rule".to_owned(),
        (None, Some("denied")) => "denied at once, by the rule".to_owned(),
        (None, _) => match e.steps.iter().find(|step| !step.automatic) {
            Some(step) => format!("opens, and waits for \"{}\"", step.name),
            None => "opens".to_owned(),
        },
    };
    writeln!(out, "result    {outcome}")?;
    Ok(out.trim_end().to_owned())
}

fn step(out: &mut String, n: usize, step: &StepForecast) -> fmt::Result {
    let can: Vec<&str> = step.candidates.iter().filter(|c| c.excluded.is_none()).map(|c| c.person.as_str()).collect();
    let who = match can.as_slice() {
        [] => "nobody can".to_owned(),
        can => can.join(", "),
    };
    let by = if step.automatic { "by rule" } else { &who };
    writeln!(out, "\n  {n}  {}   {}   {} of {}   {}", step.name, step.rule, step.required, can.len(), step.timeout)?;
    writeln!(out, "     votes     {by}")?;
    for candidate in &step.candidates {
        if let Some(why) = &candidate.excluded {
            writeln!(out, "     excluded  {} {why}", candidate.person)?;
        }
    }
    Ok(())
}
