//! An axum server that does nothing with the bytes that Countersign gets: what HTTP alone would reach here.
//!
//! `hello PORT`

use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};

/// As large as Countersign's own answer to `/access`.
const ANSWER: &str = include_str!("../hello.json");

async fn asked(_: Bytes) -> &'static str {
    ANSWER
}

async fn pressed(_: Bytes) {}

async fn state() -> &'static str {
    r#"{"id":"01K0000000000000000000000","state":"approved"}"#
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let port: u16 = std::env::args().nth(1).and_then(|port| port.parse().ok()).expect("hello PORT");
    let routes = Router::new()
        .route("/slack/commands", post(asked))
        .route("/slack/interactions", post(pressed))
        .route("/api/v1/requests/{id}", get(state));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await.expect("a free port");
    axum::serve(listener, routes).await.expect("a server");
}
