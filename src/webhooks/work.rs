//! One attempt.

use super::{Subscription, Webhooks, payload, schedule::next_attempt};
use crate::store::{Result, StoreError, WebhookDelivery, WebhookOutcome, WebhookState};
use chrono::TimeDelta;
use countersign_engine::{person::Platform, words};
use countersign_webhook::{MessageId, Reply, Undelivered};
use std::{sync::Arc, time::Duration};

/// How long a delivery is ours: longer than an attempt can take.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(60);
/// Attempts at a time, for each webhook.
pub(super) const AT_ONCE: i64 = 4;
/// The receiver wants nothing more (Standard Webhooks, "Deliverability and reliability").
const GONE: u16 = 410;
/// Characters of an answer that are kept.
const EXCERPT: usize = 1_000;

/// What came of sending.
struct Attempt {
    status: Option<u16>,
    error: String,
    excerpt: String,
    retry_after: Option<Duration>,
}

/// Sends one message, and writes down what came of it.
pub(super) async fn deliver(webhooks: Webhooks, webhook: Arc<Subscription>, claimed: WebhookDelivery) -> Result<()> {
    let attempt = match send(&webhooks, &webhook, &claimed).await {
        Ok(attempt) => attempt,
        // What the trail does not give now it will not give later.
        Err(StoreError::Corrupt(why)) => return bury(&webhooks, &claimed, why).await,
        Err(error) => return Err(error),
    };
    let now = webhooks.service.clock.now();
    let waiting = next_attempt(claimed.attempts, claimed.first_due, now, attempt.retry_after);
    let (state, due_at) = match (attempt.status, waiting) {
        (Some(200..=299), _) => (WebhookState::Delivered, now),
        (Some(GONE), _) | (_, None) => (WebhookState::Dead, now),
        (_, Some(next)) => (WebhookState::Waiting, next),
    };
    let failed = state != WebhookState::Delivered;
    if failed {
        webhooks.metrics.delivery_failed(Platform::Webhook);
        let (seq, status, why) = (claimed.want.seq, attempt.status, attempt.error.as_str());
        tracing::warn!(webhook = webhook.name, seq, ?status, why, state = state.key(), "an event was not delivered");
    }
    if attempt.status == Some(GONE) {
        let why = "the receiver answered 410 Gone: it wants nothing more";
        webhooks.store().disable_webhook(&webhook.name, why, now).await?;
        tracing::error!(webhook = webhook.name, "the webhook is disabled, because its receiver answered 410 Gone");
    }
    let outcome = WebhookOutcome {
        state,
        due_at,
        status: attempt.status.map(i64::from),
        error: attempt.error,
        excerpt: words::cut(&attempt.excerpt, EXCERPT),
        at: now,
    };
    webhooks.store().settle_webhook(&claimed, &outcome).await
}

async fn send(webhooks: &Webhooks, webhook: &Subscription, claimed: &WebhookDelivery) -> Result<Attempt> {
    let service = &webhooks.service;
    let message = payload::message(&*service.store, claimed.want.seq, webhook.format, &service.public_url).await?;
    let no_id = || StoreError::Corrupt(format!("\"{}\" cannot name a message", message.id));
    let id = MessageId::new(message.id.clone()).ok_or_else(no_id)?;
    let timestamp = service.clock.now().timestamp();
    let headers = [
        ("content-type", message.content_type.to_owned()),
        ("webhook-id", id.as_str().to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        ("webhook-signature", webhook.signer.sign(&id, timestamp, &message.body)),
    ];
    Ok(Attempt::from(webhook.poster.post(&headers, message.body).await))
}

async fn bury(webhooks: &Webhooks, claimed: &WebhookDelivery, why: String) -> Result<()> {
    tracing::error!(webhook = claimed.webhook, seq = claimed.want.seq, why, "an event cannot be told");
    let now = webhooks.service.clock.now();
    let outcome = WebhookOutcome {
        state: WebhookState::Dead,
        due_at: now,
        status: None,
        error: why,
        excerpt: String::new(),
        at: now,
    };
    webhooks.store().settle_webhook(claimed, &outcome).await
}

impl From<std::result::Result<Reply, Undelivered>> for Attempt {
    fn from(answer: std::result::Result<Reply, Undelivered>) -> Self {
        match answer {
            Ok(Reply { status, excerpt, retry_after }) => {
                let error = match status {
                    200..=299 => String::new(),
                    300..=399 => {
                        format!("HTTP {status}: the receiver sends us elsewhere, and redirects are not followed")
                    }
                    GONE => format!("HTTP {status}: the receiver wants nothing more"),
                    _ => format!("HTTP {status}"),
                };
                Self { status: Some(status), error, excerpt, retry_after }
            }
            Err(why) => Self { status: None, error: why.to_string(), excerpt: String::new(), retry_after: None },
        }
    }
}
