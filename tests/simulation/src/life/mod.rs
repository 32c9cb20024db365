//! One life: a seed's course of events, from the first process to the moment at which nothing is left to do.

mod edits;
mod people;
mod rest;
mod script;
mod time;

use crate::{
    backend::Backend,
    chance::Chance,
    checker::{Checked, Checker, Strangers, Violation},
    faults::Tally,
    log::Log,
    memory::{Lie, Memory},
    target::Flaw,
    wish::Wish,
    world::{Part, World},
};
use countersign_engine::time::Timestamp;
use std::panic::AssertUnwindSafe;

/// What a life is made of.
#[derive(Clone, Copy)]
pub struct Setting {
    /// Everything follows from it.
    pub seed: u64,
    /// Events before the faults end.
    pub events: u64,
    /// On real SQLite.
    pub sqlite: bool,
    /// What is deliberately wrong with the targets.
    pub flaw: Flaw,
    /// What is deliberately wrong with the memory.
    pub lie: Lie,
    /// Keeps the log's lines.
    pub record: bool,
}

impl Setting {
    /// In memory, with nothing deliberately wrong; the length follows from the seed too.
    pub fn of(seed: u64) -> Self {
        let events = 200 + Chance::new(seed, 4).below(1_000);
        Self { seed, events, sqlite: false, flaw: Flaw::None, lie: Lie::None, record: false }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Simulated events.
    pub steps: u64,
    /// Those of them in which the process found nothing to do.
    pub idle: u64,
    /// What went wrong, by kind.
    pub tally: Tally,
    /// Everything that happened.
    pub log: Log,
    /// Requests that were opened.
    pub requests: usize,
    /// Entries of the trail.
    pub entries: i64,
    /// Accesses that targets gave, as the trail tells it.
    pub grants: u64,
    /// Votes that clients were told of.
    pub votes: u64,
    /// Processes that ran.
    pub processes: u64,
    /// Simulated time, in seconds.
    pub seconds: i64,
    /// The promise that was broken, if one was.
    pub violation: Option<Violation>,
}

/// A wish on its way.
struct Flight {
    due: Timestamp,
    wish: Wish,
}

/// A life under way.
struct Life {
    world: World,
    checker: Checker,
    script: Chance,
    flying: Vec<Flight>,
    strangers: Strangers,
    keys: u64,
    log: Log,
    steps: u64,
    idle: u64,
    /// When upkeep was last done.
    kept_up: Timestamp,
    heard: usize,
    votes: u64,
}

/// Lives it.
///
/// # Panics
/// When the machine gives no runtime or no file to live it on.
pub fn live(setting: Setting) -> Outcome {
    let mut outcome = Outcome {
        steps: 0,
        idle: 0,
        tally: Tally::default(),
        log: Log::new(setting.record),
        requests: 0,
        entries: 0,
        grants: 0,
        votes: 0,
        processes: 0,
        seconds: 0,
        violation: None,
    };
    let lived = std::panic::catch_unwind(AssertUnwindSafe(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let runtime = runtime.unwrap_or_else(|error| panic!("no runtime: {error}"));
        runtime.block_on(Life::whole(setting, &mut outcome))
    }));
    outcome.violation = match lived {
        Ok(Ok(())) => None,
        Ok(Err(violation)) => Some(violation),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("nobody knows why");
            Some(Violation(format!("a panic: {text}")))
        }
    };
    outcome
}

impl Life {
    async fn whole(setting: Setting, outcome: &mut Outcome) -> Checked {
        let backend = match setting.sqlite {
            true => Backend::sqlite()?,
            false => Backend::Memory(Memory::lying(setting.lie)),
        };
        let world = World::new(setting.seed, backend, setting.flaw);
        let mut life = Self {
            world: world.unwrap_or_else(|error| panic!("no place to live: {error}")),
            checker: Checker::default(),
            script: Chance::new(setting.seed, 0),
            flying: Vec::new(),
            strangers: Strangers::default(),
            keys: 0,
            log: Log::new(setting.record),
            steps: 0,
            idle: 0,
            kept_up: Timestamp::UNIX_EPOCH,
            heard: 0,
            votes: 0,
        };
        let lived = life.all(setting.events).await;
        if let Err(Violation(what)) = &lived {
            life.log.line(format_args!("{} {} broken: {what}", life.steps, life.world.now()));
        }
        let (requests, entries) = life.checker.counts();
        *outcome = Outcome {
            steps: life.steps,
            idle: life.idle,
            tally: life.world.faults.tally(),
            log: life.log,
            requests,
            entries,
            grants: life.checker.grants(),
            votes: life.votes,
            processes: life.world.processes,
            seconds: (life.world.now() - crate::world::start()).num_seconds(),
            violation: None,
        };
        lived
    }

    async fn all(&mut self, events: u64) -> Checked {
        self.world.checkpoint_place(false).unwrap_or_else(|error| panic!("no second place: {error}"));
        self.world.begin().await;
        for _ in 0..events {
            self.event().await?;
        }
        self.rest().await
    }

    /// One part of the process works, and everything is looked at.
    async fn part(&mut self, part: Part, idle: bool) -> Checked<usize> {
        let before = self.world.processes;
        let done = self.world.part(part).await;
        let died = self.world.processes - before;
        if done != Some(0) || died > 0 {
            self.says(format_args!("{part:?} {done:?} {died}"));
        }
        self.idle += u64::from(done == Some(0) && died == 0);
        self.looks(idle && done == Some(0)).await?;
        Ok(done.unwrap_or(1))
    }

    /// The end of a step.
    async fn looks(&mut self, worked: bool) -> Checked {
        self.steps += 1;
        self.checker.look(&self.world, worked).await?;
        let (requests, entries) = self.checker.counts();
        if self.log.changed((requests, entries)) {
            self.says(format_args!("trail {requests} {entries}"));
        }
        Ok(())
    }

    fn says(&mut self, what: std::fmt::Arguments<'_>) {
        let now = self.world.now().timestamp_micros();
        self.log.line(format_args!("{} {now} {what}", self.steps));
    }
}
