//! A web app behind a proxy: closed, open for as long as the grant lasts, closed again.

#![allow(clippy::unwrap_used)]

use crate::world::{Making, World};
use axum::{
    Router,
    body::Body,
    extract::connect_info::MockConnectInfo,
    http::{HeaderMap, Request, StatusCode},
};
use countersign_engine::time::Length;
use countersign_forward_auth::{Gate, Settings, Signer, Target};
use std::{collections::BTreeMap, net::SocketAddr, sync::Arc};
use tower::ServiceExt;

const PAGE: &str = "http://grafana.acme.internal/d/1";

/// A world with a gate, and its router as a proxy on this address sees it.
async fn behind(proxy: &str) -> (World, Router) {
    let target = Target { hosts: vec!["grafana.acme.internal".into()] };
    let targets = BTreeMap::from([("grafana".into(), target)]);
    let gate =
        Gate::new(&Settings::default(), &targets, "http://127.0.0.1:8080", Signer::derived(&[3; 32]).unwrap()).unwrap();
    let gate = Arc::new(gate);
    let mut making = Making::default();
    making.connectors.insert("forward-auth".into(), gate.clone());
    making.gate = Some(gate);
    let w = World::made(making).await;
    let router = w.app.router().layer(MockConnectInfo(SocketAddr::new(proxy.parse().unwrap(), 40_000)));
    (w, router)
}

async fn ask(router: &Router, path: &str, headers: &[(&str, &str)]) -> (StatusCode, HeaderMap) {
    let mut request = Request::builder().uri(path).header("x-original-url", PAGE);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    (response.status(), response.headers().clone())
}

async fn open_grafana(w: &World) -> String {
    let id = w.api("dev").request("grafana", "10m").await.id();
    assert_eq!(w.api("lisa").approve(&id).await.state(), "approved");
    w.settle().await;
    id
}

const DEV: (&str, &str) = ("authorization", "Bearer demo:dev");

/// rules 25, 38: per request, so closed at the very moment.
#[tokio::test]
async fn open_exactly_as_long_as_the_grant() {
    let (w, router) = behind("127.0.0.1").await;
    assert_eq!(ask(&router, "/authz", &[DEV]).await.0, 403, "before");
    open_grafana(&w).await;
    let (status, headers) = ask(&router, "/authz", &[DEV]).await;
    assert_eq!((status.as_u16(), &headers["x-countersign-user"]), (200, &"dev".parse().unwrap()));
    assert_eq!(headers["x-countersign-email"], "dev@acme.com");
    assert_eq!(ask(&router, "/authz", &[("authorization", "Bearer demo:lisa")]).await.0, 403, "somebody else");
    w.clock.advance(Length::minutes(10).delta());
    let (status, headers) = ask(&router, "/authz", &[DEV]).await;
    assert_eq!(status, 403, "over, though nothing has been revoked yet");
    assert_eq!(headers["x-countersign-request"], "http://127.0.0.1:8080/requests/new?resource=grafana");
    w.settle().await;
    assert_eq!(ask(&router, "/authz", &[DEV]).await.0, 403);
}

/// rule 38: whoever ends it is out with the next request.
#[tokio::test]
async fn closed_as_soon_as_somebody_ends_it() {
    let (w, router) = behind("127.0.0.1").await;
    let id = open_grafana(&w).await;
    assert_eq!(ask(&router, "/authz", &[DEV]).await.0, 200);
    w.api("dev").post(&format!("/api/v1/grants/{id}/end"), serde_json::json!({})).await;
    assert_eq!(ask(&router, "/authz", &[DEV]).await.0, 403);
}

