//! What an operator configures.

use countersign_engine::ports::Ticks;
use secrecy::SecretString;
use std::sync::Arc;

/// The chats in which workflows of the policy in force post: numeric ids, as the policy names them.
pub type Places = Arc<dyn Fn() -> Vec<String> + Send + Sync>;

/// Credentials, where the API is, and what paces our calls.
#[derive(Clone)]
pub struct Settings {
    /// `123456:ABC...`, from @BotFather.
    pub bot_token: SecretString,
    /// Proves that webhook calls are Telegram's: 1 to 256 characters of `A-Z a-z 0-9 _ -`
    /// (core.telegram.org/bots/api, "setWebhook"). Without it we poll, and no route exists (rule 45).
    pub webhook_secret: Option<SecretString>,
    /// Base of the Bot API, without a slash at the end: Telegram's own is `https://api.telegram.org`.
    pub api_url: String,
    /// Where people reach the console, without a slash at the end: only links to it stay live in our answers, and webhook
    /// calls are asked to come to it.
    pub public_url: String,
    /// The chats named by the policy; buttons pressed in other groups change nothing (THREATS B04).
    pub places: Places,
    /// Paces our calls; [`std::time::Instant::now`] outside of tests.
    pub ticks: Ticks,
}
