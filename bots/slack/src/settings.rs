//! What an operator configures.

use countersign_engine::ports::Ticks;
use secrecy::SecretString;

/// Credentials, where the API is, and what paces our calls.
#[derive(Clone)]
pub struct Settings {
    /// `xoxb-...`: posts cards and opens forms.
    pub bot_token: SecretString,
    /// `xapp-...` with `connections:write`: opens Socket Mode. Without it only HTTP mode listens.
    pub app_token: Option<SecretString>,
    /// Proves that HTTP requests are Slack's. Without it the HTTP routes do not exist (rule 45).
    pub signing_secret: Option<SecretString>,
    /// Base of the Web API, without a slash at the end: Slack's own is `https://slack.com/api`.
    pub api_url: String,
    /// Paces our calls; [`std::time::Instant::now`] outside of tests.
    pub ticks: Ticks,
}
