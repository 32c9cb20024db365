//! Checks the production engine against every order of events of a small organisation, then plants eight mistakes in it, one
//! after the other, and demands that each is found. Ends with 1 when a promise is broken, a mistake is not found, or too few
//! states were seen.

mod act;
mod check;
mod org;
mod rest;
mod state;
mod watch;
mod world;

use check::Check;
use countersign_engine::seeded::{Bug, plant};
use state::Left;
use stateright::{Checker, Expectation, HasDiscoveries, Model};
use std::{env, process::ExitCode, time::Instant};
use watch::Promise;

/// A bound from the environment, or its default.
fn bound(name: &str, default: u64) -> u64 {
    match env::var(name) {
        Ok(text) => {
            text.parse().unwrap_or_else(|_| panic!("{name}: \"{text}\" is not a number; hint: {name}={default}"))
        }
        Err(_) => default,
    }
}

fn main() -> ExitCode {
    let left = Left {
        votes: bound("MODEL_VOTES", 4) as u8,
        faults: bound("MODEL_FAULTS", 2) as u8,
        edits: bound("MODEL_EDITS", 1) as u8,
    };
    let sound = is_sound(left, bound("MODEL_FLOOR", 500_000));
    let found = Bug::ALL.into_iter().filter(|bug| is_found(*bug)).count();
    println!("{found} of {} planted bugs found", Bug::ALL.len());
    match sound && found == Bug::ALL.len() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Are all promises kept in every state, and were there enough of them?
fn is_sound(left: Left, floor: u64) -> bool {
    plant(None);
    let (since, threads) = (Instant::now(), bound("MODEL_THREADS", 2) as usize);
    let model = Check::new(left, bound("MODEL_REST_ONE_IN", 16));
    let checker = model.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let (states, seconds) = (checker.unique_state_count() as u64, since.elapsed().as_secs_f64());
    let Left { votes, faults, edits } = left;
    println!(
        "4 people, {votes} votes, {faults} faults, {edits} edits: {states} states, {} ways, depth {}, {seconds:.1} s",
        checker.state_count(),
        checker.max_depth()
    );
    let discoveries = checker.discoveries();
    let mut sound = true;
    for property in checker.model().properties() {
        let found = discoveries.get(property.name);
        let good = found.is_some() == (property.expectation == Expectation::Sometimes);
        println!("  {} {}", if good { "ok    " } else { "BROKEN" }, property.name);
        if let Some(path) = found.filter(|_| !good) {
            tell(path.clone().into_actions());
        }
        sound &= good;
    }
    if states < floor {
        println!("only {states} states: the floor is {floor}, and a model that explores nothing proves nothing");
    }
    sound && states >= floor
}

/// Is the planted mistake found? Says by which promise, and how.
fn is_found(bug: Bug) -> bool {
    plant(Some(bug));
    let since = Instant::now();
    let model = Check::new(Left { votes: 3, faults: 1, edits: 1 }, 1);
    let checker = model.checker().finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let discoveries = checker.discoveries();
    let broken = Promise::ALL.into_iter().find_map(|p| discoveries.get(p.words()).map(|path| (p, path.clone())));
    let (states, seconds) = (checker.unique_state_count(), since.elapsed().as_secs_f64());
    plant(None);
    match broken {
        Some((promise, path)) => {
            let acts = path.into_actions();
            println!(
                "{bug:?}: found in {} acts ({states} states, {seconds:.1} s) by \"{}\"",
                acts.len(),
                promise.words()
            );
            tell(acts);
            true
        }
        None => {
            println!("{bug:?}: NOT FOUND in {states} states, {seconds:.1} s");
            false
        }
    }
}

fn tell(acts: Vec<act::Act>) {
    for act in acts {
        println!("         {act:?}");
    }
}
