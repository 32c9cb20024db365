//! [`Store`] in memory.

use super::{batch::MemoryBatch, tables::Memory};
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign::store::{
    AuditHead, AuditQuery, AuditRow, Batch, Binding, Checkpoint, Credential, CredentialKind, Job, Lane, Query, Result,
    Store, StoreError,
};
use countersign_engine::{effect::Effect, id::RequestId, person::Account, request::Request, time::Timestamp};
use std::{collections::BTreeMap, time::Duration};

fn fits(query: &Query, r: &Request) -> bool {
    let one_of = |words: &[String], word: Option<&str>| {
        words.is_empty() || word.is_some_and(|word| words.iter().any(|w| w == word))
    };
    let found = |search: &str| {
        let reason = r.asked.reason.as_deref().unwrap_or_default();
        let text = [r.short_id.as_str(), r.requester.as_str(), r.asked.resource.as_str(), reason].join("\n");
        text.to_lowercase().contains(&search.to_lowercase())
    };
    one_of(&query.states, Some(r.state.key()))
        && one_of(&query.grant_states, r.grant.as_ref().map(|g| g.state.key()))
        && query.person.as_ref().is_none_or(|person| r.concerns(person))
        && query.resource.as_ref().is_none_or(|resource| r.asked.resource.as_str() == resource)
        && query.search.as_ref().is_none_or(|search| found(search))
        && (!query.live || r.is_live())
        && query.before.as_ref().is_none_or(|before| r.id < *before)
}

fn of_audit(query: &AuditQuery, row: &AuditRow, requests: &BTreeMap<RequestId, Request>) -> bool {
    let concerns =
        |person: &str| row.person == person || requests.get(&row.request).is_some_and(|r| r.concerns(&person.into()));
    row.seq >= query.from_seq
        && query.from.is_none_or(|from| row.at >= from)
        && query.to.is_none_or(|to| row.at < to)
        && query.request.as_ref().is_none_or(|request| row.request == *request)
        && query.resource.as_ref().is_none_or(|resource| row.resource == *resource)
        && query.person.as_ref().is_none_or(|person| concerns(person))
}

fn limit(limit: i64) -> usize {
    usize::try_from(limit).unwrap_or(0)
}

