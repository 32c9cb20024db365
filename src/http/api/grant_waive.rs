//! `POST /api/v1/grants/{id}/waive`

use super::act;
use crate::http::{Body, Problem, Web, Who, dto::GrantItem, key::Key, name::Name, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::command::Command;
use serde::Deserialize;
use utoipa::ToSchema;

/// Why the access is surely gone.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// In your words; needed, up to 1,000 characters.
    #[schema(example = "the database was scrapped this morning")]
    note: String,
}

/// Waive an overdue revocation
///
/// An administrator vouches that access is gone though the target cannot confirm it. Never for access of their own.
#[utoipa::path(
    post,
    path = "/api/v1/grants/{id}/waive",
    tag = "grants",
    params(
        ("id" = String, Path, description = "Its id or short id.", example = "req-84a2"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable."),
    ),
    request_body = Waiver,
    responses((status = 200, description = "The grant has ended.", body = GrantItem), ActProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Key(key): Key,
    Body(waiver): Body<Waiver>,
) -> Result<Json<GrantItem>, Problem> {
    let view = act(&web, &who, &key, &id, Command::Waive { note: waiver.note }).await?;
    super::grant_show::item(&view)
}
