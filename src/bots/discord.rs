//! Discord, from its settings.

use super::{Bots, Making};
use countersign_engine::person::Platform;
use std::sync::Arc;

/// With Discord, if it is configured.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let Some(settings) = making.config.discord.clone() else { return Ok(bots) };
    let policy = making.policy.clone();
    let settings = countersign_discord::Settings {
        bot_token: settings.bot_token,
        application_id: settings.application_id,
        public_key: settings.public_key,
        gateway: settings.gateway,
        api_url: settings.api_url,
        guilds: Arc::new(move || policy.places_on(Platform::Discord).into_iter().map(|(guild, _)| guild).collect()),
        ticks: Arc::new(std::time::Instant::now),
    };
    let discord = countersign_discord::Discord::new(settings, making.now()).map_err(|e| format!("Discord: {e}"))?;
    let discord = Arc::new(discord);
    let routes = discord.clone();
    Ok(bots.with_routes(discord, Arc::new(move |engine| routes.routes(engine))))
}
