//! `POST /hooks/{name}`: other systems vote and ask.

use super::{OTHER, SECRET, office, post, sign, tell};
use crate::world::World;
use axum::http::StatusCode;
use countersign_engine::time::Length;
use serde_json::{Value, json};

const CI: &str = r#"
[hooks.ci]
secret_env = "SECRET"
previous_secret_env = "OTHER"
person = "ci-gate"
action = "vote"
request = "/pull_request/req"
decision = { at = "/status", approve = ["success"], deny = ["failure", "error"] }
note = "CI run {/run/id}: {/run/url}"

[hooks.tracker]
secret_env = "TRACKER"
person = "dev"
action = "request"
resource = "/resource"
access = "/access"
duration = "/hours"
reason = "{/key}: {/title}"
"#;

fn run(id: &str, status: &str) -> String {
    json!({"status": status, "pull_request": {"req": id}, "run": {"id": 7, "url": "https://ci.acme.com/7"}, "extra": null})
        .to_string()
}

async fn asked(w: &World) -> String {
    w.api("dev").request("grafana", "1h").await.id()
}

async fn size(w: &World) -> i64 {
    w.store.audit_head().await.unwrap().size
}

/// rule 52
#[tokio::test]
async fn a_ci_gate_votes() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let told = tell(&w, "ci", "msg_0", &run(&id, "pending")).await;
    assert_eq!((told.status, &told.json["ignored"]), (StatusCode::ACCEPTED, &json!(true)));
    assert_eq!(size(&w).await, 1, "a build that runs says nothing yet");
    let told = tell(&w, "ci", "msg_1", &run(&id, "success")).await;
    assert_eq!((told.status, told.kind.as_str()), (StatusCode::OK, "application/json"), "{}", told.text);
    assert_eq!((&told.json["short_id"], &told.json["state"]), (&json!(id), &json!("approved")));
    let request = w.api("dev").get(&format!("/api/v1/requests/{id}")).await.json;
    let keys = |json: &Value| json.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&told.json), keys(&request), "the same shape as the API's");
    let vote = &request["steps"][0]["votes"][0];
    assert_eq!((&vote["by"], &vote["via"]), (&json!("ci-gate"), &json!("webhook")));
    assert_eq!(vote["note"], "CI run 7: https://ci.acme.com/7");
}

#[tokio::test]
async fn a_failed_run_denies() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let told = tell(&w, "ci", "msg_1", &run(&id, "failure")).await;
    assert_eq!((told.status, &told.json["state"]), (StatusCode::OK, &json!("denied")));
}

#[tokio::test]
async fn a_tracker_asks() {
    let w = office(CI).await;
    let body = json!({"resource": "prod-db", "hours": "2h", "key": "OPS-7", "title": "<b>billing</b>"}).to_string();
    let told = tell(&w, "tracker", "msg_1", &body).await;
    assert_eq!(told.status, StatusCode::CREATED, "{}", told.text);
    let id = told.json["short_id"].as_str().unwrap();
    let request = w.api("dev").get(&format!("/api/v1/requests/{id}")).await.json;
    assert_eq!((&request["requester"], &request["duration"]), (&json!("dev"), &json!("2h")));
    assert_eq!(request["reason"], "OPS-7: <b>billing</b>");
    for (n, (body, status, code)) in [
        (json!({"resource": "prod-bd", "hours": "2h"}), 422, "unknown_resource"),
        (json!({"resource": "prod-db", "hours": "soon"}), 422, "bad_duration"),
        (json!({"resource": "prod-db", "hours": "40h", "access": "read-only"}), 422, "duration_too_long"),
        (json!({"resource": "prod-db", "hours": "1h"}), 409, "already_open"),
        (json!({"hours": "1h"}), 422, "missing_field"),
        (json!({"resource": ["prod-db"], "hours": "1h"}), 422, "wrong_field"),
        (json!([1, 2]), 422, "missing_field"),
    ]
    .into_iter()
    .enumerate()
    {
        let told = tell(&w, "tracker", &format!("bad_{n}"), &body.to_string()).await;
        assert_eq!((told.status.as_u16(), told.json["code"].as_str().unwrap()), (status, code), "{}", told.text);
        assert_eq!(told.kind, "application/problem+json");
    }
    assert_eq!(size(&w).await, 1);
}

/// THREATS B01, B02: the same message changes nothing and gets the same answer, also after the state has moved on.
#[tokio::test]
async fn abuse_b02_a_replay_gets_the_same_answer() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let first = tell(&w, "ci", "msg_1", &run(&id, "success")).await;
    let refused = tell(&w, "ci", "msg_2", &run(&id, "success")).await;
    assert_eq!((refused.status, &refused.json["code"]), (StatusCode::CONFLICT, &json!("already_decided")));
    w.settle().await;
    let before = size(&w).await;
    w.clock.advance(chrono::TimeDelta::seconds(60));
    for _ in 0..20 {
        let again = tell(&w, "ci", "msg_1", &run(&id, "success")).await;
        assert_eq!((again.status, &again.text), (first.status, &first.text));
        let again = tell(&w, "ci", "msg_2", &run(&id, "success")).await;
        assert_eq!((again.status, &again.text), (refused.status, &refused.text));
    }
    let other = tell(&w, "ci", "msg_1", &run(&id, "failure")).await;
    assert_eq!((other.status, &other.json["code"]), (StatusCode::CONFLICT, &json!("key_reused")));
    assert_eq!(size(&w).await, before);
}

