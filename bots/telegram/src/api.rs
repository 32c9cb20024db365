//! Our calls to the Bot API: one place that paces, times out and judges errors. The token is part of every address, so no
//! error of the transport is shown with its address.

use crate::{fault::Fault, limits::Pace, settings::Settings};
use countersign_engine::ports::{BotError, Ticks};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};
use teloxide::requests::Payload;
use tokio::sync::watch;

/// Telegram answers within a second or two; nobody waits longer than this.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The Bot API.
pub(crate) struct Api {
    http: reqwest::Client,
    base: String,
    token: SecretString,
    pace: Mutex<Pace>,
    ticks: Ticks,
    /// Set once Telegram denies our token: nothing is sent any more until [`Api::rearm`].
    denied: watch::Sender<Option<String>>,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BotError> {
        let base = settings.api_url.trim_end_matches('/');
        let url = reqwest::Url::parse(base).ok();
        if !url.is_some_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host()) {
            return Err(BotError::Disconnected(format!(
                "TELEGRAM_API_URL \"{base}\" is not an address; hint: leave it out for Telegram's own, or write https://host"
            )));
        }
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Ok(Self {
            http: http.map_err(|_| BotError::Disconnected("no TLS could be set up for Telegram".into()))?,
            base: base.to_owned(),
            token: settings.bot_token.clone(),
            pace: Mutex::default(),
            ticks: settings.ticks.clone(),
            denied: watch::Sender::new(None),
        })
    }

    /// Calls a method that concerns no chat.
    pub(crate) async fn call<P: Payload + Serialize>(&self, payload: &P) -> Result<Value, Fault> {
        self.paced(None, P::NAME, &json(payload)?).await
    }

    /// The same; what `more` adds is laid over the payload.
    pub(crate) async fn answer<P: Payload + Serialize>(
        &self,
        payload: &P,
        more: impl FnOnce(&mut Value),
    ) -> Result<Value, Fault> {
        let mut body = json(payload)?;
        more(&mut body);
        self.paced(None, P::NAME, &body).await
    }

    /// Calls a method about a chat; what `more` adds is laid over the payload.
    pub(crate) async fn about<P: Payload + Serialize>(
        &self,
        chat: i64,
        payload: &P,
        more: impl FnOnce(&mut Value),
    ) -> Result<Value, Fault> {
        let mut body = json(payload)?;
        more(&mut body);
        self.paced(Some(chat), P::NAME, &body).await
    }

    /// Asks for updates: waits as long as Telegram does, and has its turn whatever else is sent.
    pub(crate) async fn poll(&self, body: &Value, wait: Duration) -> Result<Value, Fault> {
        if let Some(said) = self.denied.borrow().clone() {
            return Err(Fault::Denied(said));
        }
        self.judged(self.post("getUpdates", body, wait + TIMEOUT).await)
    }

    /// The moment by which calls are paced.
    pub(crate) fn tick(&self) -> std::time::Instant {
        (self.ticks)()
    }

    async fn paced(&self, chat: Option<i64>, method: &'static str, body: &Value) -> Result<Value, Fault> {
        if let Some(said) = self.denied.borrow().clone() {
            return Err(Fault::Denied(said));
        }
        let admitted = self.pace().admit(chat, self.tick());
        match admitted {
            Err(hold) => return Err(hold.into()),
            Ok(Duration::ZERO) => {}
            Ok(wait) => tokio::time::sleep(wait).await,
        }
        let answer = self.judged(self.post(method, body, TIMEOUT).await);
        if let Err(Fault::Limited(Some(after))) = &answer {
            self.pace().close(chat, *after, self.tick());
        }
        answer
    }

    fn judged(&self, answer: Result<Value, Fault>) -> Result<Value, Fault> {
        if let Err(Fault::Denied(said)) = &answer {
            self.deny(said);
        }
        answer
    }

    /// One call. What is no JSON is some machine on the way: it passes.
    async fn post(&self, method: &str, body: &Value, timeout: Duration) -> Result<Value, Fault> {
        let url = format!("{}/bot{}/{method}", self.base, self.token.expose_secret());
        let sent = self.http.post(url).timeout(timeout).json(body).send().await;
        let response = sent.map_err(|error| Fault::Passing(trouble(&error).into()))?;
        let status = response.status().as_u16();
        let text = response.text().await.map_err(|error| Fault::Passing(trouble(&error).into()))?;
        // Whoever answers may tell back where it was called, and what it says is logged and kept (THREATS E07).
        let text = text.replace(self.token.expose_secret(), "[token]");
        match serde_json::from_str::<Value>(&text) {
            Ok(answer) if answer["ok"] == true => Ok(answer["result"].clone()),
            Ok(answer) if answer["ok"] == false => Err(Fault::of_answer(&answer)),
            _ => Err(Fault::Passing(format!("HTTP {status}, and no answer of Telegram's"))),
        }
    }

    /// Stops all calls, loudly and once.
    fn deny(&self, said: &str) {
        let news = self.denied.send_if_modified(|denied| {
            let news = denied.is_none();
            denied.get_or_insert_with(|| said.to_owned());
            news
        });
        if news {
            tracing::error!(said, "Telegram does not accept our token; hint: copy it from @BotFather again");
        }
    }
    /// Lets calls through again: the bot starts anew.
    pub(crate) fn rearm(&self) {
        self.denied.send_replace(None);
    }
    /// Resolves when Telegram denies our token.
    pub(crate) async fn denial(&self) -> String {
        let mut denied = self.denied.subscribe();
        // It cannot fail: we hold the sender.
        let said = denied.wait_for(Option::is_some).await.ok().and_then(|said| said.clone());
        said.unwrap_or_default()
    }

    fn pace(&self) -> std::sync::MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn json(payload: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(payload).map_err(|error| Fault::Refused(error.to_string()))
}

