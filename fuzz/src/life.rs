//! One request of the demo organisation, and everything that people, clocks, connectors and administrators may do to it.

use arbitrary::Arbitrary;
use countersign_engine::{
    command::{Command, Draft, Trim},
    decide::{self, NewRequest, Report, Standing},
    event::Event,
    grant::GrantState,
    id::{PersonId, RequestId, ShortId},
    person::Platform,
    policy::Policy,
    request::{Decision, Request, State, Via, Voter},
    time::{Length, Timestamp},
    transition::Transition,
};
use countersign_kit::{PEOPLE, acme, change_person};
use std::collections::BTreeSet;

/// Something that may happen.
#[derive(Arbitrary, Clone, Debug)]
pub enum Act {
    /// A vote for it; maybe at a step that was meant, maybe for less.
    Approve {
        /// Who.
        who: u8,
        /// At which step they think it is.
        step: Option<u8>,
        /// Minutes.
        minutes: Option<u16>,
        /// Only read-only.
        lower: bool,
        /// Their words.
        note: Option<String>,
    },
    /// A vote against it.
    Deny(u8, Option<u8>, Option<String>),
    /// Cancel, start, end, revoke, waive.
    Steer(u8, u8),
    /// Minutes pass.
    Wait(u16),
    /// The clock rings.
    Ring,
    /// A connector reports.
    Report(u8, String),
    /// Somebody comes or goes.
    Toggle(u8),
    /// What follows from the organisation's changes.
    Reassess,
    /// The resource is taken out of the policy.
    Remove,
    /// A workflow wants another number of approvals at its last step.
    Required(u8),
}

/// The request, its organisation, its clock, and its trail.
pub struct Life {
    /// The request; none until it is opened.
    pub request: Request,
    policy: Policy,
    now: Timestamp,
    trail: Vec<Vec<Event>>,
}

fn via() -> Via {
    Via { platform: Platform::Slack, account: None }
}

fn person(who: u8) -> PersonId {
    PersonId::from(PEOPLE[usize::from(who) % PEOPLE.len()])
}

impl Life {
    /// Somebody asks; `None` when they may not.
    pub fn begin(who: u8, resource: u8, minutes: u16, reason: Option<String>) -> Option<Self> {
        let policy = acme();
        let resources: Vec<_> = policy.resources.keys().cloned().collect();
        let draft = Draft {
            resource: resources[usize::from(resource) % resources.len()].clone(),
            access: None,
            duration: Length::minutes(i64::from(minutes)),
            reason,
            holder: None,
        };
        let new = NewRequest { id: RequestId::new("01JNDEM0000000000000000842"), short_id: ShortId::new("req-84a2") };
        let now = crate::now();
        let opened = decide::open(draft, &person(who), &via(), new, &Standing::default(), &policy, now).ok()?;
        let life = Self { request: opened.request.clone(), policy, now, trail: vec![opened.events.clone()] };
        life.holds(None, &opened);
        Some(life)
    }

    /// Lets it happen, and looks whether all that is promised still holds.
    pub fn happen(&mut self, act: &Act) {
        let done = match act {
            Act::Approve { who, step, minutes, lower, note } => {
                let trim = Trim {
                    access: lower.then(|| "read-only".into()),
                    duration: minutes.map(|m| Length::minutes(i64::from(m))),
                };
                self.says(*who, Command::Approve { step: step.map(usize::from), note: note.clone(), trim })
            }
            Act::Deny(who, step, note) => {
                self.says(*who, Command::Deny { step: step.map(usize::from), note: note.clone() })
            }
            Act::Steer(who, what) => {
                let all = [
                    Command::Cancel,
                    Command::Start,
                    Command::End,
                    Command::Revoke { note: None },
                    Command::Waive { note: "gone".into() },
                ];
                self.says(*who, all[usize::from(*what) % all.len()].clone())
            }
            Act::Wait(minutes) => {
                self.now += chrono::TimeDelta::minutes(i64::from(*minutes));
                None
            }
            Act::Ring => decide::ring(&self.request, &self.policy, self.now),
            Act::Report(which, why) => {
                let all = [
                    Report::Granted(Vec::new()),
                    Report::NotGranted(why.clone()),
                    Report::Revoked,
                    Report::NotRevoked(why.clone()),
                ];
                decide::settle(&self.request, all[usize::from(*which) % 4].clone(), &self.policy, self.now)
            }
            Act::Toggle(who) => {
                change_person(&mut self.policy, person(*who).as_str(), |p| p.active = !p.active);
                None
            }
            Act::Reassess => decide::reassess(&self.request, &self.policy, self.now),
            Act::Remove => {
                let resource = self.request.asked.resource.clone();
                self.policy.resources.remove(&resource);
                None
            }
            Act::Required(n) => {
                let last = self.policy.workflows.values_mut().filter_map(|w| w.steps.last_mut());
                last.for_each(|step| step.required = u32::from(*n % 4));
                None
            }
        };
        if let Some(done) = done {
            self.holds(Some(&self.request), &done);
            self.trail.push(done.events.clone());
            self.request = done.request;
            let replayed = decide::replay(self.trail.iter().map(Vec::as_slice)).expect("it begins with Opened");
            assert_eq!(Request { version: self.request.version, ..replayed }, self.request, "the trail rebuilds it");
        }
    }

