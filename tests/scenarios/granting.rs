//! Targets that are down, mute, or lie: access is never assumed, and revocation never gives up.

use crate::world::{Making, World};
use countersign::{grants::Connectors, lifecycle, store::Lane};
use countersign_engine::{ports::Connector, resource::Resource, time::Length};
use countersign_kit::{Mood, Target, acme};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// The demo organisation, with a real target behind grafana.
async fn with(target: &Target) -> World {
    let mut policy = acme();
    if let Some(grafana) = policy.resources.values_mut().find(|r| r.id.as_str() == "grafana") {
        grafana.connector = "target".into();
    }
    let connectors = Connectors::from([("target".to_owned(), Arc::new(target.clone()) as Arc<dyn Connector>)]);
    World::made(Making { policy, connectors, ..Making::default() }).await
}

/// dev asks for grafana for `minutes`, lisa approves, and whatever follows happens.
async fn approved(w: &World, minutes: i64) -> String {
    let id = w.api("dev").request("grafana", &format!("{minutes}m")).await.id();
    assert_eq!(w.api("lisa").approve(&id).await.state(), "approved");
    w.settle().await;
    id
}

async fn grant(w: &World, id: &str) -> Value {
    w.api("dev").get(&format!("/api/v1/requests/{id}")).await.json["grant"].clone()
}

/// rule 38: the access is there for its time, then it is gone, read back.
#[tokio::test]
async fn access_is_given_and_taken() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 10).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("active"), 1));
    assert_eq!(grant(&w, &id).await["expires_at"], "2026-11-23T10:10:00Z");
    w.advance(Length::minutes(10)).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("ended"), 0));
}

/// rule 35, THREATS C02: a target that is down at grant time is loud, visible, and tried again until it is up.
#[tokio::test]
async fn abuse_c02_a_target_that_is_down_is_tried_again() {
    let target = Target::new();
    let w = with(&target).await;
    target.becomes(Mood::Down);
    let id = approved(&w, 60).await;
    let seen = grant(&w, &id).await;
    assert_eq!(seen["state"], "granting");
    assert_eq!(seen["trouble"], "connection refused");
    target.becomes(Mood::Well);
    w.advance(Length::minutes(2)).await;
    let seen = grant(&w, &id).await;
    assert_eq!((seen["state"].as_str(), &seen["trouble"]), (Some("active"), &Value::Null));
    assert_eq!(seen["expires_at"], "2026-11-23T11:02:00Z", "the time counts from the success (rule 25)");
}

/// rule 36, THREATS C01: an answer that is lost is read back, and the access that is there is not made twice.
#[tokio::test]
async fn abuse_c01_a_lost_answer_is_read_back() {
    let target = Target::new();
    let w = with(&target).await;
    target.becomes(Mood::LosesAnswers);
    let id = approved(&w, 60).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("granting"), 1));
    target.becomes(Mood::Well);
    w.advance(Length::minutes(2)).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("active"), 1));
}

/// rule 36, THREATS C04: what could not be delivered in its time is revoked before anybody says that it is over.
#[tokio::test]
async fn abuse_c04_expiry_while_granting_revokes_first() {
    let target = Target::new();
    let w = with(&target).await;
    target.becomes(Mood::Mute);
    let id = approved(&w, 10).await;
    w.advance(Length::minutes(10)).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("revoking"), 0));
    target.becomes(Mood::Well);
    w.advance(Length::minutes(2)).await;
    assert_eq!(grant(&w, &id).await["state"], "failed");
    assert_eq!(target.held(), 0);
}

/// rule 39, THREATS C05: a revocation that fails is retried for ever and is loud within a minute.
#[tokio::test]
async fn abuse_c05_revocation_never_gives_up_and_is_never_quiet() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 10).await;
    target.becomes(Mood::Down);
    w.advance(Length::minutes(10)).await;
    assert_eq!(grant(&w, &id).await["overdue"], json!(false), "not yet");
    w.advance(Length::minutes(1)).await;
    let seen = grant(&w, &id).await;
    assert_eq!((seen["state"].as_str(), &seen["overdue"]), (Some("revoking"), &json!(true)));
    let mut calls = target.calls().1;
    for day in 0..5 {
        w.advance(Length::hours(24)).await;
        assert!(target.calls().1 > calls, "still trying on day {day}");
        calls = target.calls().1;
    }
    target.becomes(Mood::Well);
    w.advance(Length::minutes(6)).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("ended"), 0));
}

