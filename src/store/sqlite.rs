//! SQLite: one connection writes, four read.

use super::{
    AuditQuery, AuditRow, Batch, Binding, Checkpoint, Credential, CredentialKind, Job, Lane, Query, Result, Store,
    StoreError,
    body::impl_store,
    codec::{self, JobTuple, clean, micros, micros_after},
    filter, instance, ledger, migrate,
    rows::AuditHead,
    sql,
    sqlite_batch::SqliteBatch,
    wakes::Wakes,
    wal::WriteAheadLog,
    webhooks,
};
use chrono::TimeDelta;
use countersign_engine::{effect::Effect, id::RequestId, person::Account, request::Request, time::Timestamp};
use sqlx::{
    ConnectOptions, SqlSafeStr, Sqlite, SqlitePool, Transaction,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::Path,
    str::FromStr,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

/// 3.7.0 to 3.51.2 can corrupt a database when the write-ahead log is reset (sqlite.org, "WAL reset bug").
const OLDEST: [u32; 3] = [3, 51, 3];
const ACQUIRE: Duration = Duration::from_secs(3);
const READERS: u32 = 4;
/// Durable whatever came before on the connection, and the only writer from the start: a deferred transaction that reads
/// first could lose its turn.
const BEGIN: &str = "PRAGMA synchronous = FULL; BEGIN IMMEDIATE";

/// Keeps everything in one file.
pub struct SqliteStore {
    /// Exactly one connection: SQLite never sees two writers of this process.
    writing: SqlitePool,
    reading: SqlitePool,
    log: WriteAheadLog,
    /// The writing connection was told not to flush, as far as we know; changed only by who holds it.
    lax: AtomicBool,
    wakes: Wakes,
}

impl SqliteStore {
    /// Opens or makes the file that a `sqlite:` URL or a path names, and brings its schema up to date.
    pub async fn open(url_or_path: &str) -> Result<Self> {
        let options = options(url_or_path)?;
        let file = options.get_filename().to_owned();
        make_private(&file);
        let writing = SqlitePoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).max_lifetime(None);
        let writing =
            writing.idle_timeout(None).connect_with(options.clone()).await.map_err(|e| unopened(&options, e))?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&writing).await?;
        check_version(&version)?;
        migrate::sqlite(&mut *writing.acquire().await?).await?;
        let reading = SqlitePoolOptions::new().max_connections(READERS).acquire_timeout(ACQUIRE).max_lifetime(None);
        let reading = reading.connect_with(options.read_only(true).create_if_missing(false)).await?;
        let log = WriteAheadLog::of(&file);
        Ok(Self { writing, reading, log, lax: AtomicBool::new(false), wakes: Wakes::default() })
    }

    const DUE: &'static str = sql::due!("");
    const CLAIM: &'static str = sql::claim!("");

    pub(super) fn reading(&self) -> &SqlitePool {
        &self.reading
    }

    /// The pragma is a statement without arguments, which sqlx does not cache: SQLite runs it while it compiles it.
    pub(super) async fn durable(&self) -> Result<PoolConnection<Sqlite>> {
        let mut db = self.writer().await?;
        sqlx::raw_sql("PRAGMA synchronous = FULL").execute(&mut *db).await?;
        self.lax.store(false, Ordering::Relaxed);
        Ok(db)
    }

    pub(super) async fn lazy(&self) -> Result<PoolConnection<Sqlite>> {
        let mut db = self.writer().await?;
        // Noted before it is said, and taken back only after the opposite was: an error costs a flush, never durability.
        if !self.lax.swap(true, Ordering::Relaxed) {
            sqlx::raw_sql("PRAGMA synchronous = NORMAL").execute(&mut *db).await?;
        }
        Ok(db)
    }

    /// The connection that writes. Readers keep the write-ahead log from being emptied at almost any moment, and SQLite would
    /// then try to, with two flushes, at every commit: so we ask it to, now and then.
    async fn writer(&self) -> Result<PoolConnection<Sqlite>> {
        let mut db = self.writing.acquire().await?;
        if self.log.is_to_be_emptied() {
            sqlx::raw_sql("PRAGMA wal_checkpoint(PASSIVE)").execute(&mut *db).await?;
        }
        Ok(db)
    }

    async fn take(&self, lane: Lane, now: i64, until: i64, limit: i64) -> Result<Vec<JobTuple>> {
        let query = sqlx::query_as(Self::CLAIM).bind(lane.key()).bind(now).bind(until).bind(limit);
        Ok(query.fetch_all(&mut *self.lazy().await?).await?)
    }

    async fn batch(&self) -> Result<Box<dyn Batch>> {
        let db = self.writer().await?;
        let tx = Transaction::begin(db, Some(BEGIN.into_sql_str())).await?;
        self.lax.store(false, Ordering::Relaxed);
        Ok(Box::new(SqliteBatch::new(tx)))
    }

    fn announce_all(&self) {
        self.wakes.ring();
    }

    /// Has the database compile every statement there is; for the test that stands in for compile-time checks.
    #[doc(hidden)]
    pub async fn prepare_all(&self) -> Result<usize> {
        use sqlx::Executor;
        let mut db = self.writing.acquire().await?;
        let own = [Self::DUE, Self::CLAIM, ledger::CLAIM_PLAIN, webhooks::CLAIM_PLAIN];
        let all = [&own, sql::ALL, ledger::ALL, instance::ALL, webhooks::ALL, super::sqlite_batch::ALL].concat();
        for statement in &all {
            db.prepare(statement.into_sql_str()).await?;
        }
        Ok(all.len())
    }
}

