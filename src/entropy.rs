//! Where chance comes from that need not be secret: names of requests and the spread of pauses. Secrets never come from
//! here: whoever makes one asks the system, and no composition root can put anything else in its place.

use ring::rand::{SecureRandom, SystemRandom};
use std::{fmt, sync::Arc};

type Fill = dyn Fn(&mut [u8]) -> bool + Send + Sync;

/// A source of bytes, handed in by the composition root, so that a simulation can replay a run exactly. Clones share it.
#[derive(Clone)]
pub struct Entropy(Arc<Fill>);

impl Default for Entropy {
    /// The system's generator.
    fn default() -> Self {
        Self::from_source(|bytes| SystemRandom::new().fill(bytes).is_ok())
    }
}

impl Entropy {
    /// From a function that fills bytes, and says whether it did.
    pub fn from_source(fill: impl Fn(&mut [u8]) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(fill))
    }

    /// That many bytes; `None` when the source gives none.
    pub fn bytes<const N: usize>(&self) -> Option<[u8; N]> {
        let mut bytes = [0; N];
        (self.0)(&mut bytes).then_some(bytes)
    }

    /// Evenly in `0..bound`, so that many who failed together do not come back together. Without a source everybody waits
    /// the full bound: slower, never wrong.
    pub fn below(&self, bound: i64) -> i64 {
        match self.bytes() {
            Some(bytes) => (u64::from_be_bytes(bytes) % bound.max(1) as u64) as i64,
            None => bound,
        }
    }
}

impl fmt::Debug for Entropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entropy")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_source_the_bound_is_waited() {
        assert_eq!(Entropy::from_source(|_| false).below(7), 7);
        assert!((0..100).all(|_| (0..7).contains(&Entropy::default().below(7))));
    }
}
