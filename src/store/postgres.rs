//! PostgreSQL: for several replicas.

use super::{
    AuditQuery, AuditRow, Batch, Binding, Checkpoint, Credential, CredentialKind, Job, Lane, Query, Result, Store,
    StoreError,
    body::impl_store,
    bulletin::Bulletin,
    codec::{self, JobTuple, clean, micros, micros_after},
    filter, instance, ledger, migrate,
    postgres_batch::PgBatch,
    rows::AuditHead,
    sql,
    wakes::Wakes,
    webhooks,
};
use chrono::TimeDelta;
use countersign_engine::{effect::Effect, id::RequestId, person::Account, request::Request, time::Timestamp};
use sqlx::{
    ConnectOptions, Connection, Executor, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{str::FromStr, sync::Arc, time::Duration};

/// A database that is away is noticed within this.
const ACQUIRE: Duration = Duration::from_secs(3);
/// A connection that rested longer is asked whether it is still there.
const RESTED: Duration = Duration::from_secs(1);
/// `GENERATED ... AS IDENTITY`, `MATERIALIZED`, `gen_random_uuid()`.
const OLDEST: i32 = 130_000;
const GATE: &str = "SELECT pg_advisory_xact_lock($1)";
const SERVER: &str = "SELECT current_setting('server_version_num')::int4, current_setting('server_encoding'), \
     hashtextextended(current_schema(), 0), 'countersign_' || md5(current_schema()), gen_random_uuid()::text";

/// Keeps everything in one schema. Connections are reserved: reads can starve neither decisions nor revocations
/// (THREATS E13).
pub struct PgStore {
    /// Decisions, and all else that must survive power loss.
    deciding: PgPool,
    /// Leases and results: `synchronous_commit = off`.
    working: PgPool,
    reading: PgPool,
    /// The schema as a number: whoever claims connector work holds this advisory lock, in all replicas.
    gate: i64,
    wakes: Arc<Wakes>,
    bulletin: Bulletin,
}

impl PgStore {
    /// Connects to what a `postgres:` URL names, and brings the schema up to date. Give
    /// `?options=-csearch_path%3Dname` to use a schema of your own.
    pub async fn open(url: &str) -> Result<Self> {
        // The URL may hold a password, so errors do not repeat it.
        let base = PgConnectOptions::from_str(url)
            .map_err(|e| StoreError::Database(format!("{e}\n  hint: postgres://user:password@host:5432/name")))?
            .application_name("countersign")
            .options([("client_min_messages", "error")])
            .disable_statement_logging();
        let (gate, channel, me) = prepare(&base).await?;
        let timeouts =
            [("statement_timeout", "10s"), ("lock_timeout", "5s"), ("idle_in_transaction_session_timeout", "15s")];
        let timed = base.clone().options(timeouts);
        let deciding = pool(4).after_release(|db, _| Box::pin(clear(db))).connect_lazy_with(timed.clone());
        let lazy = timed.clone().options([("synchronous_commit", "off")]);
        let working = pool(4).after_release(|db, _| Box::pin(clear(db))).connect_lazy_with(lazy);
        let reading = pool(8).after_release(|db, _| Box::pin(answers(db))).connect_lazy_with(timed);
        let wakes = Arc::new(Wakes::default());
        let bulletin = Bulletin::start(base, working.clone(), channel, me, Arc::clone(&wakes));
        Ok(Self { deciding, working, reading, gate, wakes, bulletin })
    }

    const DUE: &'static str = sql::due!(" FOR UPDATE SKIP LOCKED");
    const CLAIM: &'static str = sql::claim!(" FOR UPDATE SKIP LOCKED");

    pub(super) fn reading(&self) -> &PgPool {
        &self.reading
    }

    pub(super) async fn durable(&self) -> Result<PoolConnection<Postgres>> {
        Ok(self.deciding.acquire().await?)
    }

    pub(super) async fn lazy(&self) -> Result<PoolConnection<Postgres>> {
        Ok(self.working.acquire().await?)
    }

    /// Connector lanes are claimed one at a time: two claims that do not see one another's leases could otherwise hand
    /// out a grant and its revocation together (THREATS C03).
    async fn take(&self, lane: Lane, now: i64, until: i64, limit: i64) -> Result<Vec<JobTuple>> {
        let query = sqlx::query_as(Self::CLAIM).bind(lane.key()).bind(now).bind(until).bind(limit);
        if lane == Lane::Deliver {
            return Ok(query.fetch_all(&self.working).await?);
        }
        let mut tx = self.working.begin().await?;
        sqlx::query(GATE).bind(self.gate).execute(&mut *tx).await?;
        let jobs = query.fetch_all(&mut *tx).await?;
        tx.commit().await?;
        Ok(jobs)
    }

    async fn batch(&self) -> Result<Box<dyn Batch>> {
        Ok(Box::new(PgBatch::new(self.deciding.begin().await?, self.gate)))
    }

    fn announce_all(&self) {
        self.wakes.ring();
        self.bulletin.post();
    }

    /// Has the database compile every statement there is; for the test that stands in for compile-time checks.
    #[doc(hidden)]
    pub async fn prepare_all(&self) -> Result<usize> {
        use sqlx::SqlSafeStr;
        let mut db = self.deciding.acquire().await?;
        let own = [Self::DUE, Self::CLAIM, ledger::CLAIM_LOCKED, webhooks::CLAIM_LOCKED];
        let own = [&own[..], &[GATE, SERVER, super::bulletin::NOTIFY]].concat();
        let all = [&own, sql::ALL, ledger::ALL, instance::ALL, webhooks::ALL, super::postgres_batch::ALL].concat();
        for statement in &all {
            (&mut *db).prepare(statement.into_sql_str()).await?;
        }
        Ok(all.len())
    }
}

impl_store!(PgStore, "postgres");

fn pool(connections: u32) -> PgPoolOptions {
    // sqlx's own test before each acquisition would cost every statement a round trip.
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|db, meta| Box::pin(async move { Ok(meta.idle_for < RESTED || db.ping().await.is_ok()) }))
}

