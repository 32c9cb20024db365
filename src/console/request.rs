//! `GET /requests/{id}`: one request with its chain, its grant, its votes and its trail.

use super::{
    error::Problem,
    page::{Frame, html},
    session::Reader,
    show::{delivery, request::Shown, text},
    trail::Line,
};
use crate::{http::Web, store::AuditQuery};
use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use countersign_engine::{ports::ApprovalEngine, view::RequestView, words};

#[derive(Template)]
#[template(path = "request.html")]
struct Page {
    frame: Frame,
    r: Shown,
    /// A secret waits for the reader, who is the holder.
    secret: bool,
    trail: Vec<Line>,
    /// Messages about it, in the order in which they were planned.
    messages: Vec<delivery::Shown>,
    /// Who could not be told as planned.
    undelivered: Vec<String>,
    /// What the last press came to, when it was refused.
    notice: Option<String>,
    /// What was typed into the form that was refused.
    typed: Typed,
    /// Where the forms return to.
    back: String,
}

/// What a person had typed, so that a refusal loses nothing.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// The note.
    pub note: String,
    /// The length.
    pub duration: String,
    /// The level.
    pub access: String,
}

/// The page.
pub async fn page(State(web): State<Web>, reader: Reader, Path(id): Path<String>) -> Result<Response, Problem> {
    let view = match web.service.get(&reader.caller(), &id).await {
        Ok(view) => view,
        Err(why) => return Ok(Problem::from(why).framed(&web, Some(&reader)).await),
    };
    render(&web, &reader, &view, None, Typed::default()).await
}

/// The page, with the answer to a press that was refused.
pub async fn refused(
    web: &Web,
    reader: &Reader,
    id: &str,
    status: StatusCode,
    notice: String,
    typed: Typed,
) -> Result<Response, Problem> {
    let view = web.service.get(&reader.caller(), id).await?;
    Ok((status, render(web, reader, &view, Some(notice), typed).await?).into_response())
}

async fn render(
    web: &Web,
    reader: &Reader,
    view: &RequestView,
    notice: Option<String>,
    typed: Typed,
) -> Result<Response, Problem> {
    let store = &web.service.store;
    let id = &view.request.id;
    let secret = view.request.holder == reader.id && store.has_secret(id).await.map_err(Problem::from_store)?;
    let query = AuditQuery { request: Some(id.clone()), limit: 200, ..AuditQuery::default() };
    let rows = store.audit(&query).await.map_err(Problem::from_store)?;
    let policy = web.service.policy.get();
    let trail = rows.iter().map(|row| Line::of(row, &policy)).collect();
    let postings = store.postings(id).await.map_err(Problem::from_store)?;
    let messages = postings.iter().map(|posting| delivery::Shown::of(posting, &policy)).collect();
    let undelivered = view.delivery.iter().map(|note| text::clean(&words::delivery_note(note, view))).collect();
    let r = Shown::of(view);
    let frame = Frame::of(web, reader, "", &r.short).await?;
    let back = format!("/requests/{}", r.short);
    Ok(html(&Page { frame, r, secret, trail, messages, undelivered, notice, typed, back }))
}
