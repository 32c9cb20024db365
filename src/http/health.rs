//! `GET /healthz` and `GET /readyz`

use super::Web;
use axum::{Json, extract::State, http::StatusCode};
use serde::Serialize;
use std::time::Duration;
use utoipa::ToSchema;

/// The database must answer by then.
const PATIENCE: Duration = Duration::from_secs(2);

/// Can the server do its work?
#[derive(Serialize, ToSchema)]
pub struct Readiness {
    /// It can.
    ready: bool,
    /// What is in the way; empty when nothing is.
    #[schema(example = json!(["the database does not answer"]))]
    problems: Vec<&'static str>,
    /// What does not work though the server is ready: bots that are not connected. The rest goes on without them.
    #[schema(example = json!(["the slack bot does not run"]))]
    degraded: Vec<String>,
}

/// Is the process up?
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    security(()),
    responses((status = 200, description = "It is.", body = String, content_type = "text/plain")),
)]
pub async fn alive() -> &'static str {
    "ok\n"
}

/// Can the server do its work?
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    security(()),
    responses(
        (status = 200, description = "It can.", body = Readiness),
        (status = 503, description = "It cannot at present, and says why.", body = Readiness),
    ),
)]
pub async fn ready(State(web): State<Web>) -> (StatusCode, Json<Readiness>) {
    let read = tokio::time::timeout(PATIENCE, web.service.store.ping());
    let write = tokio::time::timeout(PATIENCE, web.service.writer.probe());
    let (read, write) = tokio::join!(read, write);
    let mut problems = Vec::new();
    match read {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            // The reason may name hosts: it goes to the log, not to strangers.
            tracing::warn!(%error, "not ready: the database");
            problems.push("the database cannot be asked");
        }
        Err(_) => problems.push("the database does not answer within 2 s"),
    }
    match write {
        Ok(Ok(())) => {}
        // Said below.
        Ok(Err(_)) if web.trail.is_quarantined() => {}
        Ok(Err(_)) => problems.push("the database takes no decisions: it is away, or somebody else holds its lock"),
        Err(_) => {
            problems.push("no decision is reached within 2 s: the database is away or locked, or the queue is long")
        }
    }
    problems.extend(web.trail.problem(web.service.clock.now()));
    let ready = problems.is_empty();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let down = web.bots.all().into_iter().filter(|(_, up)| !up);
    let degraded = down.map(|(platform, _)| format!("the {} bot does not run", platform.key())).collect();
    (status, Json(Readiness { ready, problems, degraded }))
}
