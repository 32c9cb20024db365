//! `GET /requests/new`, `POST /requests`: asking for access, with the answer to "what would happen" beside the form.

use super::{
    error::Problem,
    form::{Signed, filled},
    page::{Frame, html},
    session::Reader,
    show::{explain, text},
};
use crate::http::{Web, status};
use askama::Template;
use axum::{
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use countersign_engine::{
    command::Draft,
    id::{AccessLevel, ResourceId},
    ports::{ApprovalEngine, EngineError, Offer, Question},
    refusal::Refusal,
};
use ring::rand::SystemRandom;
use serde::Deserialize;

/// The form. The page's `GET` takes the same fields, to preview.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Fields {
    resource: String,
    access: String,
    duration: String,
    reason: String,
    /// Makes a double click one request (rule 31).
    key: String,
}

/// A resource in the form.
struct Choice {
    id: String,
    description: String,
    levels: Vec<String>,
    default: String,
    cap: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "request_new.html")]
struct Page {
    frame: Frame,
    choices: Vec<Choice>,
    /// Every level of any resource, for the field's list.
    levels: Vec<String>,
    typed: Fields,
    preview: Option<explain::Shown>,
    /// Why there is no preview, or why the request was refused.
    notice: Option<String>,
}

/// The form, with a preview when enough of it is filled in.
pub async fn page(State(web): State<Web>, reader: Reader, Query(typed): Query<Fields>) -> Result<Response, Problem> {
    render(&web, &reader, typed, None).await
}

/// Opens a request.
pub async fn submit(State(web): State<Web>, Signed(reader, typed): Signed<Fields>) -> Result<Response, Problem> {
    let draft = match draft(&web, &reader, &typed) {
        Ok(draft) => draft,
        Err(refusal) => return refused(&web, &reader, typed, &refusal).await,
    };
    match web.service.submit(&reader.caller(), &typed.key, draft).await {
        Ok(view) => Ok(Redirect::to(&format!("/requests/{}", view.request.short_id)).into_response()),
        Err(EngineError::Refused(refusal)) => refused(&web, &reader, typed, &refusal).await,
        Err(fault) => Err(fault.into()),
    }
}

async fn refused(web: &Web, reader: &Reader, typed: Fields, refusal: &Refusal) -> Result<Response, Problem> {
    let status: StatusCode = status(refusal);
    Ok((status, render(web, reader, typed, Some(refusal.to_string())).await?).into_response())
}

fn draft(web: &Web, reader: &Reader, typed: &Fields) -> Result<Draft, Refusal> {
    Ok(Draft {
        resource: ResourceId::new(typed.resource.trim()),
        access: filled(Some(typed.access.clone())).map(|a| AccessLevel::new(a.trim())),
        duration: web.service.length(&reader.id, &typed.duration, web.service.clock.now())?,
        reason: filled(Some(typed.reason.clone())),
        holder: None,
    })
}

async fn render(web: &Web, reader: &Reader, mut typed: Fields, refusal: Option<String>) -> Result<Response, Problem> {
    let offers = web.service.catalog(&reader.caller()).await?.offers;
    let (preview, trouble) = match typed.resource.is_empty() || typed.duration.trim().is_empty() {
        true => (None, None),
        false => preview(web, reader, &typed).await?,
    };
    if typed.key.is_empty() {
        typed.key = fresh()?;
    }
    let mut levels: Vec<String> = offers.iter().flat_map(|o| &o.access).map(ToString::to_string).collect();
    levels.sort();
    levels.dedup();
    let choices = offers.iter().filter(|o| o.requestable).map(|o| choice(o, &typed)).collect();
    let frame = Frame::of(web, reader, "/requests/new", "New request").await?;
    Ok(html(&Page { frame, choices, levels, typed, preview, notice: refusal.or(trouble) }))
}

type Preview = (Option<explain::Shown>, Option<String>);

async fn preview(web: &Web, reader: &Reader, typed: &Fields) -> Result<Preview, Problem> {
    let draft = match draft(web, reader, typed) {
        Ok(draft) => draft,
        Err(refusal) => return Ok((None, Some(refusal.to_string()))),
    };
    let question =
        Question { person: None, resource: draft.resource, access: draft.access, duration: draft.duration, at: None };
    match web.service.explain(&reader.caller(), question).await {
        Ok(explanation) => Ok((Some(explain::Shown::of(&explanation, &web.service.policy.get())), None)),
        Err(EngineError::Refused(refusal)) => Ok((None, Some(refusal.to_string()))),
        Err(fault) => Err(fault.into()),
    }
}

/// A word that no other form has.
fn fresh() -> Result<String, Problem> {
    let random: [u8; 16] = ring::rand::generate(&SystemRandom::new()).map_err(|_| Problem::broken())?.expose();
    Ok(hex::encode(random))
}

fn choice(offer: &Offer, typed: &Fields) -> Choice {
    Choice {
        id: offer.resource.to_string(),
        description: text::short(&offer.description, 80),
        levels: offer.access.iter().map(ToString::to_string).collect(),
        default: offer.default_access.to_string(),
        cap: offer.max_duration.to_string(),
        chosen: offer.resource.as_str() == typed.resource,
    }
}
