//! What went wrong, as a page: what, and what would work (rule 44).

use super::{
    page::{Frame, html},
    session::Reader,
};
use crate::{
    http::{self, Web},
    store::StoreError,
};
use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use countersign_engine::{ports::EngineError, refusal::Refusal};

/// Something a person is told instead of a page.
#[derive(Debug, Clone)]
pub struct Problem {
    /// For browsers and scripts.
    pub status: StatusCode,
    /// The headline.
    pub title: String,
    /// What was wrong.
    pub what: String,
    /// What would work.
    pub hint: String,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page {
    frame: Frame,
    problem: Problem,
}

impl Problem {
    fn new(status: StatusCode, title: &str, what: impl Into<String>, hint: &str) -> Self {
        Self { status, title: title.to_owned(), what: what.into(), hint: hint.to_owned() }
    }
    /// Nothing there, or nothing that this person may see: the two are told apart by nobody (THREATS E03).
    pub fn not_found(what: &str) -> Self {
        let what = format!("There is no {what} here that you may see.");
        Self::new(StatusCode::NOT_FOUND, "Not found", what, "Check the address, or look under All requests.")
    }
    /// A form that did not come from a page of ours in this session.
    pub fn foreign() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "That did not come from a page of this session",
            "Nothing was changed: the form was sent by another site, or by a page from before you signed in.",
            "Open the page again and press the button there.",
        )
    }
    /// A form without a session.
    pub fn signed_out() -> Self {
        let hint = "Sign in again, then repeat what you did.";
        Self::new(StatusCode::UNAUTHORIZED, "Signed out", "Your session is over. Nothing was changed.", hint)
    }
    /// A form that makes no sense.
    pub fn bad_form(why: &str) -> Self {
        let hint = "Open the page again and fill the form in there.";
        Self::new(StatusCode::BAD_REQUEST, "The form was not understood", why, hint)
    }
    /// The database says no.
    pub fn from_store(fault: StoreError) -> Self {
        tracing::error!(%fault, "the console could not read or write");
        match fault {
            StoreError::Unavailable(_) => Self::unavailable("the database does not answer"),
            _ => Self::broken(),
        }
    }
    /// A fault of ours, logged where it happened.
    pub fn broken() -> Self {
        let hint = "Try again; if it stays, the server's log says more.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Something broke", "This page could not be made.", hint)
    }
    fn unavailable(why: &str) -> Self {
        let what = format!("Nothing was changed: {why}.");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "Not available at present",
            what,
            "Trying again in a minute is safe.",
        )
    }
}

impl Problem {
    /// With the navigation around it, for whoever is signed in.
    pub async fn framed(self, web: &Web, reader: Option<&Reader>) -> Response {
        let frame = match reader {
            Some(reader) => Frame::of(web, reader, "", &self.title).await,
            None => Ok(Frame::open(web, "", &self.title)),
        };
        match frame {
            Ok(frame) => (self.status, html(&Page { frame, problem: self })).into_response(),
            Err(_) => self.into_response(),
        }
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Unavailable(why) => Self::unavailable(&why),
            EngineError::Refused(refusal) if matches!(*refusal, Refusal::NotFound { .. }) => Self::not_found("request"),
            EngineError::Refused(refusal) => {
                Self::new(http::status(&refusal), "Not possible", refusal.to_string(), "Nothing was changed.")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status;
        let frame = Frame::bare(&self.title);
        (status, html(&Page { frame, problem: self })).into_response()
    }
}