    fn says(&self, who: u8, command: Command) -> Option<Transition> {
        decide::decide(&self.request, &person(who), &via(), command, &self.policy, self.now).ok()
    }

    /// S1, S2, S7, S14 and rule 26, without the engine's own judgement.
    fn holds(&self, before: Option<&Request>, done: &Transition) {
        let after = &done.request;
        let requester = Voter::Person(after.requester.clone());
        assert!(after.votes.iter().all(|vote| vote.voter != requester), "the requester voted (S1)");
        let people: Vec<_> = after.votes.iter().filter_map(|v| v.voter.person()).collect();
        assert_eq!(people.iter().collect::<BTreeSet<_>>().len(), people.len(), "one person voted twice (S2)");
        if let Some(before) = before {
            assert_eq!(after.votes[..before.votes.len()], before.votes, "votes are never changed");
            assert_eq!(after.version, before.version + 1, "one version further");
            assert!(after.scope.duration <= before.scope.duration, "the scope only shrinks (rule 20)");
            let over = !before.state.is_pending() && before.grant.as_ref().is_none_or(|g| g.state.is_over());
            assert!(!over, "terminal means terminal (S14)");
            if let (Some(was), Some(is)) = (&before.grant, &after.grant) {
                assert_eq!(was.terms, is.terms, "terms never change (S7)");
            }
        }
        if before.is_none_or(|before| before.grant.is_none()) && after.grant.is_some() {
            self.enough_people(after);
        }
        if let Some(at) = decide::next_alarm(after, &self.policy) {
            let early = at - chrono::TimeDelta::nanoseconds(1);
            assert!(
                decide::ring(after, &self.policy, early).is_none(),
                "an alarm that is early does nothing (rule 26)"
            );
            let rung = decide::ring(after, &self.policy, at).expect("an alarm that is due does something");
            assert!(decide::ring(&rung.request, &self.policy, at).is_none(), "an alarm that rings twice does it once");
        }
        let waiting = matches!(&after.state, State::Pending(_) | State::Approved { .. });
        assert!(after.grant.is_none() || waiting, "a grant belongs to an approved request");
    }

    /// Every step has as many approvals of active people as it needs, or a rule's.
    fn enough_people(&self, request: &Request) {
        assert!(matches!(request.state, State::Approved { .. }), "no grant before the last approval (S1)");
        for (index, step) in request.chain.steps.iter().enumerate() {
            let approvals = || request.votes_of(index).filter(|v| v.decision == Decision::Approve);
            if approvals().any(|v| matches!(v.voter, Voter::Rule(_))) {
                continue;
            }
            let counting = approvals().filter_map(|v| v.voter.person());
            let active = counting.filter(|id| self.policy.directory.active(id).is_some()).count();
            assert!(step.required > 0 && active >= step.required as usize, "step {index} was not filled (S1)");
        }
        let terms = &request.grant.as_ref().expect("a grant").terms;
        assert!(terms.duration <= request.asked.duration, "no more than was asked (S7)");
        assert!(!matches!(request.grant.as_ref().map(|g| &g.state), Some(GrantState::Active { .. })), "not yet there");
    }
}
