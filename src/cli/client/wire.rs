//! What the client reads of the API's JSON.

use super::{api::Failure, plain};
use chrono::{DateTime, Utc};
use countersign_engine::time::Length;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeMap;

/// A request.
#[derive(Deserialize)]
pub struct Request {
    pub short_id: String,
    pub state: String,
    pub why: String,
    pub steps: Vec<Step>,
    pub requester: String,
    pub holder: String,
    pub resource: String,
    pub access: String,
    pub duration: String,
    pub asked_access: String,
    pub asked_duration: String,
    pub reason: Option<String>,
    pub workflow: String,
    pub priority: String,
    pub expires_at: Option<DateTime<Utc>>,
    pub grant: Option<Grant>,
    pub people: BTreeMap<String, Person>,
    pub notified: Vec<String>,
    pub now: DateTime<Utc>,
}

/// A step.
#[derive(Deserialize)]
pub struct Step {
    pub n: usize,
    pub name: String,
    pub rule: String,
    pub required: u32,
    pub approvals: u32,
    pub can: Vec<String>,
    pub state: String,
    pub timeout: String,
    pub deadline: Option<DateTime<Utc>>,
    pub took: Option<String>,
    pub votes: Vec<Vote>,
}

/// A vote.
#[derive(Deserialize)]
pub struct Vote {
    pub by: Option<String>,
    pub rule: Option<String>,
    pub decision: String,
    pub note: Option<String>,
    pub via: Option<String>,
}

/// A person.
#[derive(Deserialize)]
pub struct Person {
    pub email: String,
}

/// A grant inside its request.
#[derive(Deserialize)]
pub struct Grant {
    pub state: String,
    pub overdue: bool,
    pub ended_because: Option<String>,
    pub trouble: Option<String>,
    #[serde(default)]
    pub delivery: Vec<Detail>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// A line of what the holder needs.
#[derive(Deserialize)]
pub struct Detail {
    pub label: String,
    pub value: String,
}

/// Reads an answer; a server that speaks otherwise is not ours.
pub fn read<T: DeserializeOwned>(answer: &Value) -> Result<T, Failure> {
    T::deserialize(answer).map_err(|error| Failure::Unavailable(format!("the server's answer does not fit: {error}")))
}

/// The time from `now` to `at`: `28m`; `None` when it is over.
pub fn left(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<String> {
    Length::between(now, at?).map(|l| l.to_string())
}

impl Request {
    /// Request and grant together in one word, the same in lists and above a chain.
    pub fn standing(&self) -> String {
        let word = match &self.grant {
            Some(grant) if grant.overdue => "OVERDUE",
            Some(grant) => &grant.state,
            None => &self.state,
        };
        plain::line(word)
    }
    /// A person as people know them.
    pub fn email(&self, id: &str) -> String {
        plain::line(self.people.get(id).map_or(id, |p| &p.email))
    }
}
