//! Where an adapter gets the present from.

use crate::time::Timestamp;
use std::sync::Arc;

/// Tells the present.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
