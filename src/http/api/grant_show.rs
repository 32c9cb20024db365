//! `GET /api/v1/grants/{id}`

use crate::http::{Problem, Web, Who, dto::GrantItem, name::Name, problem::ReadProblems};
use axum::{Json, extract::State};
use countersign_engine::{ports::ApprovalEngine, view::RequestView};

/// Show a grant
#[utoipa::path(
    get,
    path = "/api/v1/grants/{id}",
    tag = "grants",
    params(("id" = String, Path, description = "Its request's id or short id.", example = "req-84a2")),
    responses((status = 200, description = "The grant.", body = GrantItem), ReadProblems),
)]
pub async fn handler(State(web): State<Web>, who: Who, Name(id): Name) -> Result<Json<GrantItem>, Problem> {
    item(&web.service.get(&who.caller, &id).await?)
}

/// The grant of a request, which may have none.
pub(super) fn item(view: &RequestView) -> Result<Json<GrantItem>, Problem> {
    let none = || {
        Problem::not_found("this request has no grant: it was never approved").with("state", view.request.state.key())
    };
    GrantItem::of(view).map(Json).ok_or_else(none)
}
