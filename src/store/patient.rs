//! Patience with a database on another machine, and its end.

use super::{
    AuditHead, AuditQuery, AuditRow, Batch, Binding, Checkpoint, Credential, CredentialKind, HookAnswer, Instance,
    Instances, Job, Lane, Ledger, LedgerQuery, Posting, Query, Restored, Result, Store, StoreError, WebhookCursor,
    WebhookDelivery, WebhookLog, WebhookOutcome, WebhookQuery, WebhookWant,
};
use chrono::TimeDelta;
use countersign_engine::{
    effect::Effect,
    id::{PersonId, RequestId},
    person::{Account, Platform},
    preference::Preference,
    request::Request,
    time::Timestamp,
};
use std::time::Duration;

/// Longer than the server's own limit for a statement, so that its words come first where it has any.
const PATIENCE: Duration = Duration::from_secs(12);

/// A store whose calls come back in time. A machine that is gone closes no connection: whoever asked it something would
/// wait for a quarter of an hour, until the kernel gives up. What was given up may have been done all the same.
pub(super) struct Patient<S>(pub(super) S);

impl<S> Patient<S> {
    pub(super) fn new(store: S) -> Self {
        Self(store)
    }
}

async fn in_time<T>(call: impl Future<Output = Result<T>>) -> Result<T> {
    let late = |_| Err(StoreError::Unavailable(format!("no answer within {} s", PATIENCE.as_secs())));
    tokio::time::timeout(PATIENCE, call).await.unwrap_or_else(late)
}

/// A trait with these methods, each of which comes back in time, and with those that have no need to.
macro_rules! patient {
    ($trait:ident: $(fn $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+ $({ $($own:tt)+ })?) => {
        #[async_trait::async_trait]
        impl<S: $trait> $trait for Patient<S> {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output> {
                in_time(self.0.$name($($argument),*)).await
            })+
            $($($own)+)?
        }
    };
}

patient! {
    Store:
    fn ping() -> ();
    fn begin() -> Box<dyn Batch>;
    fn request(name: &str) -> Option<Request>;
    fn requests(query: &Query) -> Vec<Request>;
    fn census() -> Vec<(String, Option<String>, bool, i64)>;
    fn due(now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<RequestId>;
    fn claim(lane: Lane, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Job>;
    fn finish(job: &Job) -> ();
    fn retry(job: &Job, due: Timestamp, error: &str) -> ();
    fn bury(job: &Job, error: &str) -> ();
    fn backlog() -> Vec<(Lane, i64, i64, Option<Timestamp>)>;
    fn raise(request: &RequestId, effect: &Effect, due: Timestamp) -> ();
    fn put_credential(credential: &Credential) -> ();
    fn credential(kind: CredentialKind, hash: &str, now: Timestamp) -> Option<Credential>;
    fn consume_credential(kind: CredentialKind, hash: &str, now: Timestamp) -> Option<Credential>;
    fn touch_credential(kind: CredentialKind, hash: &str, now: Timestamp, expires_at: Timestamp) -> ();
    fn remove_credential(kind: CredentialKind, hash: &str) -> bool;
    fn credentials_of(kind: CredentialKind, subject: &str) -> Vec<Credential>;
    fn bindings() -> Vec<Binding>;
    fn bind(binding: &Binding) -> ();
    fn unbind(account: &Account) -> bool;
    fn put_secret(request: &RequestId, sealed: &[u8], now: Timestamp) -> ();
    fn take_secret(request: &RequestId) -> Option<Vec<u8>>;
    fn secret(request: &RequestId) -> Option<Vec<u8>>;
    fn has_secret(request: &RequestId) -> bool;
    fn audit(query: &AuditQuery) -> Vec<AuditRow>;
    fn audit_head() -> AuditHead;
    fn checkpoint() -> Option<Checkpoint>;
    fn checkpoints() -> Vec<Checkpoint>;
    fn save_checkpoint(checkpoint: &Checkpoint) -> ();
    fn heed_clock(now: Timestamp) -> ();
    fn sweep(now: Timestamp, keys_before: Timestamp) -> ();
    {
        fn backend(&self) -> &'static str {
            self.0.backend()
        }
        async fn announce(&self) {
            self.0.announce().await;
        }
        async fn wait(&self, max: Duration) {
            self.0.wait(max).await;
        }
    }
}

patient! {
    Ledger:
    fn plan(postings: &[Posting]) -> ();
    fn mark_stale(ids: &[i64], now: Timestamp) -> ();
    fn due_platforms(now: Timestamp) -> Vec<Platform>;
    fn claim_postings(platform: Platform, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<Posting>;
    fn save_posting(posting: &Posting) -> ();
    fn postings(request: &RequestId) -> Vec<Posting>;
    fn ledger(query: &LedgerQuery) -> Vec<Posting>;
    fn unsettled() -> Vec<(Platform, i64)>;
    fn preferences() -> Vec<(PersonId, Preference)>;
    fn set_preference(person: &PersonId, preference: Option<&Preference>, now: Timestamp) -> ();
    fn lease_ends(name: &str) -> Option<Timestamp>;
    fn take_lease(name: &str, holder: &str, now: Timestamp, until: Timestamp) -> Option<i64>;
    fn renew_lease(name: &str, holder: &str, fence: i64, until: Timestamp) -> bool;
    fn release_lease(name: &str, holder: &str, fence: i64) -> ();
}

patient! {
    WebhookLog:
    fn webhook_cursors() -> Vec<WebhookCursor>;
    fn start_webhook(webhook: &str) -> ();
    fn advance_webhook(webhook: &str, wants: &[WebhookWant], next_seq: i64, now: Timestamp) -> ();
    fn claim_webhooks(webhook: &str, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<WebhookDelivery>;
    fn settle_webhook(claimed: &WebhookDelivery, outcome: &WebhookOutcome) -> ();
    fn webhook_deliveries(query: &WebhookQuery) -> Vec<WebhookDelivery>;
    fn resend_webhook(id: i64, now: Timestamp) -> bool;
    fn disable_webhook(webhook: &str, why: &str, now: Timestamp) -> ();
    fn enable_webhook(webhook: &str, now: Timestamp) -> bool;
    fn hook_answer(hook: &str, message: &str) -> Option<HookAnswer>;
    fn keep_hook_answer(hook: &str, message: &str, answer: &HookAnswer, now: Timestamp) -> ();
    fn forsake_webhooks(before: Timestamp, why: &str, now: Timestamp) -> u64;
    fn sweep_webhooks(log_before: Timestamp, answers_before: Timestamp) -> ();
}

patient! {
    Instances:
    fn instance() -> Option<Instance>;
    fn found_instance(id: &str, epoch: i64) -> ();
    fn quarantine(why: &str, seen: i64) -> ();
    fn restores() -> Vec<Restored>;
    fn confirm_restore(restored: &Restored) -> ();
}
