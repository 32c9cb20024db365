//! `GET /api/v1/requests`

use crate::http::{
    Problem, Web, Who,
    dto::RequestPage,
    params::{self, Params},
    problem::ReadProblems,
};
use axum::{Json, extract::State};
use countersign_engine::{
    ports::{ApprovalEngine, Filter},
    request::State as RequestState,
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Any of these states, separated by commas: `pending`, `approved`, `denied`, `timed_out`, `withdrawn`, `cancelled`,
    /// `blocked`.
    #[param(example = "pending,blocked")]
    state: Option<String>,
    /// `1`: only those that I asked for, or that are for me.
    mine: Option<String>,
    /// `1`: only those that wait for my vote.
    to_vote: Option<String>,
    /// Text that the short id, requester, resource or reason contains.
    search: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    limit: Option<usize>,
    /// From the page before: its `next_cursor`.
    cursor: Option<String>,
}

/// List requests
///
/// Those that the caller may see, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/requests",
    tag = "requests",
    params(Wanted),
    responses((status = 200, description = "One page.", body = RequestPage), ReadProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Params(wanted): Params<Wanted>,
) -> Result<Json<RequestPage>, Problem> {
    let filter = Filter {
        states: params::words("state", wanted.state.as_deref(), &RequestState::KEYS)?,
        grant_states: Vec::new(),
        mine: params::flag("mine", wanted.mine.as_deref())?,
        to_vote: params::flag("to_vote", wanted.to_vote.as_deref())?,
        search: params::text("search", wanted.search)?,
        cursor: params::cursor(wanted.cursor)?,
        limit: params::limit(wanted.limit, 200)?,
    };
    Ok(Json(web.service.list(&who.caller, filter).await?.into()))
}
