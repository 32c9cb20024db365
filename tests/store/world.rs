//! A fresh database for one test.

use countersign::store::{Batch, Result, SqliteStore, Store, WriteSet};
use sqlx::{AssertSqlSafe, Executor, SqlitePool};
use std::sync::Arc;

pub struct World {
    pub store: Arc<dyn Store>,
    pub url: String,
    raw: Raw,
    _dir: Option<tempfile::TempDir>,
}

/// Somebody with a database shell.
enum Raw {
    Sqlite(SqlitePool),
}

impl World {
    pub async fn sqlite() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", dir.path().join("store.db").display());
        let store = Arc::new(SqliteStore::open(&url).await.unwrap());
        let raw = Raw::Sqlite(SqlitePool::connect(&url).await.unwrap());
        Self { store, url, raw, _dir: Some(dir) }
    }

    pub async fn postgres(_name: &str) -> Option<Self> {
        None
    }

    pub async fn close(self) {}

    /// Statements as a database shell would send them: rows changed, or what the database said.
    pub async fn sql(&self, text: &str) -> std::result::Result<u64, String> {
        let text = AssertSqlSafe(text.to_owned());
        match &self.raw {
            Raw::Sqlite(pool) => pool.execute(text).await.map(|done| done.rows_affected()),
        }
        .map_err(|error| error.to_string())
    }

    /// One number.
    pub async fn number(&self, text: &str) -> i64 {
        let text = AssertSqlSafe(text.to_owned());
        match &self.raw {
            Raw::Sqlite(pool) => sqlx::query_scalar(text).fetch_one(pool).await.unwrap(),
        }
    }

    /// Writes as the writer does.
    pub async fn write(&self, set: &WriteSet) -> Result<()> {
        let mut batch: Box<dyn Batch> = self.store.begin().await?;
        batch.write(set).await?;
        batch.commit().await
    }
}
