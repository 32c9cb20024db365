//! Votes, and what they allow.

use crate::{
    id::{AccessLevel, PersonId},
    person::{Account, Platform},
    time::{Length, Timestamp},
};
use serde::{Deserialize, Serialize};

/// One person's Approve or Deny, or an automatic rule's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vote {
    /// The step it was cast at.
    pub step: usize,
    /// Who.
    pub voter: Voter,
    /// What.
    pub decision: Decision,
    /// Their words; hostile until rendered.
    pub note: Option<String>,
    /// The scope that this approval allows; every grant is within each approval's scope.
    pub scope: Scope,
    /// How it reached us; `None` for a rule.
    pub via: Option<Via>,
    /// When.
    pub at: Timestamp,
}

/// Who cast a vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Voter {
    /// A person.
    Person(PersonId),
    /// An automatic rule, by name (rule 19).
    Rule(String),
}

impl Voter {
    /// The person, if one voted.
    pub fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Rule(_) => None,
        }
    }
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Yes.
    Approve,
    /// No.
    Deny,
}

/// How much access, and for how long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    /// The access level.
    pub access: AccessLevel,
    /// The length of the grant.
    pub duration: Length,
}

/// How a command reached us.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Via {
    /// The platform.
    pub platform: Platform,
    /// The account there; `None` for the console and the API, which know people.
    pub account: Option<Account>,
}
