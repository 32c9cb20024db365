//! Targets: what is really there, whatever anybody believes.

use crate::{
    faults::{Fault, Faults},
    mutex::Locked,
};
use async_trait::async_trait;
use chrono::TimeDelta;
use countersign::clock::Clock;
use countersign_engine::{
    grant::{Detail, Terms},
    ports::{Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise, Secret},
    time::Timestamp,
};
use std::{collections::BTreeMap, time::Duration};

/// Something that gives access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// For whom.
    pub holder: String,
    /// To what.
    pub resource: String,
    /// How much.
    pub access: String,
    /// Since when.
    pub since: Timestamp,
}

/// What a target did that somebody has to answer for.
#[derive(Clone, Debug)]
pub struct Applied {
    /// On which grant's behalf.
    pub terms: Terms,
    /// When.
    pub at: Timestamp,
}

/// One target. Clones share it; it outlives the processes that work on it.
#[derive(Clone)]
pub struct Target {
    name: &'static str,
    world: Locked<World>,
    faults: Faults,
    clock: Clock,
    /// What is deliberately wrong with it, for the tests that show that this is noticed.
    flaw: Flaw,
}

/// A deliberate flaw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flaw {
    /// None.
    #[default]
    None,
    /// No answer is taken for a good one when it revokes and reads back: what every connector has to avoid.
    SwallowsUnknown,
    /// Revocations are noted and not done, and reading back says what was noted.
    ForgetsToRevoke,
    /// Each grant makes an object of its own.
    NewNameEachTime,
}

#[derive(Default)]
struct World {
    objects: BTreeMap<String, Object>,
    forgotten: BTreeMap<String, Object>,
    applied: Vec<Applied>,
    down_until: Option<Timestamp>,
    made: u64,
}

/// What a call came to before the target answered.
enum Line {
    Open,
    Down(String),
}

impl Target {
    /// An empty one.
    pub fn new(name: &'static str, faults: Faults, clock: Clock, flaw: Flaw) -> Self {
        Self { name, world: Locked::default(), faults, clock, flaw }
    }
    /// Its connector's name in the policy.
    pub fn name(&self) -> &'static str {
        self.name
    }
    /// What is there, by its name.
    pub fn objects(&self) -> BTreeMap<String, Object> {
        let world = self.world.lock();
        let mut all = world.objects.clone();
        all.extend(world.forgotten.clone());
        all
    }
    /// Is nothing there? Cheaper than to look at all of it.
    pub fn is_empty(&self) -> bool {
        let world = self.world.lock();
        world.objects.is_empty() && world.forgotten.is_empty()
    }
    /// What it did since this was last asked.
    pub fn applied(&self) -> Vec<Applied> {
        std::mem::take(&mut self.world.lock().applied)
    }
    /// Cannot be reached until then.
    pub fn goes_down(&self, until: Timestamp) {
        self.world.lock().down_until = Some(until);
    }
    /// Can be reached again.
    pub fn comes_up(&self) {
        self.world.lock().down_until = None;
    }
    /// Can it be reached?
    pub fn is_up(&self) -> bool {
        self.world.lock().down_until.is_none_or(|until| self.clock.now() >= until)
    }

    /// The way there: it may be down, and it may be slow.
    fn line(&self) -> Line {
        if !self.is_up() {
            return Line::Down("connection refused".into());
        }
        if self.faults.strikes(Fault::TargetSlow, 2) {
            self.clock.advance(TimeDelta::seconds(self.faults.between(1, 25)));
        }
        Line::Open
    }

    /// Nobody knows what became of it.
    fn lost<T>(&self) -> Outcome<T> {
        Outcome::Unknown("no answer within 20 s".into())
    }

    /// Nobody knows what is there; the flawed connector takes that for "nothing".
    fn unseen(&self, why: String) -> Observation {
        match self.flaw {
            Flaw::SwallowsUnknown => Observation::Absent,
            _ => Observation::Unknown(why),
        }
    }

    fn make(&self, terms: &Terms) {
        let at = self.clock.now();
        let mut world = self.world.lock();
        world.applied.push(Applied { terms: terms.clone(), at });
        world.made += 1;
        let name = match self.flaw {
            Flaw::NewNameEachTime => format!("{}_{}", terms.target_name, world.made),
            _ => terms.target_name.clone(),
        };
        world.objects.entry(name).or_insert_with(|| Object {
            holder: terms.holder.to_string(),
            resource: terms.resource.to_string(),
            access: terms.access.to_string(),
            since: at,
        });
    }

    fn unmake(&self, terms: &Terms) {
        let mut world = self.world.lock();
        if let Some(object) = world.objects.remove(&terms.target_name)
            && self.flaw == Flaw::ForgetsToRevoke
        {
            world.forgotten.insert(terms.target_name.clone(), object);
        }
    }
}

