//! What happens when something happens. Every decision is the production engine's; here is only what the shell does with it.

use crate::{
    act::{Act, Luck},
    org::{Policies, TICK, person},
    state::{Access, Job, Lane, Phase, Said, State, Worker},
    watch,
};
use countersign_engine::{
    decide::{self, Report},
    effect::Effect,
    errand::{self, Errand},
    person::Platform,
    policy::Policy,
    ports::{Delivery, Observation, Outcome},
    request::Via,
    transition::Transition,
};
use std::sync::Arc;

/// The state after `act`; `None` when nothing changes, or a bound is reached.
pub fn next(policies: &Policies, s: &State, act: Act) -> Option<State> {
    let mut after = s.clone();
    let policy = policies.get(s.shape, s.edits);
    let happened = match act {
        Act::Press { who, step, verb } => {
            let heard = heard(s, who, verb.command(step as usize), policy);
            // A decided request takes no vote, so only presses that count are counted.
            after.left.votes -= u8::from(heard.is_some() && after.left.votes > 0);
            after.commit(act, heard, policy)
        }
        Act::Say { who, what } => after.commit(act, heard(s, who, what.command(), policy), policy),
        Act::Tick => {
            after.now += TICK;
            true
        }
        Act::Ring => after.commit(act, decide::ring(&s.request, policy, s.now), policy) && !after.is_said_enough(),
        Act::Reassess => after.commit(act, decide::reassess(&s.request, policy, s.now), policy),
        Act::Change(edit) => {
            after.edits = s.edits.toggled(edit);
            after.left.edits -= 1;
            true
        }
        Act::Claim(lane) => after.claim(lane),
        Act::Crash => after.fault() && after.worker.take().is_some(),
        Act::Freeze => {
            let free = after.frozen.is_none();
            after.frozen = after.worker.take();
            free && after.fault()
        }
        Act::Work(luck) => {
            let worker = after.worker.take();
            (luck == Luck::Good || after.fault()) && worker.is_some_and(|w| after.work(w, luck, act, policy, true))
        }
        Act::Thaw(luck) => {
            let worker = after.frozen.take();
            (luck == Luck::Good || after.fault()) && worker.is_some_and(|w| after.work(w, luck, act, policy, false))
        }
    };
    happened.then_some(after)
}

fn heard(s: &State, who: u8, command: countersign_engine::command::Command, policy: &Policy) -> Option<Transition> {
    let via = Via { platform: Platform::Console, account: None };
    decide::decide(&s.request, &person(who), &via, command, policy, s.now).ok()
}

fn why() -> String {
    "no".into()
}

impl State {
    fn fault(&mut self) -> bool {
        let left = self.left.faults.checked_sub(1);
        self.left.faults = left.unwrap_or(0);
        left.is_some()
    }

    /// An overdue revocation is said for ever; the model has heard it after the second time.
    fn is_said_enough(&self) -> bool {
        use countersign_engine::grant::GrantState;
        let said = self.grant().map(|g| &g.state);
        matches!(said, Some(GrantState::Revoking { overdue: Some(overdue), .. }) if overdue.alerts > 2)
    }

    /// Commits what was decided, with its effects, in one transaction; did anything happen?
    fn commit(&mut self, act: Act, decided: Option<Transition>, policy: &Policy) -> bool {
        let Some(mut done) = decided else { return false };
        self.broken = watch::judge(self, act, &done, policy);
        for effect in &done.effects {
            match effect {
                Effect::Grant => self.raise(Lane::Grant),
                Effect::Revoke => self.raise(Lane::Revoke),
                _ => {}
            }
        }
        // Counts transitions and nothing else.
        done.request.version = 0;
        self.request = Arc::new(done.request);
        true
    }

    /// As the store does it: an effect that waits already is not there twice, and whoever works on it knows of it too late.
    fn raise(&mut self, lane: Lane) {
        *self.job(lane) = Some(Job);
        for worker in [&mut self.worker, &mut self.frozen].into_iter().flatten().filter(|w| w.lane == lane) {
            worker.fresh = false;
        }
    }

    fn claim(&mut self, lane: Lane) -> bool {
        if self.job(lane).is_none() {
            return false;
        }
        if let Some(frozen) = self.frozen.as_mut().filter(|w| w.lane == lane) {
            frozen.mine = false;
        }
        let effect = match lane {
            Lane::Grant => Effect::Grant,
            Lane::Revoke => Effect::Revoke,
        };
        let phase = match Errand::of(&effect, self.grant()) {
            Errand::Give(_) => Phase::Give,
            Errand::TakeAway(_) => Phase::TakeAway,
            Errand::TakeBack(_) => Phase::TakeBack,
            Errand::Nothing => {
                *self.job(lane) = None;
                return true;
            }
        };
        self.worker = Some(Worker { lane, phase, mine: true, fresh: true });
        true
    }

