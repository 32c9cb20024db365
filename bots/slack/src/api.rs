//! Our calls to Slack, through slack-morphism's client. One place that paces, times out and judges errors.

use crate::{fault::Fault, limits::Pace, settings::Settings};
use countersign_engine::ports::{BotError, Ticks};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use slack_morphism::{SlackClientApiCallContext, SlackClientHttpConnector, prelude::*};
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;
use url::Url;

/// slack-morphism's client on hyper and rustls.
pub(crate) type Client = SlackClient<SlackClientHyperHttpsConnector>;

/// Slack answers within a second or two; nobody waits longer than this.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The Web API.
pub(crate) struct Api {
    pub(crate) client: Arc<Client>,
    bot: SlackApiToken,
    pub(crate) app: Option<SlackApiToken>,
    base: Url,
    pace: Mutex<Pace>,
    ticks: Ticks,
    /// Set once Slack denies our token: nothing is sent any more until [`Api::rearm`].
    denied: watch::Sender<Option<String>>,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BotError> {
        let base = settings.api_url.trim_end_matches('/');
        let url = Url::parse(base).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.host().is_some());
        let url = url.ok_or_else(|| {
            BotError::Disconnected(format!(
                "SLACK_API_URL \"{base}\" is not an address; hint: leave it out for Slack's own, or write https://host/api"
            ))
        })?;
        let connector = connector(url.scheme() == "http")?.with_slack_api_url(base);
        let token = |secret: &SecretString| SlackApiToken::new(secret.expose_secret().into());
        Ok(Self {
            client: Arc::new(SlackClient::new(connector)),
            bot: token(&settings.bot_token),
            app: settings.app_token.as_ref().map(token),
            base: url,
            pace: Mutex::default(),
            ticks: settings.ticks.clone(),
            denied: watch::Sender::new(None),
        })
    }

    /// Calls a method with the bot's token. `place` is what the method's limit counts by.
    pub(crate) async fn call(&self, method: &'static str, place: &str, body: &Value) -> Result<Value, Fault> {
        self.call_as(&self.bot, method, place, body).await
    }

    /// Proves that the app token opens Socket Mode; the address it gives is not used.
    pub(crate) async fn check_app_token(&self) -> Result<(), Fault> {
        let Some(app) = &self.app else { return Ok(()) };
        self.call_as(app, "apps.connections.open", "", &json!({})).await.map(drop)
    }

    async fn call_as(
        &self,
        token: &SlackApiToken,
        method: &'static str,
        place: &str,
        body: &Value,
    ) -> Result<Value, Fault> {
        if let Some(code) = self.denied.borrow().clone() {
            return Err(Fault::Denied(code));
        }
        let admitted = self.pace().admit(method, place, (self.ticks)());
        match admitted {
            Err(hold) => return Err(hold.into()),
            Ok(Duration::ZERO) => {}
            Ok(wait) => tokio::time::sleep(wait).await,
        }
        let session = self.client.open_session(token);
        let sent = session.http_session_api.http_post(method, body, None);
        let answer: Result<Value, Fault> = match tokio::time::timeout(TIMEOUT, sent).await {
            Ok(answer) => answer.map_err(Fault::from),
            Err(_) => Err(Fault::Passing(format!("no answer to {method} within {} s", TIMEOUT.as_secs()))),
        };
        match &answer {
            Err(Fault::Limited(Some(after))) => self.pace().close(method, *after, (self.ticks)()),
            Err(Fault::Denied(code)) => self.deny(code),
            _ => {}
        }
        answer
    }

    /// Answers through an interaction's `response_url`: five times within 30 minutes, without our token.
    pub(crate) async fn respond(&self, url: &str, body: &Value) -> Result<(), Fault> {
        let url = self.own(url).ok_or_else(|| Fault::Refused("an answer address that is not Slack's".into()))?;
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let sent = self.client.http_api.connector.http_post_uri::<_, Value>(url, body, context);
        match tokio::time::timeout(TIMEOUT, sent).await {
            Ok(answer) => answer.map(drop).map_err(Fault::from),
            Err(_) => Err(Fault::Passing("no answer from the answer address".into())),
        }
    }

    /// Only addresses at the API's own host, or below it (hooks.slack.com), are answered (THREATS D08).
    fn own(&self, url: &str) -> Option<Url> {
        let url = Url::parse(url).ok()?;
        let (host, ours) = (url.host_str()?, self.base.host_str()?);
        let near = host == ours || host.strip_suffix(ours).is_some_and(|sub| sub.ends_with('.'));
        (url.scheme() == self.base.scheme() && near).then_some(url)
    }

    /// Stops all calls, loudly and once.
    pub(crate) fn deny(&self, code: &str) {
        let news = self.denied.send_if_modified(|denied| {
            let news = denied.is_none();
            denied.get_or_insert_with(|| code.to_owned());
            news
        });
        if news {
            tracing::error!(
                code,
                "Slack does not accept our token; hint: install the app again and renew SLACK_BOT_TOKEN"
            );
        }
    }
    /// Lets calls through again: the bot starts anew.
    pub(crate) fn rearm(&self) {
        self.denied.send_replace(None);
    }
    /// Resolves when Slack denies our token.
    pub(crate) async fn denial(&self) -> String {
        let mut denied = self.denied.subscribe();
        // It cannot fail: we hold the sender.
        let code = denied.wait_for(Option::is_some).await.ok().and_then(|code| code.clone());
        code.unwrap_or_default()
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The system's roots, so that SSL_CERT_FILE and a company's own authority work; the bundled ones where there are none.
/// Plain HTTP only where the API itself is configured so.
fn connector(plain: bool) -> Result<SlackClientHyperHttpsConnector, BotError> {
    let builder = match hyper_rustls::HttpsConnectorBuilder::new().with_native_roots() {
        Ok(builder) => builder,
        Err(_) => hyper_rustls::HttpsConnectorBuilder::new().with_webpki_roots(),
    };
    let builder = if plain { builder.https_or_http() } else { builder.https_only() };
    Ok(SlackClientHyperConnector::from(builder.enable_http1().build()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn api(url: &str) -> Result<Api, BotError> {
        Api::new(&Settings {
            bot_token: "xoxb-1".to_owned().into(),
            app_token: None,
            signing_secret: None,
            api_url: url.into(),
            ticks: Arc::new(std::time::Instant::now),
        })
    }

    #[test]
    fn abuse_d08_answers_go_to_slack_only() {
        let api = api("https://slack.com/api").unwrap();
        assert!(api.own("https://hooks.slack.com/actions/T1/2/3").is_some());
        for url in [
            "http://hooks.slack.com/x",
            "https://hooks.slack.com.evil.example/x",
            "https://evilslack.com/x",
            "https://169.254.169.254/latest",
            "file:///etc/passwd",
            "not an address",
        ] {
            assert!(api.own(url).is_none(), "{url}");
        }
    }

    #[test]
    fn a_nonsense_address_is_said_with_a_hint() {
        for url in ["", "slack.com/api", "ftp://slack.com/api"] {
            assert!(matches!(api(url), Err(BotError::Disconnected(why)) if why.contains("hint:")), "{url}");
        }
    }
}
