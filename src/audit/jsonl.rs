//! Audit entries as JSON lines.

use crate::store::AuditRow;

/// One entry as a line: `{"seq":..,"leaf":"..","entry":{..}}`, in which `entry` is byte for byte what `leaf` is the hash of.
pub fn line(row: &AuditRow) -> String {
    format!("{{\"seq\":{},\"leaf\":\"{}\",\"entry\":{}}}\n", row.seq, row.leaf, row.body)
}
