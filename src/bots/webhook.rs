//! Chat webhooks, from the policy file and the environment.

use super::{Bots, Making};
use crate::{policy_file::Problems, webhooks};
use countersign_webhook::{ChatWebhooks, Endpoint, Kind};
use std::{collections::BTreeMap, sync::Arc, time::Instant};

/// With the chat webhooks that the policy file names. Errors: all that are wrong, each at its line.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let names = webhooks::system_names();
    let (mut endpoints, mut problems) = (BTreeMap::new(), Vec::new());
    for settings in &making.loaded.webhooks.chat {
        let Some(kind) = Kind::from_key(&settings.kind) else { continue };
        match webhooks::poster(&settings.target, &making.config.environment, &names) {
            Ok(poster) => drop(endpoints.insert(settings.name.clone(), Endpoint { kind, poster })),
            Err(problem) => problems.push(problem),
        }
    }
    match (problems.is_empty(), endpoints.is_empty()) {
        (false, _) => Err(Problems(problems).to_string()),
        (true, true) => Ok(bots),
        (true, false) => {
            let chats = ChatWebhooks::new(endpoints, &making.config.public_url, Arc::new(Instant::now));
            Ok(bots.with(Arc::new(chats)))
        }
    }
}
