//! [`WebhookLog`](super::WebhookLog) on each database.

use super::{
    super::{
        PgStore, Result, SqliteStore,
        codec::{clean, micros, micros_after},
    },
    HookAnswer, WebhookDelivery, WebhookOutcome, WebhookQuery, WebhookWant,
    body::{self, impl_webhook_log},
    sql,
};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;

impl_webhook_log!(SqliteStore, sql::CLAIM_PLAIN);
impl_webhook_log!(PgStore, sql::CLAIM_LOCKED);