#[async_trait]
impl Store for Memory {
    fn backend(&self) -> &'static str {
        "memory"
    }
    async fn ping(&self) -> Result<()> {
        Ok(())
    }
    async fn begin(&self) -> Result<Box<dyn Batch>> {
        Ok(Box::new(MemoryBatch::new(self.clone())))
    }

    async fn request(&self, name: &str) -> Result<Option<Request>> {
        let tables = self.tables();
        let id = tables.short_ids.get(name).cloned().unwrap_or_else(|| RequestId::new(name));
        Ok(tables.requests.get(&id).cloned())
    }
    async fn requests(&self, query: &Query) -> Result<Vec<Request>> {
        let tables = self.tables();
        let max = limit(query.limit);
        Ok(match query.live {
            true => {
                let live = tables.live.iter().rev().filter_map(|id| tables.requests.get(id));
                live.filter(|r| fits(query, r)).take(max).cloned().collect()
            }
            false => tables.requests.values().rev().filter(|r| fits(query, r)).take(max).cloned().collect(),
        })
    }
    async fn census(&self) -> Result<Vec<(String, Option<String>, bool, i64)>> {
        let mut counts: BTreeMap<(String, Option<String>, bool), i64> = BTreeMap::new();
        for r in self.tables().requests.values() {
            let grant = r.grant.as_ref().map(|g| &g.state);
            let overdue = grant.is_some_and(|state| state.is_overdue());
            let line = (r.state.key().to_owned(), grant.map(|state| state.key().to_owned()), overdue);
            *counts.entry(line).or_default() += 1;
        }
        Ok(counts.into_iter().map(|((state, grant, overdue), count)| (state, grant, overdue, count)).collect())
    }

    async fn due(&self, now: Timestamp, lease: TimeDelta, max: i64) -> Result<Vec<RequestId>> {
        let mut tables = self.tables();
        let due = tables.alarms.iter().filter(|(_, alarm)| alarm.due_at <= now && alarm.leased_until <= now);
        let mut due: Vec<(Timestamp, RequestId)> = due.map(|(id, alarm)| (alarm.due_at, id.clone())).collect();
        due.sort_unstable();
        due.truncate(limit(max));
        for (_, id) in &due {
            if let Some(alarm) = tables.alarms.get_mut(id) {
                alarm.leased_until = now + lease;
            }
        }
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }
    async fn claim(&self, lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Result<Vec<Job>> {
        Ok(self.tables().jobs.claim(lane, now, lease, limit))
    }
    async fn finish(&self, job: &Job) -> Result<()> {
        self.tables().jobs.finish(job);
        Ok(())
    }
    async fn retry(&self, job: &Job, due: Timestamp, _: &str) -> Result<()> {
        self.tables().jobs.retry(job, due);
        Ok(())
    }
    async fn bury(&self, job: &Job, _: &str) -> Result<()> {
        self.tables().jobs.bury(job);
        Ok(())
    }
    async fn backlog(&self) -> Result<Vec<(Lane, i64, i64, Option<Timestamp>)>> {
        Ok(self.tables().jobs.backlog())
    }
    async fn raise(&self, request: &RequestId, effect: &Effect, due: Timestamp) -> Result<()> {
        if Lane::of(effect).is_none() {
            return Err(StoreError::Database(format!("{effect:?} of request {request} is an alarm, not a job")));
        }
        self.tables().jobs.raise(request, effect, due);
        Ok(())
    }

    async fn put_credential(&self, credential: &Credential) -> Result<()> {
        self.tables().credentials.push(credential.clone());
        Ok(())
    }
    async fn credential(&self, kind: CredentialKind, hash: &str, now: Timestamp) -> Result<Option<Credential>> {
        let good = |c: &&Credential| c.kind == kind && c.hash == hash && c.expires_at > now;
        Ok(self.tables().credentials.iter().find(good).cloned())
    }
    async fn consume_credential(&self, kind: CredentialKind, hash: &str, now: Timestamp) -> Result<Option<Credential>> {
        let mut tables = self.tables();
        let good = |c: &Credential| c.kind == kind && c.hash == hash && c.expires_at > now;
        Ok(tables.credentials.iter().position(good).map(|at| tables.credentials.remove(at)))
    }
    async fn touch_credential(&self, kind: CredentialKind, hash: &str, now: Timestamp, end: Timestamp) -> Result<()> {
        let mut tables = self.tables();
        let good = |c: &&mut Credential| c.kind == kind && c.hash == hash && c.expires_at > now;
        if let Some(credential) = tables.credentials.iter_mut().find(good) {
            (credential.used_at, credential.expires_at) = (Some(now), end);
        }
        Ok(())
    }
    async fn remove_credential(&self, kind: CredentialKind, hash: &str) -> Result<bool> {
        let mut tables = self.tables();
        let before = tables.credentials.len();
        tables.credentials.retain(|c| c.kind != kind || c.hash != hash);
        Ok(tables.credentials.len() < before)
    }
    async fn credentials_of(&self, kind: CredentialKind, subject: &str) -> Result<Vec<Credential>> {
        let tables = self.tables();
        let theirs = tables.credentials.iter().filter(|c| c.kind == kind && c.subject == subject);
        let mut theirs: Vec<Credential> = theirs.cloned().collect();
        theirs.sort_by(|a, b| (a.created_at, &a.hash).cmp(&(b.created_at, &b.hash)));
        Ok(theirs)
    }

    async fn bindings(&self) -> Result<Vec<Binding>> {
        let mut all: Vec<Binding> = self.tables().bindings.values().cloned().collect();
        let place = |b: &Binding| (b.account.platform.key(), b.account.tenant.clone(), b.account.user.clone());
        all.sort_by_key(place);
        Ok(all)
    }
    async fn bind(&self, binding: &Binding) -> Result<()> {
        self.tables().bindings.insert(binding.account.clone(), binding.clone());
        Ok(())
    }
    async fn unbind(&self, account: &Account) -> Result<bool> {
        Ok(self.tables().bindings.remove(account).is_some())
    }

    async fn put_secret(&self, request: &RequestId, sealed: &[u8], _: Timestamp) -> Result<()> {
        self.tables().secrets.insert(request.clone(), sealed.to_vec());
        Ok(())
    }
    async fn take_secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>> {
        Ok(self.tables().secrets.remove(request))
    }
    async fn secret(&self, request: &RequestId) -> Result<Option<Vec<u8>>> {
        Ok(self.tables().secrets.get(request).cloned())
    }
    async fn has_secret(&self, request: &RequestId) -> Result<bool> {
        Ok(self.tables().secrets.contains_key(request))
    }

    async fn audit(&self, query: &AuditQuery) -> Result<Vec<AuditRow>> {
        let tables = self.tables();
        // Rows are where their position says, unless somebody tampered with them.
        let from = limit(query.from_seq).min(tables.audit.len());
        let rows = tables.audit[from..].iter().filter(|row| of_audit(query, row, &tables.requests));
        Ok(rows.take(limit(query.limit)).cloned().collect())
    }
    async fn audit_head(&self) -> Result<AuditHead> {
        Ok(self.tables().head.clone())
    }
    async fn checkpoint(&self) -> Result<Option<Checkpoint>> {
        Ok(self.tables().checkpoints.values().next_back().cloned())
    }
    async fn checkpoints(&self) -> Result<Vec<Checkpoint>> {
        Ok(self.tables().checkpoints.values().cloned().collect())
    }
    async fn save_checkpoint(&self, checkpoint: &Checkpoint) -> Result<()> {
        self.tables().checkpoints.entry(checkpoint.size).or_insert_with(|| checkpoint.clone());
        Ok(())
    }

    async fn sweep(&self, now: Timestamp, keys_before: Timestamp) -> Result<()> {
        let mut tables = self.tables();
        tables.credentials.retain(|c| c.expires_at > now);
        tables.keys.retain(|_, key| key.at >= keys_before);
        Ok(())
    }
    async fn announce(&self) {}
    /// Nobody waits in a simulation: each step is done to its end.
    async fn wait(&self, _: Duration) {}
}
