//! Telegram's settings.

use super::{reader::Reader, settings};
use secrecy::{ExposeSecret, SecretString};

/// Telegram, completely configured.
#[derive(Clone, Debug)]
pub struct TelegramConfig {
    /// `123456:ABC...`
    pub bot_token: SecretString,
    /// Comes with each webhook call. Without it we poll, and no webhook is taken (rule 45).
    pub webhook_secret: Option<SecretString>,
    /// Without a slash at the end.
    pub api_url: String,
}

/// `None` without a bot token. Says what is malformed (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<TelegramConfig> {
    let token = reader.secret(&settings::TELEGRAM_BOT_TOKEN);
    let secret = reader.secret(&settings::TELEGRAM_WEBHOOK_SECRET);
    let api_url = reader.url(&settings::TELEGRAM_API_URL);
    let Some(bot_token) = token else {
        if secret.is_some() {
            let hint = "set the bot's token (from @BotFather), or empty TELEGRAM_WEBHOOK_SECRET";
            reader.problem(&settings::TELEGRAM_BOT_TOKEN, "is missing, while the webhook's secret is set", hint);
        }
        return None;
    };
    let mut holds = true;
    let shaped = bot_token.expose_secret().split_once(':').is_some_and(|(id, key)| {
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit()) && !key.is_empty() && !key.contains(['/', ' '])
    });
    if !shaped {
        reader.problem(&settings::TELEGRAM_BOT_TOKEN, "is not a token", "@BotFather gives it: 123456:ABC-DEF...");
        holds = false;
    }
    // core.telegram.org/bots/api#setwebhook: 1 to 256 characters of A-Z a-z 0-9 _ -; THREATS D12 wants 32 at least.
    let good = |s: &str| {
        (32..=256).contains(&s.len()) && s.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
    };
    if secret.as_ref().is_some_and(|secret| !good(secret.expose_secret())) {
        let hint = "32 to 256 letters, digits, _ and -, such as the output of: openssl rand -hex 32";
        reader.problem(&settings::TELEGRAM_WEBHOOK_SECRET, "is too short, too long or has other characters", hint);
        holds = false;
    }
    let api_url = api_url?;
    holds.then_some(TelegramConfig { bot_token, webhook_secret: secret, api_url })
}
