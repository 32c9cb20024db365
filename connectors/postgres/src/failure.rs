//! What went wrong, and whether the target may have changed.

use crate::quote::BadName;
use countersign_engine::ports::Outcome;
use tokio_postgres::error::{DbError, SqlState};

/// A call that did not get where it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Nothing was changed.
    Untouched(String),
    /// Something may have been.
    Unsure(String),
}

impl Failure {
    /// What the server, or the way to it, said while we were `doing` something that is undone as a whole when it fails.
    pub(crate) fn while_doing(doing: &str, error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(db) if !ends_the_session(db.code()) => Self::Untouched(format!("{doing}: {}", explain(db))),
            Some(db) => Self::Unsure(format!("{doing}: {}", explain(db))),
            None => Self::Unsure(format!("{doing}: {}", with_cause(error))),
        }
    }
    /// The same, after something else was changed already.
    pub(crate) fn after_changes(self) -> Self {
        Self::Unsure(self.into_message())
    }
    /// What to tell people.
    pub(crate) fn into_message(self) -> String {
        match self {
            Self::Untouched(message) | Self::Unsure(message) => message,
        }
    }
}

impl From<BadName> for Failure {
    fn from(bad: BadName) -> Self {
        Self::Untouched(bad.to_string())
    }
}

impl<T> From<Failure> for Outcome<T> {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Untouched(message) => Self::DefinitelyNot(message),
            Failure::Unsure(message) => Self::Unknown(message),
        }
    }
}

/// The way an error reads with its causes, which tokio-postgres keeps apart.
pub(crate) fn with_cause(error: &tokio_postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return explain(db);
    }
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let said = inner.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = inner.source();
    }
    text
}

/// Errors that come when the server goes away, perhaps after it did what we asked: classes 08 and 57P.
/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn ends_the_session(code: &SqlState) -> bool {
    code.code().starts_with("08") || code.code().starts_with("57P")
}

fn explain(error: &DbError) -> String {
    let mut text = error.message().to_owned();
    if let Some(detail) = error.detail() {
        text = format!("{text} ({})", detail.lines().take(5).collect::<Vec<_>>().join("; "));
    }
    if *error.code() == SqlState::INSUFFICIENT_PRIVILEGE {
        text.push_str("; hint: `countersign check` names the rights that are missing, with the SQL that grants them");
    }
    text
}
