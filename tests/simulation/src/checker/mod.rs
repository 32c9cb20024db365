//! The independent checker. It reads what anybody could read: what clients were told, the database's rows, the targets'
//! objects, the trail, and what the chats show. It judges by [`Organisation`], never by the product's own chain.

mod grants;
mod rest;
mod shadow;
mod votes;

use crate::{
    organisation::{self, Organisation},
    wish::{Answer, What},
    world::World,
};
use chrono::TimeDelta;
use countersign::{
    audit::entry::Entry,
    store::{AuditQuery, Store, StoreError},
};
use countersign_engine::{
    event::Event,
    id::RequestId,
    request::{Decision, Voter},
    time::Timestamp,
};
pub use rest::Strangers;
use shadow::Shadow;
use std::collections::{BTreeMap, BTreeSet};

/// After the last disturbance everything is done within this: the longest pause between two tries (5 min, rule 39), and
/// leases of what died (a job's 90 s, an alarm's 30 s).
const CALM: TimeDelta = TimeDelta::minutes(8);
/// Undisturbed, access is gone this long after its end at the latest (promise S5).
const BOUND: TimeDelta = TimeDelta::seconds(60);

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation(pub String);

/// What a check comes to.
pub type Checked<T = ()> = Result<T, Violation>;

/// A promise does not hold.
pub(crate) fn broken<T>(promise: &str, what: impl std::fmt::Display) -> Checked<T> {
    Err(Violation(format!("{promise}: {what}")))
}

impl From<StoreError> for Violation {
    fn from(error: StoreError) -> Self {
        Self(format!("the checker cannot read: {error}"))
    }
}

/// Knows what has happened so far.
#[derive(Default)]
pub struct Checker {
    shadows: BTreeMap<RequestId, Shadow>,
    /// Those that are pending, or whose grant is not over.
    live: BTreeSet<RequestId>,
    /// Entries of the trail that were read.
    entries: i64,
    /// How often access began.
    activated: u64,
    /// Answers that were looked at.
    answers: usize,
    /// What people tried: person, request by any name, decision.
    pressed: BTreeSet<(usize, String, u8)>,
    /// Votes that clients were told of.
    acknowledged: Vec<(usize, RequestId, Decision)>,
    /// Since when nothing was disturbed; the clock's highest mark counts.
    calm_since: Timestamp,
    /// The same, whatever the targets do.
    service_calm_since: Timestamp,
    high_water: Timestamp,
}

impl Checker {
    /// Somebody is about to press; whatever becomes of it, a vote of theirs may follow.
    pub fn presses(&mut self, person: Option<usize>, request: &str, decision: Decision) {
        if let Some(person) = person {
            self.pressed.insert((person, request.to_owned(), decision as u8));
        }
    }

    /// After every step.
    ///
    /// # Errors
    /// A promise was broken.
    pub async fn look(&mut self, world: &World, worked: bool) -> Checked {
        self.notes_calm(world);
        let store = world.backend.store();
        let changed = self.follows_the_trail(store.as_ref(), world).await?;
        for id in changed {
            self.agrees(store.as_ref(), &id).await?;
        }
        self.remembers_answers(world)?;
        self.judges_targets(world)?;
        match worked {
            true => self.judges_time(world),
            false => Ok(()),
        }
    }

    fn notes_calm(&mut self, world: &World) {
        let now = world.now();
        self.high_water = self.high_water.max(now);
        let disturbed = world.faults.disturbed();
        if disturbed.service {
            self.service_calm_since = self.high_water;
        }
        if disturbed.service || disturbed.target || world.targets.iter().any(|target| !target.is_up()) {
            self.calm_since = self.high_water;
        }
    }

