//! Lists: filters, pages, and who sees what.

use crate::{asked, server::World, vote};
use countersign_engine::time::Length;
use serde_json::{Value, json};

fn ids(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    items.iter().map(|item| item["short_id"].as_str().expect("an id").to_owned()).collect()
}

#[tokio::test]
async fn filters() {
    let w = World::new().await;
    let first = asked(&w).await;
    w.advance(Length::minutes(1)).await;
    let grafana = json!({"resource": "grafana", "duration": "10m", "reason": "looking at the dashboards"});
    let second = w.api("dev").post("/api/v1/requests", grafana).await.expect(201).str("short_id").to_owned();
    vote(&w, "lisa", &first, "deny").await.expect(200);
    let list = |person: &'static str, query: &'static str| {
        let w = &w;
        async move { ids(&w.api(person).get(&format!("/api/v1/requests{query}")).await.expect(200).json) }
    };
    assert_eq!(list("dev", "").await, [&*second, &*first], "newest first");
    assert_eq!(list("dev", "?state=denied").await, [&*first]);
    assert_eq!(list("dev", "?state=denied,pending").await, [&*second, &*first]);
    assert_eq!(list("dev", "?state=pending&search=DASHBOARDS").await, [&*second]);
    assert_eq!(list("dev", "?search=100%25").await, Vec::<String>::new());
    assert_eq!(list("lisa", "?mine=1").await, Vec::<String>::new());
    assert_eq!(list("lisa", "?to_vote=1").await, [&*second]);
    assert_eq!(list("dev", "?to_vote=1").await, Vec::<String>::new());
    assert_eq!(list("dev", "?mine=true&limit=1").await, [&*second]);
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let mut policy = countersign_kit::acme();
    policy.settings.open_per_person = 20;
    let w = World::with(policy, false).await;
    let mut opened = Vec::new();
    for _ in 0..7 {
        let id = asked(&w).await;
        w.api("dev").post(&format!("/api/v1/requests/{id}/cancel"), json!({})).await.expect(200);
        opened.insert(0, id);
        w.advance(Length::minutes(1)).await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/requests?limit=3".to_owned();
    loop {
        let page = w.api("dev").get(&path).await.expect(200);
        seen.extend(ids(&page.json));
        match page.json["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/requests?limit=3&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, opened);
}

#[tokio::test]
async fn the_catalog_and_explain() {
    let w = World::new().await;
    let catalog = w.api("dev").get("/api/v1/catalog").await.expect(200);
    let db = catalog.json["items"].as_array().and_then(|items| items.iter().find(|i| i["resource"] == "prod-db"));
    let db = db.expect("prod-db is offered");
    assert_eq!((db["max_duration"].as_str(), db["kind"].as_str()), (Some("8h"), Some("database")));
    assert_eq!(db["requestable"], true);

    let question = json!({"resource": "prod-db", "access": "read-write", "duration": "4h"});
    let answer = w.api("dev").post("/api/v1/explain", question).await.expect(200);
    assert_eq!((answer.str("workflow"), answer.str("person")), ("sre-prod-db", "dev"));
    assert_eq!(answer.json["steps"].as_array().map(Vec::len), Some(3));
    assert!(answer.json["refusal"].is_null(), "{}", answer.text);

    let about = json!({"person": "dev", "resource": "prod-db", "duration": "4h"});
    assert_eq!(w.api("lisa").post("/api/v1/explain", about.clone()).await.problem(), (403, "not_allowed"));
    w.api("deputy").post("/api/v1/explain", about).await.expect(200);
    let long = json!({"resource": "prod-db", "duration": "9h", "at": "2026-11-23T10:00:00Z"});
    let answer = w.api("dev").post("/api/v1/explain", long).await.expect(200);
    assert!(!answer.str("refusal").is_empty(), "{}", answer.text);
    let until = json!({"resource": "prod-db", "duration": "until 14:00", "at": "2026-11-23T10:00:00Z"});
    assert_eq!(w.api("dev").post("/api/v1/explain", until).await.expect(200).str("duration"), "4h");
    let bad = json!({"resource": "prod-db", "duration": "4h", "at": "noon"});
    assert_eq!(w.api("dev").post("/api/v1/explain", bad).await.problem(), (400, "malformed"));
}
