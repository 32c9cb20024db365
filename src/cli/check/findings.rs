//! What a look at one thing found.

use countersign_engine::ports::{BotError, ConnectorError, Preflight};
use futures_util::future::LocalBoxFuture;
use std::future::Future;

/// The state of one thing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// What was seen, in a few words: who we are there, which file it was.
    pub seen: String,
    /// What keeps it from working; each may bring a `hint:` line.
    pub problems: Vec<String>,
    /// What works, but is probably not meant.
    pub warnings: Vec<String>,
}

impl Findings {
    /// All is well.
    pub fn fine(seen: impl Into<String>) -> Self {
        Self { seen: seen.into(), ..Self::default() }
    }
    /// One thing is wrong.
    pub fn problem(seen: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { seen: seen.into(), problems: vec![problem.into()], warnings: Vec::new() }
    }
}

/// What a connector's own check says.
impl From<Result<Preflight, ConnectorError>> for Findings {
    fn from(result: Result<Preflight, ConnectorError>) -> Self {
        match result {
            Ok(Preflight { identity, problems }) => Self { seen: identity, problems, warnings: Vec::new() },
            Err(error) => Self::problem("not reached", error.to_string()),
        }
    }
}

/// What a bot's own check says.
impl From<Result<String, BotError>> for Findings {
    fn from(result: Result<String, BotError>) -> Self {
        match result {
            Ok(identity) => Self::fine(identity),
            Err(error) => Self::problem("not reached", error.to_string()),
        }
    }
}

/// A look that takes time.
pub struct Examination<'a> {
    /// What is looked at: `bot slack`, `connector main-postgres`.
    pub name: String,
    /// The look.
    pub work: LocalBoxFuture<'a, Findings>,
}

impl<'a> Examination<'a> {
    /// From a bot's or connector's check, or anything else that turns into findings.
    pub fn new<T: Into<Findings>>(name: impl Into<String>, work: impl Future<Output = T> + 'a) -> Self {
        Self { name: name.into(), work: Box::pin(async move { work.await.into() }) }
    }
}
