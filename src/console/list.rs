//! `GET /requests`: every request the reader may see, searched, filtered, in pages.

use super::{
    error::Problem,
    form::filled,
    page::{Frame, html},
    session::Reader,
    show::{request::Shown, text},
};
use crate::http::Web;
use askama::Template;
use axum::{
    extract::{Query, State},
    response::Response,
};
use countersign_engine::{
    grant::GrantState,
    ports::{ApprovalEngine, Filter},
    request::State as RequestState,
};
use serde::Deserialize;

/// The search form.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Search {
    q: String,
    state: String,
    cursor: String,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct Page {
    frame: Frame,
    rows: Vec<Shown>,
    search: Search,
    /// The state filter: word on the wire, words for people.
    states: Vec<(&'static str, String)>,
    next: Option<String>,
}

/// The page. One field filters by the state of the request or of its grant: people do not care which it is.
pub async fn page(
    State(web): State<Web>,
    reader: Reader,
    Query(mut search): Query<Search>,
) -> Result<Response, Problem> {
    search.q = text::short(&search.q, 200);
    let given = |words: &[&str]| words.contains(&search.state.as_str()).then(|| search.state.clone());
    let filter = Filter {
        states: given(&RequestState::KEYS).into_iter().collect(),
        grant_states: given(&GrantState::KEYS).into_iter().collect(),
        search: filled(Some(search.q.clone())),
        cursor: filled(Some(search.cursor.clone())),
        limit: Some(25),
        ..Filter::default()
    };
    let found = web.service.list(&reader.caller(), filter).await?;
    let words = RequestState::KEYS.into_iter().chain(GrantState::KEYS);
    let frame = Frame::of(&web, &reader, "/requests", "All requests").await?;
    Ok(html(&Page {
        frame,
        rows: found.items.iter().map(Shown::of).collect(),
        search,
        states: words.map(|key| (key, key.replace('_', " "))).collect(),
        next: found.next,
    }))
}
