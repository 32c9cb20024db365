//! Telegram, from its settings.

use super::{Bots, Making};
use countersign_engine::person::Platform;
use std::sync::Arc;

/// With Telegram, if it is configured.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let Some(settings) = making.config.telegram.clone() else { return Ok(bots) };
    let policy = making.policy.clone();
    let places = move || policy.places_on(Platform::Telegram).into_iter().map(|(_, chat)| chat).collect();
    let settings = countersign_telegram::Settings {
        bot_token: settings.bot_token,
        webhook_secret: settings.webhook_secret,
        api_url: settings.api_url,
        public_url: making.config.public_url.clone(),
        places: Arc::new(places),
        ticks: Arc::new(std::time::Instant::now),
    };
    let made = countersign_telegram::Telegram::new(settings, making.now()).map_err(|e| format!("Telegram: {e}"))?;
    let telegram = Arc::new(made);
    let routes = telegram.clone();
    Ok(bots.with_routes(telegram, Arc::new(move |engine| routes.routes(engine))))
}
