//! From people to the app: over Socket Mode, or as signed HTTP requests.

use super::{
    FakeSlack, Message, SIGNING_SECRET, View,
    model::{Out, collect},
};
use countersign_engine::time::Timestamp;
use ring::hmac;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::sync::oneshot;

/// Slack's own patience with apps.
const THREE_SECONDS: Duration = Duration::from_secs(3);

/// How the app answered a delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Ack {
    /// It was acknowledged within 3 s (by HTTP: with 200).
    pub acknowledged: bool,
    /// What came with the acknowledgement; `null` when nothing did.
    pub payload: Value,
}

impl Ack {
    /// Everything that is to be read in the payload.
    pub fn words(&self) -> String {
        let mut words = String::new();
        collect(&self.payload, &mut words);
        words
    }
    /// What the form says about a field.
    pub fn error_at(&self, block: &str) -> Option<String> {
        self.payload["errors"][block].as_str().map(str::to_owned)
    }
}

impl FakeSlack {
    /// Deliveries go to these HTTP routes from now on, signed at this clock's time: `http://127.0.0.1:8080/slack`.
    pub fn use_http(&self, base: &str, clock: impl Fn() -> Timestamp + Send + Sync + 'static) {
        self.change(|s| s.http = Some((base.trim_end_matches('/').to_owned(), Arc::new(clock))));
    }

    /// Somebody types `/access` and this.
    pub async fn command(&self, user: &str, text: &str) -> Ack {
        let payload = self.command_payload(user, text);
        let ack = self.deliver("slash_commands", payload.clone()).await;
        if !ack.payload.is_null() {
            let channel = payload["channel_id"].as_str().unwrap_or_default();
            self.change(|s| s.add(channel, &ack.payload, Some(user), true));
        }
        ack
    }

    /// Somebody presses the button that says this.
    ///
    /// # Panics
    /// When the message has no such button.
    pub async fn press(&self, user: &str, label: &str, message: &Message) -> Ack {
        self.deliver("interactive", self.press_payload(user, label, message)).await
    }

    /// Somebody sends a form with these values, by block.
    ///
    /// # Panics
    /// When what takes the form's place breaks Slack's limits.
    pub async fn send_form(&self, user: &str, view: &View, values: &[(&str, &str)]) -> Ack {
        let ack = self.deliver("interactive", self.form_payload(user, view, values)).await;
        if ack.payload["response_action"] == "update"
            && let Err(why) = super::check_view(&ack.payload["view"])
        {
            panic!("a form was replaced by one that Slack refuses: {why}");
        }
        ack
    }

    /// Delivers a payload, as often as [`FakeSlack::repeat`] says, and gives the last answer.
    pub async fn deliver(&self, kind: &str, payload: Value) -> Ack {
        let (times, http) = self.change(|s| (s.repeats, s.http.clone()));
        let envelope = format!("e{:08}", self.change(|s| s.next()));
        let mut ack = Ack { acknowledged: false, payload: Value::Null };
        for _ in 0..times.max(1) {
            ack = match &http {
                Some((base, clock)) => self.by_http(base, clock().timestamp(), kind, &payload).await,
                None => self.by_socket(&envelope, kind, &payload).await,
            };
        }
        ack
    }

    async fn by_socket(&self, envelope: &str, kind: &str, payload: &Value) -> Ack {
        self.connected().await;
        let takes_payload = kind == "slash_commands" || payload["type"] == "view_submission";
        let text = json!({"envelope_id": envelope, "type": kind, "accepts_response_payload": takes_payload,
            "payload": payload})
        .to_string();
        let (send, acked) = oneshot::channel();
        self.change(|s| {
            s.waiting.insert(envelope.to_owned(), send);
            if let Some((_, connection)) = s.connections.iter().next_back() {
                let _ = connection.send.send(Out::Text(text));
            }
        });
        match tokio::time::timeout(THREE_SECONDS, acked).await {
            Ok(Ok(ack)) => Ack { acknowledged: true, payload: ack["payload"].clone() },
            _ => Ack { acknowledged: false, payload: Value::Null },
        }
    }

    async fn by_http(&self, base: &str, now: i64, kind: &str, payload: &Value) -> Ack {
        let (path, body) = http_body(kind, payload);
        let [stamp, signature] = sign(SIGNING_SECRET, now, &body);
        let request = reqwest::Client::new()
            .post(format!("{base}/{path}"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header(stamp.0, stamp.1)
            .header(signature.0, signature.1)
            .timeout(THREE_SECONDS)
            .body(body);
        let Ok(response) = request.send().await else { return Ack { acknowledged: false, payload: Value::Null } };
        let acknowledged = response.status().is_success();
        let text = response.text().await.unwrap_or_default();
        Ack { acknowledged, payload: serde_json::from_str(&text).unwrap_or(Value::Null) }
    }
}

/// The path below `/slack` and the form of a delivery in HTTP mode.
pub fn http_body(kind: &str, payload: &Value) -> (&'static str, String) {
    let mut form = form_urlencoded::Serializer::new(String::new());
    if kind != "slash_commands" {
        return ("interactions", form.append_pair("payload", &payload.to_string()).finish());
    }
    for (name, value) in payload.as_object().into_iter().flatten() {
        form.append_pair(name, value.as_str().unwrap_or_default());
    }
    ("commands", form.finish())
}

/// The two headers that prove a body, at a moment in seconds since 1970.
pub fn sign(secret: &str, at: i64, body: &str) -> [(&'static str, String); 2] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("v0:{at}:{body}").as_bytes());
    let signature = format!("v0={}", hex::encode(tag.as_ref()));
    [("x-slack-request-timestamp", at.to_string()), ("x-slack-signature", signature)]
}