    /// The job is done, unless it was raised again, or somebody else has it.
    fn finish(&mut self, worker: Worker) -> bool {
        if worker.mine && worker.fresh {
            *self.job(worker.lane) = None;
        }
        true
    }

    fn go_on(&mut self, worker: Worker, phase: Phase, leased: bool) -> bool {
        let hand = if leased { &mut self.worker } else { &mut self.frozen };
        *hand = Some(Worker { phase, ..worker });
        true
    }

    /// What a worker does next, as src/grants/drive.rs does it.
    fn work(&mut self, worker: Worker, luck: Luck, act: Act, policy: &Policy, leased: bool) -> bool {
        let phase = match worker.phase {
            Phase::Give => match self.give(luck) {
                Said::Unknown => Phase::ReadBack,
                said => Phase::ReportGiven(said),
            },
            Phase::GiveAgain => Phase::ReportGiven(self.give(luck)),
            Phase::ReadBack => match errand::read_back::<()>(why(), self.look(luck), errand::is_wanted(self.grant())) {
                None => Phase::GiveAgain,
                Some(outcome) => Phase::ReportGiven(said(&outcome)),
            },
            Phase::ReportGiven(said) => {
                let report = errand::given(outcome(said, Delivery::default()));
                return self.report_given(worker, report, act, policy, leased);
            }
            Phase::TakeAway => Phase::Look(self.take(luck)),
            Phase::Look(said) => {
                Phase::ReportGone(errand::taken_away(outcome(said, ()), self.look(luck)) == Report::Revoked)
            }
            Phase::ReportGone(gone) => {
                let report = if gone { Report::Revoked } else { Report::NotRevoked(why()) };
                self.settle(report, act, policy);
                return !gone || self.finish(worker);
            }
            Phase::TakeBack => Phase::LookBack(self.take(luck)),
            Phase::LookBack(said) => {
                if errand::taken_away(outcome(said, ()), self.look(luck)) != Report::Revoked {
                    // Released and to be done again, by whoever claims it next.
                    self.raise(Lane::Grant);
                    return true;
                }
                return self.finish(worker);
            }
        };
        self.go_on(worker, phase, leased)
    }

    fn report_given(&mut self, worker: Worker, report: Report, act: Act, policy: &Policy, leased: bool) -> bool {
        let granted = matches!(report, Report::Granted(_));
        self.settle(report, act, policy);
        match granted {
            _ if errand::is_too_late(self.grant()) => self.go_on(worker, Phase::TakeBack, leased),
            true => self.finish(worker),
            false => true,
        }
    }

    fn settle(&mut self, report: Report, act: Act, policy: &Policy) {
        let settled = decide::settle(&self.request, report, policy, self.now);
        self.commit(act, settled, policy);
    }

    fn give(&mut self, luck: Luck) -> Said {
        if matches!(luck, Luck::Good | Luck::LostBack) && !self.access.is_there() {
            let wanted = errand::is_wanted(self.grant());
            self.access = if wanted { Access::Present } else { Access::Late };
        }
        answer(luck)
    }

    fn take(&mut self, luck: Luck) -> Said {
        if matches!(luck, Luck::Good | Luck::LostBack) {
            self.access = Access::Absent;
        }
        answer(luck)
    }

    fn look(&self, luck: Luck) -> Observation {
        match (luck, self.access.is_there()) {
            (Luck::Good, true) => Observation::Present,
            (Luck::Good, false) => Observation::Absent,
            _ => Observation::Unknown(why()),
        }
    }
}

fn answer(luck: Luck) -> Said {
    match luck {
        Luck::Good => Said::Done,
        Luck::No => Said::No,
        Luck::LostThere | Luck::LostBack => Said::Unknown,
    }
}

fn outcome<T>(said: Said, done: T) -> Outcome<T> {
    match said {
        Said::Done => Outcome::Done(done),
        Said::No => Outcome::DefinitelyNot(why()),
        Said::Unknown => Outcome::Unknown(why()),
    }
}

fn said<T>(outcome: &Outcome<T>) -> Said {
    match outcome {
        Outcome::Done(_) => Said::Done,
        Outcome::DefinitelyNot(_) => Said::No,
        Outcome::Unknown(_) => Said::Unknown,
    }
}
