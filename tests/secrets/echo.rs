//! A peer that tells everything back: headers, address and body of each call, as an error or as nonsense.

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Starts one; its address.
pub async fn start() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    url
}

async fn answer(request: Request<Body>) -> Response {
    static CALLS: AtomicUsize = AtomicUsize::new(0);
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let headers: Vec<String> = parts.headers.iter().map(|(name, value)| format!("{name}: {value:?}")).collect();
    let everything = format!("{} {} {} {body}", parts.method, parts.uri, headers.join(" "));
    match CALLS.fetch_add(1, Ordering::Relaxed) % 4 {
        0 => (StatusCode::INTERNAL_SERVER_ERROR, everything).into_response(),
        1 => (StatusCode::OK, everything).into_response(),
        2 => (
            StatusCode::BAD_REQUEST,
            axum::Json(serde_json::json!({"ok": false, "error": everything,
            "description": everything, "message": everything, "code": 1})),
        )
            .into_response(),
        _ => (
            StatusCode::UNAUTHORIZED,
            axum::Json(serde_json::json!({"ok": false, "error_description": everything,
            "message": everything})),
        )
            .into_response(),
    }
}
