//! `POST /requests/{id}/{verb}`: votes, and everything else one can do with a request.

use super::{
    error::Problem,
    form::{Signed, filled},
    page::{Frame, html},
    request::{self, Typed},
    session::Reader,
};
use crate::http::{Web, local_path, status};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    command::{Command, Trim},
    id::AccessLevel,
    ports::EngineError,
    refusal::Refusal,
    time::Length,
};
use serde::Deserialize;

/// The fields of all these forms.
#[derive(Deserialize, Default)]
pub struct Fields {
    /// The step that the page showed.
    step: Option<String>,
    note: Option<String>,
    duration: Option<String>,
    access: Option<String>,
    back: Option<String>,
}

impl Fields {
    /// What was typed, so that a refusal loses nothing.
    pub fn typed(self) -> Typed {
        Typed {
            note: self.note.unwrap_or_default(),
            duration: self.duration.unwrap_or_default(),
            access: self.access.unwrap_or_default(),
        }
    }
}

/// Does it, and goes back to where the button was; a refusal shows the request with the answer, and keeps what was typed.
pub async fn act(
    State(web): State<Web>,
    Path((id, verb)): Path<(String, String)>,
    Signed(reader, fields): Signed<Fields>,
) -> Result<Response, Problem> {
    if verb == "secret" {
        return secret(&web, &reader, &id).await;
    }
    let done = match command(&verb, &fields, |text| web.service.length(&reader.id, text, web.service.clock.now())) {
        Some(Ok(command)) => web.service.act_if_seen(&reader.caller(), "", &id, command).await,
        Some(Err(refusal)) => Err(refusal.into()),
        None => return Err(Problem::not_found("button")),
    };
    match done {
        Ok(view) => {
            let page = format!("/requests/{}", view.request.short_id);
            Ok(Redirect::to(local_path(fields.back.as_deref()).unwrap_or(&page)).into_response())
        }
        Err(error) => unless_refused(&web, &reader, &id, error, fields.typed()).await,
    }
}

/// What a verb asks for; `None` when there is no such verb.
pub fn command(
    verb: &str,
    fields: &Fields,
    length: impl Fn(&str) -> Result<Length, Refusal>,
) -> Option<Result<Command, Refusal>> {
    let note = filled(fields.note.clone());
    let step = fields.step.as_deref().and_then(|s| s.parse().ok());
    Some(match verb {
        "approve" => trim(fields, length).map(|trim| Command::Approve { step, note, trim }),
        "deny" => Ok(Command::Deny { step, note }),
        "cancel" => Ok(Command::Cancel),
        "start" => Ok(Command::Start),
        "end" => Ok(Command::End),
        "revoke" => Ok(Command::Revoke { note }),
        "waive" => Ok(Command::Waive { note: note.unwrap_or_default() }),
        _ => return None,
    })
}

fn trim(fields: &Fields, length: impl Fn(&str) -> Result<Length, Refusal>) -> Result<Trim, Refusal> {
    let duration = filled(fields.duration.clone()).as_deref().map(length).transpose()?;
    Ok(Trim { access: filled(fields.access.clone()).map(AccessLevel::new), duration })
}

#[derive(Template)]
#[template(path = "secret.html")]
struct SecretPage {
    frame: Frame,
    short: String,
    secret: Option<String>,
}

/// Shows a delivered secret, or on the request's page why not.
async fn secret(web: &Web, reader: &Reader, id: &str) -> Result<Response, Problem> {
    let secret = match web.service.reveal(&reader.caller(), id).await {
        Ok(secret) => secret.map(|s| s.expose().to_owned()),
        Err(error) => return unless_refused(web, reader, id, error, Typed::default()).await,
    };
    let short = web.service.find(id).await?.short_id.to_string();
    let frame = Frame::of(web, reader, "", "Password").await?;
    let mut response = html(&SecretPage { frame, short, secret });
    let never = axum::http::HeaderValue::from_static("no-store");
    response.headers_mut().insert(axum::http::header::CACHE_CONTROL, never);
    Ok(response)
}

/// A refusal shows the request with the answer and with what was typed; what is not there, or broken, has its own page.
async fn unless_refused(
    web: &Web,
    reader: &Reader,
    id: &str,
    error: EngineError,
    typed: Typed,
) -> Result<Response, Problem> {
    match error {
        EngineError::Refused(refusal) if !matches!(*refusal, Refusal::NotFound { .. }) => {
            request::refused(web, reader, id, status(&refusal), refusal.to_string(), typed).await
        }
        error => Err(error.into()),
    }
}
