//! The writer's transaction.

use super::tables::Memory;
use async_trait::async_trait;
use countersign::store::{AuditHead, Batch, KeyRow, Result, StoreError, WriteSet};
use countersign_engine::{
    decide::Standing,
    id::{AccessLevel, PersonId, RequestId, ResourceId},
    request::{Request, State},
};
use std::collections::HashMap;

/// Keeps what is written until the commit; dropped before, nothing was.
pub(super) struct MemoryBatch {
    memory: Memory,
    written: Option<WriteSet>,
}

impl MemoryBatch {
    pub fn new(memory: Memory) -> Self {
        Self { memory, written: None }
    }
}

#[async_trait]
impl Batch for MemoryBatch {
    async fn load(&mut self, ids: &[RequestId]) -> Result<HashMap<RequestId, Request>> {
        let tables = self.memory.tables();
        let found = ids.iter().filter_map(|id| tables.requests.get(id));
        Ok(found.map(|request| (request.id.clone(), request.clone())).collect())
    }

    async fn standing(&mut self, person: &PersonId, resource: &ResourceId, access: &AccessLevel) -> Result<Standing> {
        let tables = self.memory.tables();
        let theirs = |r: &&Request| r.requester == *person;
        let live: Vec<&Request> =
            tables.live.iter().rev().filter_map(|id| tables.requests.get(id)).filter(theirs).collect();
        let stands_for = |r: &Request| r.grant.as_ref().map_or(&r.asked.access, |g| &g.terms.access).clone();
        let same = live.iter().find(|r| r.asked.resource == *resource && stands_for(r) == *access);
        let pending = |r: &Request| matches!(r.state, State::Pending(_));
        Ok(Standing {
            open: live.iter().filter(|r| pending(r)).count() as u32,
            same: same.map(|r| (r.short_id.clone(), !pending(r))),
        })
    }

    async fn taken(&mut self, short_ids: &[String]) -> Result<Vec<String>> {
        let tables = self.memory.tables();
        Ok(short_ids.iter().filter(|id| tables.short_ids.contains_key(*id)).cloned().collect())
    }

    async fn keys(&mut self, keys: &[(String, String)]) -> Result<Vec<KeyRow>> {
        let tables = self.memory.tables();
        Ok(keys.iter().filter_map(|key| tables.keys.get(key)).cloned().collect())
    }

    async fn audit_head(&mut self) -> Result<AuditHead> {
        Ok(self.memory.tables().head.clone())
    }

    async fn write(&mut self, set: &WriteSet) -> Result<()> {
        if self.written.is_some() {
            return Err(StoreError::Database("a batch writes once".into()));
        }
        self.memory.tables().check(set)?;
        self.written = Some(WriteSet {
            requests: set.requests.clone(),
            votes: set.votes.clone(),
            alarms: set.alarms.clone(),
            effects: set.effects.clone(),
            audit: set.audit.clone(),
            head: set.head.clone(),
            keys: set.keys.clone(),
        });
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        let mut tables = self.memory.tables();
        if let Some(set) = &self.written {
            tables.check(set)?;
            tables.apply(set);
        }
        Ok(())
    }
}
