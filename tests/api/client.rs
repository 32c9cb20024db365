//! Somebody who calls the REST API.

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request},
};
use serde_json::Value;
use tower::ServiceExt;

/// A caller: a router and the headers that go with every call.
#[derive(Clone)]
pub struct Client<'w> {
    router: &'w Router,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as text.
    pub text: String,
    /// The body as JSON; null where it is none.
    pub json: Value,
}

impl<'w> Client<'w> {
    pub fn new(router: &'w Router) -> Self {
        Self { router, headers: Vec::new() }
    }

    /// With one more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.raw(path, "application/json", body.to_string()).await
    }

    /// Posts anything.
    pub async fn raw(&self, path: &str, kind: &str, body: impl Into<Vec<u8>>) -> Answer {
        self.send(Method::POST, path, Some(kind), body.into()).await
    }

    /// Sends whatever it is.
    pub async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.expect("a whole body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, json }
    }
}

impl Answer {
    /// A text in the JSON, by pointer (`/grant/state`) or name (`state`); empty when there is none.
    pub fn str(&self, pointer: &str) -> &str {
        let found = if pointer.starts_with('/') { self.json.pointer(pointer) } else { self.json.get(pointer) };
        found.and_then(Value::as_str).unwrap_or_default()
    }

    /// A header; empty when there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }

    /// The status and the problem's code, after checking that it is a whole problem.
    pub fn problem(&self) -> (u16, &str) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}: {}", self.status, self.text);
        assert_eq!(self.json["status"], self.status, "{}", self.text);
        assert_eq!(self.str("type"), format!("urn:countersign:problem:{}", self.str("code")));
        assert!(!self.str("title").is_empty() && !self.str("detail").is_empty(), "{}", self.text);
        (self.status, self.str("code"))
    }

    /// The same answer, after checking its status.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }
}
