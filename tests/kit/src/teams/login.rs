//! The login that gives tokens, and the metadata and keys that activities are proven by.

use super::{APP, FakeTeams, PASSWORD, TENANT};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(super) fn router(teams: FakeTeams) -> Router {
    Router::new()
        .route("/login/{tenant}/oauth2/v2.0/token", post(token))
        .route("/openid/configuration", get(configuration))
        .route("/openid/keys", get(keys))
        .with_state(teams)
}

/// Client credentials, as RFC 6749 and Entra's documentation have them.
async fn token(
    State(teams): State<FakeTeams>,
    Path(tenant): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let form: BTreeMap<String, String> = form_urlencoded::parse(&body).into_owned().collect();
    let word = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let kind = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
    let refuse = |status: StatusCode, error: &str, number: u64| {
        let body =
            json!({"error": error, "error_description": format!("AADSTS{number}: ..."), "error_codes": [number]});
        (status, Json(body)).into_response()
    };
    if tenant != TENANT {
        return refuse(StatusCode::BAD_REQUEST, "invalid_request", 90_002);
    }
    if !kind.starts_with("application/x-www-form-urlencoded") || word("grant_type") != "client_credentials" {
        return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type", 70_003);
    }
    if word("scope") != "https://api.botframework.com/.default" {
        return refuse(StatusCode::BAD_REQUEST, "invalid_scope", 70_011);
    }
    if teams.state().revoked || word("client_id") != APP || word("client_secret") != PASSWORD {
        return refuse(StatusCode::UNAUTHORIZED, "invalid_client", 7_000_215);
    }
    let (token, lasts) = teams.change(|s| {
        s.tokens_given += 1;
        let token = format!("bearer-{}", s.next());
        s.tokens.insert(token.clone());
        (token, s.token_lasts)
    });
    Json(json!({"token_type": "Bearer", "expires_in": lasts, "ext_expires_in": lasts, "access_token": token}))
        .into_response()
}

async fn configuration(State(teams): State<FakeTeams>) -> Response {
    let (issuer, down) = teams.change(|s| {
        s.metadata_asked += 1;
        (s.issuer.clone(), s.metadata_down)
    });
    if down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    Json(json!({"issuer": issuer, "authorization_endpoint": "https://invalid.botframework.com",
        "jwks_uri": format!("{}/openid/keys", teams.0.origin), "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"]}))
    .into_response()
}

async fn keys(State(teams): State<FakeTeams>) -> Json<Value> {
    Json(json!({"keys": teams.state().keys}))
}
