//! The main job: three steps, a grant, its end.

use crate::{asked, granted, server::World, vote};
use countersign_engine::time::Length;
use serde_json::json;

#[tokio::test]
async fn three_steps_grant_and_expiry() {
    let w = World::new().await;
    let opened = w.api("dev").post("/api/v1/requests", crate::prod_db()).await.expect(201);
    assert_eq!(opened.header("location"), format!("/api/v1/requests/{}", opened.str("id")));
    assert_eq!((opened.str("state"), opened.json["step"].as_u64()), ("pending", Some(1)));
    assert_eq!((opened.str("workflow"), opened.str("priority")), ("sre-prod-db", "high"));
    assert_eq!((opened.str("asked_duration"), opened.str("access")), ("4h", "read-write"));
    assert_eq!(opened.str("expires_at"), "2026-11-23T10:30:00Z", "the open step's deadline");
    let step = &opened.json["steps"][0];
    assert_eq!(
        (step["n"].as_u64(), step["state"].as_str(), step["timeout"].as_str()),
        (Some(1), Some("open"), Some("30m"))
    );
    assert_eq!(step["can"], json!(["deputy", "lisa", "manager"]));

    let id = opened.str("short_id").to_owned();
    w.advance(Length::minutes(2)).await;
    let after = vote(&w, "lisa", &id, "approve").await.expect(200);
    assert_eq!(after.json["step"], 2);
    assert_eq!(after.json["steps"][0]["votes"][0]["by"], "lisa");
    assert_eq!(after.json["steps"][0]["votes"][0]["via"], "api");
    assert_eq!(after.json["steps"][0]["took"], "2m");
    vote(&w, "manager", &id, "approve").await.expect(200);
    let half = vote(&w, "sec1", &id, "approve").await.expect(200);
    assert_eq!((half.str("state"), half.json["steps"][2]["approvals"].as_u64()), ("pending", Some(1)));
    let done = vote(&w, "sec2", &id, "approve").await.expect(200);
    assert_eq!((done.str("state"), done.str("/grant/state")), ("approved", "granting"));
    assert!(done.json["step"].is_null());

    w.settle().await;
    let held = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.expect(200);
    assert_eq!((held.str("state"), held.str("expires_at")), ("active", "2026-11-23T14:02:00Z"));
    assert_eq!(held.json["overdue"], false);
    w.advance(Length::hours(4)).await;
    let over = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.expect(200);
    assert_eq!((over.str("state"), over.str("ended_because")), ("ended", "the time was over"));
}

/// rule 20
#[tokio::test]
async fn approvers_trim_and_later_ones_see_it() {
    let w = World::new().await;
    let id = asked(&w).await;
    let votes = format!("/api/v1/requests/{id}/votes");
    let trim = json!({"decision": "approve", "duration": "1h", "access": "read-only", "note": "that must do"});
    let after = w.api("lisa").post(&votes, trim).await.expect(200);
    assert_eq!((after.str("duration"), after.str("access")), ("1h", "read-only"));
    assert_eq!((after.str("asked_duration"), after.str("asked_access")), ("4h", "read-write"));
    assert_eq!(after.json["steps"][0]["votes"][0]["note"], "that must do");
    let wider = w.api("manager").post(&votes, json!({"decision": "approve", "duration": "8h"})).await;
    assert_eq!(wider.problem(), (422, "cannot_widen"));
    let seen = w.api("manager").get(&format!("/api/v1/requests/{id}")).await.expect(200);
    assert_eq!(seen.str("duration"), "1h");
}

/// rule 27
#[tokio::test]
async fn no_decision_in_time_is_not_a_deny() {
    let w = World::new().await;
    let id = asked(&w).await;
    w.advance(Length::minutes(30)).await;
    let over = w.api("dev").get(&format!("/api/v1/requests/{id}")).await.expect(200);
    assert_eq!(over.str("state"), "timed_out");
    assert_eq!(over.json["steps"][0]["state"], "stopped");
    assert!(over.str("why").contains("no decision within 30 min"), "{}", over.str("why"));
    assert!(over.json["expires_at"].is_null());
}

/// rule 17
#[tokio::test]
async fn one_deny_ends_it() {
    let w = World::new().await;
    let id = asked(&w).await;
    let over = vote(&w, "lisa", &id, "deny").await.expect(200);
    assert_eq!((over.str("state"), over.str("decided_at")), ("denied", "2026-11-23T10:00:00Z"));
    assert!(over.str("why").contains("lisa@acme.com"));
}

/// rule 19
#[tokio::test]
async fn a_rule_votes_by_itself() {
    let w = World::new().await;
    let draft = json!({"resource": "prod-db", "access": "read-only", "duration": "1h"});
    let open = w.api("lisa").post("/api/v1/requests", draft).await.expect(201);
    assert_eq!((open.str("state"), open.str("workflow")), ("approved", "read-only-trusted"));
    let vote = &open.json["steps"][0]["votes"][0];
    assert_eq!((vote["rule"].as_str(), vote["by"].is_null()), (Some("trusted"), true));
}

/// rule 32
#[tokio::test]
async fn the_requester_cancels_and_ends() {
    let w = World::new().await;
    let id = asked(&w).await;
    let back = w.api("dev").post(&format!("/api/v1/requests/{id}/cancel"), json!({})).await.expect(200);
    assert_eq!(back.str("state"), "withdrawn");

    let id = granted(&w).await;
    // A call without a body needs no content type either.
    let dev = w.api("dev");
    let ending = dev.send(axum::http::Method::POST, &format!("/api/v1/grants/{id}/end"), None, Vec::new()).await;
    assert_eq!(ending.expect(200).str("state"), "revoking");
    w.settle().await;
    let ended = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.expect(200);
    assert_eq!((ended.str("state"), ended.str("ended_because")), ("ended", "ended early by dev@acme.com"));
}
