//! What Prometheus reads.

/// The server's metrics.
#[derive(Clone, Default)]
pub struct Metrics {}