impl_store!(SqliteStore, "sqlite");

fn options(url_or_path: &str) -> Result<SqliteConnectOptions> {
    if url_or_path.contains(":memory:") || url_or_path.contains("mode=memory") {
        let hint = "hint: name a file, for example sqlite:countersign.db";
        return Err(StoreError::Database(format!("\"{url_or_path}\" would forget everything\n  {hint}")));
    }
    let options = match url_or_path.starts_with("sqlite:") {
        true => SqliteConnectOptions::from_str(url_or_path)?,
        false => SqliteConnectOptions::new().filename(url_or_path),
    };
    Ok(options
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(ACQUIRE)
        .foreign_keys(true)
        .pragma("wal_autocheckpoint", "0")
        .pragma("trusted_schema", "OFF")
        .disable_statement_logging())
}

/// A new file is its owner's only; SQLite gives its companions the same mode. An error here shows again at opening.
fn make_private(file: &Path) {
    let mut new = std::fs::OpenOptions::new();
    new.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut new, 0o600);
    let _ = new.open(file);
}

fn unopened(options: &SqliteConnectOptions, error: sqlx::Error) -> StoreError {
    let file = options.get_filename().display();
    let hint = "hint: the directory must exist, be on a local disk, and be writable for this process";
    match StoreError::from(error) {
        StoreError::Corrupt(text) => StoreError::Corrupt(format!("{file}: {text}")),
        other => StoreError::Unavailable(format!("{file}: {other}\n  {hint}")),
    }
}

fn check_version(version: &str) -> Result<()> {
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    match parts.as_slice() >= OLDEST.as_slice() {
        true => Ok(()),
        false => {
            Err(StoreError::Database(format!("SQLite {version} may corrupt databases; 3.51.3 or newer is needed")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A decision survives power loss though bookkeeping was done on its connection before.
    #[tokio::test]
    async fn decisions_are_synced_after_bookkeeping() {
        let dir = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&dir.path().join("store.db").display().to_string()).await.unwrap();
        const ASK: &str = "PRAGMA synchronous";
        for _ in 0..2 {
            let lazy: i64 = sqlx::query_scalar(ASK).fetch_one(&mut *store.lazy().await.unwrap()).await.unwrap();
            let mut tx = store.writing.begin_with(BEGIN).await.unwrap();
            let decision: i64 = sqlx::query_scalar(ASK).fetch_one(&mut *tx).await.unwrap();
            drop(tx);
            drop(store.lazy().await.unwrap());
            let durable: i64 = sqlx::query_scalar(ASK).fetch_one(&mut *store.durable().await.unwrap()).await.unwrap();
            assert_eq!((lazy, decision, durable), (1, 2, 2));
        }
    }

    #[test]
    fn old_libraries_are_refused() {
        for (version, good) in
            [("3.51.3", true), ("3.52.0", true), ("4.0.0", true), ("3.51.2", false), ("3.9.9", false)]
        {
            assert_eq!(check_version(version).is_ok(), good, "{version}");
        }
    }
}
