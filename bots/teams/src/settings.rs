//! What an operator configures.

use countersign_engine::ports::Ticks;
use secrecy::SecretString;

/// Credentials, where Microsoft's services are, and what paces our calls. No address has a slash at its end.
#[derive(Clone)]
pub struct Settings {
    /// The bot's app id, a UUID in small letters: the audience of what Teams sends us.
    pub app_id: String,
    /// The app's client secret: gets us tokens for what we send.
    pub app_password: SecretString,
    /// The only tenant that is served, a UUID in small letters (THREATS B05).
    pub tenant_id: String,
    /// Where our tokens come from; Microsoft's own is `https://login.microsoftonline.com`.
    pub login_url: String,
    /// The OpenID metadata of the keys that sign what Teams sends us; Microsoft's own is [`Settings::OPENID_URL`].
    pub openid_url: String,
    /// The service that messages go through until Teams names another.
    pub service_url: String,
    /// Paces our calls; [`std::time::Instant::now`] outside of tests.
    pub ticks: Ticks,
}

impl Settings {
    /// The public cloud's metadata; with it, the issuer is pinned (THREATS D10).
    pub const OPENID_URL: &'static str = "https://login.botframework.com/v1/.well-known/openidconfiguration";
}
