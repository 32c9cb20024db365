//! The main job: asked, approved by three steps, granted, taken away on time.

use crate::world::World;
use countersign_engine::time::Length;
use serde_json::json;

/// rules 5, 16, 25, 38: the chain of the demo organisation, step by step, to the end of the access.
#[tokio::test]
async fn three_steps_a_grant_and_its_end() {
    let w = World::new().await;
    let asked = w
        .api("dev")
        .post("/api/v1/requests", json!({"resource": "prod-db", "duration": "4h", "reason": "billing migration"}))
        .await;
    assert_eq!(asked.status, 201, "{}", asked.text);
    assert_eq!(asked.state(), "pending");
    let id = asked.id();

    assert_eq!(w.api("sec1").approve(&id).await.code(), "not_an_approver");
    assert_eq!(w.api("dev").approve(&id).await.code(), "own_request");
    assert_eq!(w.api("lisa").approve(&id).await.state(), "pending");
    assert_eq!(w.api("manager").approve(&id).await.state(), "pending");
    assert_eq!(w.api("sec1").approve(&id).await.state(), "pending");
    assert_eq!(w.api("sec1").approve(&id).await.code(), "already_voted");
    let approved = w.api("sec3").approve(&id).await;
    assert_eq!((approved.state(), approved.grant()), ("approved", "granting"));
    assert_eq!(w.api("sec2").approve(&id).await.code(), "already_decided");

    w.settle().await;
    assert_eq!(w.api("dev").get(&format!("/api/v1/requests/{id}")).await.grant(), "active");
    w.advance(Length::minutes(239)).await;
    assert_eq!(w.api("dev").get(&format!("/api/v1/requests/{id}")).await.grant(), "active");
    w.advance(Length::minutes(1)).await;
    assert_eq!(w.api("dev").get(&format!("/api/v1/requests/{id}")).await.grant(), "ended");
}

/// rules 24, 26, 27: silence is not a no, but it ends the request; a vote at the deadline comes too late.
#[tokio::test]
async fn silence_times_out() {
    let w = World::new().await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.clock.advance(Length::minutes(30).delta());
    assert_eq!(w.api("lisa").approve(&id).await.code(), "timed_out", "though the alarm has not rung");
    w.settle().await;
    let after = w.api("dev").get(&format!("/api/v1/requests/{id}")).await;
    assert_eq!(after.state(), "timed_out");
    assert_eq!(after.json["decided_at"], "2026-11-23T10:30:00Z");
}
