//! When SQLite's write-ahead log is to be brought into the database file.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A log smaller than this is left as it is, in bytes.
const SMALL: u64 = 4 * 1024 * 1024;
/// Between two looks.
const PAUSE: Duration = Duration::from_secs(1);

/// The log beside a database file.
pub(super) struct WriteAheadLog {
    file: PathBuf,
    looked: Mutex<Instant>,
}

impl WriteAheadLog {
    pub(super) fn of(database: &Path) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push("-wal");
        Self { file: name.into(), looked: Mutex::new(Instant::now()) }
    }

    /// Is it long, and was that not said for a while?
    pub(super) fn is_to_be_emptied(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.elapsed() < PAUSE {
            return false;
        }
        *looked = Instant::now();
        std::fs::metadata(&self.file).is_ok_and(|log| log.len() >= SMALL)
    }
}
