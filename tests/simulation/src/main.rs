//! Lives as many lives as it takes. `SIMULATION_STEPS`, `SIMULATION_SQLITE_STEPS`, `SIMULATION_BASE`, `SIMULATION_THREADS` say
//! how many and which, `SIMULATION_FAILURES` how many broken promises are enough (1); `SIMULATION_SEED` replays one (with `SIMULATION_SQLITE=1` on SQLite) and prints all that happened.

use countersign_simulation::{
    chance::splitmix,
    faults::{Fault, Tally},
    life::{Outcome, Setting, live},
    pinned,
};
use std::{
    process::ExitCode,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.replace('_', "").parse().unwrap_or_else(|_| panic!("{name}={text} is not a number")),
        Err(_) => otherwise,
    }
}

/// What all lives of one kind came to.
#[derive(Default)]
struct Sum {
    lives: u64,
    steps: u64,
    idle: u64,
    requests: u64,
    entries: i64,
    votes: u64,
    grants: u64,
    processes: u64,
    years: f64,
    tally: Tally,
    broken: Vec<(u64, String)>,
}

impl Sum {
    fn add(&mut self, seed: u64, outcome: &Outcome) {
        self.lives += 1;
        self.steps += outcome.steps;
        self.idle += outcome.idle;
        self.requests += outcome.requests as u64;
        self.entries += outcome.entries;
        self.votes += outcome.votes;
        self.grants += outcome.grants;
        self.processes += outcome.processes;
        self.years += outcome.seconds as f64 / (365.25 * 86_400.0);
        self.tally.add(&outcome.tally);
        if let Some(violation) = &outcome.violation {
            self.broken.push((seed, violation.0.clone()));
        }
    }
}

/// Seeds from `base` on until there were so many steps, or so many lives in which a promise was broken.
fn many(base: u64, steps: u64, threads: u64, sqlite: bool) -> Sum {
    let enough = number("SIMULATION_FAILURES", 1);
    let (next, lived, failures) = (AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0));
    let sum = Mutex::new(Sum::default());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while failures.load(Ordering::Relaxed) < enough && lived.load(Ordering::Relaxed) < steps {
                    let seed = seed_of(base, next.fetch_add(1, Ordering::Relaxed));
                    let outcome = live(Setting { sqlite, ..Setting::of(seed) });
                    lived.fetch_add(outcome.steps, Ordering::Relaxed);
                    failures.fetch_add(u64::from(outcome.violation.is_some()), Ordering::Relaxed);
                    sum.lock().unwrap_or_else(PoisonError::into_inner).add(seed, &outcome);
                }
            });
        }
    });
    sum.into_inner().unwrap_or_else(PoisonError::into_inner)
}

fn seed_of(base: u64, number: u64) -> u64 {
    let mut state = base.wrapping_add(number);
    splitmix(&mut state)
}

fn says(text: std::fmt::Arguments<'_>) {
    use std::io::Write;
    // Nobody reading is no reason to stop.
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn report(what: &str, sum: &Sum, seconds: f64) -> bool {
    says(format_args!(
        "{what}: {} steps ({} of them idle looks for work) in {seconds:.1} s ({:.0} a second), {} lives, {} processes, {:.1} simulated years",
        sum.steps,
        sum.idle,
        sum.steps as f64 / seconds.max(0.001),
        sum.lives,
        sum.processes,
        sum.years,
    ));
    says(format_args!(
        "  {} requests, {} votes acknowledged, {} accesses given, {} entries of the trail",
        sum.requests, sum.votes, sum.grants, sum.entries
    ));
    for (seed, violation) in &sum.broken {
        says(format_args!("  BROKEN in seed {seed}: {violation}"));
        says(format_args!("  hint: SIMULATION_SEED={seed} replays it; when it is mended, it belongs in pinned.txt"));
    }
    sum.broken.is_empty()
}

fn one(seed: u64) -> ExitCode {
    let sqlite = number("SIMULATION_SQLITE", 0) == 1;
    let outcome = live(Setting { sqlite, record: true, ..Setting::of(seed) });
    says(format_args!("{}", outcome.log.lines()));
    says(format_args!("seed {seed}: {} steps, log {:016x}", outcome.steps, outcome.log.fingerprint()));
    match outcome.violation {
        Some(violation) => {
            says(format_args!("BROKEN: {}", violation.0));
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

fn main() -> ExitCode {
    if std::env::var_os("SIMULATION_SEED").is_some() {
        return one(number("SIMULATION_SEED", 0));
    }
    let (base, threads) = (number("SIMULATION_BASE", 1), number("SIMULATION_THREADS", 2));
    let mut good = true;
    let begun = Instant::now();
    let mut sum = Sum::default();
    for pin in pinned::all() {
        sum.add(pin.seed, &live(Setting { sqlite: pin.sqlite, ..Setting::of(pin.seed) }));
    }
    good &= report("pinned seeds", &sum, begun.elapsed().as_secs_f64());

    let mut tally = sum.tally.clone();
    for (what, steps, sqlite) in [
        ("in memory", number("SIMULATION_STEPS", 5_000_000), false),
        ("on SQLite", number("SIMULATION_SQLITE_STEPS", 30_000), true),
    ] {
        if good && steps > 0 {
            let begun = Instant::now();
            let sum = many(base, steps, threads, sqlite);
            tally.add(&sum.tally);
            good &= report(what, &sum, begun.elapsed().as_secs_f64());
        }
    }
    for fault in Fault::ALL {
        let times = tally.0[*fault as usize];
        says(format_args!("  {times:>9} {}", fault.word()));
        if good && times == 0 {
            says(format_args!("  BROKEN: \"{}\" never happened; what nobody tries is not shown", fault.word()));
            good = false;
        }
    }
    if good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
