//! What an operator configures.

use secrecy::SecretString;

/// Slack's own API.
pub const DEFAULT_API_URL: &str = "https://slack.com/api";

/// Credentials, and where the API is. `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `xoxb-...`: posts cards and opens forms.
    pub bot_token: SecretString,
    /// `xapp-...` with `connections:write`: opens Socket Mode. Without it only HTTP mode listens.
    pub app_token: Option<SecretString>,
    /// Proves that HTTP requests are Slack's. Without it the HTTP routes do not exist (rule 45).
    pub signing_secret: Option<SecretString>,
    /// Base of the Web API, without a slash at the end; [`Settings::default_api_url`] is Slack's.
    pub api_url: String,
}

impl Settings {
    /// Slack's own API.
    pub fn default_api_url() -> String {
        DEFAULT_API_URL.to_owned()
    }
}
