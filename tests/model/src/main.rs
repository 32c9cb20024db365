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
use stateright::{Checker, HasDiscoveries, Model};
use std::{collections::BTreeSet, env, process::ExitCode, time::Instant};
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

/// What CI checks: many faults in a settled organisation, and one that is edited while things go on.
const RUNS: [(Left, u64); 2] =
    [(Left { votes: 4, faults: 2, edits: 0 }, 800_000), (Left { votes: 4, faults: 0, edits: 1 }, 100_000)];

fn main() -> ExitCode {
    let asked = ["MODEL_VOTES", "MODEL_FAULTS", "MODEL_EDITS"].iter().any(|name| env::var_os(name).is_some());
    let runs = match asked {
        false => RUNS.to_vec(),
        true => {
            let [votes, faults, edits] = [("VOTES", 4), ("FAULTS", 2), ("EDITS", 1)]
                .map(|(name, default)| bound(&format!("MODEL_{name}"), default) as u8);
            vec![(Left { votes, faults, edits }, bound("MODEL_FLOOR", 10_000_000))]
        }
    };
    let mut seen = BTreeSet::new();
    let sound = runs.into_iter().filter(|(left, floor)| !is_sound(*left, *floor, &mut seen)).count() == 0;
    let blind = check::SIGHTS.iter().filter(|(name, _)| !seen.contains(name));
    let blind = blind.inspect(|(name, _)| println!("never {name}: the model does not get there")).count();
    let found = Bug::ALL.into_iter().filter(|bug| is_found(*bug)).count();
    println!("{found} of {} planted bugs found", Bug::ALL.len());
    match sound && blind == 0 && found == Bug::ALL.len() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Are all promises kept in every state, and were there enough of them?
fn is_sound(left: Left, floor: u64, seen: &mut BTreeSet<&'static str>) -> bool {
    plant(None);
    let (since, threads) = (Instant::now(), bound("MODEL_THREADS", 2) as usize);
    let model = Check::new(left, bound("MODEL_REST_ONE_IN", 16));
    let checker = model.checker().threads(threads).finish_when(HasDiscoveries::AnyFailures).spawn_bfs().join();
    let (states, seconds) = (checker.unique_state_count() as u64, since.elapsed().as_secs_f64());
    let (Left { votes, faults, edits }, ways, depth) = (left, checker.state_count(), checker.max_depth());
    println!(
        "4 people, {votes} votes, {faults} faults, {edits} edits: {states} states, {ways} ways, depth {depth}, {seconds:.1} s"
    );
    let discoveries = checker.discoveries();
    seen.extend(discoveries.keys());
    let mut sound = true;
    for promise in Promise::ALL {
        let broken = discoveries.get(promise.words());
        println!("  {} {}", if broken.is_some() { "BROKEN" } else { "ok    " }, promise.words());
        broken.into_iter().for_each(|path| tell(path.clone().into_actions()));
        sound &= broken.is_none();
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
    let model = Check::new(within(bug), 1);
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

/// Bounds that are wide enough for it: what is not needed to find it only takes time.
fn within(bug: Bug) -> Left {
    match bug {
        Bug::TightenedTooLate => Left { votes: 3, faults: 0, edits: 1 },
        // An answer is lost, and then it cannot be read back either.
        Bug::UnknownIsFailed => Left { votes: 3, faults: 2, edits: 0 },
        Bug::EndedWhileGranting => Left { votes: 3, faults: 1, edits: 0 },
        _ => Left { votes: 4, faults: 0, edits: 0 },
    }
}

fn tell(acts: Vec<act::Act>) {
    for act in acts {
        println!("         {act:?}");
    }
}
