//! Health and metrics.

use crate::{granted, prod_db, server::World, vote};
use countersign_engine::{person::Platform, time::Length};
use serde_json::json;

#[tokio::test]
async fn healthy_and_ready() {
    let w = World::new().await;
    w.anonymous().get("/healthz").await.expect(200);
    let ready = w.anonymous().get("/readyz").await.expect(200);
    assert_eq!((&ready.json["ready"], &ready.json["problems"]), (&json!(true), &json!([])));
    assert_eq!(ready.json["degraded"], json!([]));
}

/// Without one bot the rest goes on: it is said, and the server stays ready.
#[tokio::test]
async fn a_bot_that_is_down_is_said() {
    let w = World::new().await;
    w.web.bots.set(Platform::Slack, false);
    let ready = w.anonymous().get("/readyz").await.expect(200);
    assert_eq!(ready.json["degraded"], json!(["the slack bot does not run"]));
    let metric = "countersign_bot_up{platform=\"slack\"}";
    assert!(w.anonymous().get("/metrics").await.expect(200).text.contains(&format!("{metric} 0\n")));
    w.web.bots.set(Platform::Slack, true);
    assert!(w.anonymous().get("/metrics").await.expect(200).text.contains(&format!("{metric} 1\n")));
}

#[tokio::test]
async fn metrics_count_what_happened() {
    let w = World::new().await;
    granted(&w).await;
    let open = w.api("lisa").post("/api/v1/requests", prod_db()).await.expect(201);
    vote(&w, "dev", open.str("id"), "approve").await;
    w.advance(Length::from_seconds(2).expect("two seconds")).await;
    let answer = w.anonymous().get("/metrics").await.expect(200);
    assert!(answer.header("content-type").starts_with("application/openmetrics-text"));
    let has = |line: &str| assert!(answer.text.lines().any(|l| l == line), "{line} is not in\n{}", answer.text);
    has("countersign_requests{state=\"approved\"} 1");
    has("countersign_requests{state=\"pending\"} 1");
    has("countersign_requests{state=\"denied\"} 0");
    has("countersign_grants{state=\"active\"} 1");
    has("countersign_grants_overdue 0");
    has("countersign_outbox_backlog{lane=\"grant\"} 0");
    has("countersign_outbox_lag_seconds{lane=\"revoke\"} 0");
    has("countersign_database_up 1");
    has("countersign_http_requests_total{method=\"POST\",route=\"/api/v1/requests\",status=\"201\"} 2");
    has("countersign_http_requests_total{method=\"POST\",route=\"/api/v1/requests/{id}/votes\",status=\"200\"} 4");
    assert!(answer.text.contains("countersign_commit_batch_size_count"), "{}", answer.text);
    assert!(!answer.text.contains("req-"), "ids are no labels");
    assert!(answer.text.ends_with("# EOF\n"));
}

/// A path that strangers type never becomes a label.
#[tokio::test]
async fn abuse_d06_labels_do_not_grow() {
    let w = World::new().await;
    for n in 0..50 {
        w.anonymous().get(&format!("/nothing/{n}")).await.expect(404);
    }
    let answer = w.anonymous().get("/metrics").await.expect(200);
    let lines =
        answer.text.lines().filter(|l| l.starts_with("countersign_http_requests_total") && l.contains("\"404\""));
    assert_eq!(lines.count(), 1);
}
