//! Our own token: by client credentials, kept until shortly before it ends.

use super::{bounded, passing, retry_after};
use crate::{fault::Fault, settings::Settings};
use countersign_engine::ports::Ticks;
use secrecy::{ExposeSecret, SecretString};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;

/// So long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_secs(300);

/// Asks for a token once, however many wait.
pub(super) struct Tokens {
    http: reqwest::Client,
    url: String,
    app_id: String,
    password: SecretString,
    ticks: Ticks,
    held: Mutex<Option<Held>>,
}

struct Held {
    token: SecretString,
    until: Instant,
}

impl Tokens {
    pub(super) fn new(settings: &Settings, http: reqwest::Client) -> Self {
        Self {
            http,
            url: format!("{}/{}/oauth2/v2.0/token", settings.login_url, settings.tenant_id),
            app_id: settings.app_id.clone(),
            password: settings.app_password.clone(),
            ticks: settings.ticks.clone(),
            held: Mutex::default(),
        }
    }

    /// One that is good for some minutes yet.
    pub(super) async fn get(&self) -> Result<String, Fault> {
        let mut held = self.held.lock().await;
        match held.as_ref().filter(|held| (self.ticks)() < held.until) {
            Some(held) => Ok(held.token.expose_secret().to_owned()),
            None => self.ask(&mut held).await,
        }
    }

    /// A new one.
    pub(super) async fn fresh(&self) -> Result<String, Fault> {
        self.ask(&mut *self.held.lock().await).await
    }

    /// learn.microsoft.com, "Authenticate requests with the Bot Connector API", for a single-tenant bot.
    async fn ask(&self, held: &mut Option<Held>) -> Result<String, Fault> {
        *held = None;
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.app_id.as_str()),
            ("client_secret", self.password.expose_secret()),
            ("scope", "https://api.botframework.com/.default"),
        ];
        let answer = self.http.post(&self.url).form(&form).send().await.map_err(|error| passing(&error))?;
        let (status, after) = (answer.status(), retry_after(&answer));
        let text = bounded(answer).await.unwrap_or_default();
        if !status.is_success() {
            return Err(Fault::of_login(status.as_u16(), after, &text));
        }
        let answer: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let token = answer["access_token"].as_str().filter(|token| !token.is_empty());
        let token = token.ok_or_else(|| Fault::Passing("the login answered without a token".into()))?.to_owned();
        let lasts = Duration::from_secs(answer["expires_in"].as_u64().unwrap_or_default());
        *held = Some(Held { token: token.clone().into(), until: (self.ticks)() + lasts.saturating_sub(MARGIN) });
        Ok(token)
    }
}
