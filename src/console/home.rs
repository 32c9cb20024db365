//! `GET /`: what I asked for, what I have, and what waits for my vote.

use super::{
    error::Problem,
    page::{Frame, html},
    session::Reader,
    show::request::Shown,
};
use crate::http::Web;
use askama::Template;
use axum::{extract::State, response::Response};
use countersign_engine::ports::{ApprovalEngine, Filter};

#[derive(Template)]
#[template(path = "home.html")]
struct Page {
    frame: Frame,
    /// Pending, or with a grant that is not over.
    live: Vec<Shown>,
    /// The newest that are over.
    past: Vec<Shown>,
    to_vote: Vec<Shown>,
    /// Where the forms return to.
    back: &'static str,
}

/// The page.
pub async fn page(State(web): State<Web>, reader: Reader) -> Result<Response, Problem> {
    let mine = web.service.list(&reader.caller(), Filter { mine: true, limit: Some(30), ..Filter::default() }).await?;
    let to_vote = web.service.list(&reader.caller(), Filter { to_vote: true, ..Filter::default() }).await?;
    let (live, past): (Vec<_>, Vec<_>) = mine.items.iter().partition(|view| view.request.is_live());
    let live = live.into_iter().map(Shown::of).collect();
    let past = past.into_iter().take(8).map(Shown::of).collect();
    let to_vote = to_vote.items.iter().map(Shown::of).collect();
    let frame = Frame::of(&web, &reader, "/", "Home").await?;
    Ok(html(&Page { frame, live, past, to_vote, back: "/" }))
}
