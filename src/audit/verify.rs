//! Proves that nothing was changed: entry by entry, tree by tree, against every signed checkpoint there is.

use super::{
    note::{Restore, Statement, Verifier},
    tree::{self, Frontier},
};
use crate::store::{AuditHead, AuditQuery, AuditRow, Checkpoint, Store, StoreError};
use countersign_engine::{time::Timestamp, transition::Actor};
use serde::{Deserialize, de::IgnoredAny};
use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

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
    /// Restores that were confirmed, in words, and how many checkpoints each left behind; in order.
    pub restores: Vec<String>,
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
    for restored in store.restores().await? {
        check.expect(verifier, &restored.note, "a restore in the database");
    }
    for note in outside {
        check.expect(verifier, note, "a checkpoint in the file");
    }
    check.set_aside();
    check.epoch(store.instance().await?.map_or(1, |instance| instance.epoch));
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

/// The part of an entry that stands in columns or is counted; what happened is proved by the hash. Read without being taken
/// apart, or a million entries would take minutes.
#[derive(Deserialize)]
struct Columns<'a> {
    at: Timestamp,
    actor: Actor,
    #[serde(borrow)]
    request: Cow<'a, str>,
    #[serde(borrow)]
    short_id: Cow<'a, str>,
    version: u64,
    #[serde(borrow)]
    resource: Cow<'a, str>,
    #[serde(rename = "events")]
    _events: Vec<IgnoredAny>,
}

/// A trail in memory, with what a database keeps beside it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Its entries.
    pub rows: Vec<AuditRow>,
    /// What the database says of them.
    pub head: AuditHead,
    /// The database's own checkpoints.
    pub checkpoints: Vec<Checkpoint>,
}

/// [`verify`] for a trail in memory, of the first epoch.
pub fn verify_kept(kept: &Kept, verifier: &Verifier, outside: &[String]) -> Verdict {
    let mut check = Check::default();
    kept.checkpoints.iter().for_each(|c| check.expect(verifier, &c.note, "a checkpoint in the database"));
    outside.iter().for_each(|note| check.expect(verifier, note, "a checkpoint in the file"));
    check.set_aside();
    check.epoch(1);
    kept.rows.iter().for_each(|row| check.entry(row));
    check.finish(Frontier::of_head(&kept.head).ok())
}

#[derive(Default)]
struct Check {
    tree: Frontier,
    next_seq: i64,
    versions: HashMap<String, u64>,
    expected: BTreeMap<u64, Vec<Statement>>,
    fitting: usize,
    restores: Vec<String>,
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

    /// What was signed of a tail that a confirmed restore cut off is not expected any more. The confirmation itself is
    /// signed, and every checkpoint bears its epoch: a tail that was cut without one is missed (THREATS C10, E06).
    fn set_aside(&mut self) {
        let mut begun: Vec<Statement> =
            self.expected.values().flatten().filter(|s| s.restore.is_some()).cloned().collect();
        begun.sort_by_key(|statement| statement.epoch);
        begun.dedup();
        for Statement { epoch, size, restore, .. } in begun {
            let mut lost = 0;
            for signed in self.expected.range_mut(size + 1..).map(|(_, signed)| signed) {
                let before = signed.len();
                signed.retain(|statement| statement.epoch >= epoch);
                lost += before - signed.len();
            }
            let Some(Restore { by, at, signed, note }) = restore else { continue };
            self.restores.push(format!(
                "epoch {epoch}: restored to {size} of {signed} signed entries, confirmed by {by} at {at}: {note}; \
                 {lost} checkpoints are of what was lost"
            ));
        }
        self.expected.retain(|_, signed| !signed.is_empty());
    }

    /// A database of before a confirmed restore was put back without anybody's confirmation.
    fn epoch(&mut self, of_database: i64) {
        let signed = self.expected.values().flatten().map(|statement| statement.epoch).max().unwrap_or(1);
        if i64::try_from(signed).is_ok_and(|signed| signed > of_database) {
            self.problems
                .push(format!("the database is of epoch {of_database}, and checkpoints are of epoch {signed}"));
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
        let entry: Columns<'_> = match serde_json::from_str(&row.body) {
            Ok(entry) => entry,
            Err(error) => return self.problems.push(format!("entry {} cannot be read: {error}", row.seq)),
        };
        let person = match &entry.actor {
            Actor::Person { id, .. } => id.as_str(),
            Actor::Clock | Actor::Connector | Actor::Policy => "",
        };
        let agrees = entry.request == row.request.as_str()
            && entry.resource == row.resource
            && person == row.person
            && entry.at == row.at;
        if !agrees {
            self.problems.push(format!("entry {} was edited: its columns do not agree with its text", row.seq));
        }
        let before = match self.versions.get_mut(row.request.as_str()) {
            Some(known) => std::mem::replace(known, entry.version),
            None => self.versions.insert(row.request.to_string(), entry.version).unwrap_or(0),
        };
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
            restores: self.restores,
            problems: self.problems,
        }
    }
}
