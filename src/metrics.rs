//! What Prometheus reads.

/// The server's metrics.
#[derive(Clone, Default)]
pub struct Metrics {}

impl Metrics {
    /// A batch of this many intents was committed.
    pub fn batch(&self, _intents: usize) {}
}
