//! Several people in the same instant: each is decided on the truth, and each gets a true answer.

use crate::world::World;
use futures_util::future::join_all;
use serde_json::json;

/// rule 22: both votes count if both were allowed; of two who want the last slot, one is told who was faster.
#[tokio::test]
async fn two_in_the_same_instant() {
    let w = World::new().await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    let (lisa, manager, deputy) = (w.api("lisa"), w.api("manager"), w.api("deputy"));
    let answers = join_all([lisa.approve(&id), manager.approve(&id), deputy.approve(&id)]).await;
    assert!(answers.iter().any(|a| a.status == 200));
    let (sec1, sec2, sec3, sec4) = (w.api("sec1"), w.api("sec2"), w.api("sec3"), w.api("sec4"));
    join_all([lisa.approve(&id), manager.approve(&id), deputy.approve(&id)]).await;
    let answers = join_all([sec1.approve(&id), sec2.approve(&id), sec3.approve(&id), sec4.approve(&id)]).await;
    let approved = answers.iter().filter(|a| a.status == 200).count();
    assert_eq!(approved, 2, "two of four, never three: {answers:?}");
    assert!(answers.iter().filter(|a| a.status != 200).all(|a| a.code() == "already_decided"));
}

/// rule 31, THREATS B02: a hundred identical deliveries open one request and write one entry.
#[tokio::test]
async fn abuse_b02_a_hundred_deliveries_open_one_request() {
    let w = World::new().await;
    let body = json!({"resource": "grafana", "duration": "10m"});
    let dev = w.api("dev").key("delivery-1");
    let answers = join_all((0..100).map(|_| dev.post("/api/v1/requests", body.clone()))).await;
    assert!(answers.iter().all(|a| a.status == 201 && a.id() == answers[0].id()));
    assert_eq!(w.store.audit_head().await.unwrap().size, 1);
    let other = dev.post("/api/v1/requests", json!({"resource": "grafana", "duration": "11m"})).await;
    assert_eq!(other.code(), "key_reused");
}

/// rule 31: without a key, the same again points to what is there.
#[tokio::test]
async fn the_same_again_points_to_what_is_there() {
    let w = World::new().await;
    let first = w.api("dev").request("grafana", "10m").await.id();
    let again = w.api("dev").request("grafana", "20m").await;
    assert_eq!(again.code(), "already_open");
    assert!(again.text.contains(&first), "{}", again.text);
}

/// THREATS B10: 64 people and commands at once, and the history is one of those that could have happened one by one.
#[tokio::test]
async fn abuse_b10_a_race_has_one_outcome() {
    let w = World::new().await;
    for _ in 0..10 {
        let id = w.api("dev").request("grafana", "10m").await.id();
        let (dev, lisa, manager) = (w.api("dev"), w.api("lisa"), w.api("manager"));
        let cancel = format!("/api/v1/requests/{id}/cancel");
        let (approved, denied, cancelled) = futures_util::join!(
            lisa.approve(&id),
            manager.vote(&id, json!({"decision": "deny", "note": "no"})),
            dev.post(&cancel, json!({})),
        );
        let won = [&approved, &denied, &cancelled].iter().filter(|a| a.status == 200).count();
        assert_eq!(won, 1, "{approved:?} {denied:?} {cancelled:?}");
        w.settle().await;
        if approved.status == 200 {
            w.api("dev").post(&format!("/api/v1/grants/{id}/end"), json!({})).await;
            w.settle().await;
        }
    }
}
