//! Slack's settings: all that is needed, or none.

use super::{reader::Reader, settings};
use secrecy::{ExposeSecret, SecretString};

/// Slack, completely configured.
#[derive(Clone, Debug)]
pub struct SlackConfig {
    /// `xoxb-...`
    pub bot_token: SecretString,
    /// How Slack reaches us; at least one of the two.
    pub app_token: Option<SecretString>,
    /// The same, by HTTP: without it no call by HTTP is taken (rule 45).
    pub signing_secret: Option<SecretString>,
    /// Without a slash at the end.
    pub api_url: String,
}

/// `None` without any of Slack's secrets. With some of them missing, says which (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<SlackConfig> {
    let bot = reader.secret(&settings::SLACK_BOT_TOKEN);
    let app = reader.secret(&settings::SLACK_APP_TOKEN);
    let signing = reader.secret(&settings::SLACK_SIGNING_SECRET);
    let api_url = reader.url(&settings::SLACK_API_URL);
    for (setting, token, other, wanted) in
        [(&settings::SLACK_BOT_TOKEN, &bot, "xapp-", "xoxb-"), (&settings::SLACK_APP_TOKEN, &app, "xoxb-", "xapp-")]
    {
        if token.as_ref().is_some_and(|t| t.expose_secret().starts_with(other)) {
            reader.problem(setting, format!("begins with {other}"), format!("this one begins with {wanted}"));
        }
    }
    match (bot, app.is_some() || signing.is_some()) {
        (None, false) => None,
        (None, true) => {
            let hint = "set the bot token (xoxb-...), or empty the other Slack secrets to do without Slack";
            reader.problem(&settings::SLACK_BOT_TOKEN, "is missing, while other Slack secrets are set", hint);
            None
        }
        (Some(_), false) => {
            let what = "is set, but neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is: nothing could be verified";
            let hint = "set SLACK_APP_TOKEN for Socket Mode, SLACK_SIGNING_SECRET for HTTP, or both";
            reader.problem(&settings::SLACK_BOT_TOKEN, what, hint);
            None
        }
        (Some(bot_token), true) => {
            Some(SlackConfig { bot_token, app_token: app, signing_secret: signing, api_url: api_url? })
        }
    }
}
