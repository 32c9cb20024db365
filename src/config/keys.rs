//! The server's two keys: one signs checkpoints of the audit trail, one seals what grants deliver.

use ring::rand::{SecureRandom, SystemRandom};
use std::{
    fmt, fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

/// 32 bytes each; in the file one after the other.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// The seed of the Ed25519 key that signs checkpoints.
    pub signing_seed: [u8; 32],
    /// The key of the vault.
    pub vault: [u8; 32],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys([secret])")
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is there, but cannot be used.
    #[error("{}: cannot read the server's keys: {source}\n  hint: the file must belong to the user who runs the server", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It could not be made.
    #[error("{}: cannot make the server's keys: {source}\n  hint: the directory must be there and writable, or set COUNTERSIGN_KEY_FILE", path.display())]
    Unwritable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Others could read it.
    #[error("{}: other users can read the server's keys (mode {mode:03o})\n  hint: chmod 600 {}; only a file of root's may be readable by its group (chmod 440)", path.display(), path.display())]
    Exposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is not a key file.
    #[error("{}: holds {length} bytes where keys have 64\n  hint: restore it from a backup; with new keys, secrets not yet shown are lost and older checkpoints need the old key", path.display())]
    Damaged {
        /// Which file.
        path: PathBuf,
        /// How long it is.
        length: usize,
    },
    /// The operating system gives no random numbers.
    #[error("the system gives no random numbers\n  hint: is /dev/urandom there?")]
    NoRandomness,
}

impl Keys {
    /// New ones, kept nowhere: for the demo.
    pub fn random() -> Result<Self, KeyError> {
        let mut keys = Self { signing_seed: [0; 32], vault: [0; 32] };
        let random = SystemRandom::new();
        let filled = random.fill(&mut keys.signing_seed).and_then(|()| random.fill(&mut keys.vault));
        filled.map(|()| keys).map_err(|_| KeyError::NoRandomness)
    }

    /// Reads the file. `None` when there is none.
    pub fn load(path: &Path) -> Result<Option<Self>, KeyError> {
        let unreadable = |source| KeyError::Unreadable { path: path.to_owned(), source };
        let mut file = match fs::File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(error)),
        };
        let (owner, mode) = owner_and_mode(&file.metadata().map_err(unreadable)?);
        if is_exposed(owner, mode) {
            return Err(KeyError::Exposed { path: path.to_owned(), mode });
        }
        let mut bytes = Vec::new();
        Read::by_ref(&mut file).take(1_000).read_to_end(&mut bytes).map_err(unreadable)?;
        let damaged = || KeyError::Damaged { path: path.to_owned(), length: bytes.len() };
        let (signing_seed, vault) = bytes.split_at_checked(32).ok_or_else(damaged)?;
        let vault = vault.try_into().map_err(|_| damaged())?;
        Ok(Some(Self { signing_seed: signing_seed.try_into().map_err(|_| damaged())?, vault }))
    }

    /// Reads the file, or makes it, readable by its owner only; the answer says whether it was made. Whoever starts on a
    /// database that is not empty should wonder about new keys: the old file is lost, or its name has changed.
    pub fn load_or_create(path: &Path) -> Result<(Self, bool), KeyError> {
        if let Some(keys) = Self::load(path)? {
            return Ok((keys, false));
        }
        let keys = Self::random()?;
        match keys.write(path) {
            Ok(()) => Ok((keys, true)),
            // Another replica was faster: its keys are the keys.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match Self::load(path)? {
                Some(keys) => Ok((keys, false)),
                None => Err(KeyError::Unwritable { path: path.to_owned(), source: error }),
            },
            Err(source) => Err(KeyError::Unwritable { path: path.to_owned(), source }),
        }
    }

    /// Whole or not at all, and never over a file that is there. Temporary files are made with mode 600.
    fn write(&self, path: &Path) -> io::Result<()> {
        let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        file.write_all(&self.signing_seed)?;
        file.write_all(&self.vault)?;
        file.as_file().sync_all()?;
        file.persist_noclobber(path).map_err(|error| error.error)?;
        fs::File::open(parent)?.sync_all()
    }
}

/// Nobody but its owner may read it. One exception, which PostgreSQL makes for its own key too: a file that belongs to root
/// may be readable by its group, for that is how an orchestrator hands a secret to a server that is not root.
fn is_exposed(owner: u32, mode: u32) -> bool {
    let allowed = if owner == 0 { 0o740 } else { 0o700 };
    mode & !allowed != 0
}

#[cfg(unix)]
fn owner_and_mode(metadata: &fs::Metadata) -> (u32, u32) {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    (metadata.uid(), metadata.permissions().mode() & 0o777)
}
#[cfg(not(unix))]
fn owner_and_mode(_: &fs::Metadata) -> (u32, u32) {
    (0, 0o600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_owner_reads_the_key_file_or_the_group_that_root_gave_it_to() {
        for (owner, mode, exposed) in [
            (1_000, 0o600, false),
            (1_000, 0o400, false),
            (1_000, 0o640, true),
            (1_000, 0o604, true),
            (0, 0o600, false),
            (0, 0o440, false),
            (0, 0o640, false),
            (0, 0o460, true),
            (0, 0o444, true),
            (0, 0o644, true),
        ] {
            assert_eq!(is_exposed(owner, mode), exposed, "owner {owner}, mode {mode:03o}");
        }
    }
}
