//! A database that went back in time, or is another installation's, grants and revokes nothing (THREATS C10).
//!
//! What a database says of itself proves nothing about its age, so each server keeps a [`Sidecar`] beside it: which
//! installation, which epoch, how long the trail was and how it ended. The signed checkpoints in their second place say the
//! same, less often. When the database says less than they do, the server starts in quarantine: it answers, and does
//! nothing. An operator looks ([`look`]) and confirms ([`confirm`]), which begins a new epoch.

mod confirm;
mod evidence;
mod guard;
mod look;
mod sidecar;

pub use confirm::{Confirmation, Confirmed, Operator, confirm};
pub use evidence::{Judgement, judge};
pub use guard::Guard;
pub use look::{Looked, Orphan, Seen, look};
pub use sidecar::{Memory, Sidecar};

use crate::store::StoreError;
use std::io;

/// Why a restore could not be judged or confirmed.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The sidecar cannot be read or written.
    #[error("{path}: {error}\n  hint: the directory must be there and writable, or set COUNTERSIGN_INSTANCE_FILE")]
    File {
        /// Its path.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// The sidecar makes no sense.
    #[error(
        "{path}: this is no instance file\n  hint: if nobody restored or replaced the database, remove the file; the server makes it anew"
    )]
    Damaged {
        /// Its path.
        path: String,
    },
    /// The database went back in time while the server ran.
    #[error("the database was restored or replaced while the server ran; started again, it goes into quarantine")]
    WentBack,
    /// There is no quarantine and no fork.
    #[error("there is nothing to confirm: the database is the one that this server knows")]
    Nothing,
    /// Who confirms must be an administrator.
    #[error("{0} is no administrator\n  hint: the policy file names them in [organisation]")]
    NotAllowed(String),
    /// A confirmation says why.
    #[error("a confirmation needs a note: one line of at most 1000 characters that says what happened")]
    NoNote,
    /// Targets that cannot be asked.
    #[error(
        "these targets cannot be asked, so nobody knows what they hold: {0}\n  hint: mend them first; or --even-if-unreachable takes back what was half granted there, and leaves the rest to its own end"
    )]
    Unreachable(String),
    /// The checkpoints' second place.
    #[error("checkpoint file {path}: {error}")]
    Checkpoints {
        /// Its path.
        path: String,
        /// What the system says.
        error: io::Error,
    },
    /// A request could not be judged.
    #[error("request {request} could not be judged: {why}")]
    Undecided {
        /// Which.
        request: String,
        /// Why.
        why: String,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}
