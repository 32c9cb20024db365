//! What Prometheus reads.

/// The server's metrics.
#[derive(Clone, Default)]
pub struct Metrics {}

impl Metrics {
    /// A batch of this many intents was committed.
    pub fn batch(&self, _intents: usize) {}
    /// A message could not be delivered.
    pub fn delivery_failed(&self, _platform: countersign_engine::person::Platform) {}
}
