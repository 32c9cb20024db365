//! Decides a batch in memory: each intent on the state that the one before it left.

use super::{Answer, Intent, Key, names::Names, rows::Rows};
use crate::store::KeyRow;
use chrono::TimeDelta;
use countersign_engine::{
    command::Draft,
    decide::{self, NewRequest, Standing},
    id::{PersonId, RequestId, ShortId},
    person::Platform,
    policy::Policy,
    ports::EngineError,
    refusal::Refusal,
    request::{Request, Via},
    time::Timestamp,
    transition::Transition,
};
use ring::digest;
use std::collections::{HashMap, HashSet};

/// The state of a batch while it is decided.
pub(super) struct Deciding<'a> {
    policy: &'a Policy,
    now: Timestamp,
    requests: HashMap<RequestId, Request>,
    keys: HashMap<Key, KeyRow>,
    taken: HashSet<ShortId>,
    pub rows: Rows,
    pub changed: Vec<RequestId>,
    pub decided: Vec<DecidedStep>,
}

/// A step that was decided in this batch, for the metrics.
pub(super) struct DecidedStep {
    pub workflow: String,
    pub step: String,
    pub after: TimeDelta,
}

impl<'a> Deciding<'a> {
    pub fn new(
        policy: &'a Policy,
        now: Timestamp,
        requests: HashMap<RequestId, Request>,
        keys: Vec<KeyRow>,
        taken: Vec<String>,
    ) -> Self {
        let keys =
            keys.into_iter().map(|row| (Key { caller: row.caller.clone(), key: row.key.clone() }, row)).collect();
        let taken = taken.into_iter().map(ShortId::new).collect();
        Self { policy, now, requests, keys, taken, rows: Rows::default(), changed: Vec::new(), decided: Vec::new() }
    }

    /// Decides one intent. `opening` is what an `Open` needs and nothing else does.
    pub fn decide(&mut self, intent: &Intent, opening: Option<(&Names, Standing)>) -> Answer {
        match intent {
            Intent::Open { requester, via, draft, key } => self.once(key, &fingerprint(draft), |this| {
                let (names, standing) = opening.ok_or_else(fault)?;
                this.open(requester, via, draft, names, standing)
            }),
            Intent::Act { request, actor, via, command, key } => {
                let (policy, now) = (self.policy, self.now);
                self.once(key, &fingerprint(&(request, actor, command)), |this| {
                    let current = this.current(request)?;
                    let transition = decide::decide(&current, actor, via, command.clone(), policy, now)?;
                    Ok(this.take(Some(&current), transition))
                })
            }
            Intent::Ring { request } => self.follow(request, decide::ring),
            Intent::Reassess { request } => self.follow(request, decide::reassess),
            Intent::Recover { request, held, by } => {
                // The API is where the command line speaks from.
                let via = Via { platform: Platform::Api, account: None };
                self.follow(request, |r, policy, now| decide::recover(r, *held, (by, &via), policy, now))
            }
            Intent::Settle { request, report } => {
                self.follow(request, |r, policy, now| decide::settle(r, report.clone(), policy, now))
            }
        }
    }

    fn open(&mut self, requester: &PersonId, via: &Via, draft: &Draft, names: &Names, standing: Standing) -> Answer {
        let standing = self.with_this_batch(standing, requester, draft);
        let free = names.short_ids.iter().find(|short| !self.taken.contains(*short)).ok_or_else(fault)?;
        let new = NewRequest { id: names.id.clone(), short_id: free.clone() };
        let transition = decide::open(draft.clone(), requester, via, new, &standing, self.policy, self.now)?;
        self.taken.insert(transition.request.short_id.clone());
        Ok(self.take(None, transition))
    }

    /// What the database says a person has, plus what this very batch gave them.
    fn with_this_batch(&self, mut standing: Standing, person: &PersonId, draft: &Draft) -> Standing {
        let new = |r: &&Request| self.changed.contains(&r.id) && r.version == 1 && r.requester == *person;
        for request in self.requests.values().filter(new).filter(|r| r.is_live()) {
            standing.open += u32::from(request.state.is_pending());
            let access =
                draft.access.as_ref().or_else(|| self.policy.resources.get(&draft.resource).map(|r| &r.default_access));
            if request.asked.resource == draft.resource && Some(&request.asked.access) == access {
                standing.same = Some((request.short_id.clone(), !request.state.is_pending()));
            }
        }
        standing
    }

    fn follow(
        &mut self,
        id: &RequestId,
        step: impl FnOnce(&Request, &Policy, Timestamp) -> Option<Transition>,
    ) -> Answer {
        let current = self.current(id)?;
        match step(&current, self.policy, self.now) {
            Some(transition) => Ok(self.take(Some(&current), transition)),
            None => Ok(current),
        }
    }

    /// Gives the first answer again to a key that is known.
    fn once(&mut self, key: &Option<Key>, fingerprint: &str, act: impl FnOnce(&mut Self) -> Answer) -> Answer {
        let Some(key) = key else { return act(self) };
        if let Some(known) = self.keys.get(key) {
            return match known.fingerprint == fingerprint {
                true => self.current(&known.request.clone()),
                false => Err(Refusal::KeyReused.into()),
            };
        }
        let request = act(self)?;
        let row = KeyRow {
            caller: key.caller.clone(),
            key: key.key.clone(),
            fingerprint: fingerprint.to_owned(),
            request: request.id.clone(),
            at: self.now,
        };
        self.rows.key(row.clone());
        self.keys.insert(key.clone(), row);
        Ok(request)
    }

    fn current(&self, id: &RequestId) -> Answer {
        self.requests.get(id).cloned().ok_or_else(|| Refusal::NotFound { wanted: id.to_string() }.into())
    }

    fn take(&mut self, before: Option<&Request>, transition: Transition) -> Request {
        self.rows.add(before, &transition, self.now);
        self.decided.extend(before.and_then(|before| decided_step(before, &transition.request, self.now)));
        let request = transition.request;
        if !self.changed.contains(&request.id) {
            self.changed.push(request.id.clone());
        }
        self.requests.insert(request.id.clone(), request.clone());
        request
    }
}

/// The step that was open before and is not any more.
fn decided_step(before: &Request, after: &Request, now: Timestamp) -> Option<DecidedStep> {
    let (open, step) = before.open_step()?;
    let still_open = after.open_step().is_some_and(|(now_open, _)| now_open.step == open.step);
    let (workflow, name) = (before.chain.workflow.to_string(), step.name.clone());
    (!still_open).then(|| DecidedStep { workflow, step: name, after: now - open.since })
}

fn fault() -> EngineError {
    EngineError::Unavailable("no name could be found for the request".into())
}

/// What was wanted, in short: the same key with another fingerprint is a mistake of the caller's (THREATS E05).
fn fingerprint(wanted: &impl serde::Serialize) -> String {
    let text = serde_json::to_vec(wanted).unwrap_or_default();
    hex::encode(digest::digest(&digest::SHA256, &text))
}
