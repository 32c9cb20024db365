//! Personal API tokens: made, shown once, revoked.

use super::{
    account,
    error::Problem,
    form::Signed,
    session::Reader,
    show::{moment::Moment, text},
};
use crate::{http::Web, store::Credential};
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

/// A token on the page: never the thing itself.
pub struct Row {
    /// Its hash, which names it.
    pub hash: String,
    /// What its owner calls it.
    pub label: String,
    /// Since when.
    pub made: Moment,
    /// Until when.
    pub expires: Moment,
    /// When it was last used.
    pub used: Option<Moment>,
}

/// The reader's tokens.
pub async fn of(web: &Web, reader: &Reader) -> Result<Vec<Row>, Problem> {
    let row = |c: Credential| Row {
        hash: c.hash,
        label: text::clean(&c.label),
        made: Moment(c.created_at),
        expires: Moment(c.expires_at),
        used: c.used_at.map(Moment),
    };
    let all = web.credentials.tokens_of(&reader.id).await;
    Ok(all.map_err(Problem::from_store)?.into_iter().map(row).collect())
}

/// What a new token is called.
#[derive(Deserialize)]
pub struct Name {
    #[serde(default)]
    label: String,
}

/// Makes a token and shows it, this once.
pub async fn create(State(web): State<Web>, Signed(reader, form): Signed<Name>) -> Result<Response, Problem> {
    let label = text::short(&form.label, 60);
    let label = if label.is_empty() { "console".to_owned() } else { label };
    let token = web.credentials.new_token(&reader.id, &label).await.map_err(Problem::from_store)?;
    let mut response = account::render(&web, &reader, Some(token), None).await?;
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Names a token.
#[derive(Deserialize)]
pub struct Which {
    hash: String,
}

/// Revokes one of the reader's own tokens.
pub async fn revoke(State(web): State<Web>, Signed(reader, form): Signed<Which>) -> Result<Response, Problem> {
    match web.credentials.revoke_token(&reader.id, &form.hash).await.map_err(Problem::from_store)? {
        true => Ok(Redirect::to("/account").into_response()),
        false => Err(Problem::not_found("token")),
    }
}
