//! `POST /demo/advance`

use super::{Body, Problem, Web, layers, refusal};
use crate::demo;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use countersign_engine::{refusal::Refusal, time::Length};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// For example `31m`; 31 days at most.
    #[schema(example = "31m")]
    by: String,
}

/// The moment it is now.
#[derive(Serialize, ToSchema)]
pub struct Moved {
    /// By the demo's clock.
    now: DateTime<Utc>,
}

/// Move the demo's clock
///
/// In demo mode only, so that anyone can watch a timeout.
#[utoipa::path(
    post,
    path = "/demo/advance",
    tag = "demo",
    security(()),
    request_body = Advance,
    responses(
        (status = 200, description = "The clock was moved.", body = Moved),
        (status = 404, description = "This is no demo (`not_found`).", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "No duration (`bad_duration`), or more than 31 days (`duration_too_long`).", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub async fn handler(State(web): State<Web>, Body(advance): Body<Advance>) -> Result<Json<Moved>, Problem> {
    if !web.demo {
        return Err(layers::nothing_here().await);
    }
    let bad = |_| refusal::problem(&Refusal::BadDuration { wanted: advance.by.chars().take(40).collect() });
    let by: Length = advance.by.parse().map_err(bad)?;
    demo::advance(&web, by).await.map_err(|refusal| refusal::problem(&refusal))?;
    Ok(Json(Moved { now: web.service.clock.now() }))
}