    /// One entry for each version, in order, and nothing that was there is gone (S9).
    async fn follows_the_trail(&mut self, store: &dyn Store, world: &World) -> Checked<BTreeSet<RequestId>> {
        let head = store.audit_head().await?;
        if head.size < self.entries {
            return broken("S9", format!("the trail had {} entries and has {}", self.entries, head.size));
        }
        let mut changed = BTreeSet::new();
        if head.size == self.entries {
            return Ok(changed);
        }
        let query = AuditQuery { from_seq: self.entries, limit: 10_000, ..AuditQuery::default() };
        for row in store.audit(&query).await? {
            if row.seq != self.entries {
                return broken("S9", format!("entry {} is at {}", self.entries, row.seq));
            }
            self.entries += 1;
            let entry: Entry = match serde_json::from_str(&row.body) {
                Ok(entry) => entry,
                Err(error) => return broken("S9", format!("entry {} cannot be read: {error}", row.seq)),
            };
            if entry.request != row.request.as_str() || entry.at != row.at {
                return broken("S9", format!("entry {} does not agree with its columns", row.seq));
            }
            self.activated += entry.events.iter().filter(|e| matches!(e, Event::GrantActivated { .. })).count() as u64;
            self.takes(&row.request, &entry, &world.organisation)?;
            changed.insert(row.request);
        }
        match self.entries == head.size {
            true => Ok(changed),
            false => broken("S9", format!("the head says {}, the entries end at {}", head.size, self.entries)),
        }
    }

    fn takes(&mut self, id: &RequestId, entry: &Entry, organisation: &Organisation) -> Checked {
        let pressed = &self.pressed;
        match self.shadows.get_mut(id) {
            Some(shadow) => shadow.follows(entry, organisation, pressed)?,
            None => drop(self.shadows.insert(id.clone(), Shadow::opened(entry, organisation)?)),
        }
        let is_live = self.shadows.get(id).is_some_and(|shadow| shadow.request.is_live());
        match is_live {
            true => self.live.insert(id.clone()),
            false => self.live.remove(id),
        };
        Ok(())
    }

    /// The row is what the trail says.
    async fn agrees(&self, store: &dyn Store, id: &RequestId) -> Checked {
        let Some(row) = store.request(id.as_str()).await? else {
            return broken("S9", format!("{id} is in the trail and not in the database"));
        };
        match self.shadows.get(id).is_some_and(|shadow| shadow.request == row) {
            true => Ok(()),
            false => broken("S9", format!("{id}: the row is not what the trail gives: {row:?}")),
        }
    }

    /// What a client was told is so (S3), and stays so: votes are never removed, which `Shadow` sees to.
    fn remembers_answers(&mut self, world: &World) -> Checked {
        let answers = world.answers.lock();
        for answer in answers.iter().skip(self.answers) {
            self.answers += 1;
            let Answer { wish, said: Ok(request) } = answer else { continue };
            let Some(shadow) = self.shadows.get(&request.id) else {
                return broken("S3", format!("a client was told of {}, which is not on record", request.short_id));
            };
            if let What::Ask(_) = &wish.what
                && request.version > shadow.request.version
            {
                return broken("S3", format!("a client was told of a later {} than is on record", request.short_id));
            }
            let Some(decision) = wish.decision() else { continue };
            let Some(person) = world.organisation.person_of(&wish.caller) else {
                return broken("S1", format!("{:?} is nobody, and was told that they voted", wish.caller));
            };
            self.acknowledged.push((person, request.id.clone(), decision));
        }
        drop(answers);
        while let Some((person, id, decision)) = self.acknowledged.pop() {
            let voter = Voter::Person(organisation::name(person).as_str().into());
            let votes = self.shadows.get(&id).map(|shadow| &shadow.request.votes);
            let theirs = votes.into_iter().flatten().filter(|v| v.voter == voter && v.decision == decision);
            if theirs.count() == 0 {
                return broken(
                    "S3",
                    format!("p{person} was told that their {decision:?} of {id} counts; it is not there"),
                );
            }
        }
        Ok(())
    }

    /// What was read of a request, for the script.
    pub(crate) fn live_requests(&self) -> impl Iterator<Item = &countersign_engine::request::Request> {
        self.live.iter().filter_map(|id| self.shadows.get(id)).map(|shadow| &shadow.request)
    }

    /// Pending requests, each with its open step and who may vote there, for the script.
    pub(crate) fn open_steps(&self, organisation: &Organisation) -> Vec<(String, usize, Vec<usize>)> {
        let live = self.live.iter().filter_map(|id| self.shadows.get(id));
        let open = live.filter_map(|shadow| {
            let step = shadow.request.open_step()?.0.step;
            Some((shadow.request.id.to_string(), step, votes::who_may(shadow, step, organisation)))
        });
        open.collect()
    }

    /// How often access began.
    pub fn grants(&self) -> u64 {
        self.activated
    }

    /// How many requests there ever were, and entries.
    pub fn counts(&self) -> (usize, i64) {
        (self.shadows.len(), self.entries)
    }
}
