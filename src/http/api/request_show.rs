//! `GET /api/v1/requests/{id}`

use crate::http::{Problem, Web, Who, dto::RequestItem, name::Name, problem::ReadProblems};
use axum::{Json, extract::State};
use countersign_engine::ports::ApprovalEngine;

/// Show a request
#[utoipa::path(
    get,
    path = "/api/v1/requests/{id}",
    tag = "requests",
    params(("id" = String, Path, description = "Its id or short id.", example = "req-84a2")),
    responses((status = 200, description = "The request.", body = RequestItem), ReadProblems),
)]
pub async fn handler(State(web): State<Web>, who: Who, Name(id): Name) -> Result<Json<RequestItem>, Problem> {
    Ok(Json(RequestItem::from(&web.service.get(&who.caller, &id).await?)))
}
