//! The REST API, as a conversation with a whole server in this process.

#![allow(clippy::unwrap_used)]

#[path = "../world/mod.rs"]
mod world;

mod audit;
mod authority;
mod bombs;
mod chain;
mod client;
mod cross_site;
mod demo;
mod grants;
mod idempotency;
mod lists;
mod malformed;
mod openapi;
mod operations;
mod refusals;
mod server;
mod terminal;

use client::Answer;
use serde_json::{Value, json};
use server::World;

/// Write access to the production database for four hours: the three-step chain.
fn prod_db() -> Value {
    json!({"resource": "prod-db", "duration": "4h", "reason": "billing migration"})
}

/// `dev` asks for it; the answer's short id.
async fn asked(w: &World) -> String {
    w.api("dev").post("/api/v1/requests", prod_db()).await.expect(201).str("short_id").to_owned()
}

/// One vote.
async fn vote(w: &World, person: &str, id: &str, decision: &str) -> Answer {
    w.api(person).post(&format!("/api/v1/requests/{id}/votes"), json!({"decision": decision})).await
}

/// Everybody needed approves, and the access is there.
async fn granted(w: &World) -> String {
    let id = asked(w).await;
    for person in ["lisa", "manager", "sec1", "sec2"] {
        vote(w, person, &id, "approve").await.expect(200);
    }
    w.settle().await;
    id
}
