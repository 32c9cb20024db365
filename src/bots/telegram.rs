//! Telegram, from the settings.

use super::{Bots, Making};

/// With Telegram, if configured.
pub(super) fn add(bots: Bots, _making: &Making<'_>) -> Result<Bots, String> {
    Ok(bots)
}
