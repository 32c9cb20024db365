//! What goes wrong, how often, and where a process dies.

use crate::chance::Chance;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// Everything that can go wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(usize)]
        pub enum Fault { $($(#[$doc])* $name,)+ }

        impl Fault {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];
            /// For people.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }
        }
    };
}

kinds! {
    /// A press never reaches us.
    Drop = "press dropped",
    /// A press reaches us twice.
    Duplicate = "press duplicated",
    /// A press overtakes an earlier one.
    Reorder = "press reordered",
    /// A press is delayed by minutes to 48 h.
    Delay = "press delayed",
    /// The process dies between two effects.
    Crash = "crash",
    /// The process stands still while time goes on.
    Stall = "process stalled",
    /// The clock jumps forward by up to 10 min.
    ClockForward = "clock jumped forward",
    /// The clock jumps back by up to 10 min.
    ClockBack = "clock jumped back",
    /// The database takes no commit, and says so.
    CommitFailed = "commit failed",
    /// The database commits, and its answer is lost.
    CommitUnknown = "commit outcome unknown",
    /// Another process was faster.
    Conflict = "commit conflict",
    /// A read fails.
    ReadFailed = "read failed",
    /// A write outside the writer's transaction fails.
    WriteFailed = "write failed",
    /// The same, and it happened all the same.
    WriteUnknown = "write outcome unknown",
    /// The target granted, and its answer is lost.
    GrantUnknown = "grant applied, then timed out",
    /// The target's answer is lost, and it granted nothing.
    GrantLost = "grant timed out, not applied",
    /// The target says no to a grant.
    GrantRefused = "grant refused",
    /// The target revoked, and its answer is lost.
    RevokeUnknown = "revocation applied, then timed out",
    /// The target says that it revoked, and did not.
    RevokeLie = "revocation claimed, not applied",
    /// The target cannot be read back.
    ObserveUnknown = "read-back failed",
    /// The target is down for a while.
    TargetDown = "target down",
    /// The target takes its time.
    TargetSlow = "target slow",
    /// A platform asks for a pause.
    Limited = "message limited (429)",
    /// A platform took the message, and its answer is lost.
    SentUnknown = "message sent, then timed out",
    /// A platform did not answer.
    SentLost = "message timed out, not sent",
    /// A platform refuses.
    Rejected = "message rejected",
    /// Somebody deletes our message.
    Deleted = "message deleted by hand",
    /// A platform is down for a while.
    PlatformDown = "platform down",
    /// A team, a level or a manager changes.
    Membership = "membership edited",
    /// Somebody is deactivated.
    Deactivation = "person deactivated",
    /// A workflow's steps or caps are tightened, or it is removed.
    PolicyEdit = "policy edited",
    /// A resource leaves the policy.
    ResourceGone = "resource removed",
    /// An account is bound to somebody else, or to nobody.
    Relink = "account relinked",
    /// The checkpoints' second place cannot be written.
    PlaceGone = "checkpoint place gone",
}

impl Fault {
    /// What is tried a hundred times less often than a read has to fail more often, to fail at all.
    fn seldom_tried(self) -> u64 {
        match self {
            Self::GrantUnknown
            | Self::GrantLost
            | Self::GrantRefused
            | Self::RevokeUnknown
            | Self::RevokeLie
            | Self::ObserveUnknown
            | Self::TargetSlow => 5,
            Self::CommitFailed | Self::CommitUnknown | Self::Conflict => 2,
            _ => 1,
        }
    }
}

/// Whose work was disturbed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Disturbed {
    /// The process, its database or its clock.
    pub service: bool,
    /// A target.
    pub target: bool,
}

impl Disturbed {
    fn by(&mut self, fault: Fault) {
        match fault {
            Fault::GrantUnknown
            | Fault::GrantLost
            | Fault::GrantRefused
            | Fault::RevokeUnknown
            | Fault::RevokeLie
            | Fault::ObserveUnknown
            | Fault::TargetDown => self.target = true,
            Fault::Crash
            | Fault::Stall
            | Fault::ClockForward
            | Fault::ClockBack
            | Fault::CommitFailed
            | Fault::CommitUnknown
            | Fault::Conflict
            | Fault::ReadFailed
            | Fault::WriteFailed
            | Fault::WriteUnknown
            | Fault::Membership
            | Fault::Deactivation
            | Fault::PolicyEdit
            | Fault::ResourceGone
            | Fault::Relink
            | Fault::TargetSlow => self.service = true,
            Fault::Drop
            | Fault::Duplicate
            | Fault::Reorder
            | Fault::Delay
            | Fault::Limited
            | Fault::SentUnknown
            | Fault::SentLost
            | Fault::Rejected
            | Fault::Deleted
            | Fault::PlatformDown
            | Fault::PlaceGone => {}
        }
    }
}

