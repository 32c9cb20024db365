//! Where the adapter gets the time from.

use countersign_engine::time::Timestamp;
use std::sync::Arc;

/// Tells the present.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
