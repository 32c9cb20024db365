//! What an operator configures.

use countersign_engine::ports::Ticks;
use secrecy::SecretString;
use std::{collections::BTreeSet, sync::Arc};

/// The servers that the policy in force names; asked anew each time, so that a reloaded policy counts.
pub type Guilds = Arc<dyn Fn() -> BTreeSet<String> + Send + Sync>;

/// Credentials, where the API is, and what paces our calls.
#[derive(Clone)]
pub struct Settings {
    /// Posts cards and opens the gateway.
    pub bot_token: SecretString,
    /// The application that interactions must be for.
    pub application_id: String,
    /// 32 bytes in hexadecimal: proves that HTTP requests are Discord's. Without it there is no HTTP route (rule 45).
    pub public_key: Option<String>,
    /// Listen on the gateway. Without it only HTTP requests are served.
    pub gateway: bool,
    /// Without `/api` and without a slash at the end: Discord's own is `https://discord.com`.
    pub api_url: String,
    /// Whose members are served, and where the command is registered.
    pub guilds: Guilds,
    /// Paces our calls; [`std::time::Instant::now`] outside of tests.
    pub ticks: Ticks,
}
