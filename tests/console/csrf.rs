//! Every `POST` against every way in which another site could send it (THREATS E01).

use crate::{
    browser::{Browser, ORIGIN},
    world::{Making, World},
};
use axum::http::StatusCode;
use countersign::{console::POSTS, store::CredentialKind};

/// Anything that a mutation would change.
async fn state(world: &World) -> (i64, usize, usize, chrono::DateTime<chrono::Utc>) {
    let store = &world.store;
    let tokens = store.credentials_of(CredentialKind::Token, "dev").await.unwrap().len();
    let sessions = store.credentials_of(CredentialKind::Session, "dev").await.unwrap().len();
    (store.audit_head().await.unwrap().size, tokens, sessions, world.now())
}

const FIELDS: [(&str, &str); 8] = [
    ("resource", "prod-db"),
    ("duration", "1h"),
    ("person", "dev"),
    ("text", "/access prod-db 1h"),
    ("by", "5m"),
    ("label", "stolen"),
    ("platform", "slack"),
    ("token", "approve:01J00000000000000000000000"),
];

/// THREATS E01
#[tokio::test]
async fn abuse_e01_no_form_from_elsewhere_changes_anything() {
    let world = World::new().await;
    let id = Browser::of(&world, "dev").await.ask("grafana", "10m", "a look").await;
    let lisa = Browser::of(&world, "lisa").await;
    let own = lisa.csrf().await;
    let foreign = Browser::of(&world, "lisa").await.csrf().await;
    assert_ne!(own, foreign, "a token belongs to one session");
    let before = state(&world).await;
    let origins: [&[(&str, &str)]; 9] = [
        &[],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("origin", "http://127.0.0.1:8080.evil.example")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("origin", ORIGIN), ("sec-fetch-site", "cross-site")],
        &[("origin", "https://evil.example"), ("sec-fetch-site", "same-origin")],
    ];
    for path in POSTS {
        let path = path.replace("req-0000", &id);
        for headers in origins {
            let fields: Vec<_> = FIELDS.into_iter().chain([("csrf", own.as_str())]).collect();
            let page = lisa.post_as(&path, &fields, headers).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} {headers:?}");
        }
        // Signing in and the demo's switcher come before there is a session to be bound to.
        if path.starts_with("/login/") || path == "/demo/become" {
            continue;
        }
        for token in ["", "00", &foreign, &own[..30], &own.to_uppercase()] {
            let fields: Vec<_> = FIELDS.into_iter().chain([("csrf", token)]).collect();
            let page = lisa.post_as(&path, &fields, &[("origin", ORIGIN)]).await;
            assert_eq!(page.status, StatusCode::FORBIDDEN, "{path} with the token {token:?}");
        }
        let nobody = Browser::new(&world).post_as(&path, &FIELDS, &[("origin", ORIGIN)]).await;
        // A demo says where a session begins; elsewhere it is 401.
        assert_eq!((nobody.status, nobody.location()), (StatusCode::SEE_OTHER, "/demo?restarted=1"), "{path}");
    }
    assert_eq!(state(&world).await, before);
    let world = World::made(Making { demo: false, ..Making::default() }).await;
    for path in POSTS.iter().filter(|path| !path.starts_with("/demo") && !path.starts_with("/login/")) {
        let nobody = Browser::new(&world).post_as(path, &FIELDS, &[("origin", ORIGIN)]).await;
        assert_eq!(nobody.status, StatusCode::UNAUTHORIZED, "{path} without a session");
    }
}

/// A new form without a row in the matrix fails here. THREATS E01
#[test]
fn abuse_e01_the_matrix_has_every_form() {
    let sources = [include_str!("../../src/console/mod.rs"), include_str!("../../src/console/demo/mod.rs")];
    let mut found = 0;
    for line in sources.iter().flat_map(|s| s.lines()).filter(|l| l.contains(".route(") && l.contains("post(")) {
        let route = line.split('"').nth(1).unwrap();
        let fits = |path: &&str| {
            let (a, b): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
            a.len() == b.len() && a.iter().zip(&b).all(|(r, p)| r.starts_with('{') || r == p)
        };
        assert!(POSTS.iter().any(fits), "{route} is not in console::POSTS");
        found += 1;
    }
    assert!(found >= 14, "the reader of routes found only {found}");
}

/// `GET` never acts (THREATS B13).
#[tokio::test]
async fn abuse_b13_get_never_acts() {
    let world = World::new().await;
    let id = Browser::of(&world, "dev").await.ask("grafana", "10m", "a look").await;
    let lisa = Browser::of(&world, "lisa").await;
    let before = state(&world).await;
    for path in POSTS {
        let page = lisa.get(&path.replace("req-0000", &id)).await;
        assert!(page.status != StatusCode::SEE_OTHER || page.location() == "/account", "{path}");
    }
    assert_eq!(state(&world).await, before);
}

/// THREATS E02
#[tokio::test]
async fn abuse_e02_every_answer_carries_the_headers() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    for path in [
        "/",
        "/requests",
        "/requests/new",
        "/requests/none",
        "/audit",
        "/policy",
        "/deliveries",
        "/account",
        "/login",
        "/demo",
        "/demo/grafana",
        "/assets/console.js",
        "/assets/none",
    ] {
        let page = dev.get(path).await;
        let header = |name: &str| page.headers.get(name).map_or("", |v| v.to_str().unwrap());
        let csp = header("content-security-policy");
        assert!(csp.contains("default-src 'self'") && csp.contains("frame-ancestors 'none'"), "{path}: {csp}");
        assert!(!csp.contains("unsafe"), "{path}: {csp}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    }
}
