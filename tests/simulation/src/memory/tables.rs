//! The tables.

use super::{ledger::Postings, outbox::Jobs, webhooks::Webhooks};
use countersign::store::{
    AuditHead, AuditRow, Binding, Checkpoint, Credential, KeyRow, Result, StoreError, VoteRow, WriteSet,
};
use countersign_engine::{
    id::{PersonId, RequestId},
    preference::Preference,
    request::Request,
    time::Timestamp,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// A database in memory. Clones share it, and it outlives the processes that use it.
#[derive(Clone, Default)]
pub struct Memory(Arc<Mutex<Tables>>);

/// What is deliberately wrong with it, for the tests that show that this is noticed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lie {
    /// Nothing.
    #[default]
    None,
    /// Now and then it says that it committed, and did not.
    LosesCommits,
    /// The last commit before a crash is gone.
    AnswersEarly,
    /// Votes are kept in requests only.
    ForgetsVotes,
}

#[derive(Default)]
pub(super) struct Tables {
    pub lie: Lie,
    pub commits: u64,
    /// What a crash takes away: the requests and the trail's length and head before the last commit.
    pub unsynced: Option<Box<Before>>,
    pub requests: BTreeMap<RequestId, Request>,
    /// Pending, or with a grant that is not over: what every look for live requests reads.
    pub live: std::collections::BTreeSet<RequestId>,
    pub short_ids: BTreeMap<String, RequestId>,
    pub votes: BTreeMap<(RequestId, String), VoteRow>,
    pub alarms: BTreeMap<RequestId, Alarm>,
    pub jobs: Jobs,
    pub postings: Postings,
    pub audit: Vec<AuditRow>,
    pub head: AuditHead,
    pub checkpoints: BTreeMap<i64, Checkpoint>,
    pub keys: BTreeMap<(String, String), KeyRow>,
    pub credentials: Vec<Credential>,
    pub bindings: BTreeMap<countersign_engine::person::Account, Binding>,
    pub secrets: BTreeMap<RequestId, Vec<u8>>,
    pub preferences: BTreeMap<PersonId, Preference>,
    pub leases: BTreeMap<String, Lease>,
    pub webhooks: Webhooks,
}

pub(super) struct Before {
    requests: BTreeMap<RequestId, Request>,
    entries: usize,
    head: AuditHead,
}

pub(super) struct Alarm {
    pub due_at: Timestamp,
    pub leased_until: Timestamp,
}

pub(super) struct Lease {
    pub holder: String,
    pub fence: i64,
    pub ends_at: Timestamp,
}

impl Memory {
    pub(super) fn tables(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One that lies.
    pub fn lying(lie: Lie) -> Self {
        Self(Arc::new(Mutex::new(Tables { lie, ..Tables::default() })))
    }

    /// The process that used it died.
    pub fn crashes(&self) {
        let mut tables = self.tables();
        if let Some(before) = tables.unsynced.take() {
            tables.requests = before.requests;
            tables.audit.truncate(before.entries);
            tables.head = before.head;
        }
    }

    /// When there is something to do next: an alarm, a job, a message.
    pub fn next_due(&self) -> Option<Timestamp> {
        let tables = self.tables();
        let alarms = tables.alarms.values().map(|alarm| alarm.due_at.max(alarm.leased_until));
        alarms.chain(tables.jobs.next_due()).chain(tables.postings.next_due()).min()
    }

    /// Every vote's row, in order: request, slot, decision.
    pub fn votes(&self) -> Vec<(String, String, String)> {
        let row = |v: &VoteRow| (v.request.to_string(), v.slot.clone(), v.decision.to_owned());
        self.tables().votes.values().map(row).collect()
    }
}

impl Tables {
    /// What the unique indexes, the versions and the triggers of the real databases say of a write.
    pub fn check(&self, set: &WriteSet) -> Result<()> {
        for (request, before) in &set.requests {
            match (before, self.requests.get(&request.id)) {
                (None, Some(_)) => return conflict("already there: request"),
                (None, None) if self.short_ids.contains_key(request.short_id.as_str()) => {
                    return conflict("already there: request");
                }
                (None, None) => {}
                (Some(before), Some(old)) if old.version == *before => still_final(old, request)?,
                (Some(before), _) => return conflict(&format!("request {} is not at version {before}", request.id)),
            }
        }
        for vote in &set.votes {
            if self.votes.contains_key(&(vote.request.clone(), vote.slot.clone())) {
                return conflict("already there: vote");
            }
        }
        let size = self.audit.len() as i64;
        if set.audit.iter().any(|row| row.seq < size) {
            return conflict("already there: the audit trail is append-only");
        }
        match &set.head {
            Some(head) if head.size - set.audit.len() as i64 != self.head.size => {
                conflict("the audit trail's head moved")
            }
            _ => Ok(()),
        }
    }

    /// Writes what was checked.
    pub fn apply(&mut self, set: &WriteSet) {
        self.commits += 1;
        match self.lie {
            Lie::LosesCommits if self.commits.is_multiple_of(40) => return,
            Lie::AnswersEarly => {
                let (requests, head) = (self.requests.clone(), self.head.clone());
                self.unsynced = Some(Box::new(Before { requests, entries: self.audit.len(), head }));
            }
            Lie::None | Lie::LosesCommits | Lie::ForgetsVotes => {}
        }
        for (request, _) in &set.requests {
            match request.is_live() {
                true => self.live.insert(request.id.clone()),
                false => self.live.remove(&request.id),
            };
            self.short_ids.insert(request.short_id.to_string(), request.id.clone());
            self.requests.insert(request.id.clone(), request.clone());
        }
        for vote in set.votes.iter().filter(|_| self.lie != Lie::ForgetsVotes) {
            self.votes.insert((vote.request.clone(), vote.slot.clone()), vote.clone());
        }
        for (request, at) in &set.alarms {
            match at {
                Some(due_at) => {
                    let alarm = Alarm { due_at: *due_at, leased_until: Timestamp::UNIX_EPOCH };
                    self.alarms.insert(request.clone(), alarm);
                }
                None => drop(self.alarms.remove(request)),
            }
        }
        let mut seen = Vec::new();
        for (request, effect, due) in &set.effects {
            if !seen.contains(&(request, effect)) {
                seen.push((request, effect));
                self.jobs.raise(request, effect, *due);
            }
        }
        self.audit.extend(set.audit.iter().cloned());
        if let Some(head) = &set.head {
            self.head = head.clone();
        }
        for key in &set.keys {
            self.keys.insert((key.caller.clone(), key.key.clone()), key.clone());
        }
    }
}

fn conflict<T>(why: &str) -> Result<T> {
    Err(StoreError::Conflict(why.to_owned()))
}

/// A decided request stays decided, a grant that is over stays over: the trigger `requests_final`.
fn still_final(old: &Request, new: &Request) -> Result<()> {
    let decided = !old.state.is_pending() && old.state.key() != new.state.key();
    let grant = |r: &Request| r.grant.as_ref().map(|g| g.state.key());
    let over = old.grant.as_ref().is_some_and(|g| g.state.is_over()) && grant(old) != grant(new);
    match decided || over {
        true => Err(StoreError::Database("a decided request stays decided".into())),
        false => Ok(()),
    }
}
