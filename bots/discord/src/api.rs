//! Our calls to Discord's REST API. One place that paces, times out and judges errors.

use crate::{
    call::Call,
    fault::Fault,
    inbound,
    limits::{Admit, Limits, Pace},
    settings::Settings,
};
use countersign_engine::ports::{BotError, Ticks};
use reqwest::{Client, Response, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::watch;

/// Discord answers within a second or two; nobody waits longer than this.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What Discord asks bots to call themselves, on REST and on the gateway (discord.com/developers, "User Agent").
pub(crate) const USER_AGENT: &str =
    concat!("DiscordBot (https://github.com/countersign/countersign, ", env!("CARGO_PKG_VERSION"), ")");
/// So often a call waits here; others may have been faster each time.
const SLEEPS: usize = 2;
/// Channels whose turn is remembered before those that nobody waits for are forgotten.
const REMEMBERED: usize = 1_000;

/// The REST API, version 10.
pub(crate) struct Api {
    http: Client,
    token: SecretString,
    base: String,
    pace: Mutex<Pace>,
    /// One call of a route and an id at a time: Discord names a bucket only in its answer.
    turns: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
    ticks: Ticks,
    /// Set once Discord denies our token: nothing is sent with it any more until [`Api::rearm`].
    denied: watch::Sender<Option<String>>,
}

impl Api {
    pub(crate) fn new(settings: &Settings) -> Result<Self, BotError> {
        let base = settings.api_url.trim_end_matches('/');
        let parsed = reqwest::Url::parse(base).ok();
        if !parsed.is_some_and(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some()) {
            let hint = "leave it out for Discord's own, or write https://host";
            return Err(BotError::Disconnected(format!("DISCORD_API_URL \"{base}\" is not an address; hint: {hint}")));
        }
        let builder = Client::builder().user_agent(USER_AGENT).timeout(TIMEOUT).redirect(redirect::Policy::none());
        let http = builder.build().map_err(|error| BotError::Disconnected(format!("no HTTP client: {error}")))?;
        Ok(Self {
            http,
            token: settings.bot_token.clone(),
            base: format!("{base}/api/v10"),
            pace: Mutex::default(),
            turns: Mutex::default(),
            ticks: settings.ticks.clone(),
            denied: watch::Sender::new(None),
        })
    }

    /// Proves who we are on the gateway.
    pub(crate) fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Makes a call, as soon as Discord's limits let it. `null` where Discord answers with nothing.
    pub(crate) async fn call(&self, call: Call) -> Result<Value, Fault> {
        let turn = self.turn(&call.key());
        let _turn = turn.lock().await;
        let mut slept = 0;
        loop {
            if let Some(code) = self.denied.borrow().clone().filter(|_| !call.answer) {
                return Err(Fault::Denied(code));
            }
            let admitted = held(&self.pace).admit(&call, (self.ticks)());
            match admitted {
                Admit::Go => break,
                Admit::Wait(rest) if slept < SLEEPS => {
                    slept += 1;
                    tokio::time::sleep(rest).await;
                }
                Admit::Wait(rest) => return Err(Fault::Paced(rest)),
                Admit::Later(hold) => return Err(hold.into()),
            }
        }
        let answer = self.send(&call).await;
        if let Err(Fault::Denied(code)) = &answer
            && !call.answer
        {
            self.deny(code);
        }
        answer
    }

    async fn send(&self, call: &Call) -> Result<Value, Fault> {
        let mut request = self.http.request(call.method.clone(), format!("{}{}", self.base, call.path));
        if !call.answer {
            request = request.header("authorization", format!("Bot {}", self.token()));
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        // reqwest's errors hold the address, which holds interaction tokens: only their kind is kept.
        let lost = |error: reqwest::Error| match error.is_timeout() {
            true => Fault::Passing(format!("no answer to \"{}\" within {} s", call.route, TIMEOUT.as_secs())),
            false => Fault::Passing("no connection".into()),
        };
        let response = request.send().await.map_err(lost)?;
        let (status, limits, scope) = (response.status(), limits(&response), header(&response, "x-ratelimit-scope"));
        let retry_after = number(&response, "retry-after");
        let everywhere = header(&response, "x-ratelimit-global").is_some() || scope.as_deref() == Some("global");
        let text = response.text().await.map_err(lost)?;
        let now = (self.ticks)();
        held(&self.pace).learn(call, &limits, now);
        if matches!(status.as_u16(), 401 | 403 | 429) && scope.as_deref() != Some("shared") {
            held(&self.pace).invalid(now);
        }
        let body = match text.is_empty() {
            true => Ok(Value::Null),
            false => inbound::parse(&text),
        };
        match status {
            StatusCode::TOO_MANY_REQUESTS => {
                let body = body.unwrap_or_default();
                let after = body["retry_after"].as_f64().and_then(exact).or(retry_after);
                if let Some(after) = after {
                    held(&self.pace).close(call, after, everywhere || body["global"] == true, now);
                }
                Err(Fault::Limited(after))
            }
            status if status.is_success() => {
                body.map_err(|_| Fault::Passing("an answer that is no JSON of Discord's".into()))
            }
            status => Err(Fault::of(status.as_u16(), body.unwrap_or_default()["code"].as_u64().unwrap_or_default())),
        }
    }

    /// Stops all calls with our token, loudly and once.
    pub(crate) fn deny(&self, code: &str) {
        let news = self.denied.send_if_modified(|denied| {
            let news = denied.is_none();
            denied.get_or_insert_with(|| code.to_owned());
            news
        });
        if news {
            tracing::error!(code, "Discord does not accept our token; hint: Developer Portal, Bot, Reset Token");
        }
    }
    /// Lets calls through again: the bot starts anew.
    pub(crate) fn rearm(&self) {
        self.denied.send_replace(None);
    }
    /// Resolves when Discord denies our token.
    pub(crate) async fn denial(&self) -> Fault {
        let mut denied = self.denied.subscribe();
        // It cannot fail: we hold the sender.
        let code = denied.wait_for(Option::is_some).await.ok().and_then(|code| code.clone());
        Fault::Denied(code.unwrap_or_default())
    }

    fn turn(&self, key: &str) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = held(&self.turns);
        if turns.len() > REMEMBERED {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        turns.entry(key.to_owned()).or_default().clone()
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)?.to_str().ok().map(str::to_owned)
}

fn number(response: &Response, name: &str) -> Option<Duration> {
    exact(header(response, name)?.parse().ok()?)
}

/// Seconds with a fraction, rounded up to what a clock can tell.
fn exact(seconds: f64) -> Option<Duration> {
    let millis = (seconds * 1_000.0).ceil();
    (millis.is_finite() && (0.0..1e12).contains(&millis)).then(|| Duration::from_millis(millis as u64))
}

fn limits(response: &Response) -> Limits {
    Limits {
        bucket: header(response, "x-ratelimit-bucket"),
        left: header(response, "x-ratelimit-remaining").and_then(|left| left.parse().ok()),
        resets_after: number(response, "x-ratelimit-reset-after"),
    }
}
