//! Reads the audit trail as one person may see it.

use crate::{
    http::Web,
    store::{AuditQuery, AuditRow, StoreError},
};
use countersign_engine::id::{PersonId, RequestId};
use std::collections::HashMap;

/// Rows read from the database at a time.
const CHUNK: i64 = 500;

/// Goes through the trail, oldest first.
pub struct Reader {
    web: Web,
    person: PersonId,
    query: AuditQuery,
    /// Auditors see every entry.
    everything: bool,
    /// Whether the person may see a request, once worked out.
    known: HashMap<RequestId, bool>,
    at_end: bool,
}

impl Reader {
    /// From `query.from_seq` on.
    pub fn new(web: Web, person: PersonId, query: AuditQuery) -> Self {
        let everything = web.service.policy.get().is_auditor(&person);
        Self { web, person, query, everything, known: HashMap::new(), at_end: false }
    }

    /// The position of the next entry to be read; `None` at the end.
    pub fn position(&self) -> Option<i64> {
        (!self.at_end).then_some(self.query.from_seq)
    }

    /// The next entries that the person may see, at most `most`; possibly none though the end is not reached.
    pub async fn next(&mut self, most: i64) -> Result<Vec<AuditRow>, StoreError> {
        self.query.limit = most.min(CHUNK);
        let rows = self.web.service.store.audit(&self.query).await?;
        self.at_end = (rows.len() as i64) < self.query.limit;
        self.query.from_seq = rows.last().map_or(self.query.from_seq, |row| row.seq + 1);
        let mut seen = Vec::with_capacity(rows.len());
        for row in rows {
            if self.may_see(&row.request).await? {
                seen.push(row);
            }
        }
        Ok(seen)
    }

    async fn may_see(&mut self, id: &RequestId) -> Result<bool, StoreError> {
        if self.everything {
            return Ok(true);
        }
        if let Some(known) = self.known.get(id) {
            return Ok(*known);
        }
        let request = self.web.service.store.request(id.as_str()).await?;
        let may = request.is_some_and(|request| self.web.service.may_see(&self.person, &request));
        self.known.insert(id.clone(), may);
        Ok(may)
    }
}
