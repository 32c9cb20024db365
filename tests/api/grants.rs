//! Grants, and the secrets that come with them.

use crate::{asked, granted, server::World};
use countersign::vault::Vault;
use countersign_engine::{id::RequestId, ports::Secret};
use serde_json::json;

#[tokio::test]
async fn lists_hold_grants_only() {
    let w = World::new().await;
    let held = granted(&w).await;
    let grafana = json!({"resource": "grafana", "duration": "10m"});
    w.api("dev").post("/api/v1/requests", grafana).await.expect(201);
    let all = w.api("dev").get("/api/v1/grants").await.expect(200);
    assert_eq!(all.json["items"].as_array().map(Vec::len), Some(1));
    let item = &all.json["items"][0];
    assert_eq!((item["short_id"].as_str(), item["state"].as_str()), (Some(held.as_str()), Some("active")));
    assert_eq!((item["holder"].as_str(), item["duration"].as_str()), (Some("dev"), Some("4h")));
    let none = w.api("dev").get("/api/v1/grants?state=ended,revoking").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
}

/// rule 32
#[tokio::test]
async fn approvers_revoke_with_a_note() {
    let w = World::new().await;
    let id = granted(&w).await;
    let body = json!({"note": "wrong database"});
    let going = w.api("manager").post(&format!("/api/v1/grants/{id}/revoke"), body).await.expect(200);
    assert_eq!(going.str("state"), "revoking");
    w.settle().await;
    let gone = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.expect(200);
    assert_eq!(gone.str("ended_because"), "revoked by manager@acme.com: \"wrong database\"");
}

#[tokio::test]
async fn the_secret_is_shown_once_and_to_the_holder_only() {
    let w = World::new().await;
    let id = granted(&w).await;
    let path = format!("/api/v1/grants/{id}/secret");
    assert_eq!(w.api("dev").post(&path, json!({})).await.problem(), (410, "no_secret"));

    let full = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.str("id").to_owned();
    let sealed = w.web.service.vault.seal(&Secret::new("hunter2"), &full).expect("sealed");
    w.web.service.store.put_secret(&RequestId::new(full), &sealed, w.now()).await.expect("kept");
    for other in ["lisa", "sec1"] {
        assert_eq!(w.api(other).post(&path, json!({})).await.problem(), (403, "not_allowed"));
    }
    let shown = w.api("dev").post(&path, json!({})).await.expect(200);
    assert_eq!((shown.str("secret"), shown.header("cache-control")), ("hunter2", "no-store"));
    assert_eq!(w.api("dev").post(&path, json!({})).await.problem(), (410, "no_secret"));
}

#[tokio::test]
async fn no_secret_before_or_after_the_access() {
    let w = World::new().await;
    let id = asked(&w).await;
    let answer = w.api("dev").post(&format!("/api/v1/grants/{id}/secret"), json!({})).await;
    assert_eq!(answer.problem(), (409, "wrong_state"));
}

/// A call that is refused, or that cannot open it, does not use the secret up.
#[tokio::test]
async fn a_secret_is_not_lost_to_a_call_that_fails() {
    let w = World::new().await;
    let id = granted(&w).await;
    let path = format!("/api/v1/grants/{id}/secret");
    let full = w.api("dev").get(&format!("/api/v1/grants/{id}")).await.str("id").to_owned();
    let (store, request) = (&w.web.service.store, RequestId::new(full.clone()));
    let foreign = Vault::new(&[9; 32]).expect("a vault").seal(&Secret::new("hunter2"), &full).expect("sealed");
    store.put_secret(&request, &foreign, w.now()).await.expect("kept");
    assert_eq!(w.api("dev").post(&path, json!({})).await.problem(), (503, "unavailable"));
    assert_eq!(w.api("lisa").post(&path, json!({})).await.problem(), (403, "not_allowed"));
    assert!(store.has_secret(&request).await.expect("asked"), "it waits for the key it was sealed with");
    w.api("dev").post(&format!("/api/v1/grants/{id}/end"), json!({})).await.expect(200);
    let ours = w.web.service.vault.seal(&Secret::new("hunter2"), &full).expect("sealed");
    store.put_secret(&request, &ours, w.now()).await.expect("kept");
    assert_eq!(w.api("dev").post(&path, json!({})).await.problem(), (409, "wrong_state"));
    assert!(store.has_secret(&request).await.expect("asked"));
}
