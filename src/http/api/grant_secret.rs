//! `POST /api/v1/grants/{id}/secret`

use super::Nothing;
use crate::http::{Body, Problem, Web, Who, name::Name, problem::ActProblems};
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

/// What the holder needs and nobody else may see.
#[derive(Serialize, ToSchema)]
pub struct Shown {
    /// The secret. It is not kept: this was the only time.
    #[schema(example = "a password")]
    secret: String,
}

/// Show a grant's secret, once
///
/// To the holder only, and only while the grant is active. It is forgotten in the same moment; there is no second answer, so a call that is repeated with an
/// Idempotency-Key does not get it again either.
#[utoipa::path(
    post,
    path = "/api/v1/grants/{id}/secret",
    tag = "grants",
    params(("id" = String, Path, description = "Its id or short id.", example = "req-84a2")),
    request_body = Option<Nothing>,
    responses(
        (status = 200, description = "The secret.", body = Shown),
        (status = 410, description = "It was shown already, or there never was one (`no_secret`).", body = Problem, content_type = "application/problem+json"),
        ActProblems,
    ),
)]
pub async fn handler(
    State(web): State<Web>,
    who: Who,
    Name(id): Name,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Json<Shown>, Problem> {
    let gone = "there is no secret to show: it was shown already, or this resource needs none";
    let gone = || Problem::new(StatusCode::GONE, "no_secret", gone);
    let secret = web.service.reveal(&who.caller, &id).await?.ok_or_else(gone)?;
    Ok(Json(Shown { secret: secret.expose().to_owned() }))
}
