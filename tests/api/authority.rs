//! Who gets what answer on which route: the whole matrix, made from the router's own list of routes (THREATS E03).

use crate::{client::Client, granted, server::World};
use axum::http::Method;
use countersign_engine::{
    id::{Level, PersonId},
    person::Person,
    policy::Policy,
};
use serde_json::{Value, json};

/// The demo organisation with `eve`, who has nothing to do with any request.
fn with_outsider() -> Policy {
    let mut policy = countersign_kit::acme();
    let eve = Person {
        id: PersonId::from("eve"),
        name: "Eve".into(),
        email: "eve@acme.com".into(),
        level: Level::from("member"),
        teams: Default::default(),
        manager: None,
        accounts: Default::default(),
        timezone: None,
        active: true,
    };
    let people = policy.directory.everyone().cloned().chain([eve]).collect();
    let (levels, teams) = (policy.directory.levels().to_vec(), policy.directory.teams().clone());
    policy.directory = countersign_engine::directory::Directory::new(levels, teams, people, chrono_tz::Tz::UTC);
    policy
}

/// What is sent to a route that takes a body; a new route that needs one does not pass without a line here.
fn body(path: &str) -> Value {
    match path {
        "/api/v1/requests" => json!({"resource": "nothing", "duration": "1h"}),
        "/api/v1/requests/{id}/votes" => json!({"decision": "approve"}),
        "/api/v1/grants/{id}/waive" => json!({"note": "gone"}),
        "/api/v1/explain" => json!({"resource": "prod-db", "duration": "1h"}),
        "/demo/advance" => json!({"by": "1m"}),
        _ => json!({}),
    }
}

async fn cell(client: &Client<'_>, method: &Method, path: &str, id: &str) -> String {
    let real = path.replace("{id}", id);
    let sent = if *method == Method::POST { body(path).to_string().into_bytes() } else { Vec::new() };
    let kind = (*method == Method::POST).then_some("application/json");
    let answer = client.send(method.clone(), &real, kind, sent).await;
    match answer.str("code") {
        "" => answer.status.to_string(),
        code => format!("{} {code}", answer.status),
    }
}

#[tokio::test]
async fn abuse_e03_every_route_for_every_kind_of_person() {
    let routes = {
        let w = World::new().await;
        let document = w.anonymous().get("/openapi.json").await.expect(200).json;
        let mut routes = Vec::new();
        for (path, methods) in document["paths"].as_object().expect("paths") {
            for method in methods.as_object().expect("methods").keys() {
                routes.push((path.clone(), method.to_uppercase().parse::<Method>().expect("a method")));
            }
        }
        routes
    };
    let mut table =
        String::from("dev holds access that lisa, manager, sec1 and sec2 approved. eve is nobody to it.\n\n");
    table.push_str(&format!(
        "{:<40} {:<24} {:<22} {:<22} {:<22} {}\n",
        "", "anonymous", "eve", "requester", "approver", "auditor"
    ));
    for (path, method) in routes {
        let mut row = format!("{:<5}{path:<35}", method.as_str());
        for (who, width) in [("", 24), ("eve", 22), ("dev", 22), ("lisa", 22), ("deputy", 22)] {
            // Each cell has a world of its own: what one person does must not change what the next one gets.
            let w = World::with(with_outsider(), false).await;
            let id = granted(&w).await;
            let client = if who.is_empty() { w.anonymous() } else { w.api(who) };
            let cell = cell(&client, &method, &path, &id).await;
            row.push_str(&format!(" {cell:<width$}"));
        }
        table.push_str(row.trim_end());
        table.push('\n');
    }
    insta::assert_snapshot!(table);
}

/// What eve may not see is answered like what does not exist, to the letter.
#[tokio::test]
async fn abuse_c20_somebody_elses_id_is_answered_like_none() {
    let w = World::with(with_outsider(), false).await;
    let id = granted(&w).await;
    for (path, body) in [
        ("/api/v1/requests/{id}", None),
        ("/api/v1/grants/{id}", None),
        ("/api/v1/requests/{id}/votes", Some(json!({"decision": "approve"}))),
        ("/api/v1/requests/{id}/cancel", Some(json!({}))),
        ("/api/v1/grants/{id}/end", Some(json!({}))),
        ("/api/v1/grants/{id}/revoke", Some(json!({}))),
        ("/api/v1/grants/{id}/secret", Some(json!({}))),
    ] {
        let eve = w.api("eve");
        let mut answers = Vec::new();
        for name in [id.as_str(), "req-zzzz"] {
            let real = path.replace("{id}", name);
            let answer = match &body {
                Some(body) => eve.post(&real, body.clone()).await,
                None => eve.get(&real).await,
            };
            assert_eq!(answer.problem(), (404, "not_found"), "{path}");
            answers.push(answer.text.replace(name, "ID"));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
    for list in ["/api/v1/requests", "/api/v1/grants", "/api/v1/audit"] {
        assert_eq!(w.api("eve").get(list).await.expect(200).json["items"], json!([]), "{list}");
    }
    for export in ["jsonl", "csv"] {
        let answer = w.api("eve").get(&format!("/api/v1/audit?format={export}")).await.expect(200);
        assert!(!answer.text.contains("prod-db"), "{}", answer.text);
    }
}
