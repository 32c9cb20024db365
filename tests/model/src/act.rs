//! Everything that may happen. Anything that was ever sent may arrive at any time, any number of times, so no message is
//! remembered: a press that is late, repeated or out of order is a press.

use crate::{
    org::{Edit, SHORT, Shape},
    state::{Phase, State},
};
use countersign_engine::{
    command::{Command, Trim},
    request::State as Stand,
};

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody presses a button on a card that showed a step.
    Press {
        /// Who, by number.
        who: u8,
        /// The step that the card showed.
        step: u8,
        /// Which button.
        verb: Verb,
    },
    /// Somebody steers.
    Say {
        /// Who, by number.
        who: u8,
        /// What.
        what: Steer,
    },
    /// Time passes; no alarm rings by itself.
    Tick,
    /// An alarm rings: early, on time, late, or again.
    Ring,
    /// Policy or directory change; nobody judges anything anew by itself.
    Change(Edit),
    /// The request is judged on the newest policy.
    Reassess,
    /// A worker takes the `Grant` job, or the `Revoke` job.
    Claim(crate::state::Lane),
    /// The worker who holds the lease does what is next.
    Work(Luck),
    /// Its process dies.
    Crash,
    /// Its process is stopped until the lease has run out.
    Freeze,
    /// Who was stopped goes on.
    Thaw(Luck),
}

/// A button of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Yes.
    Approve,
    /// Yes, for a shorter time.
    Trim,
    /// No.
    Deny,
}

/// What people can do besides voting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steer {
    /// Take it back.
    Cancel,
    /// Start what is approved.
    Start,
    /// Be done.
    End,
    /// Take it away.
    Revoke,
    /// Vouch that it is gone.
    Waive,
}

/// How a call to the target goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Luck {
    /// Well.
    Good,
    /// The target says no.
    No,
    /// The call is lost on the way there. Where something is only looked at: no answer.
    LostThere,
    /// The answer is lost on the way back.
    LostBack,
}

impl Verb {
    /// As the engine hears it.
    pub fn command(self, step: usize) -> Command {
        let approve = |trim| Command::Approve { step: Some(step), note: None, trim };
        match self {
            Self::Approve => approve(Trim::default()),
            Self::Trim => approve(Trim { access: None, duration: Some(SHORT) }),
            Self::Deny => Command::Deny { step: Some(step), note: None },
        }
    }
}

impl Steer {
    /// As the engine hears it.
    pub fn command(self) -> Command {
        match self {
            Self::Cancel => Command::Cancel,
            Self::Start => Command::Start,
            Self::End => Command::End,
            Self::Revoke => Command::Revoke { note: None },
            Self::Waive => Command::Waive { note: "gone".into() },
        }
    }
}

/// All that may happen in a state, in an order that depends on nothing else.
pub fn acts(s: &State, acts: &mut Vec<Act>) {
    if s.broken.is_some() {
        return;
    }
    presses(s, acts);
    let say = |who, what| Act::Say { who, what };
    acts.extend([say(0, Steer::Cancel), say(0, Steer::End), say(1, Steer::Revoke), say(3, Steer::Waive)]);
    acts.extend([say(0, Steer::Start)].into_iter().filter(|_| s.shape == Shape::Scheduled));
    acts.extend([Act::Tick, Act::Ring, Act::Reassess]);
    if s.left.edits > 0 && s.request.is_live() {
        acts.extend(Edit::ALL.map(Act::Change));
    }
    outbox(s, acts);
}

/// While the request is pending everybody presses everything; afterwards it is enough that everybody tries.
fn presses(s: &State, acts: &mut Vec<Act>) {
    let pending = matches!(s.request.state, Stand::Pending(_));
    if pending && s.left.votes == 0 {
        return;
    }
    for who in 0..4 {
        for step in if pending { 0..2 } else { 1..2 } {
            acts.push(Act::Press { who, step, verb: Verb::Approve });
            if pending {
                acts.push(Act::Press { who, step, verb: Verb::Deny });
            }
            if pending && who == 2 {
                acts.push(Act::Press { who, step, verb: Verb::Trim });
            }
        }
    }
}

fn outbox(s: &State, acts: &mut Vec<Act>) {
    use crate::state::Lane;
    let faults = s.left.faults > 0;
    match &s.worker {
        None => {
            acts.extend(s.grant_job.map(|_| Act::Claim(Lane::Grant)));
            acts.extend(s.revoke_job.map(|_| Act::Claim(Lane::Revoke)));
        }
        Some(worker) => {
            acts.extend(luck(worker.phase, faults).map(Act::Work));
            acts.extend([Act::Crash, Act::Freeze].into_iter().filter(|_| faults));
        }
    }
    if let Some(frozen) = &s.frozen {
        acts.extend(luck(frozen.phase, faults).map(Act::Thaw));
    }
}

/// How the next thing that a worker does may go.
fn luck(phase: Phase, faults: bool) -> impl Iterator<Item = Luck> {
    let all: &[Luck] = match phase {
        Phase::Give | Phase::GiveAgain | Phase::TakeAway | Phase::TakeBack => {
            &[Luck::Good, Luck::No, Luck::LostThere, Luck::LostBack]
        }
        Phase::ReadBack | Phase::Look(_) | Phase::LookBack(_) => &[Luck::Good, Luck::LostThere],
        Phase::ReportGiven(_) | Phase::ReportGone(_) => &[Luck::Good],
    };
    all.iter().copied().filter(move |luck| faults || *luck == Luck::Good)
}
