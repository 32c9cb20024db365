//! From a verified message to a vote or a request.

use super::{Hook, Hooks, fill};
use crate::{
    http::{Problem, RequestItem},
    policy_file::webhooks::{HookAction, Reading, Template},
};
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use countersign_engine::{
    command::{Command, Draft, Trim},
    id::{AccessLevel, ResourceId},
    person::Platform,
    ports::{ApprovalEngine, Caller},
    refusal::Refusal,
};
use serde_json::{Value, json};

/// The longest name of a thing that is looked up, in characters.
const NAME: usize = 200;

/// Does what the message asks for, as the hook's person. `key` makes it repeatable.
pub(super) async fn act(hooks: &Hooks, hook: &Hook, key: &str, json: &Value) -> Result<Response, Problem> {
    let caller = Caller::Person { id: hook.person.clone(), platform: Platform::Webhook };
    match &hook.action {
        HookAction::Vote { request, decision, note, step } => {
            let Some(yes) = decide(decision, json)? else { return Ok(nothing(decision, json)) };
            let name = short("request", fill::needed("request", request, json)?)?;
            let note = fill::maybe(note.as_ref(), json)?;
            let step = self::step(step.as_ref(), json)?;
            let command = match yes {
                true => Command::Approve { step, note, trim: Trim::default() },
                false => Command::Deny { step, note },
            };
            let view = hooks.service.act_if_seen(&caller, key, &name, command).await?;
            Ok((StatusCode::OK, Json(RequestItem::from(&view))).into_response())
        }
        HookAction::Request { resource, access, duration, reason } => {
            let length = fill::needed("duration", duration, json)?;
            let now = hooks.service.clock.now();
            let access = fill::maybe(access.as_ref(), json)?.map(|text| short("access", text)).transpose()?;
            let draft = Draft {
                resource: ResourceId::new(short("resource", fill::needed("resource", resource, json)?)?),
                access: access.map(AccessLevel::new),
                duration: hooks.service.length(&hook.person, &length, now).map_err(refused)?,
                reason: fill::maybe(reason.as_ref(), json)?,
                holder: None,
            };
            let view = hooks.service.submit(&caller, key, draft).await?;
            Ok((StatusCode::CREATED, Json(RequestItem::from(&view))).into_response())
        }
    }
}

/// Yes, no, or nothing yet.
fn decide(decision: &Reading, json: &Value) -> Result<Option<bool>, Problem> {
    match decision {
        Reading::Always(yes) => Ok(Some(*yes)),
        Reading::Word { at, approve, deny } => {
            let word = fill::needed("decision", at, json)?;
            Ok(match (approve.contains(&word), deny.contains(&word)) {
                (true, _) => Some(true),
                (_, true) => Some(false),
                (false, false) => None,
            })
        }
    }
}

/// A word that means neither: a build that has only begun, for example. Senders tell everything, so this is no mistake.
fn nothing(decision: &Reading, json: &Value) -> Response {
    let word = match decision {
        Reading::Word { at, .. } => fill::optional(at, json).ok().flatten().unwrap_or_default(),
        Reading::Always(_) => String::new(),
    };
    let word: String = word.chars().take(60).collect();
    let why = format!("\"{word}\" means neither approve nor deny to this hook, so nothing was done");
    (StatusCode::ACCEPTED, Json(json!({"ignored": true, "why": why}))).into_response()
}

fn step(template: Option<&Template>, json: &Value) -> Result<Option<usize>, Problem> {
    let Some(text) = fill::maybe(template, json)? else { return Ok(None) };
    let wrong = || Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong_field", "the step must be a number from 1");
    text.trim().parse::<usize>().ok().and_then(|n| n.checked_sub(1)).map(Some).ok_or_else(wrong)
}

fn short(field: &'static str, text: String) -> Result<String, Problem> {
    match text.chars().count() {
        n if n > NAME => Err(refused(Refusal::TextTooLong { field, cap: NAME })),
        _ => Ok(text),
    }
}

fn refused(refusal: Refusal) -> Problem {
    countersign_engine::ports::EngineError::from(refusal).into()
}
