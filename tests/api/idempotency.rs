//! `Idempotency-Key`: sent twice, done once (rule 31, THREATS E05).

use crate::{asked, prod_db, server::World};
use futures_util::future::join_all;
use serde_json::json;

#[tokio::test]
async fn abuse_e05_the_same_key_gets_the_same_answer() {
    let w = World::new().await;
    let dev = w.api("dev").with("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    let first = dev.post("/api/v1/requests", prod_db()).await.expect(201);
    let again = dev.post("/api/v1/requests", prod_db()).await.expect(201);
    assert_eq!(first.str("id"), again.str("id"));
    let other = json!({"resource": "grafana", "duration": "1h"});
    assert_eq!(dev.post("/api/v1/requests", other).await.problem(), (422, "key_reused"));
    // Somebody else's key is another key.
    let lisa = w.api("lisa").with("idempotency-key", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    let theirs = lisa.post("/api/v1/requests", prod_db()).await.expect(201);
    assert_ne!(theirs.str("id"), first.str("id"));
}

#[tokio::test]
async fn abuse_e05_sixty_four_in_parallel_open_one() {
    let w = World::new().await;
    let calls = (0..64).map(|_| async {
        let dev = w.api("dev").with("idempotency-key", "in-parallel");
        dev.post("/api/v1/requests", prod_db()).await.expect(201).str("id").to_owned()
    });
    let mut ids = join_all(calls).await;
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let list = w.api("dev").get("/api/v1/requests").await.expect(200);
    assert_eq!(list.json["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn abuse_e05_a_repeated_vote_counts_once() {
    let w = World::new().await;
    let id = asked(&w).await;
    let votes = format!("/api/v1/requests/{id}/votes");
    let lisa = w.api("lisa").with("idempotency-key", "vote");
    lisa.post(&votes, json!({"decision": "approve"})).await.expect(200);
    let again = lisa.post(&votes, json!({"decision": "approve"})).await.expect(200);
    assert_eq!(again.json["version"], 2, "the answer is the truth, and nothing happened twice");
    assert_eq!(lisa.post(&votes, json!({"decision": "deny"})).await.problem(), (422, "key_reused"));
}

#[tokio::test]
async fn keys_that_are_none() {
    let w = World::new().await;
    for key in ["", " ", "with space", "ümlaut", &"x".repeat(256)] {
        let answer = w.api("dev").with("idempotency-key", key).post("/api/v1/requests", prod_db()).await;
        assert_eq!(answer.problem(), (400, "malformed"), "{key:?}");
    }
    let two = w.api("dev").with("idempotency-key", "a").with("idempotency-key", "b");
    assert_eq!(two.post("/api/v1/requests", prod_db()).await.problem(), (400, "malformed"));
}
