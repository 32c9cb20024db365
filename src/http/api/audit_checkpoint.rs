//! `GET /api/v1/audit/checkpoint`

use crate::http::{Problem, Web, Who, problem::ReadProblems};
use axum::{
    extract::State,
    http::{HeaderName, header},
};

/// The newest signed checkpoint
///
/// A signed note (C2SP `tlog-checkpoint`): the trail's size and root. Keep it somewhere else, and
/// `countersign audit verify --checkpoint FILE` proves that nothing before it was changed or cut.
#[utoipa::path(
    get,
    path = "/api/v1/audit/checkpoint",
    tag = "audit",
    responses((status = 200, description = "The signed note.", body = String, content_type = "text/plain"), ReadProblems),
)]
pub async fn handler(State(web): State<Web>, _who: Who) -> Result<([(HeaderName, &'static str); 1], String), Problem> {
    let none = || Problem::not_found("there is no checkpoint yet; the first is signed within 60 s of the first entry");
    let newest = web.service.store.checkpoint().await?.ok_or_else(none)?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], newest.note))
}
