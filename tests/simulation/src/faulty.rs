//! The store as a process sees it: with faults at every call, and death at every edge.

use crate::{
    backend::Runs,
    faults::{Dead, Fault, Faults},
};
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign::store::{
    AuditHead, AuditQuery, AuditRow, Batch, Binding, Checkpoint, Credential, CredentialKind, HookAnswer, Job, KeyRow,
    Lane, Ledger, LedgerQuery, Posting, Query, Result, Store, StoreError, WebhookCursor, WebhookDelivery, WebhookLog,
    WebhookOutcome, WebhookQuery, WebhookWant, WriteSet,
};
use countersign_engine::{
    decide::Standing,
    effect::Effect,
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    person::{Account, Platform},
    preference::Preference,
    request::Request,
    time::Timestamp,
};
use std::{collections::HashMap, sync::Arc, time::Duration};

/// The store of one process.
pub struct Faulty {
    inner: Arc<dyn Store>,
    runs: Runs,
    faults: Faults,
    process: u64,
}

impl Faulty {
    /// The store of the process that lives now.
    pub fn new(inner: Arc<dyn Store>, runs: Runs, faults: Faults) -> Self {
        let process = faults.process();
        Self { inner, runs, faults, process }
    }

    async fn read<T>(&self, call: impl Future<Output = Result<T>> + Send) -> Result<T> {
        self.faults.edge(self.process).await?;
        if self.faults.strikes(Fault::ReadFailed, 8) {
            return Err(down());
        }
        self.runs.run(call).await
    }

    async fn write<T>(&self, call: impl Future<Output = Result<T>> + Send) -> Result<T> {
        self.faults.edge(self.process).await?;
        if self.faults.strikes(Fault::WriteFailed, 4) {
            return Err(down());
        }
        let done = self.runs.run(call).await?;
        self.faults.edge(self.process).await?;
        match self.faults.strikes(Fault::WriteUnknown, 4) {
            true => Err(down()),
            false => Ok(done),
        }
    }
}

fn down() -> StoreError {
    StoreError::Unavailable("the connection was lost".into())
}

impl From<Dead> for StoreError {
    fn from(_: Dead) -> Self {
        Self::Unavailable("the process is dead".into())
    }
}

/// A trait whose methods go through [`Faulty::read`] or [`Faulty::write`], and those that need neither.
macro_rules! faulty {
    ($trait:ident: $($way:ident $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+ $({ $($own:tt)+ })?) => {
        #[async_trait]
        impl $trait for Faulty {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output> {
                self.$way(self.inner.$name($($argument),*)).await
            })+
            $($($own)+)?
        }
    };
}

