//! `GET /demo/grafana`: the protected page, open to whoever holds an active grant, closed to everyone else.

use super::{InDemo, chat::Chat};
use crate::{
    console::{
        error::Problem,
        page::{Frame, html},
        session::Reader,
        show::request::Shown,
    },
    http::Web,
};
use askama::Template;
use axum::{
    Extension,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use countersign_engine::{
    ports::{ApprovalEngine, Filter},
    view::RequestView,
};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "grafana.html")]
struct Page {
    frame: Frame,
    /// The request whose grant opens the page; `None` keeps it closed.
    open: Option<Shown>,
    /// The request that may open it some day.
    pending: Option<Shown>,
    bars: [u32; 24],
}

const RESOURCE: &str = "grafana";

/// The page. Asked anew at every look, as a proxy in front of a real application asks `GET /authz`.
pub async fn page(
    State(web): State<Web>,
    _: InDemo,
    reader: Reader,
    Extension(chat): Extension<Arc<Chat>>,
) -> Result<Response, Problem> {
    let mine = Filter { mine: true, search: Some(RESOURCE.into()), limit: Some(50), ..Filter::default() };
    let mine = web.service.list(&reader.caller(), mine).await?.items;
    let here =
        |view: &&RequestView| view.request.asked.resource.as_str() == RESOURCE && view.request.holder == reader.id;
    let open = mine.iter().filter(here).find(|view| is_open(view));
    let pending = mine.iter().filter(here).find(|view| view.request.state.is_pending());
    if let Some(view) = open {
        chat.visit(&view.request.id);
    }
    let status = if open.is_some() { StatusCode::OK } else { StatusCode::FORBIDDEN };
    let frame = Frame::of(&web, &reader, "/demo", "Grafana").await?;
    // A believable load curve that needs no chance.
    let bars = std::array::from_fn(|i| 20 + ((i * 37 + 11) % 29) as u32 + if (8..18).contains(&i) { 34 } else { 0 });
    let page = Page { frame, open: open.map(Shown::of), pending: pending.map(Shown::of), bars };
    Ok((status, html(&page)).into_response())
}

/// Active by state and by the clock: the deadline is a fact about time (rule 26).
fn is_open(view: &RequestView) -> bool {
    let until = view.request.grant.as_ref().and_then(|grant| grant.state.expires_at());
    until.is_some_and(|until| view.now < until)
}
