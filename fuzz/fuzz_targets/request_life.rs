//! A request's whole life: whatever happens in whatever order, the promises hold after every step.
#![no_main]

use countersign_fuzz::life::{Act, Life};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, u8, u16, Option<String>, Vec<Act>)| {
    let (who, resource, minutes, reason, acts) = input;
    if let Some(mut life) = Life::begin(who, resource, minutes, reason) {
        acts.iter().take(60).for_each(|act| life.happen(act));
    }
});
