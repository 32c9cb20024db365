//! Writes signed checkpoints to a second place, at least every minute while anything happens (THREATS E06).
//!
//! A checkpoint is signed only when it extends the last one: the leaves that came since are hashed onto the tree that was
//! signed then, and must give the root that the database claims now.

use super::{
    health::TrailHealth,
    note::{Signer, Statement, Verifier},
    tree::{Frontier, Hash},
};
use crate::{
    clock::Clock,
    lifecycle::Stopping,
    store::{AuditQuery, AuditRow, Checkpoint, Store, StoreError},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    fs,
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
};

/// Between two looks; a checkpoint is written when there is something new.
const EVERY: Duration = Duration::from_secs(30);
/// Entries read at a time.
const PAGE: i64 = 10_000;

/// Signs what the trail has become.
pub struct Checkpoints {
    store: Arc<dyn Store>,
    clock: Clock,
    signer: Signer,
    file: PathBuf,
    /// The tree that was signed last, as far as this process has followed it.
    signed: Option<Frontier>,
    health: TrailHealth,
}

/// Why no checkpoint was written.
#[derive(Debug, thiserror::Error)]
pub enum CheckpointError {
    /// The trail is not an extension of what was signed: somebody changed it.
    #[error(
        "the audit trail was changed: it does not extend the signed checkpoint of {size} entries; run `countersign audit verify`"
    )]
    Forked {
        /// Entries in the checkpoint that does not fit.
        size: u64,
    },
    /// The second place cannot be written.
    #[error("checkpoint file {path}: {error}")]
    File {
        /// Its path.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Checkpoints {
    /// Appends to `file`, which is made when it is absent.
    pub fn new(store: Arc<dyn Store>, clock: Clock, signer: Signer, file: PathBuf) -> Self {
        Self { store, clock, signer, file, signed: None, health: TrailHealth::default() }
    }

    /// Tells `health` what each attempt came to.
    pub fn reporting(mut self, health: TrailHealth) -> Self {
        self.health = health;
        self
    }

    /// Until the server stops, and once more then.
    pub async fn run(mut self, stopping: Stopping) {
        loop {
            if let Err(error) = self.write().await {
                tracing::error!(%error, "no checkpoint was written");
            }
            if stopping.now() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stopping.clone().wait() => {}
            }
        }
    }

    /// Writes a checkpoint if there are entries since the last; whether it did.
    pub async fn write(&mut self) -> Result<bool, CheckpointError> {
        let written = self.attempt().await;
        match &written {
            Ok(_) => self.health.good(self.clock.now()),
            Err(CheckpointError::Forked { .. }) => self.health.forged(),
            Err(CheckpointError::File { .. }) => self.health.failed(self.clock.now()),
            // A database that is away takes no decisions either.
            Err(CheckpointError::Store(_)) => {}
        }
        written
    }

    async fn attempt(&mut self) -> Result<bool, CheckpointError> {
        let head = Frontier::of_head(&self.store.audit_head().await?)?;
        let last = self.last_signed().await?;
        let last = self.take_over_restores(last).await?;
        if last.as_ref().is_some_and(|last| last.size == head.size() && last.root == head.root()) {
            return Ok(false);
        }
        let followed = self.follow(last.as_ref(), &head).await?;
        let size = last.as_ref().map_or(0, |l| l.size);
        if followed.root() != head.root() {
            return Err(CheckpointError::Forked { size });
        }
        if head.size() == 0 {
            return Ok(false);
        }
        let epoch = last.as_ref().map_or(1, |last| last.epoch);
        let note = self.signer.sign(&Statement::of(self.signer.origin(), &head).in_epoch(epoch));
        // Outside first: what the database says of itself must never be ahead of what others can hold against it.
        self.append(&note).await?;
        self.store.save_checkpoint(&Checkpoint { size: head.size() as i64, note, at: self.clock.now() }).await?;
        self.signed = Some(followed);
        Ok(true)
    }

    async fn last_signed(&self) -> Result<Option<Statement>, CheckpointError> {
        last_statement(&self.file, &self.signer.verifier()).await.map_err(|error| self.file_error(error))
    }

    /// A restore that was confirmed elsewhere begins an epoch here, too. Whoever has the database alone cannot make one:
    /// it is signed.
    async fn take_over_restores(&self, last: Option<Statement>) -> Result<Option<Statement>, CheckpointError> {
        let known = last.as_ref().map_or(1, |last| last.epoch);
        let verifier = self.signer.verifier();
        let confirmed = self.store.restores().await?.into_iter().rev().find_map(|restored| {
            let statement = verifier.open(&restored.note).filter(|s| s.restore.is_some() && s.epoch > known)?;
            Some((restored.note, statement))
        });
        let Some((note, statement)) = confirmed else { return Ok(last) };
        self.append(&note).await?;
        Ok(Some(statement))
    }

    /// Hashes on from what was signed last to the head's size, and checks on the way that the signed tree is still there.
    async fn follow(&self, last: Option<&Statement>, head: &Frontier) -> Result<Frontier, CheckpointError> {
        let mut tree = match (&self.signed, last) {
            (Some(tree), Some(last)) if tree.size() == last.size && tree.root() == last.root => tree.clone(),
            _ => Frontier::default(),
        };
        let check = |tree: &Frontier| match last {
            Some(last) if tree.size() == last.size && tree.root() != last.root => Err(last.size),
            _ => Ok(()),
        };
        while tree.size() < head.size() {
            let query = AuditQuery { from_seq: tree.size() as i64, limit: PAGE, ..AuditQuery::default() };
            let rows = self.store.audit(&query).await?;
            if rows.is_empty() {
                break;
            }
            for row in rows.iter().take((head.size() - tree.size()) as usize) {
                tree.push(leaf(row)?);
                check(&tree).map_err(|size| CheckpointError::Forked { size })?;
            }
        }
        match last {
            Some(last) if tree.size() < last.size => Err(CheckpointError::Forked { size: last.size }),
            _ => Ok(tree),
        }
    }

    async fn append(&self, note: &str) -> Result<(), CheckpointError> {
        append(&self.file, note).await.map_err(|error| self.file_error(error))
    }

    fn file_error(&self, error: io::Error) -> CheckpointError {
        CheckpointError::File { path: self.file.display().to_string(), error }
    }
}

