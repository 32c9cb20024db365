//! Who is calling: tokens, sessions, and pages that are not ours.

use crate::{prod_db, server::World};
use axum::http::Method;
use serde_json::json;

#[tokio::test]
async fn without_a_valid_credential() {
    let w = World::new().await;
    let session = w.browser("dev").await;
    for (what, client) in [
        ("nothing", w.anonymous()),
        ("no bearer", w.anonymous().with("authorization", "Basic ZGV2OmRldg==")),
        ("an unknown token", w.anonymous().with("authorization", "Bearer csn_nothing")),
        ("a demo token outside the demo", w.anonymous().with("authorization", "Bearer demo:dev")),
        ("an empty token", w.anonymous().with("authorization", "Bearer ")),
        ("an unknown session", w.anonymous().with("cookie", "countersign=nothing")),
        ("a bad token beside a good session", session.with("authorization", "Bearer csn_nothing")),
    ] {
        let answer = client.get("/api/v1/requests").await;
        assert_eq!(answer.problem(), (401, "unauthorized"), "{what}");
        assert!(answer.header("www-authenticate").starts_with("Bearer"), "{what}");
    }
}

/// Every route that changes something, as the router's own document lists them.
async fn posts(w: &World) -> Vec<String> {
    let document = w.anonymous().get("/openapi.json").await.expect(200);
    let paths = document.json["paths"].as_object().expect("paths").clone();
    let posts = paths.iter().filter(|(path, methods)| methods.get("post").is_some() && path.starts_with("/api/"));
    posts.map(|(path, _)| path.replace("{id}", "req-0000")).collect()
}

#[tokio::test]
async fn abuse_e01_a_session_acts_from_our_own_pages_only() {
    let w = World::new().await;
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", "https://other.acme.com")],
        &[("sec-fetch-site", "none")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
    ];
    let posts = posts(&w).await;
    assert!(posts.len() >= 9, "{posts:?}");
    for path in posts {
        for headers in foreign {
            let browser = w.browser("dev").await;
            let client = headers.iter().fold(browser, |client, (name, value)| client.with(name, value));
            assert_eq!(client.post(&path, prod_db()).await.problem(), (403, "cross_site"), "{path} {headers:?}");
        }
    }
    let none = w.api("dev").get("/api/v1/requests").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
    // Reading changes nothing, so it needs no more than the cookie.
    w.browser("dev").await.get("/api/v1/requests").await.expect(200);
}

#[tokio::test]
async fn our_own_pages_may() {
    let w = World::new().await;
    let own = w.browser("dev").await.with("sec-fetch-site", "same-origin").with("origin", "http://127.0.0.1:8080");
    own.post("/api/v1/requests", prod_db()).await.expect(201);
    let older = w.browser("lisa").await.with("origin", "http://127.0.0.1:8080");
    older.post("/api/v1/requests", prod_db()).await.expect(201);
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let w = World::new().await;
    for path in ["/api/v1/requests", "/healthz", "/openapi.json", "/nothing", "/metrics"] {
        for client in [w.api("dev"), w.anonymous()] {
            let answer = client.send(Method::GET, path, None, Vec::new()).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        }
    }
}