/// rule 38, THREATS C07: not what the target says decides, but what is left there.
#[tokio::test]
async fn abuse_c07_a_target_that_lies_does_not_end_the_grant() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 10).await;
    target.becomes(Mood::Lies);
    w.advance(Length::minutes(10)).await;
    let seen = grant(&w, &id).await;
    assert_eq!((seen["state"].as_str(), target.held()), (Some("revoking"), 1));
    assert!(seen["trouble"].as_str().unwrap().contains("still there"), "{seen}");
}

/// THREATS C08: what somebody took away by hand is gone, and that is success.
#[tokio::test]
async fn abuse_c08_absent_is_revoked() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 10).await;
    target.is_wiped();
    w.advance(Length::minutes(10)).await;
    assert_eq!(grant(&w, &id).await["state"], "ended");
}

/// rule 32, THREATS B11: whoever may approve may also take away, at any time; others may not.
#[tokio::test]
async fn abuse_b11_approvers_revoke() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 60).await;
    let revoke = format!("/api/v1/grants/{id}/revoke");
    assert_eq!(w.api("sec1").post(&revoke, json!({"note": "no"})).await.code(), "not_found", "they cannot even see it");
    assert_eq!(w.api("manager").post(&revoke, json!({"note": "wrong dashboard"})).await.status, 200);
    w.settle().await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("ended"), 0));
}

/// rule 32: the holder is done early; ended while the target is still at work, nothing stays behind.
#[tokio::test]
async fn ended_early_and_ended_while_granting() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 60).await;
    assert_eq!(w.api("dev").post(&format!("/api/v1/grants/{id}/end"), json!({})).await.status, 200);
    w.settle().await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("ended"), 0));

    target.becomes(Mood::Mute);
    let id = approved(&w, 60).await;
    assert_eq!(w.api("dev").post(&format!("/api/v1/grants/{id}/end"), json!({})).await.status, 200);
    target.becomes(Mood::Well);
    w.advance(Length::minutes(2)).await;
    assert_eq!((grant(&w, &id).await["state"].as_str(), target.held()), (Some("ended"), 0));
}

/// The secret is shown once, to the holder only.
#[tokio::test]
async fn a_secret_is_shown_once_to_its_holder() {
    let target = Target::new();
    let w = with(&target).await;
    let id = approved(&w, 60).await;
    let path = format!("/api/v1/grants/{id}/secret");
    assert!(w.api("lisa").post(&path, json!({})).await.status.is_client_error());
    let shown = w.api("dev").post(&path, json!({})).await;
    assert!(shown.text.contains("pass-cs_"), "{}", shown.text);
    assert!(!w.api("dev").post(&path, json!({})).await.text.contains("pass-cs_"), "only once");
    let everything = w.api("manager").get("/api/v1/audit?format=jsonl").await.text;
    assert!(
        everything.contains("grant_activated") && !everything.contains("pass-cs_"),
        "never in the trail (THREATS E07)"
    );
}

/// rule 38, THREATS C09: a target that hangs keeps nobody else's revocation waiting.
#[tokio::test]
async fn abuse_c09_a_target_that_hangs_delays_no_other() {
    let (slow, quick) = (Target::new(), Target::new());
    let mut policy = acme();
    policy.settings.open_per_person = 100;
    let connectors = [("slow", &slow), ("quick", &quick)];
    let template = policy.resources.values().find(|r| r.id.as_str() == "grafana").cloned().unwrap();
    for (name, _) in connectors {
        for n in 0..20 {
            let id = countersign_engine::id::ResourceId::new(format!("{name}-{n}"));
            let resource = Resource { id: id.clone(), connector: name.into(), ..template.clone() };
            policy.resources.insert(id, resource);
        }
    }
    let connectors = connectors.map(|(name, target)| (name.to_owned(), Arc::new(target.clone()) as Arc<dyn Connector>));
    let w = World::made(Making { policy, connectors: Connectors::from(connectors), ..Making::default() }).await;
    for resource in (0..20).map(|n| format!("slow-{n}")).chain(["quick-0".to_owned()]) {
        let id = w.api("dev").request(&resource, "10m").await.id();
        w.api("lisa").approve(&id).await;
        w.settle().await;
    }
    assert_eq!((slow.held(), quick.held()), (20, 1));

    slow.becomes(Mood::Hangs);
    w.clock.advance(Length::minutes(10).delta());
    while w.app.timers.ring_due().await.unwrap() > 0 {}
    let (stopper, stopping) = lifecycle::stopper();
    let worker = tokio::spawn(w.app.grants.clone().run(Lane::Revoke, stopping));
    let patience = tokio::time::timeout(Duration::from_secs(10), async {
        while quick.held() > 0 {
            tokio::task::yield_now().await;
        }
    });
    assert!(patience.await.is_ok(), "the quick target's access is still there");
    assert_eq!(slow.held(), 20, "the slow one is still hanging");
    drop(stopper);
    worker.abort();
}
