//! Everything a resource kind must do.

use crate::{
    grant::{Detail, Terms},
    time::Timestamp,
};
use async_trait::async_trait;
use std::{fmt, time::Duration};

/// Grants and revokes access at one target. Every call is idempotent and may be repeated after a crash.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What revocation means here, at worst.
    fn promise(&self) -> RevocationPromise;
    /// Makes what `terms.target_name` names, or finds that it is there. `until` is the second belt: access may be
    /// bounded there natively, never sooner than `until`.
    async fn grant(&self, terms: &Terms, until: Timestamp) -> Outcome<Delivery>;
    /// Takes it away, live sessions included. What is absent already counts as done.
    async fn revoke(&self, terms: &Terms) -> Outcome<()>;
    /// Reads back.
    async fn observe(&self, terms: &Terms) -> Observation;
    /// Everything at the target that we made, for drift and orphans.
    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError>;
    /// Is the target reachable, and may we do there what we must?
    async fn check(&self) -> Result<Preflight, ConnectorError>;
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    /// It is so.
    Done(T),
    /// It is not so, and nothing was changed.
    DefinitelyNot(String),
    /// Who knows: a timeout, a broken connection. Read back; never assumed (rule 36).
    Unknown(String),
}

/// What the target holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observation {
    /// It is there.
    Present,
    /// It is not there.
    Absent,
    /// Cannot tell.
    Unknown(String),
}

/// What the holder gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Lines anyone involved may read.
    pub details: Vec<Detail>,
    /// Shown once, to the holder, on the console only.
    pub secret: Option<Secret>,
}

/// A text that neither logs nor errors ever show.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
    /// Takes it out; the name makes such places easy to find.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// How long access may linger after revocation, and whether live sessions are cut (rule 38).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RevocationPromise {
    /// The worst case.
    pub lag: Duration,
    /// Live sessions end too.
    pub cuts_sessions: bool,
}

/// Something at the target that bears our mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name there: a grant's `target_name`.
    pub target_name: String,
}

/// What a check of a connector found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preflight {
    /// Who we are at the target, in words.
    pub identity: String,
    /// What is missing, each with a hint; empty when all is well.
    pub problems: Vec<String>,
}

/// The target cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConnectorError(pub String);
