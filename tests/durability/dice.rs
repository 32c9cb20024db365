//! Chance that can be had again: every run prints its seed, and `COUNTERSIGN_TEST_SEED` brings it back.

use std::{
    hash::{BuildHasher, RandomState},
    ops::Range,
    time::Duration,
};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Dice(u64);

impl Dice {
    /// With a new seed, or the one that the environment names; says which.
    pub fn rolled(test: &str) -> Self {
        let named = std::env::var("COUNTERSIGN_TEST_SEED").ok();
        let seed = named.map_or_else(|| RandomState::new().hash_one(test), |text| text.parse().expect("a seed"));
        println!("{test}: COUNTERSIGN_TEST_SEED={seed}");
        Self(seed)
    }

    /// Dice of its own for each of several that run side by side.
    pub fn of_its_own(&self, number: u64) -> Self {
        Self(self.0 ^ (number + 1).wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + self.number() % (range.end - range.start)
    }

    pub fn one_in(&mut self, many: u64) -> bool {
        self.number().is_multiple_of(many)
    }

    pub fn millis(&mut self, range: Range<u64>) -> Duration {
        Duration::from_millis(self.within(range))
    }
}

/// How often something is done: as the environment says, or a few times.
pub fn many(variable: &str, few: usize) -> usize {
    std::env::var(variable).ok().map_or(few, |text| text.parse().unwrap_or_else(|_| panic!("{variable}: a number")))
}
