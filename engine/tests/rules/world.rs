//! A small world to talk to: an organisation, one request, a clock that moves when told.

use countersign_engine::{
    command::{Command, Draft, Trim},
    decide::{self, NewRequest, Report, Standing},
    directory::Directory,
    effect::{Audience, Effect, News},
    event::Event,
    grant::{EndReason, GrantState},
    id::{PersonId, RequestId, ResourceId, ShortId, WorkflowId},
    person::{Person, Platform},
    policy::Policy,
    refusal::Refusal,
    request::{Request, State, Via},
    time::{Length, Timestamp},
    transition::Transition,
    workflow::{Step, Workflow},
};
use countersign_kit::{acme, moment};

#[derive(Clone)]
pub struct World {
    pub policy: Policy,
    pub now: Timestamp,
    pub standing: Standing,
    /// Every committed transition, as the audit trail would hold it.
    pub entries: Vec<Vec<Event>>,
    /// What the last transition wants done.
    pub effects: Vec<Effect>,
    request: Option<Request>,
}

/// Yes, to the open step, as it stands.
pub fn approve() -> Command {
    Command::Approve { step: None, note: None, trim: Trim::default() }
}
/// No.
pub fn deny() -> Command {
    Command::Deny { step: None, note: None }
}
/// Yes, but for no longer than this.
pub fn approve_for(duration: &str) -> Command {
    Command::Approve { step: None, note: None, trim: Trim { access: None, duration: Some(length(duration)) } }
}
/// Yes, but no more than this access level.
pub fn approve_only(access: &str) -> Command {
    Command::Approve { step: None, note: None, trim: Trim { access: Some(access.into()), duration: None } }
}
/// Takes the access away.
pub fn revoke() -> Command {
    Command::Revoke { note: None }
}
/// Vouches that it is gone.
pub fn waive(note: &str) -> Command {
    Command::Waive { note: note.into() }
}
pub fn length(text: &str) -> Length {
    text.parse().unwrap()
}
pub fn draft(resource: &str, access: Option<&str>, duration: &str) -> Draft {
    Draft {
        resource: resource.into(),
        access: access.map(Into::into),
        duration: length(duration),
        reason: Some("billing migration".into()),
        holder: None,
    }
}
pub fn via() -> Via {
    Via { platform: Platform::Console, account: None }
}

impl World {
    /// The demo organisation at ten in the morning; nobody has asked for anything.
    pub fn acme() -> Self {
        Self::of(acme())
    }
    pub fn of(policy: Policy) -> Self {
        let (entries, effects) = (Vec::new(), Vec::new());
        Self { policy, now: moment(10, 0), standing: Standing::default(), entries, effects, request: None }
    }
    /// `dev` has asked for `prod-db` for four hours: the three-step chain.
    pub fn asked() -> Self {
        let mut w = Self::acme();
        assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
        w
    }
    /// And everybody has said yes.
    pub fn granting() -> Self {
        let mut w = Self::asked();
        w.all_approve();
        w
    }
    /// And the connector has granted it.
    pub fn active() -> Self {
        let mut w = Self::granting();
        assert!(w.report(Report::Granted(Vec::new())));
        w
    }
    pub fn all_approve(&mut self) {
        for person in ["lisa", "manager", "sec1", "sec2"] {
            self.says(person, approve());
        }
    }

    /// Somebody asks; the state that follows, or the refusal's code.
    pub fn ask(&mut self, person: &str, draft: Draft) -> String {
        answer(self.try_ask(person, draft).map(|()| self.state()))
    }
    pub fn try_ask(&mut self, person: &str, draft: Draft) -> Result<(), Refusal> {
        let new = NewRequest { id: RequestId::new("01JNDEMO84A2"), short_id: ShortId::new("req-84a2") };
        let opened = decide::open(draft, &PersonId::from(person), &via(), new, &self.standing, &self.policy, self.now)?;
        self.entries.clear();
        self.commit(opened);
        Ok(())
    }
    /// Somebody says something about the request; the state that follows, or the refusal's code.
    pub fn says(&mut self, person: &str, command: Command) -> String {
        answer(self.tries(person, command).map(|()| self.state()))
    }
    pub fn tries(&mut self, person: &str, command: Command) -> Result<(), Refusal> {
        let actor = PersonId::from(person);
        let done = decide::decide(self.request(), &actor, &via(), command, &self.policy, self.now)?;
        self.commit(done);
        Ok(())
    }
    /// The alarm rings; did anything happen?
    pub fn ring(&mut self) -> bool {
        let rung = decide::ring(self.request(), &self.policy, self.now);
        self.commit_if(rung)
    }
    /// A connector reports; did anything happen?
    pub fn report(&mut self, report: Report) -> bool {
        let settled = decide::settle(self.request(), report, &self.policy, self.now);
        self.commit_if(settled)
    }
    /// The policy or the directory has changed; did anything happen?
    pub fn reassess(&mut self) -> bool {
        let judged = decide::reassess(self.request(), &self.policy, self.now);
        self.commit_if(judged)
    }
    /// The clock moves; no alarm rings by itself.
    pub fn advance(&mut self, by: &str) -> &mut Self {
        self.now += length(by).delta();
        self
    }
    /// The clock moves and the alarm rings on time.
    pub fn after(&mut self, by: &str) -> String {
        self.advance(by);
        self.ring();
        self.state()
    }

