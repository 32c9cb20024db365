//! Discord's settings: all that is needed, or none.

use super::{reader::Reader, settings};
use secrecy::SecretString;

/// Discord, completely configured.
#[derive(Clone, Debug)]
pub struct DiscordConfig {
    /// Posts cards and opens the gateway.
    pub bot_token: SecretString,
    /// The application that interactions must be for.
    pub application_id: String,
    /// 32 bytes in hexadecimal. Without it no call by HTTP is taken (rule 45).
    pub public_key: Option<String>,
    /// Whether to listen on the gateway.
    pub gateway: bool,
    /// Without a slash at the end, and without `/api`.
    pub api_url: String,
}

/// `None` without a bot token. With something missing or malformed, says what (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<DiscordConfig> {
    let token = reader.secret(&settings::DISCORD_BOT_TOKEN);
    let application_id = reader.text(&settings::DISCORD_APPLICATION_ID);
    let public_key = Some(reader.text(&settings::DISCORD_PUBLIC_KEY)).filter(|key| !key.is_empty());
    let api_url = reader.url(&settings::DISCORD_API_URL);
    let Some(bot_token) = token else {
        if !application_id.is_empty() || public_key.is_some() {
            let hint = "set the bot's token (Developer Portal, Bot, Reset Token), or empty the other Discord settings";
            reader.problem(&settings::DISCORD_BOT_TOKEN, "is missing, while other Discord settings are set", hint);
        }
        return None;
    };
    let mut holds = true;
    if !(15..=20).contains(&application_id.len()) || !application_id.bytes().all(|b| b.is_ascii_digit()) {
        let hint = "Developer Portal, General Information, Application ID: a number of 17 to 20 digits";
        reader.problem(&settings::DISCORD_APPLICATION_ID, format!("\"{application_id}\" is not an id"), hint);
        holds = false;
    }
    if public_key.as_ref().is_some_and(|key| key.len() != 64 || hex::decode(key).is_err()) {
        let hint = "Developer Portal, General Information, Public Key: 64 hexadecimal digits";
        reader.problem(&settings::DISCORD_PUBLIC_KEY, "is not a public key", hint);
        holds = false;
    }
    let gateway = match reader.text(&settings::DISCORD_GATEWAY).as_str() {
        "on" => true,
        "off" => false,
        other => {
            reader.problem(&settings::DISCORD_GATEWAY, format!("\"{other}\" is neither"), "on or off");
            return None;
        }
    };
    if !gateway && public_key.is_none() {
        let what = "is off, and DISCORD_PUBLIC_KEY is not set: nothing could reach us";
        reader.problem(&settings::DISCORD_GATEWAY, what, "switch it on, or set the public key for HTTP interactions");
        holds = false;
    }
    let api_url = api_url?;
    holds.then_some(DiscordConfig { bot_token, application_id, public_key, gateway, api_url })
}
