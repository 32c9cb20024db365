//! From people to the app: over the gateway, or as signed HTTP requests.

use super::{
    FakeDiscord, Form, Message, answers,
    model::{self, Delivered},
    payload::options,
};
use countersign_engine::time::Timestamp;
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Discord's own patience with apps.
const THREE_SECONDS: Duration = Duration::from_secs(3);

/// How the app answered an interaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// It was answered within 3 s, in a way that Discord takes.
    pub acknowledged: bool,
    /// The answer; `null` when there was none.
    pub payload: Value,
}

impl Ack {
    /// Everything that is to be read in the answer.
    pub fn words(&self) -> String {
        model::words(&self.payload)
    }
    /// The answer's type; 0 when there was none.
    pub fn kind(&self) -> u64 {
        self.payload["type"].as_u64().unwrap_or_default()
    }
    /// Only who did it sees the answer.
    pub fn is_private(&self) -> bool {
        self.kind() == 4 && self.payload["data"]["flags"].as_u64().unwrap_or_default() & 64 != 0
    }
    /// What was suggested.
    pub fn choices(&self) -> Vec<String> {
        let choices = self.payload["data"]["choices"].as_array().into_iter().flatten();
        choices.filter_map(|choice| choice["value"].as_str().map(str::to_owned)).collect()
    }
}

impl FakeDiscord {
    /// Interactions go to this address from now on, signed at this clock's time:
    /// `http://127.0.0.1:8080/discord/interactions`.
    pub fn use_http(&self, url: &str, clock: impl Fn() -> Timestamp + Send + Sync + 'static) {
        self.change(|s| s.http = Some((url.to_owned(), Arc::new(clock))));
    }

    /// Somebody types `/access` and means these words.
    pub async fn command(&self, user: &str, words: &str) -> Ack {
        self.deliver(self.command_payload(user, &options(words))).await
    }

    /// Somebody sends `/access` with these options, `{"resource": "prod-db", ...}`.
    pub async fn command_with(&self, user: &str, options: Value) -> Ack {
        self.deliver(self.command_payload(user, &options)).await
    }

    /// Somebody is typing `option`, with these options so far.
    pub async fn typing(&self, user: &str, option: &str, options: Value) -> Ack {
        self.deliver(self.typing_payload(user, option, &options)).await
    }

    /// Somebody presses the button that says this.
    ///
    /// # Panics
    /// When the message has no such button.
    pub async fn press(&self, user: &str, label: &str, message: &Message) -> Ack {
        self.deliver(self.press_payload(user, label, message)).await
    }

    /// Somebody sends a form with these values, by field.
    pub async fn send_form(&self, user: &str, form: &Form, values: &[(&str, &str)]) -> Ack {
        self.deliver(self.form_payload(user, form, values)).await
    }

    /// Delivers a payload, as often as [`FakeDiscord::repeat`] says, and gives the answer.
    pub async fn deliver(&self, payload: Value) -> Ack {
        let waiting = self.expect(&payload);
        let (times, http) = self.change(|s| (s.repeats, s.http.clone()));
        if let Some((url, clock)) = http {
            let mut ack = NO_ANSWER;
            for _ in 0..times.max(1) {
                ack = self.by_http(&url, clock().timestamp(), &payload).await;
            }
            return ack;
        }
        self.until_listening().await;
        self.by_gateway(&payload, times.max(1));
        let alone = self.clone();
        tokio::spawn(async move { alone.release().await });
        match tokio::time::timeout(THREE_SECONDS, waiting).await {
            Ok(Ok(payload)) => Ack { acknowledged: true, payload },
            _ => {
                let token = payload["token"].as_str().unwrap_or_default();
                self.change(|s| s.delivered.remove(token));
                NO_ANSWER
            }
        }
    }

    /// Remembers who may be answered, and how.
    fn expect(&self, payload: &Value) -> oneshot::Receiver<Value> {
        let own = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (send, receive) = oneshot::channel();
        let user = payload["member"]["user"]["id"].as_str().or(payload["user"]["id"].as_str());
        let message = payload["message"]["id"].as_str().unwrap_or_default();
        self.change(|s| {
            let message = s.message(message).cloned();
            let delivered = Delivered {
                id: own(&payload["id"]),
                kind: payload["type"].as_u64().unwrap_or_default(),
                user: user.unwrap_or_default().to_owned(),
                channel: own(&payload["channel_id"]),
                message,
                answered: false,
                waiting: Some(send),
                original: None,
                put_off: false,
            };
            s.delivered.insert(own(&payload["token"]), delivered);
        });
        receive
    }

    /// Sends it, now or, when two are to change places, with the next.
    fn by_gateway(&self, payload: &Value, times: usize) {
        let now = self.change(|s| match &mut s.held {
            Some(held) if held.is_empty() => {
                held.push(payload.clone());
                Vec::new()
            }
            Some(_) => {
                let first = s.held.take().unwrap_or_default();
                [payload.clone()].into_iter().chain(first).collect()
            }
            None => vec![payload.clone()],
        });
        for payload in now {
            for _ in 0..times {
                self.dispatch("INTERACTION_CREATE", &payload);
            }
        }
    }

    /// One that waits to change places with the next comes alone when there is none.
    async fn release(&self) {
        tokio::time::sleep(THREE_SECONDS / 6).await;
        let waiting = self.change(|s| match &s.held {
            Some(held) if !held.is_empty() => s.held.take(),
            _ => None,
        });
        for payload in waiting.unwrap_or_default() {
            self.dispatch("INTERACTION_CREATE", &payload);
        }
    }

    async fn by_http(&self, url: &str, now: i64, payload: &Value) -> Ack {
        let body = payload.to_string();
        let [stamp, signature] = sign(now, &body);
        let request = reqwest::Client::new()
            .post(url)
            .header("content-type", "application/json")
            .header(stamp.0, stamp.1)
            .header(signature.0, signature.1)
            .timeout(THREE_SECONDS)
            .body(body);
        let Ok(response) = request.send().await else { return NO_ANSWER };
        let success = response.status().is_success();
        let text = response.text().await.unwrap_or_default();
        let answer: Value = serde_json::from_str(&text).unwrap_or(Value::Null);
        if !success || answer.is_null() {
            return Ack { acknowledged: false, payload: answer };
        }
        if let Err(why) = super::judge("answer", &answer) {
            self.complain(format!("the specification refuses an answer {why}: {answer}"));
        }
        let own = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        // A repetition has been answered by the first.
        let taken = answers::take(self, &own(&payload["id"]), &own(&payload["token"]), &answer);
        Ack { acknowledged: taken.is_ok() || matches!(taken, Err((400, 40060))), payload: answer }
    }
}

const NO_ANSWER: Ack = Ack { acknowledged: false, payload: Value::Null };

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("32 bytes are a seed")
}

/// The application's public key, in hexadecimal.
pub fn public_key() -> String {
    hex::encode(key().public_key().as_ref())
}

/// The two headers that prove a body, at a moment in seconds since 1970.
pub fn sign(at: i64, body: &str) -> [(&'static str, String); 2] {
    let signature = key().sign(format!("{at}{body}").as_bytes());
    [("x-signature-timestamp", at.to_string()), ("x-signature-ed25519", hex::encode(signature.as_ref()))]
}
