//! What travels: the JSON of the API, apart from the engine's own types, which may change.

mod audit;
mod catalog;
mod explain;
mod grant;
mod request;
mod step;

pub use audit::{AuditItem, AuditPage};
pub use catalog::Catalog;
pub use explain::Explained;
pub use grant::{GrantDetail, GrantItem, GrantPage};
pub use request::{RequestItem, RequestPage};
pub use step::StepItem;

use countersign_engine::time::Length;

/// A length as people write it, where that loses nothing; otherwise in seconds. Both can be sent back as they are.
pub fn length(length: Length) -> String {
    let short = length.to_string();
    match short.parse() {
        Ok(same) if length == same => short,
        _ => format!("{}s", length.seconds()),
    }
}
