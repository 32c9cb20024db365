//! Teams, from its settings.

use super::{Bots, Making};
use std::sync::Arc;

/// With Teams, if it is configured.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let Some(settings) = making.config.teams.clone() else { return Ok(bots) };
    let settings = countersign_teams::Settings {
        app_id: settings.app_id,
        app_password: settings.app_password,
        tenant_id: settings.tenant_id,
        login_url: settings.login_url,
        openid_url: settings.openid_url,
        service_url: settings.service_url,
        ticks: Arc::new(std::time::Instant::now),
    };
    let teams = Arc::new(countersign_teams::Teams::new(&settings, making.now()).map_err(|e| format!("Teams: {e}"))?);
    let routes = teams.clone();
    Ok(bots.with_routes(teams, Arc::new(move |engine| routes.routes(engine))))
}