#[async_trait]
impl Connector for Target {
    fn promise(&self) -> RevocationPromise {
        RevocationPromise { lag: Duration::ZERO, cuts_sessions: true }
    }

    async fn grant(&self, terms: &Terms, _until: Timestamp) -> Outcome<Delivery> {
        let process = self.faults.process();
        let dead = |_| Outcome::Unknown("the process is dead".into());
        if let Err(dead) = self.faults.edge(process).await.map_err(dead) {
            return dead;
        }
        match self.line() {
            Line::Down(why) => return Outcome::DefinitelyNot(why),
            Line::Open if self.faults.strikes(Fault::GrantRefused, 1) => {
                return Outcome::DefinitelyNot("too many connections".into());
            }
            Line::Open if self.faults.strikes(Fault::GrantLost, 1) => return self.lost(),
            Line::Open => {}
        }
        self.make(terms);
        if let Err(dead) = self.faults.edge(process).await.map_err(dead) {
            return dead;
        }
        if self.faults.strikes(Fault::GrantUnknown, 1) {
            return self.lost();
        }
        Outcome::Done(Delivery {
            details: vec![Detail { label: "login".into(), value: terms.target_name.clone() }],
            secret: Some(Secret::new(format!("pass-{}", terms.target_name))),
        })
    }

    async fn revoke(&self, terms: &Terms) -> Outcome<()> {
        let process = self.faults.process();
        if self.faults.edge(process).await.is_err() {
            return Outcome::Unknown("the process is dead".into());
        }
        match self.line() {
            Line::Down(_) if self.flaw == Flaw::SwallowsUnknown => return Outcome::Done(()),
            Line::Down(why) => return Outcome::DefinitelyNot(why),
            Line::Open => {}
        }
        if self.faults.strikes(Fault::RevokeLie, 1) {
            return Outcome::Done(());
        }
        self.unmake(terms);
        if self.faults.edge(process).await.is_err() {
            return Outcome::Unknown("the process is dead".into());
        }
        match self.faults.strikes(Fault::RevokeUnknown, 1) {
            true => self.lost(),
            false => Outcome::Done(()),
        }
    }

    async fn observe(&self, terms: &Terms) -> Observation {
        if self.faults.edge(self.faults.process()).await.is_err() {
            return Observation::Unknown("the process is dead".into());
        }
        if let Line::Down(why) = self.line() {
            return self.unseen(why);
        }
        if self.faults.strikes(Fault::ObserveUnknown, 1) {
            return self.unseen("no answer within 20 s".into());
        }
        match self.world.lock().objects.contains_key(&terms.target_name) {
            true => Observation::Present,
            false => Observation::Absent,
        }
    }

    async fn list_ours(&self) -> Result<Vec<Found>, ConnectorError> {
        let names = self.objects().into_keys();
        Ok(names.map(|target_name| Found { target_name }).collect())
    }

    async fn check(&self) -> Result<Preflight, ConnectorError> {
        Ok(Preflight { identity: "a simulated target".into(), problems: Vec::new() })
    }
}
