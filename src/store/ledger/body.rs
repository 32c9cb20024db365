//! The one body of [`Ledger`](super::Ledger) for both databases, and the way from its rows to types and back. It stands on
//! what `store/body.rs` stands on.

use super::{
    super::{Result, StoreError, codec},
    Posting, PostingState,
};
use countersign_engine::{
    id::{PersonId, RequestId},
    person::Platform,
};
use sqlx::{ColumnIndex, Decode, FromRow, Row, Type};

/// Rows that one statement inserts or marks.
pub(super) const CHUNK: usize = 200;

/// As `columns` in `sql.rs` names them.
pub(super) struct PostingRow {
    id: i64,
    request_id: String,
    address: String,
    purpose: String,
    person: Option<String>,
    instead_of: Option<i64>,
    state: String,
    message: Option<String>,
    shown: String,
    error: String,
    calls: i64,
    failures: i64,
    failing_since: Option<i64>,
    reposts: i64,
    passed_on: bool,
    made_at: i64,
    first_tried: Option<i64>,
    delivered_at: Option<i64>,
    at: i64,
    due_at: Option<i64>,
    generation: i64,
    claims: i64,
}

/// By hand, because the derive would bring in sqlx's macros.
impl<'r, R: Row> FromRow<'r, R> for PostingRow
where
    &'static str: ColumnIndex<R>,
    String: Type<R::Database> + Decode<'r, R::Database>,
    Option<String>: Decode<'r, R::Database>,
    i64: Type<R::Database> + Decode<'r, R::Database>,
    Option<i64>: Decode<'r, R::Database>,
    bool: Type<R::Database> + Decode<'r, R::Database>,
{
    fn from_row(row: &'r R) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            request_id: row.try_get("request_id")?,
            address: row.try_get("address")?,
            purpose: row.try_get("purpose")?,
            person: row.try_get("person")?,
            instead_of: row.try_get("instead_of")?,
            state: row.try_get("state")?,
            message: row.try_get("message")?,
            shown: row.try_get("shown")?,
            error: row.try_get("error")?,
            calls: row.try_get("calls")?,
            failures: row.try_get("failures")?,
            failing_since: row.try_get("failing_since")?,
            reposts: row.try_get("reposts")?,
            passed_on: row.try_get("passed_on")?,
            made_at: row.try_get("made_at")?,
            first_tried: row.try_get("first_tried")?,
            delivered_at: row.try_get("delivered_at")?,
            at: row.try_get("at")?,
            due_at: row.try_get("due_at")?,
            generation: row.try_get("generation")?,
            claims: row.try_get("claims")?,
        })
    }
}

impl PostingRow {
    pub(super) fn into_posting(self) -> Result<Posting> {
        let what = format!("posting {} of request {}", self.id, self.request_id);
        let state = PostingState::from_key(&self.state);
        let when = |at: Option<i64>| at.map(codec::moment).transpose();
        Ok(Posting {
            address: codec::from_json(&what, &self.address)?,
            purpose: codec::restore(self.purpose),
            person: self.person.map(PersonId::new),
            instead_of: self.instead_of,
            state: state.ok_or_else(|| StoreError::Corrupt(format!("{what}: state {}", self.state)))?,
            message: self.message.map(|message| codec::from_json(&what, &message)).transpose()?,
            shown: self.shown,
            error: codec::restore(self.error),
            calls: self.calls,
            failures: self.failures,
            failing_since: when(self.failing_since)?,
            reposts: self.reposts,
            passed_on: self.passed_on,
            made_at: codec::moment(self.made_at)?,
            first_tried: when(self.first_tried)?,
            delivered_at: when(self.delivered_at)?,
            at: codec::moment(self.at)?,
            due_at: when(self.due_at)?,
            generation: self.generation,
            claims: self.claims,
            request: RequestId::new(self.request_id),
            id: self.id,
        })
    }
}

pub(super) fn platform(key: &str) -> Result<Platform> {
    Platform::from_key(key).ok_or_else(|| StoreError::Corrupt(format!("\"{key}\" is not a platform")))
}

/// In the order of their rows; one that makes no sense must not take the others of its claim with it: it stays leased, and
/// is said.
pub(super) fn claimed(rows: Vec<PostingRow>) -> Vec<Posting> {
    let mut good = Vec::with_capacity(rows.len());
    for row in rows {
        match row.into_posting() {
            Ok(posting) => good.push(posting),
            Err(error) => tracing::error!(%error, "a message cannot be read; the others go on"),
        }
    }
    good.sort_by_key(|posting| posting.id);
    good
}