/// In sqlx 0.9.0 a `begin` that is dropped halfway leaves its connection inside a transaction, and what the next one
/// writes there is lost (rule of the house: no transaction that a caller can cancel). So whatever is open ends before a connection is used again.
async fn clear(db: &mut PgConnection) -> sqlx::Result<bool> {
    let ended = tokio::time::timeout(ACQUIRE, db.execute("ROLLBACK")).await.map_err(|_| silent())?;
    Ok(ended.is_ok())
}

/// Whoever gave up on an answer gives the connection back. A silent one must not keep its place in the pool until the
/// kernel gives it up, which is a quarter of an hour later.
async fn answers(db: &mut PgConnection) -> sqlx::Result<bool> {
    let answered = tokio::time::timeout(ACQUIRE, db.ping()).await.map_err(|_| silent())?;
    Ok(answered.is_ok())
}

/// Has the pool drop the connection without a farewell.
fn silent() -> sqlx::Error {
    std::io::Error::from(std::io::ErrorKind::TimedOut).into()
}

/// Migrates on a connection of its own, without timeouts, because another replica may be at it.
async fn prepare(base: &PgConnectOptions) -> Result<(i64, String, String)> {
    let connected = tokio::time::timeout(ACQUIRE * 2, PgConnection::connect_with(base)).await;
    let mut db = connected.map_err(|_| StoreError::Unavailable("no answer from the database server".into()))??;
    let server: (i32, String, Option<i64>, Option<String>, String) = sqlx::query_as(SERVER).fetch_one(&mut db).await?;
    let (version, encoding, Some(gate), Some(channel), me) = server else {
        let hint = "hint: create the schema that search_path names, or allow this role to use it";
        return Err(StoreError::Database(format!("there is no schema to work in\n  {hint}")));
    };
    if version < OLDEST {
        let found = version / 10_000;
        return Err(StoreError::Database(format!("PostgreSQL {found} is too old\n  hint: 13 or newer is needed")));
    }
    if encoding != "UTF8" {
        let hint = "hint: createdb --encoding=UTF8 --template=template0";
        return Err(StoreError::Database(format!("the database is encoded as {encoding}\n  {hint}")));
    }
    migrate::postgres(&mut db).await?;
    db.close().await?;
    Ok((gate, channel, me))
}
