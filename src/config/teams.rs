//! Teams' settings: all that is needed, or none.

use super::{reader::Reader, settings};
use secrecy::SecretString;

/// Teams, completely configured.
#[derive(Clone, Debug)]
pub struct TeamsConfig {
    /// The audience of what Teams sends us.
    pub app_id: String,
    /// Gets us tokens for what we send.
    pub app_password: SecretString,
    /// The only tenant that is served.
    pub tenant_id: String,
    /// Where our tokens come from; without a slash at the end, as the two below.
    pub login_url: String,
    /// The OpenID metadata of Teams' keys.
    pub openid_url: String,
    /// The service that proactive messages go through.
    pub service_url: String,
}

/// `None` without any of the three. With some of them missing or malformed, says which (rule 45).
pub(super) fn read(reader: &mut Reader<'_>) -> Option<TeamsConfig> {
    let app_id = reader.text(&settings::TEAMS_APP_ID).to_lowercase();
    let password = reader.secret(&settings::TEAMS_APP_PASSWORD);
    let tenant_id = reader.text(&settings::TEAMS_TENANT_ID).to_lowercase();
    let login_url = reader.url(&settings::TEAMS_LOGIN_URL);
    let openid_url = reader.url(&settings::TEAMS_OPENID_URL);
    let service_url = reader.url(&settings::TEAMS_SERVICE_URL);
    if app_id.is_empty() && password.is_none() && tenant_id.is_empty() {
        return None;
    }
    let uuid = |text: &str| {
        text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
    };
    let mut holds = true;
    for (setting, text) in [(&settings::TEAMS_APP_ID, &app_id), (&settings::TEAMS_TENANT_ID, &tenant_id)] {
        if !uuid(text) {
            let hint = "a UUID, from the app registration's overview in Entra; all three of Teams' settings are needed";
            reader.problem(setting, format!("\"{text}\" is not an id"), hint);
            holds = false;
        }
    }
    if password.is_none() {
        let hint = "a client secret's value, from the app registration's Certificates & secrets";
        reader.problem(&settings::TEAMS_APP_PASSWORD, "is missing, while other Teams settings are set", hint);
    }
    let (app_password, login_url, openid_url, service_url) = (password?, login_url?, openid_url?, service_url?);
    holds.then_some(TeamsConfig { app_id, app_password, tenant_id, login_url, openid_url, service_url })
}