macro_rules! impl_ledger {
    ($store:ty, $claim:expr) => {
        #[async_trait::async_trait]
        impl crate::store::Ledger for $store {
            async fn plan(&self, postings: &[Posting]) -> Result<()> {
                let mut db = self.lazy().await?;
                for some in postings.chunks(body::CHUNK) {
                    sql::plan(some)?.build().execute(&mut *db).await?;
                }
                Ok(())
            }
            async fn mark_stale(&self, ids: &[i64], now: Timestamp) -> Result<()> {
                let mut db = self.lazy().await?;
                for some in ids.chunks(body::CHUNK) {
                    sql::stale(some, micros(now)).build().execute(&mut *db).await?;
                }
                Ok(())
            }
            async fn due_platforms(&self, now: Timestamp) -> Result<Vec<Platform>> {
                let query = sqlx::query_scalar(sql::DUE_PLATFORMS).bind(micros(now));
                let keys: Vec<String> = query.fetch_all(self.reading()).await?;
                keys.iter().map(|key| body::platform(key)).collect()
            }
            async fn claim_postings(
                &self,
                platform: Platform,
                now: Timestamp,
                lease: TimeDelta,
                limit: i64,
            ) -> Result<Vec<Posting>> {
                let query = sqlx::query_as($claim).bind(platform.key()).bind(micros(now));
                let query = query.bind(micros_after(now, lease)).bind(limit.max(0));
                Ok(body::claimed(query.fetch_all(&mut *self.lazy().await?).await?))
            }
            async fn save_posting(&self, p: &Posting) -> Result<()> {
                let message = p.message.as_ref().map(codec::to_json).transpose()?;
                let query = sqlx::query(sql::SAVE_POSTING).bind(p.id).bind(p.claims).bind(p.state.key());
                let query = query.bind(message).bind(p.shown.as_str()).bind(clean(&p.error)).bind(p.calls);
                let query = query.bind(p.failures).bind(p.failing_since.map(micros)).bind(p.reposts).bind(p.passed_on);
                let query = query.bind(p.first_tried.map(micros)).bind(p.delivered_at.map(micros)).bind(micros(p.at));
                let query = query.bind(p.generation).bind(p.due_at.map(micros));
                query.execute(&mut *self.lazy().await?).await?;
                Ok(())
            }
            async fn postings(&self, request: &RequestId) -> Result<Vec<Posting>> {
                let query = sqlx::query_as(sql::POSTINGS).bind(clean(request.as_str()));
                let rows: Vec<body::PostingRow> = query.fetch_all(self.reading()).await?;
                rows.into_iter().map(body::PostingRow::into_posting).collect()
            }
            async fn ledger(&self, query: &LedgerQuery) -> Result<Vec<Posting>> {
                let mut query = sql::ledger(query);
                let rows: Vec<body::PostingRow> = query.build_query_as().fetch_all(self.reading()).await?;
                rows.into_iter().map(body::PostingRow::into_posting).collect()
            }
            async fn unsettled(&self) -> Result<Vec<(Platform, i64)>> {
                let query = sqlx::query_as(sql::UNSETTLED);
                let rows: Vec<(String, i64)> = query.fetch_all(self.reading()).await?;
                rows.into_iter().map(|(key, count)| Ok((body::platform(&key)?, count))).collect()
            }

            async fn preferences(&self) -> Result<Vec<(PersonId, Preference)>> {
                let query = sqlx::query_as(sql::PREFERENCES);
                let rows: Vec<(String, String)> = query.fetch_all(self.reading()).await?;
                rows.into_iter()
                    .map(|(person, body)| {
                        let preference = codec::from_json(&format!("the preference of {person}"), &body)?;
                        Ok((PersonId::new(person), preference))
                    })
                    .collect()
            }
            async fn set_preference(
                &self,
                person: &PersonId,
                preference: Option<&Preference>,
                now: Timestamp,
            ) -> Result<()> {
                let mut db = self.durable().await?;
                let query = match preference {
                    Some(p) => {
                        let query = sqlx::query(sql::SET_PREFERENCE).bind(person.as_str());
                        query.bind(codec::to_json(p)?).bind(micros(now))
                    }
                    None => sqlx::query(sql::FORGET_PREFERENCE).bind(person.as_str()),
                };
                query.execute(&mut *db).await?;
                Ok(())
            }

            async fn take_lease(
                &self,
                name: &str,
                holder: &str,
                now: Timestamp,
                until: Timestamp,
            ) -> Result<Option<i64>> {
                let query = sqlx::query_scalar(sql::TAKE_LEASE).bind(name).bind(holder);
                let query = query.bind(micros(now)).bind(micros(until));
                Ok(query.fetch_optional(&mut *self.durable().await?).await?)
            }
            async fn lease_ends(&self, name: &str) -> Result<Option<Timestamp>> {
                let query = sqlx::query_scalar(sql::LEASE_ENDS).bind(name);
                let ends: Option<i64> = query.fetch_optional(&mut *self.durable().await?).await?;
                ends.map(codec::moment).transpose()
            }
            async fn renew_lease(&self, name: &str, holder: &str, fence: i64, until: Timestamp) -> Result<bool> {
                let query = sqlx::query(sql::RENEW_LEASE).bind(name).bind(holder).bind(fence);
                let done = query.bind(micros(until)).execute(&mut *self.durable().await?).await?;
                Ok(done.rows_affected() > 0)
            }
            async fn release_lease(&self, name: &str, holder: &str, fence: i64) -> Result<()> {
                let query = sqlx::query(sql::RELEASE_LEASE).bind(name).bind(holder).bind(fence);
                query.execute(&mut *self.durable().await?).await?;
                Ok(())
            }
        }
    };
}
pub(super) use impl_ledger;
