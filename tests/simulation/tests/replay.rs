//! A seed is a whole course of events: lived again it is the same, byte for byte, and on real SQLite it is the same too.

use countersign_simulation::life::{Outcome, Setting, live};

fn lived(seed: u64, sqlite: bool) -> Outcome {
    let outcome = live(Setting { sqlite, record: true, ..Setting::of(seed) });
    assert_eq!(outcome.violation, None, "seed {seed}");
    outcome
}

#[test]
fn a_seed_replays_exactly() {
    for seed in 1_000..1_040 {
        let (first, second) = (lived(seed, false), lived(seed, false));
        assert_eq!(first.log.lines(), second.log.lines(), "seed {seed}");
        assert_eq!((first.steps, first.tally), (second.steps, second.tally), "seed {seed}");
        assert!(first.log.lines().lines().count() > 100, "seed {seed} says too little to tell two runs apart");
    }
}

/// The memory is no easier to live in than a real database: the same seed takes the same course on both, request for
/// request, vote for vote, entry for entry.
#[test]
fn memory_and_sqlite_are_the_same_world() {
    for seed in 2_000..2_012 {
        let (memory, sqlite) = (lived(seed, false), lived(seed, true));
        for (line, (ours, theirs)) in memory.log.lines().lines().zip(sqlite.log.lines().lines()).enumerate() {
            assert_eq!(ours, theirs, "seed {seed}, line {line}");
        }
        assert_eq!(memory.log.fingerprint(), sqlite.log.fingerprint(), "seed {seed}");
        assert_eq!(memory.tally, sqlite.tally, "seed {seed}");
    }
}

#[test]
fn two_seeds_are_two_lives() {
    assert_ne!(lived(1, false).log.fingerprint(), lived(2, false).log.fingerprint());
}
