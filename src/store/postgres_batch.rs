//! The writer's transaction on PostgreSQL: one statement a table, whatever the size of the batch.

use super::{
    Batch, KeyRow, Result, StoreError, WriteSet,
    codec::{self, clean},
    columns::{self, AuditColumns, EffectColumns, KeyColumns, RequestColumns, VoteColumns},
    rows::AuditHead,
    sql, standing,
};
use async_trait::async_trait;
use countersign_engine::{
    decide::Standing,
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    request::Request,
};
use sqlx::{Postgres, Transaction};
use std::collections::HashMap;

// Rows are locked in order of id, so two replicas never wait for one another.
const LOAD: &str = "SELECT id, body FROM requests WHERE id = ANY($1) ORDER BY id FOR UPDATE";
const AUDIT_HEAD: &str = "SELECT size, frontier FROM audit_head WHERE one = 1 FOR UPDATE";
// Two replicas that open requests of one person do so one after the other, or the second would not see the first.
const ONE_BY_ONE: &str = "SELECT pg_advisory_xact_lock(hashtextextended($1, $2))";
const TAKEN: &str = "SELECT short_id FROM requests WHERE short_id = ANY($1)";
const KEYS: &str = "SELECT keys.caller, keys.key, keys.fingerprint, keys.request_id, keys.at \
     FROM unnest($1::text[], $2::text[]) AS x (caller, key) JOIN keys ON keys.caller = x.caller AND keys.key = x.key";
const INSERT: &str = "INSERT INTO requests (id, short_id, requester, holder, resource, access, workflow, state, \
     grant_state, overdue, live, opened_at, decided_at, version, search, body) \
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], \
     $8::text[], $9::text[], $10::bool[], $11::bool[], $12::int8[], $13::int8[], $14::int8[], $15::text[], $16::text[])";
const UPDATE: &str = "UPDATE requests SET access = x.access, state = x.state, grant_state = x.grant_state, \
     overdue = x.overdue, live = x.live, decided_at = x.decided_at, version = x.version, body = x.body \
     FROM unnest($1::text[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::bool[], $7::bool[], $8::int8[], \
     $9::int8[], $10::text[]) AS x (id, before, access, state, grant_state, overdue, live, decided_at, version, body) \
     WHERE requests.id = x.id AND requests.version = x.before";
const VOTES: &str = "INSERT INTO votes (request_id, slot, step, person, decision, at) \
     SELECT * FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::int8[])";
const SET_ALARMS: &str = "INSERT INTO alarms (request_id, due_at) SELECT * FROM unnest($1::text[], $2::int8[]) \
     ON CONFLICT (request_id) DO UPDATE SET due_at = excluded.due_at, leased_until = 0";
const STOP_ALARMS: &str = "DELETE FROM alarms WHERE request_id = ANY($1)";
const RAISE: &str = concat!(
    "INSERT INTO outbox (request_id, effect, lane, due_at, first_due) SELECT x.request_id, x.effect, x.lane, x.due, ",
    "x.due FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[]) AS x (request_id, effect, lane, due)",
    sql::raise_again!()
);
const AUDIT: &str = "INSERT INTO audit (seq, at, request_id, person, resource, body, leaf) SELECT * FROM \
     unnest($1::int8[], $2::int8[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])";
const SAVE_KEYS: &str = "INSERT INTO keys (caller, key, fingerprint, request_id, at) \
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::int8[])";

pub(super) const ALL: &[&str] = &[
    LOAD,
    AUDIT_HEAD,
    ONE_BY_ONE,
    TAKEN,
    KEYS,
    INSERT,
    UPDATE,
    VOTES,
    SET_ALARMS,
    STOP_ALARMS,
    RAISE,
    AUDIT,
    SAVE_KEYS,
];

/// One column of many rows.
fn column<'r, R, V>(rows: &'r [R], value: impl Fn(&'r R) -> V) -> Vec<V> {
    rows.iter().map(value).collect()
}

pub(super) struct PgBatch {
    tx: Transaction<'static, Postgres>,
    seed: i64,
}

impl PgBatch {
    /// `seed` tells this schema's advisory locks from those of others.
    pub(super) fn new(tx: Transaction<'static, Postgres>, seed: i64) -> Self {
        Self { tx, seed }
    }

