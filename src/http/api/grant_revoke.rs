//! `POST /api/v1/grants/{id}/revoke`

use super::{MaybeNote, act};
use crate::http::{Body, Problem, Web, Who, dto::GrantItem, key::Key, name::Name, problem::ActProblems};
use axum::{Json, extract::State};
use countersign_engine::command::Command;

/// Revoke access
///
/// An approver of the request or an administrator takes the access away.
#[utoipa::path(
    post,
    path = "/api/v1/grants/{id}/revoke",
    tag = "grants",
    params(
        ("id" = String, Path, description = "Its id or short id.", example = "req-84a2"),
        ("Idempotency-Key" = Option<String>, Header, description = "Makes the call repeatable."),
    ),
    request_body = Option<MaybeNote>,
    responses((status = 200, description = "Done; how it stands now.", body = GrantItem), ActProblems),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Key(key): Key,
    Body(body): Body<MaybeNote>,
) -> Result<Json<GrantItem>, Problem> {
    let view = act(&web, &who, &key, &id, Command::Revoke { note: body.note }).await?;
    super::grant_show::item(&view)
}
