//! `POST /api/v1/requests/{id}/cancel`

use super::{Nothing, act};
use crate::http::{Body, Problem, Web, Who, dto::RequestItem, key::Key, name::Name, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::command::Command;

/// Cancel a request
///
/// The requester takes a pending request back.
#[utoipa::path(
    post,
    path = "/api/v1/requests/{id}/cancel",
    tag = "requests",
    params(
        ("id" = String, Path, description = "Its id or short id.", example = "req-84a2"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable."),
    ),
    request_body = Option<Nothing>,
    responses((status = 200, description = "Done; how it stands now.", body = RequestItem), ActProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Key(key): Key,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<RequestItem>, Problem> {
    let view = act(&web, &who, &key, &id, Command::Cancel).await?;
    Ok(Json(RequestItem::from(&view)))
}
