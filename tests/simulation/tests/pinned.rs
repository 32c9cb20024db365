//! What broke a promise once breaks none any more.

use countersign_simulation::{
    life::{Setting, live},
    pinned,
};

#[test]
fn pinned_seeds_break_nothing() {
    for pin in pinned::all() {
        let outcome = live(Setting { sqlite: pin.sqlite, ..Setting::of(pin.seed) });
        assert_eq!(outcome.violation, None, "seed {}, once: {}", pin.seed, pin.reason);
    }
}
