//! Where somebody wanted to go who had to sign in first, kept in a cookie: a login link may come from anywhere, and knows
//! nothing of it. It is a path of ours and no more, and going there changes nothing, so it needs no protection.

use crate::http::{Web, cookie, local_path};
use axum::{
    http::{HeaderMap, HeaderValue, Method, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};

/// The longest path that is worth keeping.
const LONGEST: usize = 500;

/// Sends somebody to the login page, and remembers the page that they wanted.
pub fn sign_in_first(parts: &Parts, web: &Web) -> Response {
    let mut response = Redirect::to("/login").into_response();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let wanted = local_path(Some(path)).filter(|p| parts.method == Method::GET && *p != "/" && p.len() <= LONGEST);
    if let Some(path) = wanted {
        set(&mut response, &hex::encode(path), web);
    }
    response
}

/// Sends somebody who has just signed in to the page that they wanted, once; home when there was none.
pub fn go_on(headers: &HeaderMap, web: &Web) -> Response {
    let kept = cookie::NEXT.get(headers, web.is_https()).and_then(|text| hex::decode(text).ok());
    let path = kept.and_then(|bytes| String::from_utf8(bytes).ok());
    match local_path(path.as_deref()) {
        Some(path) => {
            let mut response = Redirect::to(path).into_response();
            set(&mut response, "", web);
            response
        }
        None => Redirect::to("/").into_response(),
    }
}

fn set(response: &mut Response, value: &str, web: &Web) {
    if let Ok(cookie) = HeaderValue::from_str(&cookie::NEXT.set(value, web.is_https())) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
