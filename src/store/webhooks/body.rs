//! The one body of [`WebhookLog`](super::WebhookLog) for both databases; it stands on what `store/body.rs` stands on.
//!
//! Deliveries are noted and settled on the lazy connection: losing the last of them with the power sends a message twice,
//! never not at all, because the cursor that follows them is lost with them.

use super::{super::codec, DeliveryTuple, WebhookQuery, WebhookWant, sql};
use countersign_engine::time::Timestamp;
use sqlx::{Database, Encode, QueryBuilder, Type};

/// Rows of one insert; well within the parameters that a statement may have.
pub(crate) const ROWS: usize = 500;

/// An insert of these deliveries that passes over those that are there.
pub(crate) fn wants<DB: Database>(webhook: &str, wants: &[WebhookWant], now: Timestamp) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut text = QueryBuilder::new(sql::WANT);
    let (now, webhook) = (codec::micros(now), codec::clean(webhook));
    text.push_values(wants, |mut row, want| {
        row.push_bind(webhook.to_string()).push_bind(want.seq).push_bind(want.request.to_string());
        row.push_bind(want.kind.clone()).push("'waiting'").push_bind(now).push_bind(now).push_bind(now);
    });
    text.push(" ON CONFLICT (webhook, seq) DO NOTHING");
    text
}

/// The log, newest first.
pub(crate) fn log<DB: Database>(query: &WebhookQuery) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut text = QueryBuilder::new(sql::LOG);
    text.push_bind(query.before.unwrap_or(i64::MAX));
    if let Some(webhook) = &query.webhook {
        text.push(" AND webhook = ").push_bind(codec::clean(webhook).into_owned());
    }
    if let Some(state) = query.state {
        text.push(" AND state = ").push_bind(state.key().to_owned());
    }
    text.push(" ORDER BY id DESC LIMIT ").push_bind(query.limit.max(0));
    text
}

/// In the order in which they became due; `RETURNING` keeps none.
pub(crate) fn in_order(mut rows: Vec<DeliveryTuple>) -> Vec<DeliveryTuple> {
    rows.sort_by_key(|row| (row.7, row.0));
    rows
}

macro_rules! impl_webhook_log {
    ($store:ty, $claim:expr) => {
        #[async_trait::async_trait]
        impl crate::store::WebhookLog for $store {
            async fn webhook_cursors(&self) -> Result<Vec<crate::store::WebhookCursor>> {
                let rows = sqlx::query_as(sql::CURSORS).fetch_all(self.reading()).await?;
                rows.into_iter().map(super::cursor).collect()
            }
            async fn start_webhook(&self, webhook: &str) -> Result<()> {
                sqlx::query(sql::START).bind(clean(webhook)).execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn advance_webhook(
                &self,
                webhook: &str,
                wants: &[WebhookWant],
                next: i64,
                now: Timestamp,
            ) -> Result<()> {
                let mut db = self.lazy().await?;
                for some in wants.chunks(body::ROWS) {
                    body::wants(webhook, some, now).build().execute(&mut *db).await?;
                }
                sqlx::query(sql::ADVANCE).bind(clean(webhook)).bind(next).execute(&mut *db).await?;
                Ok(())
            }
            async fn claim_webhooks(
                &self,
                webhook: &str,
                now: Timestamp,
                lease: TimeDelta,
                limit: i64,
            ) -> Result<Vec<WebhookDelivery>> {
                let query = sqlx::query_as($claim).bind(micros(now)).bind(micros_after(now, lease));
                let rows = query.bind(limit.max(0)).bind(clean(webhook)).fetch_all(&mut *self.lazy().await?).await?;
                body::in_order(rows).into_iter().map(super::delivery).collect()
            }
            async fn settle_webhook(&self, claimed: &WebhookDelivery, o: &WebhookOutcome) -> Result<()> {
                let query = sqlx::query(sql::SETTLE).bind(claimed.id).bind(claimed.attempts).bind(o.state.key());
                let query = query.bind(micros(o.due_at)).bind(o.status).bind(clean(&o.error)).bind(clean(&o.excerpt));
                query.bind(micros(o.at)).execute(&mut *self.lazy().await?).await?;
                Ok(())
            }
            async fn webhook_deliveries(&self, query: &WebhookQuery) -> Result<Vec<WebhookDelivery>> {
                let rows = body::log(query).build_query_as().fetch_all(self.reading()).await?;
                rows.into_iter().map(super::delivery).collect()
            }
            async fn resend_webhook(&self, id: i64, now: Timestamp) -> Result<bool> {
                let query = sqlx::query(sql::RESEND).bind(id).bind(micros(now));
                Ok(query.execute(&mut *self.durable().await?).await?.rows_affected() > 0)
            }
            async fn disable_webhook(&self, webhook: &str, why: &str, now: Timestamp) -> Result<()> {
                let query = sqlx::query(sql::DISABLE).bind(clean(webhook)).bind(micros(now)).bind(clean(why));
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn enable_webhook(&self, webhook: &str, now: Timestamp) -> Result<bool> {
                let mut db = self.durable().await?;
                let renew = sqlx::query(sql::RENEW).bind(clean(webhook)).bind(micros(now));
                renew.execute(&mut *db).await?;
                let enable = sqlx::query(sql::ENABLE).bind(clean(webhook));
                Ok(enable.execute(&mut *db).await?.rows_affected() > 0)
            }
            async fn hook_answer(&self, hook: &str, message: &str) -> Result<Option<HookAnswer>> {
                let query = sqlx::query_as(sql::ANSWER).bind(clean(hook)).bind(clean(message));
                query.fetch_optional(self.reading()).await?.map(super::answer).transpose()
            }
            async fn keep_hook_answer(&self, hook: &str, message: &str, a: &HookAnswer, now: Timestamp) -> Result<()> {
                let query = sqlx::query(sql::KEEP_ANSWER).bind(clean(hook)).bind(clean(message));
                let query = query.bind(a.fingerprint.as_str()).bind(i64::from(a.status)).bind(clean(&a.answer));
                query.bind(micros(now)).execute(&mut *self.durable().await?).await?;
                Ok(())
            }
            async fn forsake_webhooks(&self, before: Timestamp, why: &str, now: Timestamp) -> Result<u64> {
                let query = sqlx::query(sql::FORSAKE).bind(micros(before)).bind(clean(why)).bind(micros(now));
                Ok(query.execute(&mut *self.durable().await?).await?.rows_affected())
            }
            async fn sweep_webhooks(&self, log_before: Timestamp, answers_before: Timestamp) -> Result<()> {
                let mut db = self.lazy().await?;
                sqlx::query(sql::SWEEP_LOG).bind(micros(log_before)).execute(&mut *db).await?;
                sqlx::query(sql::SWEEP_ANSWERS).bind(micros(answers_before)).execute(&mut *db).await?;
                Ok(())
            }
        }
    };
}
pub(super) use impl_webhook_log;
