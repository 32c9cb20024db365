//! Where an adapter gets the present from.

use crate::time::Timestamp;
use std::{sync::Arc, time::Instant};

/// Tells the present.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Tells a moment that never goes back, for the pacing of calls only: when the wall clock jumps, no call may come before
/// its `Retry-After`. Nothing is decided by it.
pub type Ticks = Arc<dyn Fn() -> Instant + Send + Sync>;
