//! Discord, from its settings.

use super::{Bots, Making};
use crate::policy::PolicyHandle;
use countersign_engine::{address::Address, person::Platform};
use std::{collections::BTreeSet, sync::Arc};

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
        guilds: Arc::new(move || guilds(&policy)),
        ticks: Arc::new(std::time::Instant::now),
    };
    let discord = countersign_discord::Discord::new(settings, making.now()).map_err(|e| format!("Discord: {e}"))?;
    let discord = Arc::new(discord);
    let routes = discord.clone();
    Ok(bots.with_routes(discord, Arc::new(move |engine| routes.routes(engine))))
}

/// The servers at whose places a workflow of the policy in force posts.
fn guilds(policy: &PolicyHandle) -> BTreeSet<String> {
    let policy = policy.get();
    let places = policy.workflows.values().flat_map(|workflow| &workflow.notify.places);
    let guild = |at: &Address| match at {
        Address::Place { platform: Platform::Discord, tenant, .. } => Some(tenant.clone()),
        _ => None,
    };
    places.filter_map(guild).collect()
}
