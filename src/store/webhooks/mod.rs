//! What webhooks need to have kept: where each stands in the audit trail, its deliveries, and what inbound hooks answered.

mod backends;
mod body;
mod sql;

pub(super) use sql::{ALL, CLAIM_LOCKED, CLAIM_PLAIN};

use super::{Result, StoreError, codec};
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign_engine::{id::RequestId, time::Timestamp};

/// Where a webhook stands in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookCursor {
    /// Its name in the policy file.
    pub webhook: String,
    /// The position of the first entry that it has not looked at.
    pub next_seq: i64,
    /// Since when nothing is sent, and why.
    pub disabled: Option<(Timestamp, String)>,
}

/// An entry that a webhook wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookWant {
    /// Its position in the trail.
    pub seq: i64,
    /// The request that it is about.
    pub request: RequestId,
    /// The message's type: `request.approved`.
    pub kind: String,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WebhookState {
    /// It is to be tried.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// Nobody tries any more; people see it on the console (promise L6).
    Dead,
}

impl WebhookState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];
    /// The word in the database and in addresses.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::Dead => "dead",
        }
    }
    /// Back from [`WebhookState::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// One delivery: a webhook and an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookDelivery {
    /// Its name in the log.
    pub id: i64,
    /// The webhook.
    pub webhook: String,
    /// What it is about.
    pub want: WebhookWant,
    /// Where it stands.
    pub state: WebhookState,
    /// How often it was tried. Grows with every claim: only the last claimer says what became of it.
    pub attempts: i64,
    /// When it is tried next.
    pub due_at: Timestamp,
    /// Since when it is tried.
    pub first_due: Timestamp,
    /// The last answer's HTTP status.
    pub status: Option<i64>,
    /// What went wrong last.
    pub error: String,
    /// The beginning of the last answer's body.
    pub excerpt: String,
    /// When it last changed.
    pub at: Timestamp,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookOutcome {
    /// Where it stands now; `Waiting` with the moment of the next attempt.
    pub state: WebhookState,
    /// When it is tried next; means nothing unless it waits.
    pub due_at: Timestamp,
    /// The answer's HTTP status.
    pub status: Option<i64>,
    /// What went wrong.
    pub error: String,
    /// The beginning of the answer's body.
    pub excerpt: String,
    /// Now.
    pub at: Timestamp,
}

/// Which deliveries to list. All that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebhookQuery {
    /// Of this webhook.
    pub webhook: Option<String>,
    /// In this state.
    pub state: Option<WebhookState>,
    /// Only those with a smaller id.
    pub before: Option<i64>,
    /// At most this many.
    pub limit: i64,
}

/// What an inbound hook answered to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookAnswer {
    /// SHA-256 of the body, in hexadecimal digits.
    pub fingerprint: String,
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub answer: String,
}

/// What webhooks need to have kept.
#[async_trait]
pub trait WebhookLog: Send + Sync {
    /// All cursors, by name.
    async fn webhook_cursors(&self) -> Result<Vec<WebhookCursor>>;
    /// Sets a webhook that is new at the trail's present end; one that is known stays where it is.
    async fn start_webhook(&self, webhook: &str) -> Result<()>;
    /// Notes deliveries and moves the cursor to `next_seq`. Several replicas may do so at once: an entry is noted once.
    async fn advance_webhook(&self, webhook: &str, wants: &[WebhookWant], next_seq: i64, now: Timestamp) -> Result<()>;
    /// A webhook's deliveries that are due, leased until `now + lease`, oldest first; none while it is disabled.
    async fn claim_webhooks(
        &self,
        webhook: &str,
        now: Timestamp,
        lease: TimeDelta,
        limit: i64,
    ) -> Result<Vec<WebhookDelivery>>;
    /// What came of an attempt; does nothing when somebody else has claimed it since.
    async fn settle_webhook(&self, claimed: &WebhookDelivery, outcome: &WebhookOutcome) -> Result<()>;
    /// The log, newest first.
    async fn webhook_deliveries(&self, query: &WebhookQuery) -> Result<Vec<WebhookDelivery>>;
    /// Tries one anew that is delivered or dead, as if for the first time; `false` when there is none.
    async fn resend_webhook(&self, id: i64, now: Timestamp) -> Result<bool>;
    /// Sends nothing more for this webhook.
    async fn disable_webhook(&self, webhook: &str, why: &str, now: Timestamp) -> Result<()>;
    /// Goes on where it stopped; what waits has its whole time again. `false` when it was not disabled.
    async fn enable_webhook(&self, webhook: &str, now: Timestamp) -> Result<bool>;
    /// What was answered to this message.
    async fn hook_answer(&self, hook: &str, message: &str) -> Result<Option<HookAnswer>>;
    /// Keeps an answer; the first one stays.
    async fn keep_hook_answer(&self, hook: &str, message: &str, answer: &HookAnswer, now: Timestamp) -> Result<()>;
    /// Buries what waits since before `before` though its webhook is not disabled; how many those were.
    async fn forsake_webhooks(&self, before: Timestamp, why: &str, now: Timestamp) -> Result<u64>;
    /// Deletes what is done or dead since before `log_before`, and answers older than `answers_before`.
    async fn sweep_webhooks(&self, log_before: Timestamp, answers_before: Timestamp) -> Result<()>;
}

type DeliveryTuple = (i64, String, i64, String, String, String, i64, i64, i64, Option<i64>, String, String, i64);

fn cursor((webhook, next_seq, disabled_at, why): (String, i64, Option<i64>, String)) -> Result<WebhookCursor> {
    let disabled = disabled_at.map(|at| Ok::<_, StoreError>((codec::moment(at)?, codec::restore(why)))).transpose()?;
    Ok(WebhookCursor { webhook: codec::restore(webhook), next_seq, disabled })
}

fn delivery(row: DeliveryTuple) -> Result<WebhookDelivery> {
    let (id, webhook, seq, request, kind, state, attempts, due_at, first_due, status, error, excerpt, at) = row;
    let bad = || StoreError::Corrupt(format!("\"{state}\" is not the state of a delivery"));
    Ok(WebhookDelivery {
        id,
        webhook: codec::restore(webhook),
        want: WebhookWant { seq, request: RequestId::new(request), kind },
        state: WebhookState::from_key(&state).ok_or_else(bad)?,
        attempts,
        due_at: codec::moment(due_at)?,
        first_due: codec::moment(first_due)?,
        status,
        error: codec::restore(error),
        excerpt: codec::restore(excerpt),
        at: codec::moment(at)?,
    })
}

fn answer((fingerprint, status, answer): (String, i64, String)) -> Result<HookAnswer> {
    let status = u16::try_from(status).map_err(|_| StoreError::Corrupt(format!("{status} is not an HTTP status")))?;
    Ok(HookAnswer { fingerprint, status, answer: codec::restore(answer) })
}
