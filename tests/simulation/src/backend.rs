//! The database that outlives the processes: in memory, or real SQLite in a file.

use crate::{faults::Faults, faulty::Faulty, memory::Memory};
use countersign::store::{Result, SqliteStore, Store, StoreError};
use countersign_engine::time::Timestamp;
use sqlx::SqlitePool;
use std::sync::Arc;
use tokio::runtime::{Handle, Runtime};

/// How a call to the database is done.
///
/// On SQLite it is done to its end before anything else goes on, as in memory: its driver works in threads of its own, and
/// which of two calls they end first is nobody's seed to say. So one life takes the same course on both.
#[derive(Clone)]
pub enum Runs {
    /// It never waits.
    AtOnce,
    /// It waits for threads, and what it leaves behind (connections that go home) runs there.
    On(Handle),
}

impl Runs {
    /// Does it.
    pub async fn run<T>(&self, call: impl Future<Output = T> + Send) -> T {
        match self {
            Self::AtOnce => call.await,
            Self::On(_) => self.within(|| pollster::block_on(tokio::task::unconstrained(call))),
        }
    }

    /// Does something that may leave work behind.
    pub fn within<T>(&self, work: impl FnOnce() -> T) -> T {
        match self {
            Self::AtOnce => work(),
            Self::On(handle) => {
                let _context = handle.enter();
                work()
            }
        }
    }
}

/// The database.
pub enum Backend {
    /// In memory.
    Memory(Memory),
    /// A file.
    Sqlite(Box<Sqlite>),
}

/// A file, and what works on it.
pub struct Sqlite {
    url: String,
    store: Arc<dyn Store>,
    /// Somebody with a database shell, for what the product's own traits do not say.
    raw: SqlitePool,
    handle: Handle,
    /// `None` once it is being dropped.
    runtime: Option<Runtime>,
    _place: tempfile::TempDir,
}

impl Drop for Sqlite {
    /// A life ends within a runtime of its own, where nothing may wait for the threads of another.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Backend {
    /// A fresh file in memory's file system where there is one: what is simulated is not the disk.
    ///
    /// # Errors
    /// The file cannot be made.
    pub fn sqlite() -> Result<Self> {
        let broken = |e: std::io::Error| StoreError::Unavailable(e.to_string());
        let place = match std::path::Path::new("/dev/shm").is_dir() {
            true => tempfile::tempdir_in("/dev/shm"),
            false => tempfile::tempdir(),
        };
        let place = place.map_err(broken)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(broken)?;
        let url = format!("sqlite:{}", place.path().join("life.db").display());
        let handle = runtime.handle().clone();
        let runs = Runs::On(handle.clone());
        let (store, raw) = runs.within(|| {
            pollster::block_on(async {
                let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&url).await?);
                Ok::<_, StoreError>((store, SqlitePool::connect(&url).await?))
            })
        })?;
        Ok(Self::Sqlite(Box::new(Sqlite { url, store, raw, handle, runtime: Some(runtime), _place: place })))
    }

    /// How its calls are done.
    pub fn runs(&self) -> Runs {
        match self {
            Self::Memory(_) => Runs::AtOnce,
            Self::Sqlite(sqlite) => Runs::On(sqlite.handle.clone()),
        }
    }

    /// The store as it is; whoever calls it does so by [`Runs`].
    pub fn bare(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(memory) => Arc::new(memory.clone()),
            Self::Sqlite(sqlite) => sqlite.store.clone(),
        }
    }

    /// The store without faults, for whoever looks at it from outside.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Memory(_) => self.bare(),
            Self::Sqlite(_) => Arc::new(Faulty::new(self.bare(), self.runs(), Faults::none())),
        }
    }

    /// A process that begins opens the database anew.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn reopen(&mut self) -> Result<()> {
        let runs = self.runs();
        if let Self::Memory(memory) = self {
            memory.crashes();
        }
        if let Self::Sqlite(sqlite) = self {
            let store = runs.within(|| pollster::block_on(SqliteStore::open(&sqlite.url)))?;
            let old = std::mem::replace(&mut sqlite.store, Arc::new(store));
            runs.within(|| drop(old));
        }
        Ok(())
    }

    /// When there is something to do next: an alarm, a job, a message.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn next_due(&self) -> Result<Option<Timestamp>> {
        match self {
            Self::Memory(memory) => Ok(memory.next_due()),
            Self::Sqlite(sqlite) => {
                const NEXT: &str = "SELECT min(due) FROM (SELECT max(due_at, leased_until) AS due FROM alarms UNION ALL \
                     SELECT max(due_at, leased_until, coalesce((SELECT max(o.leased_until) FROM outbox AS o \
                     WHERE o.request_id = job.request_id AND o.id <> job.id AND o.lane <> 'deliver' \
                     AND job.lane <> 'deliver'), 0)) FROM outbox AS job WHERE NOT dead UNION ALL \
                     SELECT max(due_at, leased_until) FROM postings WHERE due_at IS NOT NULL)";
                let ask = sqlx::query_scalar::<_, Option<i64>>(NEXT).fetch_one(&sqlite.raw);
                let micros = self.runs().within(|| pollster::block_on(tokio::task::unconstrained(ask)))?;
                Ok(micros.and_then(chrono::DateTime::from_timestamp_micros))
            }
        }
    }

    /// Every vote's row, in order: request, slot, decision.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn votes(&self) -> Result<Vec<(String, String, String)>> {
        match self {
            Self::Memory(memory) => Ok(memory.votes()),
            Self::Sqlite(sqlite) => {
                const VOTES: &str = "SELECT request_id, slot, decision FROM votes ORDER BY request_id, slot";
                let ask = sqlx::query_as(VOTES).fetch_all(&sqlite.raw);
                Ok(self.runs().within(|| pollster::block_on(tokio::task::unconstrained(ask)))?)
            }
        }
    }
}
