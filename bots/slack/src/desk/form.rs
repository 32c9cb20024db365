//! Forms that were sent. What a person can correct comes back as an error at its field; the rest takes the form's place.

use super::{Asking, say, trouble, typed::card_message};
use crate::{
    answer::Answer,
    modal::{self, field},
};
use countersign_engine::{
    ask,
    card::{self, Token},
    command::{Command, Draft, Trim},
    effect::News,
    id::{AccessLevel, ResourceId},
    ports::EngineError,
    refusal::Refusal,
    time::Length,
    words,
};
use std::collections::BTreeMap;

type Values = BTreeMap<String, String>;

pub(super) async fn answer(
    asking: &Asking<'_>,
    form: &str,
    about: &str,
    values: &Values,
) -> Result<Answer, EngineError> {
    let done = match (form, about.parse::<Token>()) {
        (modal::REQUEST, _) => request(asking, values).await,
        (modal::DENY, Ok(token)) => {
            let command = Command::Deny { step: token.step, note: values.get(field::NOTE).cloned() };
            vote(asking, &token, command).await
        }
        (modal::TRIM, Ok(token)) => trim(asking, &token, values).await,
        _ => return Ok(Answer::words(say::STALE_BUTTON)),
    };
    match done {
        Err(EngineError::Refused(refusal)) => Ok(refused(&refusal, form)),
        Err(error) => Ok(Answer::words(&trouble(&error))),
        Ok(answer) => Ok(answer),
    }
}

async fn request(asking: &Asking<'_>, values: &Values) -> Result<Answer, EngineError> {
    let text = |name: &str| values.get(name).map(String::as_str).unwrap_or_default();
    let draft = Draft {
        resource: ResourceId::new(text(field::RESOURCE)),
        access: values.get(field::ACCESS).map(AccessLevel::new),
        duration: length(asking, text(field::DURATION)).await?,
        reason: values.get(field::REASON).cloned(),
        holder: None,
    };
    let view = asking.desk.engine.submit(&asking.caller, &asking.key, draft).await?;
    Ok(Answer::Private(card_message(&card::news(&view, News::Opened))))
}

async fn vote(asking: &Asking<'_>, token: &Token, command: Command) -> Result<Answer, EngineError> {
    asking.desk.engine.act(&asking.caller, &asking.key, token.request.as_str(), command).await?;
    Ok(Answer::Nothing)
}

async fn trim(asking: &Asking<'_>, token: &Token, values: &Values) -> Result<Answer, EngineError> {
    let duration = match values.get(field::DURATION) {
        Some(text) => Some(length(asking, text).await?),
        None => None,
    };
    let trim = Trim { access: values.get(field::ACCESS).map(AccessLevel::new), duration };
    vote(asking, token, Command::Approve { step: token.step, note: values.get(field::NOTE).cloned(), trim }).await
}

/// A length as the slash command takes it, `until 18:00` on the caller's clock included.
async fn length(asking: &Asking<'_>, text: &str) -> Result<Length, EngineError> {
    let timezone = asking.desk.engine.catalog(&asking.caller).await?.timezone;
    Ok(ask::length(text, (asking.desk.clock)(), timezone)?)
}

fn refused(refusal: &Refusal, form: &str) -> Answer {
    let at = match (refusal, form) {
        (Refusal::UnknownResource { .. } | Refusal::NoWorkflow, modal::REQUEST) => field::RESOURCE,
        (Refusal::UnknownAccess { .. }, modal::REQUEST) => field::ACCESS,
        (Refusal::BadDuration { .. } | Refusal::DurationTooLong { .. }, modal::REQUEST | modal::TRIM) => {
            field::DURATION
        }
        (Refusal::CannotWiden { field: "duration" }, modal::TRIM) => field::DURATION,
        (Refusal::ReasonRequired | Refusal::TextTooLong { field: "reason", .. }, modal::REQUEST) => field::REASON,
        (Refusal::NoteRequired | Refusal::TextTooLong { field: "note", .. }, modal::DENY | modal::TRIM) => field::NOTE,
        _ => return Answer::words(&words::refusal(refusal)),
    };
    Answer::Errors(BTreeMap::from([(at, words::refusal(refusal))]))
}