/// Adds a note to a file of notes, durably.
pub(crate) async fn append(file: &Path, note: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().create(true).append(true).open(file).await?;
    file.write_all(format!("{note}\n").as_bytes()).await?;
    file.sync_all().await
}

/// The last statement in the second place, which outlives the database; `None` when there is none, or no file.
pub(crate) async fn last_statement(file: &Path, verifier: &Verifier) -> io::Result<Option<Statement>> {
    let tail = match tail(file).await {
        Ok(tail) => tail,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    // The first note of the tail may be cut; the last is whole, since each is written in one piece.
    let heading = format!("{}\n", verifier.origin());
    let notes = tail.match_indices(&heading).filter(|(at, _)| *at == 0 || tail[..*at].ends_with('\n'));
    let starts: Vec<usize> = notes.map(|(at, _)| at).collect();
    Ok(starts.into_iter().rev().find_map(|at| verifier.open(&tail[at..])))
}

/// Is the trail another one than the statement signed?
pub(crate) async fn is_forked(store: &dyn Store, signed: &Statement) -> Result<bool, StoreError> {
    let mut tree = Frontier::default();
    while tree.size() < signed.size {
        let query = AuditQuery { from_seq: tree.size() as i64, limit: PAGE, ..AuditQuery::default() };
        let rows = store.audit(&query).await?;
        if rows.is_empty() {
            return Ok(true);
        }
        for row in rows.iter().take((signed.size - tree.size()) as usize) {
            tree.push(leaf(row)?);
        }
    }
    Ok(tree.root() != signed.root)
}

/// The end of a file, enough for several notes.
async fn tail(path: &Path) -> io::Result<String> {
    const ENOUGH: u64 = 8_192;
    let mut file = fs::File::open(path).await?;
    let length = file.metadata().await?.len();
    file.seek(io::SeekFrom::Start(length.saturating_sub(ENOUGH))).await?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn leaf(row: &AuditRow) -> Result<Hash, StoreError> {
    let bytes = hex::decode(&row.leaf).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| StoreError::Corrupt(format!("the leaf of audit entry {}", row.seq)))
}
