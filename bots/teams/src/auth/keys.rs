//! The keys that sign activities: found through the OpenID metadata, kept for a day, asked for anew when an unknown one
//! appears, but at most once an hour (THREATS D10).

use super::{Unproven, jwk::Key};
use crate::{api::bounded, settings::Settings};
use countersign_engine::ports::Ticks;
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use url::Url;

/// The public cloud's issuer.
const ISSUER: &str = "https://api.botframework.com";
const DAY: Duration = Duration::from_secs(24 * 3_600);
const HOUR: Duration = Duration::from_secs(3_600);
/// Between two attempts when there are no keys at all.
const PAUSE: Duration = Duration::from_secs(5);

/// A key, and who vouches for it.
pub(super) struct Issued {
    pub(super) issuer: String,
    pub(super) key: Key,
}

/// The keys. Asks for them once, however many wait.
pub(super) struct Keys {
    http: reqwest::Client,
    metadata: String,
    ticks: Ticks,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    issuer: String,
    keys: Vec<Key>,
    /// When they came.
    since: Option<Instant>,
    /// When they were last asked for, and what went wrong then.
    tried: Option<(Instant, Option<String>)>,
}

impl Keys {
    pub(super) fn new(settings: &Settings, http: reqwest::Client) -> Self {
        Self { http, metadata: settings.openid_url.clone(), ticks: settings.ticks.clone(), held: Mutex::default() }
    }

    /// How many there are; asks for them anew.
    pub(super) async fn count(&self) -> Result<usize, String> {
        let mut held = self.held.lock().await;
        self.refresh(&mut held).await.map(|()| held.keys.len())
    }

    pub(super) async fn find(&self, kid: &str) -> Result<Issued, Unproven> {
        let mut held = self.held.lock().await;
        let now = (self.ticks)();
        let old = |since: Option<Instant>, age| since.is_none_or(|since| now.saturating_duration_since(since) >= age);
        let last_try = held.tried.as_ref().map(|(at, _)| *at);
        if old(held.since, DAY) {
            if old(last_try, PAUSE) {
                let _ = self.refresh(&mut held).await;
            }
        } else if !held.keys.iter().any(|key| key.kid == kid) && old(last_try, HOUR) {
            let _ = self.refresh(&mut held).await;
        }
        if old(held.since, DAY) {
            let why = held.tried.as_ref().and_then(|(_, why)| why.clone());
            return Err(Unproven::NoKeys(why.unwrap_or_else(|| "they are too old".into())));
        }
        let key = held.keys.iter().find(|key| key.kid == kid).cloned();
        let key = key.ok_or(Unproven::Token("the token is signed with an unknown key"))?;
        Ok(Issued { issuer: held.issuer.clone(), key })
    }

    /// What is there stays when nothing better comes.
    async fn refresh(&self, held: &mut Held) -> Result<(), String> {
        let asked = self.ask().await;
        let now = (self.ticks)();
        held.tried = Some((now, asked.as_ref().err().cloned()));
        match asked {
            Ok((issuer, keys)) => {
                (held.issuer, held.keys, held.since) = (issuer, keys, Some(now));
                Ok(())
            }
            Err(why) => {
                tracing::warn!(why, url = self.metadata, "Teams' signing keys cannot be had");
                Err(why)
            }
        }
    }

    async fn ask(&self) -> Result<(String, Vec<Key>), String> {
        let metadata = self.json(&self.metadata).await?;
        let algorithms = metadata["id_token_signing_alg_values_supported"].as_array();
        if algorithms.is_some_and(|listed| !listed.iter().any(|alg| alg == "RS256")) {
            return Err("the metadata does not speak of RS256".into());
        }
        let jwks = metadata["jwks_uri"].as_str().ok_or("the metadata names no keys")?;
        if !near(jwks, &self.metadata) {
            return Err("the metadata names keys at an address without TLS".into());
        }
        let set = self.json(jwks).await?;
        let keys: Vec<Key> = set["keys"].as_array().into_iter().flatten().filter_map(Key::read).collect();
        match keys.is_empty() {
            true => Err("the key set holds no key that we can use".into()),
            false => Ok((issuer(&self.metadata, &metadata), keys)),
        }
    }

    async fn json(&self, url: &str) -> Result<Value, String> {
        let answer = self.http.get(url).send().await.map_err(|_| format!("no answer from {url}"))?;
        if !answer.status().is_success() {
            return Err(format!("{url} answered HTTP {}", answer.status().as_u16()));
        }
        let body = bounded(answer).await.ok_or_else(|| format!("the answer of {url} broke off, or is too long"))?;
        serde_json::from_str(&body).map_err(|_| format!("{url} answered with what is no JSON"))
    }
}

/// Pinned where Microsoft's own metadata is used; an operator who names another vouches for its issuer.
fn issuer(url: &str, metadata: &Value) -> String {
    match url == Settings::OPENID_URL {
        true => ISSUER.to_owned(),
        false => metadata["issuer"].as_str().unwrap_or(ISSUER).to_owned(),
    }
}

/// Keys come over TLS, or from the very place that an operator named for the metadata.
fn near(jwks: &str, metadata: &str) -> bool {
    let (Ok(jwks), Ok(metadata)) = (Url::parse(jwks), Url::parse(metadata)) else { return false };
    jwks.scheme() == "https" || jwks.origin() == metadata.origin()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d10_the_public_clouds_issuer_is_pinned() {
        let says = serde_json::json!({"issuer": "https://api.botframework.us"});
        assert_eq!(issuer(Settings::OPENID_URL, &says), ISSUER);
        assert_eq!(issuer("https://login.botframework.azure.us/v1/x", &says), "https://api.botframework.us");
        assert_eq!(issuer("https://login.botframework.azure.us/v1/x", &Value::Null), ISSUER);
    }

    #[test]
    fn abuse_d10_keys_do_not_come_in_the_clear() {
        let metadata = Settings::OPENID_URL;
        assert!(near("https://login.botframework.com/v1/.well-known/keys", metadata));
        assert!(near("http://127.0.0.1:4000/keys", "http://127.0.0.1:4000/openid"));
        for jwks in ["http://login.botframework.com/keys", "http://127.0.0.1:4001/keys", "file:///keys", ""] {
            assert!(!near(jwks, metadata) && !near(jwks, "http://127.0.0.1:4000/openid"), "{jwks}");
        }
    }
}
