//! [`WebhookLog`](super::WebhookLog) on each database, and on a patient one.

use super::{
    super::{
        PgStore, Result, SqliteStore,
        codec::{clean, micros, micros_after},
        patient::{Patient, in_time},
    },
    HookAnswer, WebhookCursor, WebhookDelivery, WebhookLog, WebhookOutcome, WebhookQuery, WebhookWant,
    body::{self, impl_webhook_log},
    sql,
};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;

impl_webhook_log!(SqliteStore, sql::CLAIM_PLAIN);
impl_webhook_log!(PgStore, sql::CLAIM_LOCKED);

macro_rules! patient {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+) => {
        #[async_trait::async_trait]
        impl<S: WebhookLog> WebhookLog for Patient<S> {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output> {
                in_time(self.0.$name($($argument),*)).await
            })+
        }
    };
}

patient! {
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
