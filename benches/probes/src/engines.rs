//! Workflow engines. They get plain JSON without signatures, which favours them.

use crate::{
    bolt::user,
    client::{json, request},
    dialect::{Dialect, Vote},
    reading::now_ms,
};
use serde_json::json;

/// DBOS and absurd, behind the same small HTTP server.
pub struct Plain {
    host: String,
    prefix: u64,
}

impl Plain {
    /// To this server.
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), prefix: now_ms() }
    }
}

impl Dialect for Plain {
    fn create(&self, n: usize, deadline: u64) -> Vec<u8> {
        let id = format!("r{:x}-{n}", self.prefix);
        let body = json!({"id": id, "requester": "U0REQ", "resource": "prod-db-primary", "role": "read-write", "deadline_ms": deadline});
        json(&self.host, "/create", &body)
    }
    fn named(&self, n: usize, status: u16, _: &[u8]) -> Option<String> {
        (status == 200).then(|| format!("r{:x}-{n}", self.prefix))
    }
    fn vote(&self, id: &str, vote: Vote) -> Vec<u8> {
        let body =
            json!({"id": id, "step": vote.step, "slot": vote.person + 1, "user": user(vote), "verdict": "approve"});
        json(&self.host, "/decide", &body)
    }
    fn read(&self, id: &str) -> Vec<u8> {
        request("GET", &self.host, &format!("/state?id={id}"), "", b"")
    }
}

/// Restate's own ingress; the request is a virtual object, the fastest shape that it has.
pub struct Restate {
    host: String,
    prefix: u64,
}

impl Restate {
    /// To this ingress.
    pub fn new(host: &str) -> Self {
        Self { host: host.to_owned(), prefix: now_ms() }
    }
}

impl Dialect for Restate {
    fn create(&self, n: usize, deadline: u64) -> Vec<u8> {
        let body =
            json!({"requester": "U0REQ", "resource": "prod-db-primary", "role": "read-write", "deadline_ms": deadline});
        json(&self.host, &format!("/approval/r{:x}-{n}/create", self.prefix), &body)
    }
    fn named(&self, n: usize, status: u16, _: &[u8]) -> Option<String> {
        (status == 200).then(|| format!("r{:x}-{n}", self.prefix))
    }
    fn vote(&self, id: &str, vote: Vote) -> Vec<u8> {
        let body = json!({"step": vote.step, "user": user(vote), "verdict": "approve"});
        json(&self.host, &format!("/approval/{id}/decide"), &body)
    }
    fn read(&self, id: &str) -> Vec<u8> {
        request("GET", &self.host, &format!("/approval/{id}/status"), "", b"")
    }
}