/// How often each kind happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally(pub Vec<u64>);

impl Default for Tally {
    fn default() -> Self {
        Self(vec![0; Fault::ALL.len()])
    }
}

impl Tally {
    /// Adds another run's.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine += theirs);
    }
}

/// The weather of a run. Clones share it.
#[derive(Clone)]
pub struct Faults(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    died: Notify,
    released: Notify,
}

struct State {
    chance: Chance,
    /// Once in so many times, by kind; 0 is never. Each run has a weather of its own.
    rates: Vec<u64>,
    on: bool,
    tally: Tally,
    /// Effects until the process dies.
    fuse: Option<u64>,
    /// The process that lives; a dead one gets nothing done.
    alive: u64,
    dead: bool,
    effects: u64,
    /// What went wrong since this was last asked.
    disturbed: Disturbed,
}

/// A call came from a process that is dead.
pub struct Dead;

impl Faults {
    /// With a weather drawn from the seed: in some runs a kind is frequent, in others it never happens.
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed, 2);
        let rates = Fault::ALL
            .iter()
            .map(|fault| chance.of([0_u64, 12, 40, 150, 600]).div_ceil(fault.seldom_tried()))
            .collect();
        let state = State {
            chance,
            rates,
            on: true,
            tally: Tally::default(),
            fuse: None,
            alive: 0,
            dead: false,
            effects: 0,
            disturbed: Disturbed::default(),
        };
        Self(Arc::new(Shared { state: Mutex::new(state), died: Notify::new(), released: Notify::new() }))
    }

    /// None at all, ever.
    pub fn none() -> Self {
        let faults = Self::new(0);
        faults.end();
        faults
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does this go wrong now? `rarer` makes it so many times less frequent.
    pub fn strikes(&self, fault: Fault, rarer: u64) -> bool {
        let mut state = self.state();
        let rate = state.rates[fault as usize];
        let strikes = state.on && state.chance.one_in(rate * rarer);
        if strikes {
            state.tally.0[fault as usize] += 1;
            state.disturbed.by(fault);
        }
        strikes
    }

    /// It went wrong, as the script wanted it.
    pub fn note(&self, fault: Fault) {
        let mut state = self.state();
        state.tally.0[fault as usize] += 1;
        state.disturbed.by(fault);
    }

    /// A number for how badly.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        self.state().chance.between(from, to)
    }

    /// From now on everything works.
    pub fn end(&self) {
        let mut state = self.state();
        (state.on, state.fuse) = (false, None);
    }

    /// What went wrong since this was last asked.
    pub fn disturbed(&self) -> Disturbed {
        std::mem::take(&mut self.state().disturbed)
    }

    /// How often each kind happened so far.
    pub fn tally(&self) -> Tally {
        self.state().tally.clone()
    }

    /// The process dies after so many effects.
    pub fn light_the_fuse(&self, effects: u64) {
        self.state().fuse = Some(effects);
    }

    /// An effect is about to happen, or has just happened, in process `epoch`. It never returns in one that dies here.
    /// Errors: the process is dead.
    pub async fn edge(&self, epoch: u64) -> Result<(), Dead> {
        {
            let mut state = self.state();
            state.effects += 1;
            if state.alive != epoch {
                return Err(Dead);
            }
            if state.fuse == Some(0) {
                (state.fuse, state.dead) = (None, true);
                state.tally.0[Fault::Crash as usize] += 1;
                state.disturbed.by(Fault::Crash);
                self.0.died.notify_one();
            }
            state.fuse = state.fuse.map(|left| left - 1);
            if !state.dead {
                return Ok(());
            }
        }
        loop {
            let released = self.0.released.notified();
            if self.state().alive != epoch {
                return Err(Dead);
            }
            released.await;
        }
    }

    /// Resolves when the process dies.
    pub async fn death(&self) {
        loop {
            let died = self.0.died.notified();
            if self.is_dead() {
                return;
            }
            died.await;
        }
    }

    /// Is the process dead, with nobody having noticed?
    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// The next process begins; what is left of the dead one ends. Its number.
    pub fn next_process(&self) -> u64 {
        let mut state = self.state();
        state.alive += 1;
        (state.dead, state.fuse) = (false, None);
        drop(state);
        self.0.released.notify_waiters();
        self.state().alive
    }

    /// The process that lives.
    pub fn process(&self) -> u64 {
        self.state().alive
    }

    /// Edges of effects so far.
    pub fn effects(&self) -> u64 {
        self.state().effects
    }
}
