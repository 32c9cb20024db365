//! `GET /metrics`

use super::Web;
use crate::store::StoreError;
use axum::{
    extract::State,
    http::{HeaderName, header},
};

/// Metrics for Prometheus
///
/// Requests by state, time to decision, grants and overdue grants, bots, outbox lag and backlog, deliveries, failed and waiting, commit batch
/// size, HTTP answers. Counts from the database are at most a second old.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    security(()),
    responses((status = 200, description = "OpenMetrics text.", body = String, content_type = "application/openmetrics-text")),
)]
pub async fn handler(State(web): State<Web>) -> ([(HeaderName, &'static str); 1], String) {
    let now = web.service.clock.now();
    web.metrics.trail(web.trail.problem(now).is_none(), web.trail.age(now));
    web.metrics.quarantined(web.trail.is_quarantined());
    if web.metrics.is_stale(now) {
        let counted = count(&web).await;
        if let Err(error) = &counted {
            tracing::warn!(%error, "the metrics could not be counted");
        }
        web.metrics.database(counted.is_ok());
    }
    web.metrics.bots(&web.bots.all());
    ([(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], web.metrics.text())
}

async fn count(web: &Web) -> Result<(), StoreError> {
    web.metrics.census(&web.service.store.census().await?);
    web.metrics.backlog(&web.service.store.backlog().await?, web.service.clock.now());
    web.metrics.unsettled(&web.service.store.unsettled().await?, web.outbox.platforms());
    Ok(())
}
