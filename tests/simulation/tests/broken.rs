//! What is deliberately wrong is found: a simulator that cannot fail shows nothing.

use countersign_simulation::{
    life::{Setting, live},
    memory::Lie,
    target::Flaw,
};
/// Lives until a promise is broken; the promise, or how many lives it was kept.
fn found(lives: u64, flaw: Flaw, lie: Lie) -> Result<String, u64> {
    for seed in 1..=lives {
        if let Some(violation) = live(Setting { flaw, lie, ..Setting::of(seed) }).violation {
            return Ok(violation.0);
        }
    }
    Err(lives)
}

fn breaks(promises: &[&str], found: Result<String, u64>) {
    let violation = found.expect("it is wrong, and nobody noticed");
    assert!(promises.iter().any(|promise| violation.starts_with(promise)), "another promise was broken: {violation}");
}

#[test]
fn nothing_is_found_where_nothing_is_wrong() {
    assert_eq!(found(20, Flaw::None, Lie::None), Err(20));
}

/// rule 36: no answer is never a good one.
#[test]
fn a_connector_that_swallows_unknown_is_found() {
    breaks(&["S4", "S5"], found(200, Flaw::SwallowsUnknown, Lie::None));
}

/// rule 38: ended is said only after a read-back.
#[test]
fn a_target_that_only_says_that_it_revoked_is_found() {
    breaks(&["S4"], found(50, Flaw::ForgetsToRevoke, Lie::None));
}

/// S8: deterministic names.
#[test]
fn a_connector_that_makes_two_objects_is_found() {
    breaks(&["S8"], found(50, Flaw::NewNameEachTime, Lie::None));
}

/// S3: a client is told of what is not on record.
#[test]
fn a_store_that_loses_what_it_says_is_committed_is_found() {
    breaks(&["S3"], found(50, Flaw::None, Lie::LosesCommits));
}

/// S3: an answer before the commit; a crash then takes away what was told.
#[test]
fn a_store_that_answers_before_its_commit_is_found() {
    breaks(&["S9", "S3"], found(200, Flaw::None, Lie::AnswersEarly));
}

/// S2: one person, one slot.
#[test]
fn a_store_that_loses_votes_rows_is_found() {
    breaks(&["S2"], found(50, Flaw::None, Lie::ForgetsVotes));
}
