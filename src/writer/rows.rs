//! From transitions to rows.

use crate::{
    audit::{
        entry::Entry,
        tree::{self, Frontier},
    },
    store::{AuditHead, AuditRow, KeyRow, Lane, StoreError, VoteRow, WriteSet},
};
use countersign_engine::{
    effect::Effect,
    event::Event,
    id::RequestId,
    request::{Decision, Request, Vote},
    time::Timestamp,
    transition::{Actor, Transition},
};
use std::collections::BTreeMap;

/// Collects what a batch writes.
#[derive(Default)]
pub(super) struct Rows {
    set: WriteSet,
    entries: Vec<Entry>,
    requests: BTreeMap<RequestId, (Request, Option<u64>)>,
    alarms: BTreeMap<RequestId, Option<Timestamp>>,
}

impl Rows {
    /// Adds a transition that was decided at `now` on `before`.
    pub fn add(&mut self, before: Option<&Request>, transition: &Transition, now: Timestamp) {
        self.entries.push(Entry::new(before, transition, now));
        let request = &transition.request;
        let id = &request.id;
        for event in &transition.events {
            if let Event::Voted { vote } = event {
                self.set.votes.extend(vote_row(request, vote));
            }
        }
        for effect in &transition.effects {
            match effect {
                Effect::Wake { at } => {
                    self.alarms.insert(id.clone(), *at);
                }
                effect if Lane::of(effect).is_some() => self.set.effects.push((id.clone(), effect.clone(), now)),
                _ => {}
            }
        }
        let version_before = match self.requests.get(id) {
            Some((_, first)) => *first,
            None => before.map(|r| r.version),
        };
        self.requests.insert(id.clone(), (request.clone(), version_before));
    }

    /// Remembers a call that succeeded.
    pub fn key(&mut self, row: KeyRow) {
        self.set.keys.push(row);
    }

    /// What the log says of this batch, once it is committed.
    pub fn said(&self) -> Vec<Said> {
        self.entries.iter().map(Said::of).collect()
    }

    /// Nothing to write?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.set.keys.is_empty()
    }

    /// The write set, with its audit entries hashed onto `head`.
    pub fn finish(mut self, head: &AuditHead) -> Result<WriteSet, StoreError> {
        let mut frontier = Frontier::of_head(head)?;
        for entry in &self.entries {
            let body = entry.canonical().map_err(|e| StoreError::Corrupt(e.to_string()))?;
            let leaf = tree::leaf(body.as_bytes());
            self.set.audit.push(AuditRow {
                seq: frontier.size() as i64,
                at: entry.at,
                request: RequestId::new(entry.request.clone()),
                person: entry.person().to_owned(),
                resource: entry.resource.clone(),
                body,
                leaf: hex::encode(leaf),
            });
            frontier.push(leaf);
        }
        if !self.entries.is_empty() {
            let peaks = frontier.peaks().iter().map(hex::encode).collect();
            self.set.head = Some(AuditHead { size: frontier.size() as i64, frontier: peaks });
        }
        self.set.requests = self.requests.into_values().collect();
        self.set.alarms = self.alarms.into_iter().collect();
        Ok(self.set)
    }
}

/// A vote by a person takes a slot; one by a rule does not.
fn vote_row(request: &Request, vote: &Vote) -> Option<VoteRow> {
    let person = vote.voter.person()?.clone();
    let distinct = request.chain.steps.get(vote.step).is_none_or(|s| s.distinct);
    let slot = match distinct {
        true => person.to_string(),
        false => format!("{person}#{}", vote.step),
    };
    let decision = match vote.decision {
        Decision::Approve => "approve",
        Decision::Deny => "deny",
    };
    Some(VoteRow { request: request.id.clone(), slot, step: vote.step as i64, person, decision, at: vote.at })
}

/// One committed transition as the log says it: no words of people's, so a log can be passed on.
pub(super) struct Said {
    request: String,
    short_id: String,
    actor: String,
    events: String,
    state: String,
    grant: String,
}

impl Said {
    fn of(entry: &Entry) -> Self {
        let events: Vec<&str> = entry.events.iter().map(Event::key).collect();
        let actor = match &entry.actor {
            Actor::Person { id, via } => format!("{id} via {}", via.platform.key()),
            Actor::Clock => "the clock".to_owned(),
            Actor::Connector => "the connector".to_owned(),
            Actor::Policy => "the policy".to_owned(),
        };
        Self {
            request: entry.request.clone(),
            short_id: entry.short_id.clone(),
            actor,
            events: events.join(" "),
            state: entry.after.state.clone(),
            grant: entry.after.grant.clone().unwrap_or_default(),
        }
    }

    /// One line, by which a request can be followed through the log.
    pub fn log(&self) {
        let Self { request, short_id, actor, events, state, grant } = self;
        tracing::info!(request, short_id, actor, events, state, grant, "committed");
    }
}
