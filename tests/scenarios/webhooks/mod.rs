//! Webhooks against the real server: a receiver that checks signatures hears of every transition, whatever goes wrong, and
//! another system votes and asks by `POST /hooks/{name}`.

mod chat;
mod inbound;
mod outbound;
mod trouble;

use crate::world::{Making, World};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use countersign::{config::Environment, hooks, policy_file, webhooks};
use countersign_kit::webhooks::{Receiver, sign};
use serde_json::Value;
use std::sync::Arc;

pub const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
pub const TRACKER: &str = "whsec_dHJhY2tlcnRyYWNrZXJ0cmFja2VydHJhY2tlcnRyYWNr";
pub const OTHER: &str = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
/// Whoever checks signatures by the wall clock would not believe the fixed one.
pub const NOW: i64 = 1_795_428_000;

/// A receiver that believes what these keys have signed at the moment of the tests' clock, give or take a century.
pub async fn receiver(keys: &[&str]) -> Receiver {
    Receiver::start(keys, Arc::new(|| NOW)).await
}

/// The demo organisation with a CI gate that decides about Grafana, and these sections.
pub fn policy(sections: &str) -> String {
    let example = include_str!("../../../policy.example.toml");
    let gate = "\n[[people]]\nid = \"ci-gate\"\nname = \"CI gate\"\nemail = \"ci@acme.com\"\nlevel = \"member\"\n\n\
        [[workflows]]\nid = \"gated\"\npriority = \"critical\"\nmatch = { resources = [\"grafana\"] }\n\n\
        [[workflows.steps]]\nname = \"CI\"\napprovers = [\"person = ci-gate\"]\ntimeout = \"1h\"\n";
    format!("{example}\n{gate}\n{sections}")
}

/// A server with these sections; `SECRET`, `OTHER` and `TRACKER` are in variables of that name.
pub async fn office(sections: &str) -> World {
    let loaded = policy_file::parse(&policy(sections), "policy.toml").unwrap_or_else(|problems| panic!("{problems}"));
    let environment = Environment::from_map([("SECRET", SECRET), ("OTHER", OTHER), ("TRACKER", TRACKER)]);
    let webhooks = webhooks::build(&loaded, &environment, &webhooks::system_names());
    let webhooks = webhooks.unwrap_or_else(|problems| panic!("{problems}"));
    let hooks = hooks::build(&loaded, &environment).unwrap_or_else(|problems| panic!("{problems}"));
    World::made(Making { policy: loaded.policy, webhooks, hooks, ..Making::default() }).await
}

/// A webhook's section for this receiver, with further keys.
pub fn webhook(name: &str, receiver: &Receiver, more: &str) -> String {
    let url = format!("{}/{name}", receiver.url);
    format!("[webhooks.{name}]\nurl = \"{url}\"\nallow_private = [\"127.0.0.1\"]\nsecret_env = \"SECRET\"\n{more}\n")
}

/// Runs a request for the database through its whole chain.
pub async fn approved(w: &World) -> String {
    let id = w.api("dev").request("prod-db", "4h").await.id();
    for approver in ["lisa", "manager", "sec1", "sec2"] {
        assert_eq!(w.api(approver).approve(&id).await.status, StatusCode::OK);
        w.settle().await;
    }
    id
}

/// What a hook answered.
pub struct Told {
    pub status: StatusCode,
    pub kind: String,
    pub text: String,
    pub json: Value,
}

/// Posts to a hook with these headers.
pub async fn post(w: &World, hook: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Told {
    let mut request = Request::post(format!("/hooks/{hook}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = w.send(request.body(body.into()).unwrap()).await;
    let status = response.status();
    let kind = response.headers().get("content-type").map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Told { status, kind, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
}

/// The same, signed now.
pub async fn tell(w: &World, hook: &str, id: &str, body: &str) -> Told {
    let key = if hook == "tracker" { TRACKER } else { SECRET };
    let headers = sign(key, id, w.now().timestamp(), body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    post(w, hook, &headers, body.to_owned()).await
}
