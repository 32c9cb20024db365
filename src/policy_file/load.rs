//! From a path to a policy.

use super::{Loaded, Problems, parse};
use std::{
    io::{self, Read},
    path::{Path, PathBuf},
};

/// No policy is anywhere near this long, in bytes; a mistaken path to a disk or a log may be.
const MOST: u64 = 8 << 20;

/// Why there is no policy.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("{}: {source}\n  hint: {hint}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
        /// What would work.
        hint: &'static str,
    },
    /// It can be read, but does not hold.
    #[error(transparent)]
    Wrong(#[from] Problems),
}

/// Reads and judges a policy file. Errors: the file cannot be read, or all its mistakes.
pub fn load(path: &Path) -> Result<Loaded, LoadError> {
    let unreadable = |source: io::Error| {
        let hint = match source.kind() {
            io::ErrorKind::NotFound => "begin with a copy of policy.example.toml, or set COUNTERSIGN_POLICY",
            io::ErrorKind::InvalidData => "a policy is UTF-8 text, at most 8 MiB",
            _ => "the user who runs the server must be able to read it",
        };
        LoadError::Unreadable { path: path.to_owned(), source, hint }
    };
    let mut text = String::new();
    std::fs::File::open(path).and_then(|file| file.take(MOST + 1).read_to_string(&mut text)).map_err(unreadable)?;
    if text.len() as u64 > MOST {
        return Err(unreadable(io::Error::new(io::ErrorKind::InvalidData, "too long for a policy")));
    }
    Ok(parse(&text, &path.display().to_string())?)
}
