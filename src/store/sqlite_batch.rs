//! The writer's transaction on SQLite.

use super::{
    Batch, KeyRow, Result, StoreError, WriteSet,
    codec::{self, clean, to_json},
    columns::{self, RequestColumns},
    rows::AuditHead,
    sql, standing,
};
use async_trait::async_trait;
use countersign_engine::{
    decide::Standing,
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    request::Request,
};
use serde::Serialize;
use sqlx::{Sqlite, Transaction};
use std::collections::HashMap;

// Lists travel as JSON arrays of rows: one statement for any number of small rows. Requests go one by one, because
// taking a large body out of a large array costs more than another call.
const LOAD: &str = "SELECT id, body FROM requests WHERE id IN (SELECT value FROM json_each($1)) ORDER BY id";
const TAKEN: &str = "SELECT short_id FROM requests WHERE short_id IN (SELECT value FROM json_each($1))";
const KEYS: &str = "SELECT keys.caller, keys.key, keys.fingerprint, keys.request_id, keys.at \
     FROM json_each($1) AS x JOIN keys ON keys.caller = x.value ->> 0 AND keys.key = x.value ->> 1";
const INSERT: &str = "INSERT INTO requests (id, short_id, requester, holder, resource, access, workflow, state, \
     grant_state, overdue, live, opened_at, decided_at, version, search, body) \
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
const UPDATE: &str = "UPDATE requests SET access = $3, state = $4, grant_state = $5, overdue = $6, live = $7, \
     decided_at = $8, version = $9, body = $10 WHERE id = $1 AND version = $2";
const VOTES: &str = "INSERT INTO votes (request_id, slot, step, person, decision, at) \
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($1)";
const SET_ALARMS: &str = "INSERT INTO alarms (request_id, due_at) SELECT value ->> 0, value ->> 1 FROM json_each($1) \
     WHERE TRUE ON CONFLICT (request_id) DO UPDATE SET due_at = excluded.due_at, leased_until = 0";
const STOP_ALARMS: &str = "DELETE FROM alarms WHERE request_id IN (SELECT value FROM json_each($1))";
const RAISE: &str = concat!(
    "INSERT INTO outbox (request_id, effect, lane, due_at, first_due) ",
    "SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 3 FROM json_each($1) WHERE TRUE",
    sql::raise_again!()
);
const AUDIT: &str = "INSERT INTO audit (seq, at, request_id, person, resource, body, leaf) SELECT value ->> 0, \
     value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6 FROM json_each($1)";
const SAVE_KEYS: &str = "INSERT INTO keys (caller, key, fingerprint, request_id, at) \
     SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each($1)";

pub(super) const ALL: &[&str] =
    &[LOAD, TAKEN, KEYS, INSERT, UPDATE, VOTES, SET_ALARMS, STOP_ALARMS, RAISE, AUDIT, SAVE_KEYS];

pub(super) struct SqliteBatch {
    tx: Transaction<'static, Sqlite>,
}

impl SqliteBatch {
    pub(super) fn new(tx: Transaction<'static, Sqlite>) -> Self {
        Self { tx }
    }

    async fn rows<T: Serialize>(&mut self, statement: &'static str, rows: &[T]) -> Result<()> {
        if !rows.is_empty() {
            sqlx::query(statement).bind(to_json(&rows)?).execute(&mut *self.tx).await?;
        }
        Ok(())
    }

    async fn insert(&mut self, request: &Request) -> Result<()> {
        let c = RequestColumns::of(request)?;
        let query = sqlx::query(INSERT).bind(c.id).bind(c.short_id).bind(c.requester).bind(c.holder).bind(c.resource);
        let query = query.bind(c.access).bind(c.workflow).bind(c.state).bind(c.grant_state).bind(c.overdue);
        let query = query.bind(c.live).bind(c.opened_at).bind(c.decided_at).bind(c.version).bind(c.search);
        query.bind(c.body).execute(&mut *self.tx).await?;
        Ok(())
    }

    async fn update(&mut self, request: &Request, before: u64) -> Result<()> {
        let c = RequestColumns::of(request)?;
        let query = sqlx::query(UPDATE).bind(c.id).bind(columns::signed(before)?).bind(c.access).bind(c.state);
        let query = query.bind(c.grant_state).bind(c.overdue).bind(c.live).bind(c.decided_at).bind(c.version);
        match query.bind(c.body).execute(&mut *self.tx).await?.rows_affected() {
            1 => Ok(()),
            _ => Err(StoreError::Conflict(format!("request {} is not at version {before}", request.id))),
        }
    }
}

#[async_trait]
impl Batch for SqliteBatch {
    async fn load(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Request>> {
        let rows = sqlx::query_as(LOAD).bind(to_json(&ids)?).fetch_all(&mut *self.tx).await?;
        let named = |row| codec::request(row).map(|request| (request.id.clone(), request));
        rows.into_iter().map(named).collect()
    }

    async fn standing(&mut self, person: &PersonId, resource: &ResourceId, access: &AccessLevel) -> Result<Standing> {
        let open = sqlx::query_scalar(sql::OPEN_COUNT).bind(person.as_str()).fetch_one(&mut *self.tx).await?;
        let same = sqlx::query_as(sql::OPEN_SAME).bind(person.as_str()).bind(resource.as_str()).bind(access.as_str());
        Ok(standing::from_rows(open, same.fetch_optional(&mut *self.tx).await?))
    }

    async fn taken(&mut self, short_ids: &[String]) -> Result<Vec<String>> {
        Ok(sqlx::query_scalar(TAKEN).bind(to_json(&short_ids)?).fetch_all(&mut *self.tx).await?)
    }

    async fn keys(&mut self, keys: &[(String, String)]) -> Result<Vec<KeyRow>> {
        let keys: Vec<_> = keys.iter().map(|(caller, key)| (clean(caller), clean(key))).collect();
        let rows = sqlx::query_as(KEYS).bind(to_json(&keys)?).fetch_all(&mut *self.tx).await?;
        rows.into_iter().map(codec::key).collect()
    }

    async fn audit_head(&mut self) -> Result<AuditHead> {
        codec::head(sqlx::query_as(sql::AUDIT_HEAD).fetch_one(&mut *self.tx).await?)
    }

    async fn write(&mut self, set: &WriteSet) -> Result<()> {
        for (request, before) in &set.requests {
            match before {
                None => self.insert(request).await?,
                Some(before) => self.update(request, *before).await?,
            }
        }
        let (ringing, stopped) = columns::alarms(set);
        self.rows(VOTES, &columns::votes(set)).await?;
        self.rows(SET_ALARMS, &ringing).await?;
        self.rows(STOP_ALARMS, &stopped).await?;
        self.rows(RAISE, &columns::effects(set)?).await?;
        self.rows(AUDIT, &columns::audit(set)).await?;
        self.rows(SAVE_KEYS, &columns::keys(set)).await?;
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
