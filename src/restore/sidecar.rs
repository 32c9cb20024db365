//! What a server remembers of its database, in a file of its own.

use super::RestoreError;
use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

const HEADING: &str = "countersign-instance 1";

/// What is remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    /// The installation.
    pub id: String,
    /// Its epoch.
    pub epoch: i64,
    /// Entries that the trail had.
    pub size: i64,
    /// The leaf of the last of them, in hexadecimal; empty when there was none.
    pub leaf: String,
}

/// The file. It may be behind the database, never ahead of it: it is written after what it speaks of was committed.
#[derive(Debug, Clone)]
pub struct Sidecar(PathBuf);

impl Sidecar {
    /// At this path.
    pub fn at(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// What is remembered; `None` when there is no file.
    pub fn read(&self) -> Result<Option<Memory>, RestoreError> {
        match fs::read_to_string(&self.0) {
            Ok(text) => parse(&text).map(Some).ok_or_else(|| RestoreError::Damaged { path: self.name() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(RestoreError::Damaged { path: self.name() })
            }
            Err(error) => Err(RestoreError::File { path: self.name(), error }),
        }
    }

    /// Remembers this, whole or not at all.
    pub fn write(&self, memory: &Memory) -> Result<(), RestoreError> {
        self.replace(memory).map_err(|error| RestoreError::File { path: self.name(), error })
    }

    fn replace(&self, Memory { id, epoch, size, leaf }: &Memory) -> io::Result<()> {
        let parent = self.0.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::NamedTempFile::new_in(parent)?;
        write!(file, "{HEADING}\nid {id}\nepoch {epoch}\nsize {size}\nleaf {leaf}\n")?;
        file.as_file().sync_data()?;
        file.persist(&self.0).map(drop).map_err(|error| error.error)
    }

    fn name(&self) -> String {
        self.0.display().to_string()
    }
}

fn parse(text: &str) -> Option<Memory> {
    let rest = text.strip_prefix(HEADING)?.strip_prefix('\n')?;
    let mut lines = rest.lines();
    let mut next = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(str::to_owned);
    let (id, epoch, size, leaf) = (next("id")?, next("epoch")?, next("size")?, next("leaf")?);
    let memory = Memory { id, epoch: epoch.parse().ok()?, size: size.parse().ok()?, leaf };
    (memory.epoch > 0 && memory.size >= 0).then_some(memory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        let sidecar = Sidecar::at(&dir.path().join("instance"));
        assert_eq!(sidecar.read().unwrap(), None);
        for size in [0, 7] {
            let memory =
                Memory { id: "ab".into(), epoch: 2, size, leaf: if size == 0 { "".into() } else { "cd".into() } };
            sidecar.write(&memory).unwrap();
            assert_eq!(sidecar.read().unwrap(), Some(memory));
        }
        for damaged in
            ["", "countersign-instance 1\nid a\nepoch 0\nsize 1\nleaf x\n", "nonsense", "countersign-instance 1\nid a"]
        {
            std::fs::write(dir.path().join("instance"), damaged).unwrap();
            assert!(matches!(sidecar.read(), Err(RestoreError::Damaged { .. })), "{damaged:?}");
        }
    }
}