    async fn insert(&mut self, rows: &[RequestColumns<'_>]) -> Result<()> {
        let query = sqlx::query(INSERT).bind(column(rows, |r| r.id)).bind(column(rows, |r| r.short_id));
        let query = query.bind(column(rows, |r| r.requester)).bind(column(rows, |r| r.holder));
        let query = query.bind(column(rows, |r| r.resource)).bind(column(rows, |r| r.access));
        let query = query.bind(column(rows, |r| r.workflow)).bind(column(rows, |r| r.state));
        let query = query.bind(column(rows, |r| r.grant_state)).bind(column(rows, |r| r.overdue));
        let query = query.bind(column(rows, |r| r.live)).bind(column(rows, |r| r.opened_at));
        let query = query.bind(column(rows, |r| r.decided_at)).bind(column(rows, |r| r.version));
        let query = query.bind(column(rows, |r| r.search.as_str())).bind(column(rows, |r| r.body.as_str()));
        query.execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn update(&mut self, rows: &[RequestColumns<'_>], before: &[i64]) -> Result<()> {
        let query = sqlx::query(UPDATE).bind(column(rows, |r| r.id)).bind(before).bind(column(rows, |r| r.access));
        let query = query.bind(column(rows, |r| r.state)).bind(column(rows, |r| r.grant_state));
        let query = query.bind(column(rows, |r| r.overdue)).bind(column(rows, |r| r.live));
        let query = query.bind(column(rows, |r| r.decided_at)).bind(column(rows, |r| r.version));
        let query = query.bind(column(rows, |r| r.body.as_str()));
        match query.execute(&mut *self.tx).await?.rows_affected() == rows.len() as u64 {
            true => Ok(()),
            false => Err(StoreError::Conflict("a request is not at the version it was decided on".into())),
        }
    }

    async fn requests(&mut self, set: &WriteSet) -> Result<()> {
        let (mut new, mut old, mut before) = (Vec::new(), Vec::new(), Vec::new());
        for (request, version) in &set.requests {
            let row = RequestColumns::of(request)?;
            match version {
                None => new.push(row),
                Some(version) => {
                    old.push(row);
                    before.push(columns::signed(*version)?);
                }
            }
        }
        if !new.is_empty() {
            self.insert(&new).await?;
        }
        if !old.is_empty() {
            self.update(&old, &before).await?;
        }
        Ok(())
    }

    async fn votes(&mut self, rows: &[VoteColumns<'_>]) -> Result<()> {
        let query = sqlx::query(VOTES).bind(column(rows, |r| r.0)).bind(column(rows, |r| r.1.as_ref()));
        let query = query.bind(column(rows, |r| r.2)).bind(column(rows, |r| r.3)).bind(column(rows, |r| r.4));
        query.bind(column(rows, |r| r.5)).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn alarms(&mut self, set: &WriteSet) -> Result<()> {
        let (ringing, stopped) = columns::alarms(set);
        if !ringing.is_empty() {
            let query = sqlx::query(SET_ALARMS).bind(column(&ringing, |r| r.0)).bind(column(&ringing, |r| r.1));
            query.execute(&mut *self.tx).await?;
        }
        if !stopped.is_empty() {
            sqlx::query(STOP_ALARMS).bind(stopped).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn effects(&mut self, rows: &[EffectColumns<'_>]) -> Result<()> {
        let query = sqlx::query(RAISE).bind(column(rows, |r| r.0)).bind(column(rows, |r| r.1.as_str()));
        query.bind(column(rows, |r| r.2)).bind(column(rows, |r| r.3)).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn audit(&mut self, rows: &[AuditColumns<'_>]) -> Result<()> {
        let query = sqlx::query(AUDIT).bind(column(rows, |r| r.0)).bind(column(rows, |r| r.1));
        let query = query.bind(column(rows, |r| r.2)).bind(column(rows, |r| r.3)).bind(column(rows, |r| r.4));
        query.bind(column(rows, |r| r.5)).bind(column(rows, |r| r.6)).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn save_keys(&mut self, rows: &[KeyColumns<'_>]) -> Result<()> {
        let query = sqlx::query(SAVE_KEYS).bind(column(rows, |r| r.0.as_ref())).bind(column(rows, |r| r.1.as_ref()));
        let query = query.bind(column(rows, |r| r.2)).bind(column(rows, |r| r.3)).bind(column(rows, |r| r.4));
        query.execute(&mut *self.tx).await?;
        Ok(())
    }
}

#[async_trait]
impl Batch for PgBatch {
    async fn load(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Request>> {
        let query = sqlx::query_as(LOAD).bind(column(ids, |id| clean(id.as_str()).into_owned()));
        let named = |row| codec::request(row).map(|request| (request.id.clone(), request));
        query.fetch_all(&mut *self.tx).await?.into_iter().map(named).collect()
    }

    async fn standing(&mut self, person: &PersonId, resource: &ResourceId, access: &AccessLevel) -> Result<Standing> {
        sqlx::query(ONE_BY_ONE).bind(person.as_str()).bind(self.seed).execute(&mut *self.tx).await?;
        let open = sqlx::query_scalar(sql::OPEN_COUNT).bind(person.as_str()).fetch_one(&mut *self.tx).await?;
        let same = sqlx::query_as(sql::OPEN_SAME).bind(person.as_str()).bind(resource.as_str()).bind(access.as_str());
        Ok(standing::from_rows(open, same.fetch_optional(&mut *self.tx).await?))
    }

    async fn taken(&mut self, short_ids: &[String]) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(TAKEN).bind(short_ids).fetch_all(&mut *self.tx).await?)
    }

    async fn keys(&mut self, keys: &[(String, String)]) -> Result<Vec<KeyRow>> {
        let (callers, keys) = (column(keys, |k| clean(&k.0).into_owned()), column(keys, |k| clean(&k.1).into_owned()));
        let rows = sqlx::query_as(KEYS).bind(callers).bind(keys).fetch_all(&mut *self.tx).await?;
        rows.into_iter().map(codec::key).collect()
    }

    async fn audit_head(&mut self) -> Result<AuditHead> {
        codec::head(sqlx::query_as(AUDIT_HEAD).fetch_one(&mut *self.tx).await?)
    }

    async fn write(&mut self, set: &WriteSet) -> Result<()> {
        self.requests(set).await?;
        if !set.votes.is_empty() {
            self.votes(&columns::votes(set)).await?;
        }
        self.alarms(set).await?;
        if !set.effects.is_empty() {
            self.effects(&columns::effects(set)?).await?;
        }
        if !set.audit.is_empty() {
            self.audit(&columns::audit(set)).await?;
        }
        if !set.keys.is_empty() {
            self.save_keys(&columns::keys(set)).await?;
        }
        if let Some((size, frontier, before)) = columns::head(set)? {
            let query = sqlx::query(sql::SET_AUDIT_HEAD).bind(size).bind(frontier).bind(before);
            if query.execute(&mut *self.tx).await?.rows_affected() != 1 {
                return Err(StoreError::Conflict(format!("the audit trail's head is not at {before}")));
            }
        }
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}