faulty! {
    Store:
    read ping() -> ();
    read request(name: &str) -> Option<Request>;
    read requests(query: &Query) -> Vec<Request>;
    read census() -> Vec<(String, Option<String>, bool, i64)>;
    write due(now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<RequestId>;
    write claim(lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Job>;
    write finish(job: &Job) -> ();
    write retry(job: &Job, due: Timestamp, error: &str) -> ();
    write bury(job: &Job, error: &str) -> ();
    read backlog() -> Vec<(Lane, i64, i64, Option<Timestamp>)>;
    write raise(request: &RequestId, effect: &Effect, due: Timestamp) -> ();
    write put_credential(credential: &Credential) -> ();
    read credential(kind: CredentialKind, hash: &str, now: Timestamp) -> Option<Credential>;
    write consume_credential(kind: CredentialKind, hash: &str, now: Timestamp) -> Option<Credential>;
    write touch_credential(kind: CredentialKind, hash: &str, now: Timestamp, expires_at: Timestamp) -> ();
    write remove_credential(kind: CredentialKind, hash: &str) -> bool;
    read credentials_of(kind: CredentialKind, subject: &str) -> Vec<Credential>;
    read bindings() -> Vec<Binding>;
    write bind(binding: &Binding) -> ();
    write unbind(account: &Account) -> bool;
    write put_secret(request: &RequestId, sealed: &[u8], now: Timestamp) -> ();
    write take_secret(request: &RequestId) -> Option<Vec<u8>>;
    read secret(request: &RequestId) -> Option<Vec<u8>>;
    read has_secret(request: &RequestId) -> bool;
    read audit(query: &AuditQuery) -> Vec<AuditRow>;
    read audit_head() -> AuditHead;
    read checkpoint() -> Option<Checkpoint>;
    read checkpoints() -> Vec<Checkpoint>;
    write save_checkpoint(checkpoint: &Checkpoint) -> ();
    write sweep(now: Timestamp, keys_before: Timestamp) -> ();
    {
        fn backend(&self) -> &'static str {
            self.inner.backend()
        }
        async fn begin(&self) -> Result<Box<dyn Batch>> {
            let tx = self.read(self.inner.begin()).await?;
            let (runs, faults) = (self.runs.clone(), self.faults.clone());
            Ok(Box::new(FaultyBatch { inner: Some(tx), runs, faults, process: self.process }))
        }
        async fn announce(&self) {}
        async fn wait(&self, _: Duration) {}
    }
}

faulty! {
    Ledger:
    write plan(postings: &[Posting]) -> ();
    write mark_stale(ids: &[i64], now: Timestamp) -> ();
    read due_platforms(now: Timestamp) -> Vec<Platform>;
    write claim_postings(platform: Platform, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Posting>;
    write save_posting(posting: &Posting) -> ();
    read postings(request: &RequestId) -> Vec<Posting>;
    read ledger(query: &LedgerQuery) -> Vec<Posting>;
    read unsettled() -> Vec<(Platform, i64)>;
    read preferences() -> Vec<(PersonId, Preference)>;
    write set_preference(person: &PersonId, preference: Option<&Preference>, now: Timestamp) -> ();
    write take_lease(name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Option<i64>;
    write renew_lease(name: &str, holder: &str, fence: i64, until: Timestamp) -> bool;
    write release_lease(name: &str, holder: &str, fence: i64) -> ();
}

faulty! {
    WebhookLog:
    read webhook_cursors() -> Vec<WebhookCursor>;
    write start_webhook(webhook: &str) -> ();
    write advance_webhook(webhook: &str, wants: &[WebhookWant], next_seq: i64, now: Timestamp) -> ();
    write claim_webhooks(webhook: &str, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<WebhookDelivery>;
    write settle_webhook(claimed: &WebhookDelivery, outcome: &WebhookOutcome) -> ();
    read webhook_deliveries(query: &WebhookQuery) -> Vec<WebhookDelivery>;
    write resend_webhook(id: i64, now: Timestamp) -> bool;
    write disable_webhook(webhook: &str, why: &str, now: Timestamp) -> ();
    write enable_webhook(webhook: &str, now: Timestamp) -> bool;
    read hook_answer(hook: &str, message: &str) -> Option<HookAnswer>;
    write keep_hook_answer(hook: &str, message: &str, answer: &HookAnswer, now: Timestamp) -> ();
    write forsake_webhooks(before: Timestamp, why: &str, now: Timestamp) -> u64;
    write sweep_webhooks(log_before: Timestamp, answers_before: Timestamp) -> ();
}

/// The writer's transaction in one process.
struct FaultyBatch {
    /// `None` once it is committed.
    inner: Option<Box<dyn Batch>>,
    runs: Runs,
    faults: Faults,
    process: u64,
}

impl FaultyBatch {
    async fn inner(&mut self, fault: Fault) -> Result<&mut Box<dyn Batch>> {
        self.faults.edge(self.process).await?;
        if self.faults.strikes(fault, 8) {
            return Err(down());
        }
        self.inner.as_mut().ok_or_else(down)
    }
}

impl Drop for FaultyBatch {
    fn drop(&mut self) {
        let inner = self.inner.take();
        self.runs.within(|| drop(inner));
    }
}

#[async_trait]
impl Batch for FaultyBatch {
    async fn load(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Request>> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::ReadFailed).await?.load(ids)).await
    }
    async fn standing(&mut self, person: &PersonId, resource: &ResourceId, access: &AccessLevel) -> Result<Standing> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::ReadFailed).await?.standing(person, resource, access)).await
    }
    async fn taken(&mut self, short_ids: &[String]) -> Result<Vec<String>> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::ReadFailed).await?.taken(short_ids)).await
    }
    async fn keys(&mut self, keys: &[(String, String)]) -> Result<Vec<KeyRow>> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::ReadFailed).await?.keys(keys)).await
    }
    async fn audit_head(&mut self) -> Result<AuditHead> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::ReadFailed).await?.audit_head()).await
    }
    async fn write(&mut self, set: &WriteSet) -> Result<()> {
        let runs = self.runs.clone();
        runs.run(self.inner(Fault::WriteFailed).await?.write(set)).await
    }
    async fn commit(mut self: Box<Self>) -> Result<()> {
        self.faults.edge(self.process).await?;
        if self.faults.strikes(Fault::CommitFailed, 1) {
            return Err(down());
        }
        if self.faults.strikes(Fault::Conflict, 1) {
            return Err(StoreError::Conflict("somebody was faster".into()));
        }
        let inner = self.inner.take().ok_or_else(down)?;
        self.runs.run(inner.commit()).await?;
        self.faults.edge(self.process).await?;
        match self.faults.strikes(Fault::CommitUnknown, 1) {
            true => Err(down()),
            false => Ok(()),
        }
    }
}
