//! Reads the audit trail as one person may see it.

use crate::{
    service::Service,
    store::{AuditQuery, AuditRow, StoreError},
};
use countersign_engine::id::{PersonId, RequestId};
use std::collections::HashMap;

/// Rows read from the database at a time.
const CHUNK: i64 = 500;
/// Chunks that one page may look through for a person who sees few of them.
const CHUNKS: usize = 20;

/// Goes through the trail, oldest first.
pub struct Reader {
    service: Service,
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
    pub fn new(service: Service, person: PersonId, query: AuditQuery) -> Self {
        let everything = service.policy.get().is_auditor(&person);
        Self { service, person, query, everything, known: HashMap::new(), at_end: false }
    }

    /// The position of the next entry to be read; `None` at the end.
    pub fn position(&self) -> Option<i64> {
        (!self.at_end).then_some(self.query.from_seq)
    }

    /// The next entries that the person may see, at most `most`; possibly none though the end is not reached.
    pub async fn next(&mut self, most: i64) -> Result<Vec<AuditRow>, StoreError> {
        // Who sees few of them looks through many.
        self.query.limit = if self.everything { most.min(CHUNK) } else { CHUNK };
        let rows = self.service.store.audit(&self.query).await?;
        let is_last = (rows.len() as i64) < self.query.limit;
        let mut seen = Vec::new();
        for row in rows {
            if seen.len() as i64 == most {
                return Ok(seen);
            }
            self.query.from_seq = row.seq + 1;
            if self.may_see(&row.request).await? {
                seen.push(row);
            }
        }
        self.at_end = is_last;
        Ok(seen)
    }

    /// A page of up to `size` entries; shorter when few are found in what one call may look through.
    pub async fn page(&mut self, size: i64) -> Result<Vec<AuditRow>, StoreError> {
        let mut page = Vec::new();
        for _ in 0..CHUNKS {
            let room = size - page.len() as i64;
            if room <= 0 || self.position().is_none() {
                break;
            }
            page.extend(self.next(room).await?);
        }
        Ok(page)
    }

    async fn may_see(&mut self, id: &RequestId) -> Result<bool, StoreError> {
        if self.everything {
            return Ok(true);
        }
        if let Some(known) = self.known.get(id) {
            return Ok(*known);
        }
        let request = self.service.store.request(id.as_str()).await?;
        let may = request.is_some_and(|request| self.service.may_see(&self.person, &request));
        self.known.insert(id.clone(), may);
        Ok(may)
    }
}
