//! The audit trail over HTTP: who sees what, pages and exports.

use crate::{asked, granted, server::World, vote};
use countersign_engine::time::Length;
use serde_json::{Value, json};

#[tokio::test]
async fn auditors_see_everything_and_others_their_own() {
    let w = World::new().await;
    let id = asked(&w).await;
    vote(&w, "lisa", &id, "approve").await.expect(200);
    let trusted = json!({"resource": "prod-db", "access": "read-only", "duration": "1h"});
    w.api("lisa").post("/api/v1/requests", trusted).await.expect(201);
    let seen = |person: &'static str| {
        let w = &w;
        async move {
            let page = w.api(person).get("/api/v1/audit").await.expect(200);
            let items = page.json["items"].as_array().expect("items").clone();
            items.iter().map(|i| i["seq"].as_i64().expect("a position")).collect::<Vec<_>>()
        }
    };
    assert_eq!(seen("deputy").await, [0, 1, 2], "managers audit");
    assert_eq!(seen("dev").await, [0, 1], "lisa's request is none of dev's business");
}

#[tokio::test]
async fn filters_and_pages() {
    let w = World::new().await;
    let id = asked(&w).await;
    w.advance(Length::minutes(5)).await;
    vote(&w, "lisa", &id, "approve").await.expect(200);
    let count = |query: &'static str| {
        let w = &w;
        async move {
            let page = w.api("sec1").get(&format!("/api/v1/audit{query}")).await.expect(200);
            page.json["items"].as_array().map(Vec::len)
        }
    };
    assert_eq!(count("?from=2026-11-23T10:05:00Z").await, Some(1));
    assert_eq!(count("?to=2026-11-23T10:05:00Z").await, Some(1));
    assert_eq!(count("?person=lisa").await, Some(1));
    assert_eq!(count("?person=dev").await, Some(2));
    assert_eq!(count("?resource=grafana").await, Some(0));
    let first = w.api("deputy").get("/api/v1/audit?limit=1").await.expect(200);
    assert_eq!(
        (first.str("next_cursor"), first.json["items"][0]["entry"]["short_id"].as_str()),
        ("1", Some(id.as_str()))
    );
    let rest = w.api("deputy").get("/api/v1/audit?limit=5&cursor=1").await.expect(200);
    assert_eq!((rest.json["items"].as_array().map(Vec::len), rest.json["next_cursor"].is_null()), (Some(1), true));
    assert_eq!(rest.json["items"][0]["person"], "lisa");
}

/// rule 43: what is over is still there, whole, as JSON lines and as a table.
#[tokio::test]
async fn exports_are_whole_and_exact() {
    let w = World::new().await;
    granted(&w).await;
    let lines = w.api("deputy").get("/api/v1/audit?format=jsonl").await.expect(200);
    assert_eq!(lines.header("content-type"), "application/jsonl");
    let entries: Vec<Value> = lines.text.lines().map(|l| serde_json::from_str(l).expect("a JSON line")).collect();
    let page = w.api("deputy").get("/api/v1/audit?limit=500").await.expect(200);
    assert_eq!(Some(entries.len()), page.json["items"].as_array().map(Vec::len));
    let rows = w.web.service.store.audit(&countersign::store::AuditQuery { limit: 500, ..Default::default() }).await;
    for (line, row) in lines.text.lines().zip(rows.expect("the trail")) {
        assert!(line.ends_with(&format!("\"entry\":{}}}", row.body)), "byte for byte what was hashed");
    }
    let csv = w.api("deputy").get("/api/v1/audit?format=csv").await.expect(200);
    assert_eq!(csv.header("content-disposition"), "attachment; filename=\"audit.csv\"");
    assert_eq!(csv.text.lines().count(), entries.len() + 1);
    assert!(csv.text.starts_with("seq,at,request,short_id,person,platform,events,"), "{}", csv.text);
    assert!(csv.text.contains(",lisa,api,voted step_opened,dev,prod-db,sre-prod-db,pending,"), "{}", csv.text);
}

#[tokio::test]
async fn abuse_d05_a_reason_is_no_formula() {
    let w = World::new().await;
    let draft =
        json!({"resource": "prod-db", "duration": "4h", "reason": "=HYPERLINK(\"https://evil.example\",\"x\")"});
    w.api("dev").post("/api/v1/requests", draft).await.expect(201);
    let csv = w.api("deputy").get("/api/v1/audit?format=csv").await.expect(200);
    assert!(csv.text.contains(",\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\","), "{}", csv.text);
}

#[tokio::test]
async fn the_newest_checkpoint_is_a_text() {
    let w = World::new().await;
    assert_eq!(w.api("dev").get("/api/v1/audit/checkpoint").await.problem(), (404, "not_found"));
    let note = "approve.acme.com\n1\nAAAA\n".to_owned();
    let checkpoint = countersign::store::Checkpoint { size: 1, note: note.clone(), at: w.now() };
    w.web.service.store.save_checkpoint(&checkpoint).await.expect("kept");
    let answer = w.api("dev").get("/api/v1/audit/checkpoint").await.expect(200);
    assert_eq!((answer.text.as_str(), answer.header("content-type")), (note.as_str(), "text/plain; charset=utf-8"));
}
