//! A whole server in one process, on a database in a temporary place, with a clock that only the test moves.
//!
//! `w.api("dev").post(...)` speaks to the real router; `w.settle()` lets alarms, connectors and deliveries do what is due.

#![allow(dead_code, clippy::unwrap_used)]

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, Response, StatusCode, header},
};
use chrono::{DateTime, Utc};
use countersign::{
    app::{App, Parts},
    audit::note::Signer,
    bots::Bots,
    clock::Clock,
    grants::{ApprovalOnly, Connectors},
    policy::PolicyHandle,
    store::{self, Lane, Store},
    vault::Vault,
};
use countersign_engine::{
    policy::Policy,
    ports::{self, Connector},
    time::Length,
};
#[cfg(feature = "forward-auth")]
use countersign_forward_auth::Gate;
use serde_json::Value;
use std::{sync::Arc, time::Instant};
use tempfile::TempDir;
use tower::ServiceExt;

/// A server that does nothing by itself.
pub struct World {
    /// The server.
    pub app: App,
    /// Its clock.
    pub clock: Clock,
    /// Its database.
    pub store: Arc<dyn Store>,
    /// Where it keeps things.
    pub place: TempDir,
    router: Router,
}

/// What a world is made of; each part can be replaced before it starts.
pub struct Making {
    /// The organisation.
    pub policy: Policy,
    /// What grants.
    pub connectors: Connectors,
    /// Answers the proxies in front of web apps.
    #[cfg(feature = "forward-auth")]
    pub gate: Option<Arc<Gate>>,
    /// What tells and listens.
    pub bots: Bots,
    /// The clock.
    pub clock: Clock,
    /// Who is told of every event.
    #[cfg(feature = "webhook")]
    pub webhooks: Vec<Arc<countersign::webhooks::Subscription>>,
    /// What other systems may call, by name.
    #[cfg(feature = "webhook")]
    pub hooks: std::collections::BTreeMap<String, countersign::hooks::Hook>,
    /// Demo mode: `demo:PERSON` is a token.
    pub demo: bool,
}

impl Default for Making {
    fn default() -> Self {
        Self {
            policy: countersign_kit::acme(),
            connectors: Connectors::from([("forward-auth".into(), Arc::new(ApprovalOnly) as Arc<dyn Connector>)]),
            #[cfg(feature = "forward-auth")]
            gate: None,
            bots: Bots::default(),
            clock: Clock::fixed(start()),
            #[cfg(feature = "webhook")]
            webhooks: Default::default(),
            #[cfg(feature = "webhook")]
            hooks: Default::default(),
            demo: true,
        }
    }
}

/// Monday, 23 November 2026, 10:00 UTC.
pub fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_428_000, 0).unwrap()
}

/// The clock as adapters take it.
pub fn present(clock: &Clock) -> ports::Clock {
    let clock = clock.clone();
    Arc::new(move || clock.now())
}

/// Ticks that go on by themselves and with the clock, so that no long pause has to be waited for.
pub fn ticks(clock: &Clock) -> ports::Ticks {
    let (clock, origin, base) = (clock.clone(), clock.now(), Instant::now());
    Arc::new(move || Instant::now().max(base) + (clock.now() - origin).to_std().unwrap_or_default())
}

impl World {
    /// The demo organisation on SQLite.
    pub async fn new() -> Self {
        Self::made(Making::default()).await
    }

    /// From these parts.
    pub async fn made(making: Making) -> Self {
        let place = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", place.path().join("world.db").display());
        let store = store::open(&url).await.unwrap();
        let clock = making.clock;
        let app = App::new(Parts {
            store: store.clone(),
            policy: PolicyHandle::new(making.policy),
            clock: clock.clone(),
            demo: making.demo,
            public_url: "http://127.0.0.1:8080".into(),
            vault: Vault::new(&[1; 32]).unwrap(),
            signer: Signer::new("127.0.0.1:8080/audit", &[2; 32]).unwrap(),
            checkpoints: place.path().join("checkpoints"),
            connectors: making.connectors,
            #[cfg(feature = "forward-auth")]
            gate: making.gate,
            bots: making.bots,
            #[cfg(feature = "webhook")]
            webhooks: making.webhooks,
            #[cfg(feature = "webhook")]
            hooks: making.hooks,
        });
        #[cfg(feature = "webhook")]
        app.webhooks.prepare().await.unwrap();
        let router = app.router();
        Self { app, clock, store, place, router }
    }

    /// The present.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock and lets everything happen that is due by then.
    pub async fn advance(&self, by: Length) {
        self.clock.advance(by.delta());
        self.settle().await;
    }

    /// Lets alarms, connectors and deliveries do what is due, until nothing is.
    pub async fn settle(&self) {
        loop {
            let rung = self.app.timers.ring_due().await.unwrap();
            let revoked = self.app.grants.work(Lane::Revoke).await.unwrap();
            let granted = self.app.grants.work(Lane::Grant).await.unwrap();
            let delivered = self.app.outbox.work().await.unwrap();
            #[cfg(feature = "webhook")]
            let told = self.app.webhooks.pump().await.unwrap() + self.app.webhooks.work().await.unwrap();
            #[cfg(not(feature = "webhook"))]
            let told = 0;
            if rung + revoked + granted + delivered + told == 0 {
                return;
            }
        }
    }

    /// The API as somebody with a demo token.
    pub fn api(&self, person: &str) -> Api {
        self.token(&format!("demo:{person}"))
    }

    /// The API with any token; none when it is empty.
    pub fn token(&self, token: &str) -> Api {
        Api { router: self.router.clone(), token: token.to_owned(), key: None }
    }

    /// Any request, as it is.
    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }
}

/// Somebody at the API.
#[derive(Clone)]
pub struct Api {
    router: Router,
    token: String,
    key: Option<String>,
}

/// What the API said.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The body; null when it is no JSON.
    pub json: Value,
    /// The body as it came.
    pub text: String,
}

impl Api {
    /// The same with an idempotency key.
    pub fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// `POST` with JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Asks for access; the answer's JSON is the request.
    pub async fn request(&self, resource: &str, duration: &str) -> Answer {
        self.post("/api/v1/requests", serde_json::json!({"resource": resource, "duration": duration})).await
    }

    /// Votes yes.
    pub async fn approve(&self, id: &str) -> Answer {
        self.vote(id, serde_json::json!({"decision": "approve"})).await
    }

    /// Votes.
    pub async fn vote(&self, id: &str, body: Value) -> Answer {
        self.post(&format!("/api/v1/requests/{id}/votes"), body).await
    }

    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if !self.token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        let body = match body {
            Some(json) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(json.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }
}

impl Answer {
    /// The short id of the request in it.
    pub fn id(&self) -> String {
        self.json["short_id"].as_str().unwrap_or_else(|| panic!("no request: {}", self.text)).to_owned()
    }
    /// The request's state.
    pub fn state(&self) -> &str {
        self.json["state"].as_str().unwrap_or_else(|| panic!("no state: {}", self.text))
    }
    /// The grant's state; `none` without one.
    pub fn grant(&self) -> &str {
        self.json["grant"]["state"].as_str().unwrap_or("none")
    }
    /// The refusal's code; empty when it was none.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }
}
