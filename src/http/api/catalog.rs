//! `GET /api/v1/catalog`

use crate::http::{Problem, Web, Who, dto::Catalog, problem::ReadProblems};
use axum::{Json, extract::State};
use countersign_engine::ports::ApprovalEngine;

/// What one could ask for
#[utoipa::path(
    get,
    path = "/api/v1/catalog",
    tag = "catalog",
    responses((status = 200, description = "All resources.", body = Catalog), ReadProblems),
)]
pub async fn handler(State(web): State<Web>, who: Who) -> Result<Json<Catalog>, Problem> {
    Ok(Json(web.service.catalog(&who.caller).await?.offers.into()))
}
