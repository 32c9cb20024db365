//! What a receiver hears.

use super::{OTHER, SECRET, approved, office, receiver, webhook};
use countersign::{config::Environment, hooks, lifecycle, policy_file, webhooks};
use countersign_engine::time::Length;
use countersign_kit::webhooks::Answer;
use std::{collections::BTreeSet, time::Duration};

/// Every committed transition, once each, in a message that is believed, from the opening to the end of access.
#[tokio::test]
async fn a_whole_request_is_told() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "")).await;
    approved(&w).await;
    w.advance(Length::minutes(226)).await;
    w.advance(Length::minutes(14)).await;

    let mut seen = receiver.seen();
    // In no promised order; receivers sort by position.
    seen.sort_by_key(|one| one.json["data"]["seq"].as_i64());
    let size = w.store.audit_head().await.unwrap().size;
    let seqs: BTreeSet<i64> = seen.iter().map(|one| one.json["data"]["seq"].as_i64().unwrap()).collect();
    assert_eq!(seqs, (0..size).collect(), "exactly the trail");
    assert_eq!(seen.len() as i64, size, "each entry once");
    let types: Vec<&str> = seen.iter().map(|one| one.json["type"].as_str().unwrap()).collect();
    assert_eq!(
        types,
        [
            "request.opened",
            "request.voted",
            "request.voted",
            "request.voted",
            "request.approved",
            "grant.activated",
            "grant.warned",
            "grant.revocation_began",
            "grant.ended",
        ]
    );
    let versions: Vec<i64> = seen.iter().map(|one| one.json["data"]["request"]["version"].as_i64().unwrap()).collect();
    assert_eq!(versions, (1..=size).collect::<Vec<_>>(), "the request as it was then");
    let voted = &seen[1].json["data"];
    assert_eq!(voted["actor"], serde_json::json!({"kind": "person", "id": "lisa", "via": "api"}));
    assert_eq!((&voted["before"]["state"], &voted["after"]["state"]), (&"pending".into(), &"pending".into()));
    assert_eq!(voted["request"]["step"], 2);
    assert_eq!(seen.last().unwrap().json["data"]["request"]["grant"]["end_reason"], "expired");
    assert_eq!(complaints(&receiver), Vec::<String>::new());
    let mut opened = seen[0].json.clone();
    for changing in ["id", "short_id", "url"] {
        opened["data"]["request"][changing] = format!("[{changing}]").into();
    }
    insta::assert_json_snapshot!("opened", opened);
}

/// The tests' clock moves on and the receiver's does not, so only that complaint is left out.
fn complaints(receiver: &countersign_kit::webhooks::Receiver) -> Vec<String> {
    receiver.complaints().into_iter().filter(|c| !c.contains("webhook-timestamp")).collect()
}

/// The server's own workers, not the test's hand: what is committed is told, a receiver that fails holds up no other, and
/// stopping ends them.
#[tokio::test]
async fn the_running_server_tells() {
    let (good, bad) = (receiver(&[SECRET]).await, receiver(&[SECRET]).await);
    bad.always(Answer::Lost);
    let w = office(&[webhook("good", &good, ""), webhook("bad", &bad, "")].concat()).await;
    let (stopper, stopping) = lifecycle::stopper();
    let running = tokio::spawn(w.app.webhooks.clone().run(stopping));
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.api("lisa").approve(&id).await;
    let in_time = Duration::from_secs(60);
    tokio::time::timeout(in_time, async { tokio::join!(good.heard(2), bad.heard(2)) })
        .await
        .expect("both hear of both");
    stopper.stop();
    tokio::time::timeout(in_time, running).await.expect("it stops").unwrap();
    let mut types = good.types();
    types.sort();
    assert_eq!(types, ["request.opened", "request.voted"]);
    assert_eq!(good.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn cloudevents_in_structured_mode() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "format = \"cloudevents\"")).await;
    let opened = w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    let [seen] = &receiver.seen()[..] else { panic!() };
    assert_eq!(seen.content_type, "application/cloudevents+json");
    // What CloudEvents 1.0 requires, and its own names for the rest.
    let event = &seen.json;
    assert_eq!((&event["specversion"], &event["type"]), (&"1.0".into(), &"countersign.request.opened".into()));
    assert_eq!(event["id"], seen.id.as_str());
    assert_eq!(event["source"], "http://127.0.0.1:8080/audit");
    assert_eq!(event["subject"], opened.id().as_str());
    assert!(chrono::DateTime::parse_from_rfc3339(event["time"].as_str().unwrap()).is_ok());
    assert_eq!(event["data"]["request"]["resource"], "prod-db");
    assert!(
        event.as_object().unwrap().keys().all(|key| key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
    );
    assert_eq!(receiver.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn each_webhook_hears_what_it_asked_for() {
    let all = [receiver(&[SECRET]).await, receiver(&[SECRET]).await, receiver(&[SECRET]).await];
    let sections = [
        webhook("grants", &all[0], "events = [\"grant.*\", \"request.approved\"]"),
        webhook("grafana", &all[1], "resources = [\"graf*\"]"),
        webhook("sre", &all[2], "workflows = [\"sre-prod-db\"]\nevents = [\"request.opened\"]"),
    ];
    let w = office(&sections.concat()).await;
    approved(&w).await;
    w.api("lisa").request("grafana", "1h").await;
    w.settle().await;
    let mut grants = all[0].types();
    grants.sort();
    assert_eq!(grants, ["grant.activated", "request.approved"]);
    assert_eq!(all[1].types(), ["request.opened"]);
    assert_eq!(all[1].seen()[0].json["data"]["request"]["resource"], "grafana");
    assert_eq!(all[2].types(), ["request.opened"]);
    assert!(all[2].seen()[0].path.ends_with("/sre"));
}

/// THREATS D09: both keys sign while one replaces the other.
#[tokio::test]
async fn abuse_d09_two_keys_sign_at_once() {
    let receiver = receiver(&[SECRET, OTHER]).await;
    let w = office(&webhook("audit", &receiver, "previous_secret_env = \"OTHER\"")).await;
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    assert_eq!(receiver.seen()[0].signature.split(' ').count(), 2);
    assert_eq!(receiver.complaints(), Vec::<String>::new());
}

/// rule 45: without its keys there is no webhook and no hook, and the server says where.
#[test]
fn without_keys_there_is_no_webhook() {
    let text = super::policy(
        "[webhooks.a]\nurl = \"https://a.example/\"\nsecret_env = \"MISSING\"\n\
         [webhooks.b]\nurl_env = \"NO_URL\"\nsecret_env = \"SHORT\"\n\
         [webhooks.c]\nurl = \"https://169.254.169.254/\"\nsecret_env = \"SECRET\"\nsignature = \"both\"\n\
         [hooks.ci]\nsecret_env = \"EMPTY\"\nperson = \"ci-gate\"\naction = \"vote\"\nrequest = \"/r\"\ndecision = \"approve\"\n",
    );
    let loaded = policy_file::parse(&text, "policy.toml").unwrap_or_else(|problems| panic!("{problems}"));
    let environment = Environment::from_map([("SECRET", SECRET), ("SHORT", "whsec_AAAA"), ("EMPTY", " ")]);
    let mut problems = webhooks::build(&loaded, &environment, &webhooks::system_names()).err().unwrap().0;
    problems.extend(hooks::build(&loaded, &environment).err().unwrap().0);
    let said: Vec<String> = problems.iter().map(|p| format!("{}\n  {}", p.what, p.hint)).collect();
    insta::assert_snapshot!(said.join("\n"));
    assert!(problems.iter().all(|p| p.line > 200), "each at its line");
}