/// Twenty at once are one vote.
#[tokio::test]
async fn abuse_b02_duplicates_at_the_same_instant() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let body = run(&id, "success");
    let all = futures_util::future::join_all((0..20).map(|_| tell(&w, "ci", "msg_1", &body))).await;
    assert!(all.iter().all(|told| told.status == StatusCode::OK));
    let votes = w.api("dev").get(&format!("/api/v1/requests/{id}")).await.json["steps"][0]["votes"].clone();
    assert_eq!(votes.as_array().unwrap().len(), 1);
}

/// THREATS B01, D06: unsigned, forged, tampered, stale, oversized and deep messages change nothing.
#[tokio::test]
async fn abuse_b01_nothing_that_is_not_signed_counts() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let (body, now) = (run(&id, "success"), w.now().timestamp());
    let signed = |secret: &str, at: i64, body: &str| sign(secret, "msg_1", at, body).map(|(n, v)| (n, v));
    let forged = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (headers, code) in [
        (Vec::new(), "unsigned"),
        (signed(SECRET, now, &body)[..2].to_vec(), "unsigned"),
        (signed(SECRET, now, &body)[1..].to_vec(), "unsigned"),
        (signed(forged, now, &body).to_vec(), "bad_signature"),
        (signed(SECRET, now, &run(&id, "failure")).to_vec(), "bad_signature"),
        (signed(SECRET, now - 301, &body).to_vec(), "stale"),
        (signed(SECRET, now + 301, &body).to_vec(), "stale"),
        (signed(SECRET, 0, &body).to_vec(), "stale"),
    ] {
        let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let told = post(&w, "ci", &headers, body.clone()).await;
        assert_eq!((told.status, told.json["code"].as_str()), (StatusCode::UNAUTHORIZED, Some(code)), "{}", told.text);
    }
    assert_eq!(tell(&w, "nobody", "msg_1", &body).await.status, StatusCode::NOT_FOUND);
    // A bomb that is not signed is not even parsed; one that is signed is refused.
    let deep = "[".repeat(100_000);
    assert_eq!(post(&w, "ci", &[], deep.clone()).await.status, StatusCode::UNAUTHORIZED);
    let bombs =
        [deep, "{".into(), "\"\\u0000\"".into(), "nul".into(), String::new(), format!("{{\"a\":{}}}", "[".repeat(33))];
    for (n, bomb) in bombs.iter().enumerate() {
        let told = tell(&w, "ci", &format!("bomb_{n}"), bomb).await;
        assert_eq!(told.json["code"], "malformed", "{}", told.text);
    }
    let big = format!("{{\"a\":\"{}\"}}", "x".repeat(256 * 1024));
    assert_eq!(tell(&w, "ci", "big", &big).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(size(&w).await, 1, "only the opening is on record");
    assert_eq!(tell(&w, "ci", "msg_1", &body).await.status, StatusCode::OK, "none of them used up the id");
}

#[tokio::test]
async fn either_key_is_believed_while_it_changes() {
    let w = office(CI).await;
    let id = asked(&w).await;
    let (body, now) = (run(&id, "success"), w.now().timestamp());
    let headers = sign(OTHER, "msg_1", now, &body);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    assert_eq!(post(&w, "ci", &headers, body).await.status, StatusCode::OK);
}

/// rules 10 and 11: a hook's person is judged like everybody.
#[tokio::test]
async fn a_hook_has_no_more_rights_than_its_person() {
    let w = office(CI).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    let told = tell(&w, "ci", "msg_1", &run(&id, "success")).await;
    assert_eq!(
        (told.status, told.json["code"].as_str()),
        (StatusCode::NOT_FOUND, Some("not_found")),
        "it may not see it"
    );
    assert_eq!(tell(&w, "ci", "msg_2", &run("req-none", "success")).await.status, StatusCode::NOT_FOUND);
    let id = asked(&w).await;
    w.advance(Length::hours(1)).await;
    let told = tell(&w, "ci", "msg_3", &run(&id, "success")).await;
    assert_eq!(told.status, StatusCode::CONFLICT, "too late: {}", told.text);
}

/// THREATS D09: whoever holds the key of one thing could speak to another that has the same.
#[tokio::test]
async fn abuse_d09_a_key_is_for_one_thing() {
    let sections = format!("{CI}\n[webhooks.audit]\nurl = \"https://audit.example.com/\"\nsecret_env = \"SECRET\"\n");
    let loaded = countersign::policy_file::parse(&super::policy(&sections), "policy.toml").unwrap();
    let environment =
        countersign::config::Environment::from_map([("SECRET", SECRET), ("OTHER", OTHER), ("TRACKER", OTHER)]);
    let said = countersign::hooks::build(&loaded, &environment).map(drop).unwrap_err().to_string();
    assert!(said.contains("has a key that [webhooks.audit] has too"), "{said}");
    assert!(said.contains("has a key that [hooks.ci] has too"), "{said}");
}
