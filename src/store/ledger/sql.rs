//! Statements of the delivery ledger, for both databases.

use super::{
    super::{
        Result,
        codec::{clean, micros, to_json},
    },
    LedgerQuery, Posting,
};
use sqlx::{Database, Encode, QueryBuilder, Type};

macro_rules! columns {
    () => {
        "id, request_id, address, purpose, person, instead_of, state, message, shown, error, calls, failures, \
         failing_since, reposts, passed_on, made_at, first_tried, delivered_at, at, due_at, generation, claims"
    };
}
/// Takes messages of one platform that are due. The inner part is materialized so that the limit is applied once.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "WITH picked AS MATERIALIZED (SELECT id AS picked_id FROM postings ",
            "WHERE platform = $1 AND due_at <= $2 AND leased_until <= $2 ORDER BY due_at, id LIMIT $4",
            $lock,
            ") UPDATE postings SET leased_until = $3, claims = claims + 1 FROM picked ",
            "WHERE postings.id = picked.picked_id RETURNING ",
            columns!()
        )
    };
}

pub const CLAIM_PLAIN: &str = claim!("");
pub const CLAIM_LOCKED: &str = claim!(" FOR UPDATE SKIP LOCKED");

pub const POSTINGS: &str = concat!("SELECT ", columns!(), " FROM postings WHERE request_id = $1 ORDER BY id");
pub const DUE_PLATFORMS: &str = "SELECT DISTINCT platform FROM postings WHERE due_at <= $1 AND leased_until <= $1";
pub const UNSETTLED: &str = "SELECT platform, count(*) FROM postings WHERE due_at IS NOT NULL GROUP BY platform";
// `claims` is the fence: it grows with every claim. `generation` says whether it was marked stale meanwhile.
pub const SAVE_POSTING: &str = "UPDATE postings SET state = $3, message = $4, shown = $5, error = $6, calls = $7, \
     failures = $8, failing_since = $9, reposts = $10, passed_on = $11, first_tried = $12, delivered_at = $13, at = CAST($14 AS BIGINT), \
     due_at = CASE WHEN generation = $15 THEN CAST($16 AS BIGINT) ELSE COALESCE(CAST($16 AS BIGINT), CAST($14 AS BIGINT)) END, leased_until = 0 \
     WHERE id = $1 AND claims = $2";
pub const PREFERENCES: &str = "SELECT person, body FROM preferences ORDER BY person";
pub const SET_PREFERENCE: &str = "INSERT INTO preferences (person, body, at) VALUES ($1, $2, $3) \
     ON CONFLICT (person) DO UPDATE SET body = excluded.body, at = excluded.at";
pub const FORGET_PREFERENCE: &str = "DELETE FROM preferences WHERE person = $1";
pub const TAKE_LEASE: &str = "INSERT INTO leases (name, holder, fence, ends_at) VALUES ($1, $2, 1, $4) \
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = leases.fence + 1, ends_at = excluded.ends_at \
     WHERE leases.ends_at <= $3 RETURNING fence";
pub const LEASE_ENDS: &str = "SELECT ends_at FROM leases WHERE name = $1";
pub const RENEW_LEASE: &str = "UPDATE leases SET ends_at = $4 WHERE name = $1 AND holder = $2 AND fence = $3";
pub const RELEASE_LEASE: &str = "UPDATE leases SET ends_at = 0 WHERE name = $1 AND holder = $2 AND fence = $3";

/// All of the above that are whole statements.
pub const ALL: &[&str] = &[
    POSTINGS,
    DUE_PLATFORMS,
    UNSETTLED,
    SAVE_POSTING,
    PREFERENCES,
    SET_PREFERENCE,
    FORGET_PREFERENCE,
    TAKE_LEASE,
    LEASE_ENDS,
    RENEW_LEASE,
    RELEASE_LEASE,
];

const PLAN: &str = "INSERT INTO postings (request_id, platform, address, purpose, person, instead_of, state, message, \
     shown, error, calls, passed_on, made_at, first_tried, delivered_at, at, due_at) ";

/// Inserts those that are not there.
pub(super) fn plan<DB: Database>(postings: &[Posting]) -> Result<QueryBuilder<DB>>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    Option<String>: for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
    Option<i64>: for<'q> Encode<'q, DB>,
    bool: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut rows = Vec::with_capacity(postings.len());
    for p in postings {
        rows.push((p, to_json(&p.address)?, p.message.as_ref().map(to_json).transpose()?));
    }
    let mut text = QueryBuilder::new(PLAN);
    text.push_values(rows, |mut row, (p, address, message)| {
        row.push_bind(p.request.to_string()).push_bind(p.address.platform().key().to_owned()).push_bind(address);
        row.push_bind(clean(&p.purpose).into_owned()).push_bind(p.person.as_ref().map(ToString::to_string));
        row.push_bind(p.instead_of).push_bind(p.state.key().to_owned()).push_bind(message);
        row.push_bind(p.shown.clone()).push_bind(clean(&p.error).into_owned()).push_bind(p.calls);
        row.push_bind(p.passed_on).push_bind(micros(p.made_at)).push_bind(p.first_tried.map(micros));
        row.push_bind(p.delivered_at.map(micros)).push_bind(micros(p.at)).push_bind(p.due_at.map(micros));
    });
    text.push(" ON CONFLICT (request_id, purpose, address) DO NOTHING");
    Ok(text)
}

/// Marks these.
pub(super) fn stale<DB: Database>(ids: &[i64], now: i64) -> QueryBuilder<DB>
where
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut text = QueryBuilder::new("UPDATE postings SET generation = generation + 1, due_at = COALESCE(due_at, ");
    text.push_bind(now).push(") WHERE id IN (");
    let mut list = text.separated(", ");
    for id in ids {
        list.push_bind(*id);
    }
    text.push(")");
    text
}

/// Newest first.
pub(super) fn ledger<DB: Database>(query: &LedgerQuery) -> QueryBuilder<DB>
where
    String: Type<DB> + for<'q> Encode<'q, DB>,
    i64: Type<DB> + for<'q> Encode<'q, DB>,
{
    let mut text = QueryBuilder::new(concat!("SELECT ", columns!(), " FROM postings WHERE id < "));
    text.push_bind(query.before.unwrap_or(i64::MAX));
    if let Some(state) = query.state {
        text.push(" AND state = ").push_bind(state.key().to_owned());
    }
    if let Some(platform) = query.platform {
        text.push(" AND platform = ").push_bind(platform.key().to_owned());
    }
    if let Some(request) = &query.request {
        text.push(" AND request_id = ").push_bind(clean(request.as_str()).into_owned());
    }
    text.push(" ORDER BY id DESC LIMIT ").push_bind(query.limit.max(0));
    text
}
