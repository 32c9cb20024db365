//! Audit entries.

use crate::store::AuditRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// One committed transition.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditItem {
    /// Its position in the trail, from 0.
    pub seq: i64,
    /// When it was committed.
    pub at: DateTime<Utc>,
    /// Of which request.
    pub request: String,
    /// Who acted; `null` for the clock, a connector or a changed policy.
    pub person: Option<String>,
    /// The request's resource.
    pub resource: String,
    /// The entry: who, what, before and after. `leaf` is the hash of its canonical JSON (sorted keys, no space).
    pub entry: Value,
    /// SHA-256(0x00 || entry), in hexadecimal: its leaf in the RFC 6962 tree.
    pub leaf: String,
}

/// Part of the trail, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries.
    pub items: Vec<AuditItem>,
    /// Send it as `cursor` to go on; `null` at the end.
    pub next_cursor: Option<String>,
}

impl From<AuditRow> for AuditItem {
    fn from(row: AuditRow) -> Self {
        Self {
            seq: row.seq,
            at: row.at,
            request: row.request.to_string(),
            person: Some(row.person).filter(|p| !p.is_empty()),
            resource: row.resource,
            // An entry that is no JSON is shown as the text it is: an export never hides what stands in the trail.
            entry: serde_json::from_str(&row.body).unwrap_or(Value::String(row.body)),
            leaf: row.leaf,
        }
    }
}
