//! The demo's tokens and its clock; neither exists outside it.

use crate::{prod_db, server::World};
use serde_json::json;

#[tokio::test]
async fn people_are_tokens_and_time_is_a_button() {
    let w = World::demo().await;
    let as_person = |id: &str| w.anonymous().with("authorization", &format!("Bearer demo:{id}"));
    let open = as_person("dev").post("/api/v1/requests", prod_db()).await.expect(201);
    let moved = w.anonymous().post("/demo/advance", json!({"by": "31m"})).await.expect(200);
    assert_eq!(moved.str("now"), "2026-11-23T10:31:00Z");
    w.settle().await;
    let path = format!("/api/v1/requests/{}", open.str("short_id"));
    assert_eq!(as_person("lisa").get(&path).await.expect(200).str("state"), "timed_out");
    assert_eq!(as_person("nobody").get(&path).await.problem(), (401, "unauthorized"));
    for by in ["", "-1h", "yesterday"] {
        assert_eq!(w.anonymous().post("/demo/advance", json!({"by": by})).await.problem(), (422, "bad_duration"));
    }
    let before = w.now();
    let far = w.anonymous().post("/demo/advance", json!({"by": "32d"})).await;
    assert_eq!((far.problem(), far.str("cap")), ((422, "duration_too_long"), "31d"));
    assert_eq!(w.now(), before);
}

/// A page elsewhere cannot move it: that would need a content type that browsers ask about first.
#[tokio::test]
async fn abuse_e01_the_demo_clock_takes_json_only() {
    let w = World::demo().await;
    let answer = w.anonymous().raw("/demo/advance", "text/plain", "{\"by\":\"31m\"}").await;
    assert_eq!(answer.problem(), (415, "wrong_content_type"));
}

#[tokio::test]
async fn outside_the_demo_there_is_no_such_thing() {
    let w = World::new().await;
    let before = w.now();
    assert_eq!(w.api("sec1").post("/demo/advance", json!({"by": "31m"})).await.problem(), (404, "not_found"));
    assert_eq!(w.now(), before);
}
