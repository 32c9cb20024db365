//! A copy of an SQLite database while the server runs.

use super::{Result, StoreError};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};
use std::{io, path::Path, str::FromStr};

/// Writes a consistent copy of the database that a `sqlite:` URL names to a new file, readable by its owner only. What is
/// committed while it is written is not in it. Errors: the database is none of SQLite's, or the file is there already.
pub async fn backup(database_url: &str, to: &Path) -> Result<()> {
    if !database_url.starts_with("sqlite:") {
        let hint = "hint: pg_dump --format=custom --file=backup.dump \"$DATABASE_URL\"; docs/BACKUP.md says more";
        return Err(StoreError::Database(format!("PostgreSQL has backups of its own\n  {hint}")));
    }
    let from = SqliteConnectOptions::from_str(database_url)?.create_if_missing(false).disable_statement_logging();
    let mut db = from.connect().await?;
    make(to).map_err(|error| unmade(to, &error))?;
    // An empty file is taken for none (sqlite.org, VACUUM INTO), and keeps its mode.
    let copied = sqlx::query("VACUUM INTO $1").bind(to.display().to_string()).execute(&mut db).await;
    if let Err(error) = copied {
        let _ = std::fs::remove_file(to);
        return Err(error.into());
    }
    db.close().await?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(|error| unmade(to, &error))
}

fn make(file: &Path) -> io::Result<()> {
    let mut new = std::fs::OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    new.open(file).map(drop)
}

fn unmade(file: &Path, error: &io::Error) -> StoreError {
    let file = file.display();
    StoreError::Database(match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{file} is there already\n  hint: a backup goes to a new file"),
        _ => format!("{file}: {error}\n  hint: the directory must be there and writable"),
    })
}
