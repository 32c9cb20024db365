//! Email, from the settings.

use super::{Bots, Making};

/// With Email, if configured.
pub(super) fn add(bots: Bots, _making: &Making<'_>) -> Result<Bots, String> {
    Ok(bots)
}
