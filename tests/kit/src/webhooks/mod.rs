//! Receivers of webhooks: they check signatures by the specification, write everything down, and fail on demand.

mod chat;
mod live;
mod signature;

pub use chat::{complaints, words};
pub use live::live;
pub use signature::sign;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::TcpListener;

/// One message, as it came.
#[derive(Clone, Debug)]
pub struct Received {
    /// Path and query.
    pub path: String,
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`
    pub timestamp: String,
    /// `webhook-signature`
    pub signature: String,
    /// `content-type`
    pub content_type: String,
    /// The bytes.
    pub body: Vec<u8>,
    /// The body; null when it is no JSON.
    pub json: Value,
}

/// What the receiver does with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Answers with this status.
    Status(u16),
    /// The same, with a body.
    Said(u16, String),
    /// The same, with a header.
    With(u16, &'static str, String),
    /// Takes the message and closes the connection without an answer.
    Lost,
}

/// The moment, in seconds since 1970, by which signatures are judged.
pub type Now = Arc<dyn Fn() -> i64 + Send + Sync>;

/// A receiver on the loopback interface. Clones are the same receiver.
#[derive(Clone)]
pub struct Receiver {
    /// `http://127.0.0.1:PORT`
    pub url: String,
    inner: Arc<Inner>,
}

struct Inner {
    keys: Vec<String>,
    now: Now,
    seen: Mutex<Vec<Received>>,
    script: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<Answer>,
    complaints: Mutex<Vec<String>>,
    arrived: tokio::sync::Notify,
}

impl Receiver {
    /// Believes messages that all of `keys` (`whsec_`, `whpk_`) have signed; with none it takes unsigned ones.
    ///
    /// # Panics
    /// When no port is free.
    pub async fn start(keys: &[&str], now: Now) -> Self {
        let inner = Arc::new(Inner {
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            now,
            seen: Mutex::default(),
            script: Mutex::default(),
            otherwise: Mutex::new(Answer::Status(204)),
            complaints: Mutex::default(),
            arrived: tokio::sync::Notify::new(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let router = Router::new().fallback(receive).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner }
    }

    /// Answers the next messages like this, one after the other.
    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        held(&self.inner.script).extend(answers);
    }
    /// Answers like this whenever nothing else was said.
    pub fn always(&self, answer: Answer) {
        *held(&self.inner.otherwise) = answer;
    }
    /// All messages, in order.
    pub fn seen(&self) -> Vec<Received> {
        held(&self.inner.seen).clone()
    }
    /// Returns once so many messages have come.
    pub async fn heard(&self, count: usize) {
        loop {
            let next = self.inner.arrived.notified();
            if held(&self.inner.seen).len() >= count {
                return;
            }
            next.await;
        }
    }
    /// The types of all messages, in order.
    pub fn types(&self) -> Vec<String> {
        self.seen().iter().map(|one| one.json["type"].as_str().unwrap_or("?").to_owned()).collect()
    }
    /// Everything that broke a rule of the specification.
    pub fn complaints(&self) -> Vec<String> {
        held(&self.inner.complaints).clone()
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn receive(State(inner): State<Arc<Inner>>, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let text = |name| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let received = Received {
        path: uri.to_string(),
        id: text("webhook-id"),
        timestamp: text("webhook-timestamp"),
        signature: text("webhook-signature"),
        content_type: text("content-type"),
        json: serde_json::from_slice(&body).unwrap_or(Value::Null),
        body: body.to_vec(),
    };
    let found = judge(&inner, &received);
    held(&inner.complaints).extend(found);
    held(&inner.seen).push(received);
    inner.arrived.notify_waiters();
    let answer = held(&inner.script).pop_front().unwrap_or_else(|| held(&inner.otherwise).clone());
    let status = |code| StatusCode::from_u16(code).unwrap_or(StatusCode::IM_A_TEAPOT);
    match answer {
        Answer::Status(code) => status(code).into_response(),
        Answer::Said(code, body) => (status(code), body).into_response(),
        Answer::With(code, name, value) => (status(code), [(name, value)]).into_response(),
        // A panic ends the connection's task, and the connection with it.
        Answer::Lost => std::panic::resume_unwind(Box::new("lost")),
    }
}

/// The rules of the specification, and our own on ids.
fn judge(inner: &Inner, received: &Received) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |good: bool, what: String| found.extend((!good).then_some(what));
    check(!received.json.is_null(), format!("{}: the body is no JSON", received.id));
    check(received.content_type.contains("json"), format!("content-type {}", received.content_type));
    check(received.body.len() <= 256 * 1024, format!("{}: {} bytes", received.id, received.body.len()));
    if inner.keys.is_empty() {
        return found;
    }
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    check(!received.id.is_empty() && received.id.chars().all(plain), format!("webhook-id \"{}\"", received.id));
    let age = received.timestamp.parse::<i64>().map(|at| ((inner.now)() - at).abs());
    check(age.is_ok_and(|age| age <= 300), format!("{}: webhook-timestamp {}", received.id, received.timestamp));
    for key in &inner.keys {
        check(signature::fits(key, received), format!("{}: no signature fits {}...", received.id, &key[..10]));
    }
    let others = held(&inner.seen);
    let same = others.iter().find(|other| other.id == received.id);
    check(same.is_none_or(|other| other.body == received.body), format!("{}: said two things", received.id));
    found
}
