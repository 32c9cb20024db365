//! How every error leaves the API: RFC 9457 problem details.

use crate::audit::health::{FORGED, QUARANTINED, UNSIGNED};
use crate::store::StoreError;
use axum::{
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use countersign_engine::ports::EngineError;
use serde::Serialize;
use serde_json::{Map, Value};
use std::{borrow::Cow, collections::BTreeMap};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Response as Described, ResponseBuilder, content::ContentBuilder, schema::Schema},
};

/// What went wrong, for programs (the code) and for people (the detail).
#[derive(Debug, Clone)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    more: Map<String, Value>,
    headers: Vec<(HeaderName, &'static str)>,
}

/// A problem as it travels. Further fields depend on the code: `nearest`, `cap`, `who_can`, `at`, `state` and so on.
#[derive(Serialize, ToSchema)]
struct Wire<'a> {
    /// `urn:countersign:problem:` and the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:countersign:problem:own_request")]
    kind: String,
    /// The HTTP status in words.
    #[schema(example = "Forbidden")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 403)]
    status: u16,
    /// What was wrong and what would work, in one or two sentences.
    detail: &'a str,
    /// The stable word for programs.
    #[schema(example = "own_request")]
    code: &'a str,
    /// Facts that belong to the code.
    #[serde(flatten)]
    more: &'a Map<String, Value>,
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        Wire::schema()
    }
}
impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }
}

impl Problem {
    /// A problem with its stable code and its sentence.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: Map::new(), headers: Vec::new() }
    }
    /// 400: the request itself makes no sense.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "malformed", detail)
    }
    /// 404, for what does not exist and for what the caller may not see alike (THREATS E03).
    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }
    /// 503: the database is away. When it went away in the middle of a commit, nobody knows what became of that; whoever
    /// tries again is told.
    pub fn unavailable() -> Self {
        let detail = "the server cannot reach its database at present; trying again is safe";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", detail).header(header::RETRY_AFTER, "5")
    }
    /// 500: we broke. What broke is in the log, never in the answer (THREATS E07).
    pub fn fault() -> Self {
        let detail = "something went wrong on our side; it is in the server's log";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "fault", detail)
    }
    /// Adds a fact.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }
    /// Adds a header.
    pub fn header(mut self, name: HeaderName, value: &'static str) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let wire = Wire {
            kind: format!("urn:countersign:problem:{}", self.code),
            title: self.status.canonical_reason().unwrap_or("Problem"),
            status: self.status.as_u16(),
            detail: &self.detail,
            code: self.code,
            more: &self.more,
        };
        let body = serde_json::to_vec(&wire).unwrap_or_default();
        let mut response = (self.status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
        for (name, value) in self.headers {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

impl From<EngineError> for Problem {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Refused(refusal) => super::refusal::problem(&refusal),
            EngineError::Unavailable(why) => {
                tracing::warn!(%why, "answered 503");
                if let Some(known) = [QUARANTINED, FORGED, UNSIGNED].into_iter().find(|known| why == *known) {
                    return Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", known);
                }
                Self::unavailable()
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(why) => {
                tracing::warn!(%why, "answered 503");
                Self::unavailable()
            }
            StoreError::Conflict(_) | StoreError::Corrupt(_) | StoreError::Database(_) => {
                tracing::error!(%error, "answered 500");
                Self::fault()
            }
        }
    }
}

/// Problems of calls that only read.
pub struct ReadProblems;
/// Problems of calls that change something.
pub struct ActProblems;

impl utoipa::IntoResponses for ReadProblems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        described(&[
            (400, "A parameter makes no sense (`malformed`)."),
            (401, "No valid credential (`unauthorized`)."),
            (403, "The person may do nothing at all (`deactivated`)."),
            (404, "No such thing, or none that the caller may see (`not_found`)."),
            (503, "The database is away (`unavailable`); `Retry-After` says when to try again."),
        ])
    }
}

impl utoipa::IntoResponses for ActProblems {
    fn responses() -> BTreeMap<String, RefOr<Described>> {
        let mut all = ReadProblems::responses();
        all.extend(described(&[
            (400, "Not JSON, or a field is unknown, doubled, missing or of the wrong type (`malformed`)."),
            (403, "Not for this person: `own_request`, `not_an_approver`, `not_allowed`, `not_for_others`, `deactivated`, `cross_site`."),
            (408, "The body came too slowly (`too_slow`)."),
            (409, "Too late or not now: `already_voted`, `already_decided`, `already_open`, `timed_out`, `stale_step`, `wrong_state`, `approval_lapsed`."),
            (413, "The body is larger than 256 KiB (`too_large`)."),
            (415, "The body is not `application/json` (`wrong_content_type`)."),
            (422, "Understood, and not possible: `unknown_resource`, `unknown_access`, `bad_duration`, `duration_too_long`, `reason_required`, `note_required`, `text_too_long`, `no_workflow`, `unsatisfiable`, `cannot_widen`, `key_reused`."),
            (429, "Too many open requests (`too_many_open`)."),
        ]));
        all
    }
}

fn described(list: &[(u16, &str)]) -> BTreeMap<String, RefOr<Described>> {
    list.iter()
        .map(|(status, what)| {
            let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
            let response = ResponseBuilder::new().description(*what).content("application/problem+json", content);
            (status.to_string(), RefOr::T(response.build()))
        })
        .collect()
}
