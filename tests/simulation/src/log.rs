//! What happened, line by line: two runs of one seed say the same, byte for byte.

use std::fmt::{Arguments, Write};

/// A log: always its fingerprint, its lines where somebody wants to read them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    fingerprint: u64,
    lines: Option<String>,
    last: (usize, i64),
    text: String,
}

impl Log {
    /// An empty one.
    pub fn new(record: bool) -> Self {
        Self { fingerprint: 0xcbf2_9ce4_8422_2325, lines: record.then(String::new), last: (0, 0), text: String::new() }
    }
    /// Adds a line.
    pub fn line(&mut self, what: Arguments<'_>) {
        self.text.clear();
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{what}");
        for byte in self.text.bytes() {
            self.fingerprint = (self.fingerprint ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        if let Some(lines) = &mut self.lines {
            lines.push_str(&self.text);
        }
    }
    /// Is this another state than the last?
    pub fn changed(&mut self, state: (usize, i64)) -> bool {
        std::mem::replace(&mut self.last, state) != state
    }
    /// FNV-1a over all lines.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
    /// The lines, where they were kept.
    pub fn lines(&self) -> &str {
        self.lines.as_deref().unwrap_or_default()
    }
}
