//! E-mail, from its settings.

use super::{Bots, Making};
use std::sync::Arc;

/// With e-mail, if it is configured.
pub(super) fn add(bots: Bots, making: &Making<'_>) -> Result<Bots, String> {
    let Some(settings) = making.config.email.clone() else { return Ok(bots) };
    let read = |file: std::path::PathBuf| {
        std::fs::read(&file).map_err(|e| format!("E-mail: SMTP_CA_FILE {}: {e}", file.display()))
    };
    let settings = countersign_email::Settings {
        smtp_url: settings.smtp_url,
        from: settings.from,
        ca: settings.ca_file.map(read).transpose()?,
        public_url: making.config.public_url.clone(),
        ticks: Arc::new(std::time::Instant::now),
    };
    let email = countersign_email::Email::new(settings, making.now()).map_err(|e| format!("E-mail: {e}"))?;
    Ok(bots.with(Arc::new(email)))
}