/// A session of the console opens an app on another host, without ever going there; signing out closes it.
#[tokio::test]
async fn a_console_session_reaches_another_host() {
    let (w, router) = behind("127.0.0.1").await;
    open_grafana(&w).await;
    let (status, headers) = ask(&router, "/authz", &[]).await;
    assert_eq!(status, 401);
    let login =
        headers["x-countersign-login"].to_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap().to_owned();
    assert_eq!(ask(&router, &login, &[]).await.1["location"], "http://127.0.0.1:8080/demo", "not signed in");

    let session = w.app.web.credentials.new_session(&"dev".into()).await.unwrap();
    let (status, headers) = ask(&router, &login, &[("cookie", &format!("countersign={session}"))]).await;
    let landing = headers["location"].to_str().unwrap().strip_prefix("http://grafana.acme.internal").unwrap();
    assert!(status == 303 && !landing.contains(&session));
    let (status, headers) = ask(&router, landing, &[]).await;
    assert_eq!((status.as_u16(), &headers["location"]), (303, &"/d/1".parse().unwrap()));
    let cookie = headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && !cookie.contains("Domain") && !cookie.contains(&session), "{cookie}");
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(ask(&router, "/authz", &[("cookie", cookie)]).await.0, 200);

    w.app.web.credentials.log_out(&session).await.unwrap();
    assert_eq!(ask(&router, "/authz", &[("cookie", cookie)]).await.0, 401);
}

/// nginx takes 401 only; Caddy and Traefik hand a redirection on to browsers.
#[tokio::test]
async fn browsers_behind_caddy_and_traefik_are_sent_to_sign_in() {
    let (_w, router) = behind("127.0.0.1").await;
    let forwarded = |method| {
        [("x-forwarded-host", "grafana.acme.internal"), ("x-forwarded-method", method), ("x-forwarded-uri", "/d/1")]
    };
    let html = ("accept", "text/html,*/*");
    for (method, accept, status) in [("GET", html, 302), ("POST", html, 401), ("GET", ("accept", "*/*"), 401)] {
        let headers = [&forwarded(method)[..], &[accept]].concat();
        assert_eq!(ask(&router, "/authz", &headers).await.0, status, "{method} {accept:?}");
    }
    assert_eq!(ask(&router, "/authz", &[html]).await.0, 401, "nginx");
}

/// THREATS C19: nobody but a named proxy says which page was asked for, and nothing that a visitor sends comes back.
#[tokio::test]
async fn abuse_c19_strangers_and_spoofed_headers() {
    let (w, router) = behind("203.0.113.9").await;
    open_grafana(&w).await;
    let (status, headers) = ask(&router, "/authz", &[DEV]).await;
    assert!(status == 403 && !headers.contains_key("x-countersign-user"));

    let (w, router) = behind("127.0.0.1").await;
    let spoofed = [
        ("x-countersign-user", "manager"),
        ("x-countersign-email", "boss@acme.com"),
        ("x-countersign-identity", "e.y.J"),
    ];
    for (token, status) in [(("authorization", "Bearer demo:lisa"), 403), (("authorization", "Bearer csn_wrong"), 401)]
    {
        let (said, headers) = ask(&router, "/authz", &[&spoofed[..], &[token]].concat()).await;
        assert_eq!(said, status);
        assert!(spoofed.iter().all(|(name, _)| !headers.contains_key(*name)), "{headers:?}");
    }
    open_grafana(&w).await;
    let (status, headers) = ask(&router, "/authz", &[&spoofed[..], &[DEV]].concat()).await;
    assert_eq!((status.as_u16(), headers["x-countersign-user"].to_str().unwrap()), (200, "dev"));
    assert_ne!(headers["x-countersign-identity"], "e.y.J");
    let other = [DEV, ("x-forwarded-host", "open.acme.internal")];
    assert_eq!(ask(&router, "/authz", &other).await.0, 400);
}

#[tokio::test]
async fn apps_can_fetch_the_keys() {
    let (_w, router) = behind("127.0.0.1").await;
    let request = Request::builder().uri("/.well-known/jwks.json").body(Body::empty()).unwrap();
    let response = router.oneshot(request).await.unwrap();
    let body = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
    let keys: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
}
