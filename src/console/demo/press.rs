//! `POST /demo/press`: a button of a card in the chat, pressed by whoever one is.

use super::{
    InDemo,
    chat::{Chat, What},
};
use crate::{
    console::{error::Problem, form::Signed},
    http::Web,
};
use axum::{
    Extension,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    card::{Token, Verb},
    command::{Command, Trim},
    ports::{ApprovalEngine, EngineError},
};
use serde::Deserialize;
use std::sync::Arc;

/// What a button sends.
#[derive(Deserialize)]
pub struct Press {
    token: String,
    note: Option<String>,
}

/// Decides it anew, whatever the card looked like; a refusal is answered privately, as in any chat.
pub async fn press(
    State(web): State<Web>,
    _: InDemo,
    Extension(chat): Extension<Arc<Chat>>,
    Signed(reader, press): Signed<Press>,
) -> Result<Response, Problem> {
    let token: Token = press.token.parse().map_err(|_| Problem::bad_form("not a button of ours"))?;
    let note = press.note.filter(|n| !n.trim().is_empty());
    let command = match token.verb {
        Verb::Approve => Command::Approve { step: token.step, note, trim: Trim::default() },
        Verb::Deny => Command::Deny { step: token.step, note },
        Verb::Cancel => Command::Cancel,
        Verb::Start => Command::Start,
        Verb::End => Command::End,
        Verb::Details | Verb::Trim => return Ok(Redirect::to(&format!("/requests/{}", token.request)).into_response()),
    };
    match web.service.act(&reader.caller(), "", token.request.as_str(), command).await {
        Ok(_) => {}
        Err(EngineError::Refused(why)) => {
            chat.add(web.service.clock.now(), What::Answer(reader.id.clone(), vec![why.to_string()]));
        }
        Err(fault) => return Err(fault.into()),
    }
    Ok(Redirect::to("/demo#end").into_response())
}