    pub fn request(&self) -> &Request {
        self.request.as_ref().expect("somebody has asked")
    }
    pub fn state(&self) -> String {
        describe(self.request())
    }
    pub fn alarm(&self) -> Option<Timestamp> {
        decide::next_alarm(self.request(), &self.policy)
    }
    pub fn told(&self, audience: Audience, news: News) -> bool {
        self.effects.contains(&Effect::Tell { audience, news })
    }

    pub fn person(&mut self, id: &str, change: impl FnOnce(&mut Person)) {
        let old = &self.policy.directory;
        let mut people: Vec<Person> = old.people().cloned().collect();
        match people.iter_mut().find(|p| p.id.as_str() == id) {
            Some(person) => change(person),
            None => {
                let mut person = Person { id: id.into(), ..people[0].clone() };
                change(&mut person);
                people.push(person);
            }
        }
        self.policy.directory = Directory::new(old.levels().to_vec(), old.teams().clone(), people, chrono_tz::Tz::UTC);
    }
    pub fn deactivate(&mut self, id: &str) {
        self.person(id, |p| p.active = false);
    }
    /// An administrator who is in no step.
    pub fn with_root(mut self) -> Self {
        self.person("root", |p| (p.level, p.teams) = ("member".into(), Default::default()));
        self.policy.settings.administrators = vec![countersign_engine::selector::Selector::Person("root".into())];
        self
    }
    pub fn workflow(&mut self, id: &str) -> &mut Workflow {
        self.policy.workflows.get_mut(&WorkflowId::from(id)).expect("a workflow")
    }
    /// A step of `sre-prod-db`.
    pub fn step(&mut self, index: usize) -> &mut Step {
        &mut self.workflow("sre-prod-db").steps[index]
    }
    pub fn resource_gone(&mut self, id: &str) {
        self.policy.resources.remove(&ResourceId::from(id));
    }

    fn commit_if(&mut self, transition: Option<Transition>) -> bool {
        let happened = transition.is_some();
        transition.into_iter().for_each(|t| self.commit(t));
        happened
    }
    /// Keeps a transition, and holds it to what is true of every transition.
    fn commit(&mut self, transition: Transition) {
        let Transition { request, events, effects, .. } = transition;
        assert!(!events.is_empty(), "a transition without events");
        self.entries.push(events);
        let replayed = decide::replay(self.entries.iter().map(Vec::as_slice)).expect("opened");
        let json = |r: &Request| serde_json::to_string(r).unwrap();
        assert_eq!(json(&replayed), json(&request), "replaying the events rebuilds the request");
        let reread: Request = serde_json::from_str(&json(&request)).unwrap();
        assert_eq!(reread, request, "a stored request reads back");
        assert!(effects.contains(&Effect::Refresh));
        let alarm = decide::next_alarm(&request, &self.policy);
        assert!(effects.contains(&Effect::Wake { at: alarm }));
        (self.effects, self.request) = (effects, Some(request));
    }
}

fn answer(said: Result<String, Refusal>) -> String {
    said.unwrap_or_else(|refusal| refusal.code().to_owned())
}

/// A request's state in a few words: `step 2`, `blocked at 3`, `active`.
pub fn describe(request: &Request) -> String {
    match (&request.state, request.grant.as_ref().map(|g| &g.state)) {
        (State::Pending(p), _) => {
            let word = if p.blocked.is_some() { "blocked at" } else { "step" };
            let mark = if p.escalated { " (escalated)" } else { "" };
            format!("{word} {}{mark}", p.step + 1)
        }
        (State::Approved { .. }, Some(grant)) => match grant {
            GrantState::Revoking { overdue: Some(_), .. } => "overdue".into(),
            GrantState::Revoking { why, .. } => format!("revoking: {}", reason(why)),
            GrantState::Ended { why, .. } => format!("ended: {}", reason(why)),
            other => other.key().into(),
        },
        (state, _) => state.key().into(),
    }
}

fn reason(why: &EndReason) -> String {
    match why {
        EndReason::Expired => "expired".into(),
        EndReason::EndedBy(who) => format!("by {who}"),
        EndReason::RevokedBy { person, .. } => format!("revoked by {person}"),
        EndReason::NeverStarted => "never started".into(),
        EndReason::NotDelivered => "not delivered".into(),
        EndReason::Deactivated(who) => format!("{who} deactivated"),
        EndReason::ResourceGone => "resource gone".into(),
        EndReason::ApprovalLapsed { step } => format!("approval lapsed at {step}"),
        EndReason::Waived { person, .. } => format!("waived by {person}"),
        EndReason::Restored(person) => format!("restored, confirmed by {person}"),
    }
}