fn trouble(error: &reqwest::Error) -> &'static str {
    match (error.is_timeout(), error.is_connect()) {
        (true, _) => "no answer in time",
        (_, true) => "no connection",
        _ => "the connection broke",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn settings(api_url: &str) -> Settings {
        Settings {
            bot_token: "1:secret".to_owned().into(),
            webhook_secret: None,
            api_url: api_url.into(),
            public_url: "https://access.acme.com".into(),
            places: Arc::new(Vec::new),
            ticks: Arc::new(std::time::Instant::now),
        }
    }

    #[test]
    fn a_nonsense_address_is_said_with_a_hint() {
        for url in ["", "api.telegram.org", "ftp://api.telegram.org"] {
            let refused = Api::new(&settings(url)).err();
            assert!(matches!(refused, Some(BotError::Disconnected(why)) if why.contains("hint:")), "{url}");
        }
    }

    #[tokio::test]
    async fn no_error_shows_the_token() {
        let api = Api::new(&settings("http://127.0.0.1:1")).unwrap();
        let error = api.call(&teloxide::payloads::GetMe::new()).await.unwrap_err();
        assert!(matches!(error, Fault::Passing(_)));
        assert!(!format!("{error} {error:?}").contains("secret"));
    }

    /// THREATS E07: whoever answers may tell our own call back.
    #[tokio::test]
    async fn abuse_e07_a_description_does_not_tell_the_token() {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut call = vec![0; 4_096];
            let read = stream.read(&mut call).await.unwrap();
            let path = String::from_utf8_lossy(&call[..read]).split(' ').nth(1).unwrap_or_default().to_owned();
            let body = serde_json::json!({"ok": false, "error_code": 400, "description": path}).to_string();
            let answer = format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(answer.as_bytes()).await.unwrap();
        });
        let error = Api::new(&settings(&url)).unwrap().call(&teloxide::payloads::GetMe::new()).await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.contains("/bot[token]/") && !said.contains("secret"), "{said}");
    }
}
