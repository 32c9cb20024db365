//! Every refusal that the API can give, with its status, its code and its facts (rule 44).

use crate::{asked, granted, prod_db, server::World, vote};
use countersign_engine::time::Length;
use countersign_kit::acme;
use serde_json::{Value, json};

#[tokio::test]
async fn of_a_draft() {
    let w = World::new().await;
    let long = "x".repeat(5_000);
    let cases = [
        (json!({"resource": "prod-dbb", "duration": "4h"}), 422, "unknown_resource"),
        (json!({"resource": "prod-db", "duration": "4h", "access": "root"}), 422, "unknown_access"),
        (json!({"resource": "prod-db", "duration": "four hours"}), 422, "bad_duration"),
        (json!({"resource": "prod-db", "duration": ""}), 422, "bad_duration"),
        (json!({"resource": "prod-db", "duration": "9h"}), 422, "duration_too_long"),
        (json!({"resource": "prod-db", "duration": "4h", "reason": long}), 422, "text_too_long"),
        (json!({"resource": long, "duration": "4h"}), 422, "text_too_long"),
        (json!({"resource": "vpn-office", "duration": "1h"}), 422, "no_workflow"),
    ];
    for (draft, status, code) in cases {
        let answer = w.api("dev").post("/api/v1/requests", draft.clone()).await;
        assert_eq!(answer.problem(), (status, code), "{draft}");
    }
    let none = w.api("dev").get("/api/v1/requests").await.expect(200);
    assert_eq!(none.json["items"], json!([]), "a refusal opens nothing");
}

#[tokio::test]
async fn they_say_what_would_work() {
    let w = World::new().await;
    let ask = |draft: Value| async { w.api("dev").post("/api/v1/requests", draft).await };
    let near = ask(json!({"resource": "prod-dbb", "duration": "4h"})).await;
    assert_eq!(near.json["nearest"][0], "prod-db", "{}", near.text);
    let cap = ask(json!({"resource": "prod-db", "duration": "9h"})).await;
    assert_eq!(cap.str("cap"), "8h");
    let offered = ask(json!({"resource": "prod-db", "duration": "1h", "access": "root"})).await;
    assert_eq!(offered.json["offered"], json!(["read-only", "read-write"]));
    let id = asked(&w).await;
    let again = ask(prod_db()).await;
    assert_eq!((again.problem(), again.str("request")), ((409, "already_open"), id.as_str()));
    let who = vote(&w, "sec1", &id, "approve").await;
    assert_eq!(who.problem(), (403, "not_an_approver"));
    assert_eq!(who.json["who_can"], json!(["deputy", "lisa", "manager"]));
}

#[tokio::test]
async fn of_a_vote() {
    let w = World::new().await;
    let id = asked(&w).await;
    assert_eq!(vote(&w, "dev", &id, "approve").await.problem(), (403, "own_request"));
    let votes = format!("/api/v1/requests/{id}/votes");
    let stale = w.api("lisa").post(&votes, json!({"decision": "approve", "step": 2})).await;
    assert_eq!(stale.problem(), (409, "stale_step"));
    vote(&w, "lisa", &id, "approve").await.expect(200);
    assert_eq!(vote(&w, "lisa", &id, "approve").await.problem(), (409, "already_voted"));
    vote(&w, "manager", &id, "deny").await.expect(200);
    let late = vote(&w, "deputy", &id, "approve").await;
    assert_eq!((late.problem(), late.str("state"), late.str("by")), ((409, "already_decided"), "denied", "manager"));
}

/// rule 26: nobody rang, and still it is too late.
#[tokio::test]
async fn a_vote_at_the_deadline_is_too_late() {
    let w = World::new().await;
    let id = asked(&w).await;
    w.web.service.clock.advance(Length::minutes(30).delta());
    let late = vote(&w, "lisa", &id, "approve").await;
    assert_eq!((late.problem(), late.str("at")), ((409, "timed_out"), "2026-11-23T10:30:00Z"));
}

#[tokio::test]
async fn of_a_grant() {
    let w = World::new().await;
    let id = asked(&w).await;
    let path = |verb: &str| format!("/api/v1/grants/{id}/{verb}");
    assert_eq!(w.api("dev").get(&format!("/api/v1/grants/{id}")).await.problem(), (404, "not_found"));
    assert_eq!(w.api("dev").post(&path("end"), json!({})).await.problem(), (409, "wrong_state"));
    assert_eq!(w.api("lisa").post(&path("end"), json!({})).await.problem(), (403, "not_allowed"));
    assert_eq!(w.api("dev").post(&path("revoke"), json!({})).await.problem(), (403, "not_allowed"));
    assert_eq!(w.api("dev").post(&path("start"), json!({})).await.problem(), (409, "wrong_state"));
    assert_eq!(w.api("dev").post(&path("waive"), json!({"note": "x"})).await.problem(), (403, "not_allowed"));
    assert_eq!(
        w.api("lisa").post(&format!("/api/v1/requests/{id}/cancel"), json!({})).await.problem(),
        (403, "not_allowed")
    );
}

/// rule 31
#[tokio::test]
async fn too_many_open_requests() {
    let mut policy = acme();
    policy.settings.open_per_person = 1;
    let w = World::with(policy, false).await;
    asked(&w).await;
    let more = w.api("dev").post("/api/v1/requests", json!({"resource": "grafana", "duration": "1h"})).await;
    assert_eq!((more.problem(), more.json["cap"].as_u64()), ((429, "too_many_open"), Some(1)));
}

/// rule 13
#[tokio::test]
async fn a_chain_that_nobody_can_fill() {
    let w = World::new().await;
    // For a member of the security team that is a manager's only way: two of three others are left, which is enough; one
    // workflow with more approvals than people is not.
    let mut policy = acme();
    for workflow in policy.workflows.values_mut().filter(|w| w.id.as_str() == "web-apps") {
        workflow.steps[0].required = 4;
    }
    let w2 = World::with(policy, false).await;
    let ask = json!({"resource": "grafana", "duration": "1h"});
    w.api("dev").post("/api/v1/requests", ask.clone()).await.expect(201);
    let refused = w2.api("dev").post("/api/v1/requests", ask).await;
    assert_eq!(refused.problem(), (422, "unsatisfiable"));
    assert_eq!((refused.json["needed"].as_u64(), refused.json["available"].as_u64()), (Some(4), Some(3)));
}

/// rule 3
#[tokio::test]
async fn of_somebody_deactivated() {
    let w = World::new().await;
    let id = granted(&w).await;
    let mut policy = acme();
    policy.directory = countersign_engine::directory::Directory::new(
        policy.directory.levels().to_vec(),
        policy.directory.teams().clone(),
        policy.directory.everyone().cloned().map(|p| deactivated(p, "lisa")).collect(),
        chrono_tz::Tz::UTC,
    );
    w.web.service.policy.set(policy);
    let answer = w.api("lisa").get(&format!("/api/v1/requests/{id}")).await;
    assert_eq!(answer.problem(), (403, "deactivated"));
}

fn deactivated(mut person: countersign_engine::person::Person, who: &str) -> countersign_engine::person::Person {
    person.active = person.id.as_str() != who;
    person
}
