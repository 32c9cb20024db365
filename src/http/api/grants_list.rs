//! `GET /api/v1/grants`

use crate::http::{
    Problem, Web, Who,
    dto::GrantPage,
    params::{self, Params},
    problem::ReadProblems,
};
use axum::{Json, extract::State};
use countersign_engine::{
    grant::GrantState,
    ports::{ApprovalEngine, Filter},
};
use serde::Deserialize;
use utoipa::IntoParams;

/// Which grants.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// Any of these states, separated by commas: `scheduled`, `granting`, `active`, `revoking`, `ended`, `failed`.
    #[param(example = "active,revoking")]
    state: Option<String>,
    /// `1`: only my own.
    mine: Option<String>,
    /// Text that the short id, requester, resource or reason contains.
    search: Option<String>,
    /// At most this many, 1 to 200; 50 when absent.
    limit: Option<usize>,
    /// From the page before: its `next_cursor`.
    cursor: Option<String>,
}

/// List grants
///
/// Those whose request the caller may see, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/grants",
    tag = "grants",
    params(Wanted),
    responses((status = 200, description = "One page.", body = GrantPage), ReadProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Params(wanted): Params<Wanted>,
) -> Result<Json<GrantPage>, Problem> {
    let mut states = params::words("state", wanted.state.as_deref(), &GrantState::KEYS)?;
    if states.is_empty() {
        // No grant state at all would also list requests without a grant.
        states = GrantState::KEYS.map(str::to_owned).to_vec();
    }
    let filter = Filter {
        states: Vec::new(),
        grant_states: states,
        mine: params::flag("mine", wanted.mine.as_deref())?,
        to_vote: false,
        search: params::text("search", wanted.search)?,
        cursor: params::cursor(wanted.cursor)?,
        limit: params::limit(wanted.limit, 200)?,
    };
    Ok(Json(web.service.list(&who.caller, filter).await?.into()))
}
