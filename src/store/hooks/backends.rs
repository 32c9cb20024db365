//! [`HookLog`](super::HookLog) on each database, and on a patient one.

use super::{
    super::{
        PgStore, Result, SqliteStore,
        codec::{clean, micros, micros_after},
        patient::{Patient, in_time},
    },
    HookAnswer, HookCursor, HookDelivery, HookLog, HookOutcome, HookQuery, HookWant,
    body::{self, impl_hook_log},
    sql,
};
use chrono::TimeDelta;
use countersign_engine::time::Timestamp;

impl_hook_log!(SqliteStore, sql::CLAIM_PLAIN);
impl_hook_log!(PgStore, sql::CLAIM_LOCKED);

macro_rules! patient {
    ($(fn $name:ident($($argument:ident: $type:ty),*) -> $output:ty;)+) => {
        #[async_trait::async_trait]
        impl<S: HookLog> HookLog for Patient<S> {
            $(async fn $name(&self, $($argument: $type),*) -> Result<$output> {
                in_time(self.0.$name($($argument),*)).await
            })+
        }
    };
}

patient! {
    fn hook_cursors() -> Vec<HookCursor>;
    fn start_hook(hook: &str) -> ();
    fn advance_hook(hook: &str, wants: &[HookWant], next_seq: i64, now: Timestamp) -> ();
    fn claim_hooks(hook: &str, now: Timestamp, lease: TimeDelta, limit: i64) -> Vec<HookDelivery>;
    fn settle_hook(claimed: &HookDelivery, outcome: &HookOutcome) -> ();
    fn hook_deliveries(query: &HookQuery) -> Vec<HookDelivery>;
    fn resend_hook(id: i64, now: Timestamp) -> bool;
    fn disable_hook(hook: &str, why: &str, now: Timestamp) -> ();
    fn enable_hook(hook: &str, now: Timestamp) -> bool;
    fn hook_answer(hook: &str, message: &str) -> Option<HookAnswer>;
    fn keep_hook_answer(hook: &str, message: &str, answer: &HookAnswer, now: Timestamp) -> ();
    fn forsake_hooks(before: Timestamp, why: &str, now: Timestamp) -> u64;
    fn sweep_hooks(log_before: Timestamp, answers_before: Timestamp) -> ();
}
