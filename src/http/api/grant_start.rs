//! `POST /api/v1/grants/{id}/start`

use super::{Nothing, act};
use crate::http::{Body, Problem, Web, Who, dto::GrantItem, key::Key, name::Name, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::command::Command;

/// Start access
///
/// The holder starts an approved request that waits for it (state `scheduled`).
#[utoipa::path(
    post,
    path = "/api/v1/grants/{id}/start",
    tag = "grants",
    params(
        ("id" = String, Path, description = "Its id or short id.", example = "req-84a2"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable."),
    ),
    request_body = Option<Nothing>,
    responses((status = 200, description = "Done; how it stands now.", body = GrantItem), ActProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Key(key): Key,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<GrantItem>, Problem> {
    let view = act(&web, &who, &key, &id, Command::Start).await?;
    super::grant_show::item(&view)
}
