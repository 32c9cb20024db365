//! Slack, from its settings.

use super::{Bots, Making};
use std::sync::Arc;

/// With Slack, if it is configured.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let Some(settings) = making.config.slack.clone() else { return Ok(bots) };
    let settings = countersign_slack::Settings {
        bot_token: settings.bot_token,
        app_token: settings.app_token,
        signing_secret: settings.signing_secret,
        api_url: settings.api_url,
        ticks: Arc::new(std::time::Instant::now),
    };
    let slack = Arc::new(countersign_slack::Slack::new(settings, making.now()).map_err(|e| format!("Slack: {e}"))?);
    let routes = slack.clone();
    Ok(bots.with_routes(slack, Arc::new(move |engine| routes.routes(engine))))
}
