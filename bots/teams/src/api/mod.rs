//! Our calls to the service that messages go through. One place that paces, times out and judges answers.

mod known;
mod token;

pub(crate) use known::Known;

use crate::{fault::Fault, limits::Pace, settings::Settings};
use countersign_engine::ports::{BotError, Ticks};
use reqwest::{Method, Response, StatusCode, header};
use serde_json::{Value, json};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use token::Tokens;
use tokio::sync::watch;

/// Microsoft's services answer within a second or two; nobody waits longer than this.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Metadata and key sets have some tens of kilobytes.
const ANSWER: usize = 1024 * 1024;
/// What the limit of new conversations counts by.
const NEW: &str = "a new conversation";

/// The service.
pub(crate) struct Api {
    http: reqwest::Client,
    tokens: Tokens,
    app_id: String,
    tenant_id: String,
    pub(crate) known: Known,
    pace: Mutex<Pace>,
    ticks: Ticks,
    /// Set once Microsoft denies our credentials: nothing is sent any more until [`Api::rearm`].
    denied: watch::Sender<Option<String>>,
}

/// What answers are fetched with: without redirects, which could lead anywhere (THREATS D08).
pub(crate) fn client() -> Result<reqwest::Client, BotError> {
    let builder = reqwest::Client::builder().timeout(TIMEOUT).redirect(reqwest::redirect::Policy::none());
    builder.build().map_err(|error| BotError::Disconnected(format!("no HTTP client: {error}")))
}

impl Api {
    pub(crate) fn new(settings: &Settings, http: reqwest::Client) -> Self {
        Self {
            tokens: Tokens::new(settings, http.clone()),
            http,
            app_id: settings.app_id.clone(),
            tenant_id: settings.tenant_id.clone(),
            known: Known::new(&settings.service_url),
            pace: Mutex::default(),
            ticks: settings.ticks.clone(),
            denied: watch::Sender::new(None),
        }
    }

    /// Proves that our credentials are good.
    pub(crate) async fn login(&self) -> Result<(), Fault> {
        self.watched(self.tokens.fresh().await).map(drop)
    }

    /// The conversation between us and a person, made when there is none. The person is named by their Entra object id,
    /// as "Send proactive messages" on learn.microsoft.com shows; the app must be installed for them.
    pub(crate) async fn conversation(&self, object: &str) -> Result<String, Fault> {
        if let Some(known) = self.known.conversation(object) {
            return Ok(known);
        }
        let body = json!({"bot": {"id": format!("28:{}", self.app_id)}, "members": [{"id": object}], "isGroup": false,
            "tenantId": self.tenant_id, "channelData": {"tenant": {"id": self.tenant_id}}});
        let url = format!("{}/v3/conversations", self.known.service(""));
        let made = self.call(Method::POST, &url, NEW, &body).await?;
        let id = made["id"].as_str().ok_or_else(|| Fault::Passing("a new conversation without an id".into()))?;
        self.known.opened(object, id);
        Ok(id.to_owned())
    }

    /// Sends a message; gives its id.
    pub(crate) async fn send(&self, conversation: &str, activity: &Value) -> Result<String, Fault> {
        let url = self.activities(conversation);
        let sent = self.call(Method::POST, &url, conversation, activity).await;
        if let Err(Fault::Gone(_) | Fault::Refused(_)) = &sent {
            self.known.forget(conversation);
        }
        let id = sent?["id"].as_str().map(str::to_owned);
        id.ok_or_else(|| Fault::Passing("a sent message without an id".into()))
    }

    /// Replaces a message.
    pub(crate) async fn replace(&self, conversation: &str, message: &str, activity: &Value) -> Result<(), Fault> {
        let url = format!("{}/{}", self.activities(conversation), segment(message));
        self.call(Method::PUT, &url, conversation, activity).await.map(drop)
    }

    fn activities(&self, conversation: &str) -> String {
        format!("{}/v3/conversations/{}/activities", self.known.service(conversation), segment(conversation))
    }

    async fn call(&self, method: Method, url: &str, place: &str, body: &Value) -> Result<Value, Fault> {
        if let Some(why) = self.denied.borrow().clone() {
            return Err(Fault::Denied(why));
        }
        let admitted = self.pace().admit(place, (self.ticks)());
        match admitted {
            Err(hold) => return Err(hold.into()),
            Ok(Duration::ZERO) => {}
            Ok(wait) => tokio::time::sleep(wait).await,
        }
        let token = self.watched(self.tokens.get().await)?;
        let mut answer = self.once(&method, url, &token, body).await;
        // Tokens can end before their time; a new one is asked for once.
        if matches!(answer, Err(Fault::Denied(_))) {
            let token = self.watched(self.tokens.fresh().await)?;
            answer = self.watched(self.once(&method, url, &token, body).await);
        }
        if let Err(Fault::Limited(Some(after))) = &answer {
            self.pace().close(place, *after, (self.ticks)());
        }
        answer
    }

    async fn once(&self, method: &Method, url: &str, token: &str, body: &Value) -> Result<Value, Fault> {
        let request = self.http.request(method.clone(), url).bearer_auth(token).json(body);
        let answer = request.send().await.map_err(|error| passing(&error))?;
        let (status, after) = (answer.status(), retry_after(&answer));
        let text = bounded(answer).await;
        if !status.is_success() {
            return Err(Fault::of_service(status.as_u16(), after, text.as_deref().unwrap_or_default()));
        }
        let text = text.ok_or_else(|| Fault::Passing("the answer broke off".into()))?;
        match (text.trim(), status) {
            ("", StatusCode::OK | StatusCode::NO_CONTENT | StatusCode::ACCEPTED) => Ok(Value::Null),
            (text, _) => serde_json::from_str(text).map_err(|_| Fault::Passing("an answer that is no JSON".into())),
        }
    }

    /// Stops all calls, loudly and once, when Microsoft denies our credentials.
    fn watched<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        if let Err(Fault::Denied(why)) = &result {
            let news = self.denied.send_if_modified(|denied| {
                let news = denied.is_none();
                denied.get_or_insert_with(|| why.clone());
                news
            });
            if news {
                tracing::error!(
                    why,
                    "Microsoft does not accept our credentials; hint: make a new client secret and renew TEAMS_APP_PASSWORD"
                );
            }
        }
        result
    }
    /// Lets calls through again: the bot starts anew.
    pub(crate) fn rearm(&self) {
        self.denied.send_replace(None);
    }
    /// Resolves when Microsoft denies our credentials.
    pub(crate) async fn denial(&self) -> String {
        let mut denied = self.denied.subscribe();
        // It cannot fail: we hold the sender.
        let why = denied.wait_for(Option::is_some).await.ok().and_then(|why| why.clone());
        why.unwrap_or_default()
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What kept an answer from coming; without the address, which holds ids.
fn passing(error: &reqwest::Error) -> Fault {
    let what = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "no answer in time",
        (_, true) => "no connection",
        _ => "no answer",
    };
    Fault::Passing(what.into())
}

/// `Retry-After` in seconds.
fn retry_after(answer: &Response) -> Option<Duration> {
    let seconds = answer.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

/// A body of bounded length; `None` when it is longer, breaks off, or is no text.
pub(crate) async fn bounded(mut answer: Response) -> Option<String> {
    let mut body = Vec::new();
    while let Some(piece) = answer.chunk().await.ok()? {
        body.extend_from_slice(&piece);
        if body.len() > ANSWER {
            return None;
        }
    }
    String::from_utf8(body).ok()
}

/// One segment of a path: conversation ids hold `:`, `@`, `;` and `=`.
fn segment(id: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'~');
    id.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
