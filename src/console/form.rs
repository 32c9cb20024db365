//! Forms: nothing reaches a handler that did not come from a page of ours, in this session (THREATS E01).

use super::{error::Problem, session::Reader};
use crate::http::{self, Web};
use axum::{
    Form,
    extract::{FromRequest, Request},
    response::{IntoResponse, Redirect, Response},
};
use serde::{Deserialize, de::DeserializeOwned};
use subtle::ConstantTimeEq;

/// A form of a signed-in person: same origin, their session, its token.
pub struct Signed<T>(pub Reader, pub T);

/// A form of anybody: same origin. For signing in.
pub struct Open<T>(pub T);

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Web> for Open<T> {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        check_origin(&request, web).map_err(IntoResponse::into_response)?;
        let body = read(request).await.map_err(IntoResponse::into_response)?;
        parse(&body).map(Self).map_err(IntoResponse::into_response)
    }
}

impl<T: DeserializeOwned> FromRequest<Web> for Signed<T> {
    type Rejection = Response;
    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        check_origin(&request, web).map_err(IntoResponse::into_response)?;
        let reader = match Reader::find(request.headers(), web).await {
            Ok(Some(reader)) => reader,
            // A demo keeps its sessions in memory: whoever has none chooses anew who to be.
            Ok(None) if web.demo => return Err(Redirect::to("/demo?restarted=1").into_response()),
            Ok(None) => return Err(Problem::signed_out().into_response()),
            Err(problem) => return Err(problem.into_response()),
        };
        let body = read(request).await.map_err(IntoResponse::into_response)?;
        let token: Token = parse(&body).map_err(IntoResponse::into_response)?;
        if !is_same(&token.csrf, &reader.csrf) {
            return Err(Problem::foreign().into_response());
        }
        parse(&body).map(|form| Self(reader, form)).map_err(IntoResponse::into_response)
    }
}

/// A field of a form that was left empty is absent.
pub fn filled(text: Option<String>) -> Option<String> {
    text.filter(|t| !t.trim().is_empty())
}

fn check_origin(request: &Request, web: &Web) -> Result<(), Problem> {
    match http::same_origin(request.headers(), &web.service.public_url) {
        true => Ok(()),
        false => Err(Problem::foreign()),
    }
}

async fn read(request: Request) -> Result<String, Problem> {
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(|why| Problem::bad_form(&why.body_text()))?;
    serde_json::to_string(&pairs.into_iter().collect::<std::collections::BTreeMap<_, _>>())
        .map_err(|why| Problem::bad_form(&why.to_string()))
}

fn parse<T: DeserializeOwned>(body: &str) -> Result<T, Problem> {
    serde_json::from_str(body).map_err(|why| Problem::bad_form(&why.to_string()))
}

fn is_same(given: &str, wanted: &str) -> bool {
    given.as_bytes().ct_eq(wanted.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// THREATS E01
    #[test]
    fn abuse_e01_a_form_token_is_the_whole_token() {
        assert!(is_same("abc", "abc"));
        for given in ["", "ab", "abcd", "abd"] {
            assert!(!is_same(given, "abc"), "{given}");
        }
    }
}
