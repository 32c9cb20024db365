//! From what a database says to what callers can act on.

use super::StoreError;
use sqlx::error::{DatabaseError, ErrorKind};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed | E::Protocol(_) => {
                Self::Unavailable(error.to_string())
            }
            E::RowNotFound | E::ColumnDecode { .. } | E::Decode(_) => Self::Corrupt(error.to_string()),
            E::Database(said) => judge(said.as_ref()),
            _ => Self::Database(error.to_string()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        match error {
            sqlx::migrate::MigrateError::Execute(error) => error.into(),
            other => Self::Database(format!(
                "the schema cannot be brought up to date: {other}\n  hint: was this database made by a newer Countersign?"
            )),
        }
    }
}

fn judge(said: &dyn DatabaseError) -> StoreError {
    let text = said.message().to_owned();
    // A unique index says so on both databases; on SQLite a trigger against REPLACE may see it first.
    if said.kind() == ErrorKind::UniqueViolation || text.starts_with("already there") {
        return StoreError::Conflict(text);
    }
    let code = said.code().unwrap_or_default();
    let postgres = said.try_downcast_ref::<sqlx::postgres::PgDatabaseError>().is_some();
    if postgres { postgres_code(&code, text) } else { sqlite_code(&code, text) }
}

/// Codes of PostgreSQL, appendix A of its manual.
fn postgres_code(code: &str, text: String) -> StoreError {
    match code {
        // Serialization failure, deadlock: the other one won, so decide again.
        "40001" | "40P01" => StoreError::Conflict(text),
        // Statement or lock timeout, idle session ended, a standby after a failover: passes by itself.
        "57014" | "55P03" | "25P03" | "25006" => StoreError::Unavailable(text),
        // Connection exception, operator intervention, insufficient resources.
        _ if ["08", "57P", "53"].iter().any(|class| code.starts_with(class)) => StoreError::Unavailable(text),
        _ => StoreError::Database(text),
    }
}

/// Result codes of SQLite; the low byte is the primary code (https://sqlite.org/rescode.html).
fn sqlite_code(code: &str, text: String) -> StoreError {
    match code.parse::<i64>().map(|code| code & 0xff) {
        // BUSY, LOCKED, IOERR, FULL, CANTOPEN: another process, or the disk.
        Ok(5 | 6 | 10 | 13 | 14) => StoreError::Unavailable(text),
        // CORRUPT, NOTADB.
        Ok(11 | 26) => StoreError::Corrupt(text),
        _ => StoreError::Database(text),
    }
}
