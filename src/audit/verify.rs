//! Proves that nothing was changed: entry by entry, tree by tree, against every signed checkpoint there is.

use super::{
    entry::Entry,
    note::{Statement, Verifier},
    tree::{self, Frontier},
};
use crate::store::{AuditQuery, AuditRow, Store, StoreError};
use std::collections::{BTreeMap, HashMap};

const PAGE: i64 = 10_000;

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Entries looked at.
    pub entries: u64,
    /// The root over all of them, in hexadecimal.
    pub root: String,
    /// Checkpoints that fit.
    pub checkpoints: usize,
    /// Everything that is wrong, in order; empty when the trail is whole.
    pub problems: Vec<String>,
}

/// Reads the whole trail and holds it against the checkpoints that the database keeps and against `outside`: notes from the
/// second place, which nobody with the database alone could have changed.
pub async fn verify(store: &dyn Store, verifier: &Verifier, outside: &[String]) -> Result<Verdict, StoreError> {
    let mut check = Check::default();
    for checkpoint in store.checkpoints().await? {
        check.expect(verifier, &checkpoint.note, "a checkpoint in the database");
    }
    for note in outside {
        check.expect(verifier, note, "a checkpoint in the file");
    }
    loop {
        let query = AuditQuery { from_seq: check.next_seq, limit: PAGE, ..AuditQuery::default() };
        let rows = store.audit(&query).await?;
        if rows.is_empty() {
            break;
        }
        rows.iter().for_each(|row| check.entry(row));
    }
    let head = Frontier::of_head(&store.audit_head().await?);
    Ok(check.finish(head.ok()))
}

#[derive(Default)]
struct Check {
    tree: Frontier,
    next_seq: i64,
    versions: HashMap<String, u64>,
    expected: BTreeMap<u64, Vec<Statement>>,
    fitting: usize,
    problems: Vec<String>,
}

impl Check {
    fn expect(&mut self, verifier: &Verifier, note: &str, which: &str) {
        match verifier.open(note) {
            Some(statement) => self.expected.entry(statement.size).or_default().push(statement),
            None => self.problems.push(format!(
                "{which} is not signed by this log's key: {}",
                note.lines().take(2).collect::<Vec<_>>().join(" ")
            )),
        }
    }

    fn entry(&mut self, row: &AuditRow) {
        if row.seq != self.next_seq {
            self.problems.push(format!("entry {} is missing: the next one there is is {}", self.next_seq, row.seq));
        }
        self.next_seq = row.seq + 1;
        let leaf = tree::leaf(row.body.as_bytes());
        if hex::encode(leaf) != row.leaf {
            self.problems.push(format!("entry {} was edited: its text does not give its hash", row.seq));
        }
        self.columns(row);
        self.tree.push(leaf);
        for statement in self.expected.remove(&self.tree.size()).unwrap_or_default() {
            match statement.root == self.tree.root() {
                true => self.fitting += 1,
                false => {
                    self.problems.push(format!("the first {} entries are not those that were signed", statement.size))
                }
            }
        }
    }

    /// What is kept beside the text for searching must agree with it.
    fn columns(&mut self, row: &AuditRow) {
        let entry: Entry = match serde_json::from_str(&row.body) {
            Ok(entry) => entry,
            Err(error) => return self.problems.push(format!("entry {} cannot be read: {error}", row.seq)),
        };
        let agrees = entry.request == row.request.as_str()
            && entry.resource == row.resource
            && entry.person() == row.person
            && entry.at == row.at;
        if !agrees {
            self.problems.push(format!("entry {} was edited: its columns do not agree with its text", row.seq));
        }
        let before = self.versions.insert(entry.request.clone(), entry.version).unwrap_or(0);
        if entry.version != before + 1 {
            self.problems
                .push(format!("entry {}: {} goes from version {before} to {}", row.seq, entry.short_id, entry.version));
        }
    }

    fn finish(mut self, head: Option<Frontier>) -> Verdict {
        for statement in self.expected.values().flatten() {
            let (signed, left) = (statement.size, self.tree.size());
            if signed > 0 {
                self.problems.push(format!("the tail is cut off: {signed} entries were signed, {left} are left"));
            }
        }
        match head {
            Some(head) if head == self.tree => {}
            Some(head) => self.problems.push(format!(
                "the head says {} entries, or another root; the entries give {}",
                head.size(),
                self.tree.size()
            )),
            None => self.problems.push("the head makes no sense".into()),
        }
        Verdict {
            entries: self.tree.size(),
            root: hex::encode(self.tree.root()),
            checkpoints: self.fitting,
            problems: self.problems,
        }
    }
}
