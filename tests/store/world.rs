//! A fresh database for one test.

use countersign::store::{self, Batch, Result, Store, WriteSet};
use sqlx::{AssertSqlSafe, Executor, PgPool, SqlitePool};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

pub struct World {
    pub store: Arc<dyn Store>,
    pub url: String,
    raw: Raw,
    _dir: Option<tempfile::TempDir>,
}

/// Somebody with a database shell.
enum Raw {
    Sqlite(SqlitePool),
    Postgres(PgPool, String),
}

static SCHEMAS: AtomicU32 = AtomicU32::new(0);

impl World {
    pub async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("store.db").display());
        let store = store::open(&url).await.unwrap();
        let raw = Raw::Sqlite(SqlitePool::connect(&url).await.unwrap());
        Self { store, url, raw, _dir: Some(dir) }
    }

    /// A schema of its own on the server that the environment names; `None`, said aloud, when it names none.
    pub async fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var("COUNTERSIGN_TEST_POSTGRES") else {
            assert!(std::env::var_os("COUNTERSIGN_TEST_STRICT").is_none(), "COUNTERSIGN_TEST_POSTGRES is not set");
            println!("skipped: {test} (COUNTERSIGN_TEST_POSTGRES names no server)");
            return None;
        };
        let schema = format!("store_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
        let admin = PgPool::connect(&server).await.unwrap();
        admin.execute(AssertSqlSafe(format!("CREATE SCHEMA {schema}"))).await.unwrap();
        admin.close().await;
        let mark = if server.contains('?') { '&' } else { '?' };
        let url = format!("{server}{mark}options=-csearch_path%3D{schema}");
        let store = store::open(&url).await.unwrap();
        let raw = Raw::Postgres(PgPool::connect(&url).await.unwrap(), schema);
        Some(Self { store, url, raw, _dir: None })
    }

    pub async fn close(self) {
        if let Raw::Postgres(pool, schema) = &self.raw {
            pool.execute(AssertSqlSafe(format!("DROP SCHEMA {schema} CASCADE"))).await.unwrap();
        }
    }

    /// Statements as a database shell would send them: rows changed, or what the database said.
    pub async fn sql(&self, text: &str) -> std::result::Result<u64, String> {
        let text = AssertSqlSafe(text.to_owned());
        match &self.raw {
            Raw::Sqlite(pool) => pool.execute(text).await.map(|done| done.rows_affected()),
            Raw::Postgres(pool, _) => pool.execute(text).await.map(|done| done.rows_affected()),
        }
        .map_err(|error| error.to_string())
    }

    /// One number.
    pub async fn number(&self, text: &str) -> i64 {
        let text = AssertSqlSafe(text.to_owned());
        match &self.raw {
            Raw::Sqlite(pool) => sqlx::query_scalar(text).fetch_one(pool).await.unwrap(),
            Raw::Postgres(pool, _) => sqlx::query_scalar(text).fetch_one(pool).await.unwrap(),
        }
    }

    /// Writes as the writer does.
    pub async fn write(&self, set: &WriteSet) -> Result<()> {
        let mut batch: Box<dyn Batch> = self.store.begin().await?;
        batch.write(set).await?;
        batch.commit().await
    }
}
