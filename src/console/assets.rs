//! The stylesheet, the script and the icon: part of the binary.

use super::error::Problem;
use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Response},
};
use ring::digest;
use std::sync::LazyLock;

const ASSETS: [(&str, &str, &str); 3] = [
    ("console.css", "text/css; charset=utf-8", include_str!("../../web/console.css")),
    ("console.js", "text/javascript; charset=utf-8", include_str!("../../web/console.js")),
    ("icon.svg", "image/svg+xml", include_str!("../../web/icon.svg")),
];

static VERSION: LazyLock<String> = LazyLock::new(|| {
    let all: String = ASSETS.iter().map(|(_, _, body)| *body).collect();
    hex::encode(&digest::digest(&digest::SHA256, all.as_bytes()).as_ref()[..6])
});

/// Changes whenever an asset does.
pub fn version() -> &'static str {
    &VERSION
}

/// `GET /assets/{name}`. Pages name assets with their version, so browsers may keep them.
pub async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.iter().find(|(n, _, _)| *n == name) {
        Some((_, kind, body)) => {
            let headers =
                [(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, *body).into_response()
        }
        None => Problem::not_found("file").into_response(),
    }
}
