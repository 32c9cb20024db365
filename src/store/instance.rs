//! Which installation a database belongs to, and how often it was restored (THREATS C10).

use super::{PgStore, Result, SqliteStore, codec};
use async_trait::async_trait;
use countersign_engine::time::Timestamp;

const INSTANCE: &str = "SELECT id, epoch, quarantine, seen FROM instance WHERE one = 1";
const FOUND: &str = "INSERT INTO instance (one, id, epoch) VALUES (1, $1, $2) ON CONFLICT (one) DO NOTHING";
const QUARANTINE: &str = "UPDATE instance SET quarantine = COALESCE(quarantine, $1), \
     seen = CASE WHEN seen < $2 THEN $2 ELSE seen END WHERE one = 1";
const RESTORES: &str = "SELECT epoch, note, at FROM restores ORDER BY epoch";
const RESTORED: &str = "INSERT INTO restores (epoch, note, at) VALUES ($1, $2, $3)";
const RELEASE: &str = "UPDATE instance SET epoch = $1, quarantine = NULL, seen = 0 WHERE one = 1 AND epoch < $1";

pub(super) const ALL: &[&str] = &[INSTANCE, FOUND, QUARANTINE, RESTORES, RESTORED, RELEASE];

/// What a database says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The installation: drawn when the database was first used.
    pub id: String,
    /// Confirmed restores, from 1.
    pub epoch: i64,
    /// Why an operator has to confirm that it may be used; `None` when nobody has to.
    pub quarantine: Option<String>,
    /// The highest epoch that anything outside the database knew of when it went into quarantine.
    pub seen: i64,
}

/// A restore that was confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The epoch that began with it.
    pub epoch: i64,
    /// The signed statement that began it.
    pub note: String,
    /// When.
    pub at: Timestamp,
}

/// The part of the database that says which database it is.
#[async_trait]
pub trait Instances: Send + Sync + 'static {
    /// What it says of itself; `None` before its first use.
    async fn instance(&self) -> Result<Option<Instance>>;
    /// Gives it a name, unless it has one.
    async fn found_instance(&self, id: &str, epoch: i64) -> Result<()>;
    /// An operator has to confirm it, because of this; `seen` is the highest epoch that is known outside.
    async fn quarantine(&self, why: &str, seen: i64) -> Result<()>;
    /// Restores that were confirmed, in order.
    async fn restores(&self) -> Result<Vec<Restored>>;
    /// Keeps a confirmation and ends the quarantine. [`super::StoreError::Conflict`] when the epoch began already.
    async fn confirm_restore(&self, restored: &Restored) -> Result<()>;
}

macro_rules! impl_instances {
    ($store:ty) => {
        #[async_trait]
        impl Instances for $store {
            async fn instance(&self) -> Result<Option<Instance>> {
                let row: Option<(String, i64, Option<String>, i64)> =
                    sqlx::query_as(INSTANCE).fetch_optional(self.reading()).await?;
                Ok(row.map(|(id, epoch, quarantine, seen)| Instance { id, epoch, quarantine, seen }))
            }
            async fn found_instance(&self, id: &str, epoch: i64) -> Result<()> {
                sqlx::query(FOUND).bind(id).bind(epoch).execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn quarantine(&self, why: &str, seen: i64) -> Result<()> {
                sqlx::query(QUARANTINE).bind(why).bind(seen).execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn restores(&self) -> Result<Vec<Restored>> {
                let rows: Vec<(i64, String, i64)> = sqlx::query_as(RESTORES).fetch_all(self.reading()).await?;
                let restored = |(epoch, note, at)| codec::moment(at).map(|at| Restored { epoch, note, at });
                rows.into_iter().map(restored).collect()
            }
            async fn confirm_restore(&self, restored: &Restored) -> Result<()> {
                let mut db = self.durable().await?;
                // In this order: cut off in between, the quarantine stays and the next confirmation is a later epoch's.
                let query = sqlx::query(RESTORED).bind(restored.epoch).bind(restored.note.as_str());
                query.bind(codec::micros(restored.at)).execute(&mut *db).await?;
                sqlx::query(RELEASE).bind(restored.epoch).execute(&mut *db).await?;
                Ok(())
            }
        }
    };
}

impl_instances!(SqliteStore);
impl_instances!(PgStore);
