//! All that the model remembers: the request as the engine keeps it, the outbox, who works on it, and the target.

use crate::{
    org::{Edits, PEOPLE, SHORT, Shape},
    watch::Promise,
};
use countersign_engine::{
    grant::{EndReason, Grant, GrantState},
    request::{Decision, Request, State as Stand, Vote},
    time::Timestamp,
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// One state of the whole world.
#[derive(Clone, Debug)]
pub struct State {
    /// The chain.
    pub shape: Shape,
    /// What has been edited.
    pub edits: Edits,
    /// The present.
    pub now: Timestamp,
    /// As the database holds it.
    pub request: Arc<Request>,
    /// What may still go wrong, or be done.
    pub left: Left,
    /// The `Grant` job.
    pub grant_job: Option<Job>,
    /// The `Revoke` job.
    pub revoke_job: Option<Job>,
    /// Who holds the lease of a job: there is never more than one, for both lanes together.
    pub worker: Option<Worker>,
    /// Who held one, was stopped until it ran out, and goes on as if nothing had happened.
    pub frozen: Option<Worker>,
    /// The access at the target.
    pub access: Access,
    /// A promise that was broken on the way here.
    pub broken: Option<Promise>,
}

/// What is left of the bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Left {
    /// Presses that change something.
    pub votes: u8,
    /// Crashes, freezes and answers that do not come, or say no.
    pub faults: u8,
    /// Changes of policy or directory.
    pub edits: u8,
}

/// A row of the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Job;

/// A lane of connector work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Lane {
    /// `Effect::Grant`.
    Grant,
    /// `Effect::Revoke`.
    Revoke,
}

/// Who works on a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Worker {
    /// Of which lane.
    pub lane: Lane,
    /// How far it has come.
    pub phase: Phase,
    /// Nobody else has claimed the job since (the fence).
    pub mine: bool,
    /// The job was not raised again since (its generation).
    pub fresh: bool,
}

/// What a call said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Said {
    /// Done.
    Done,
    /// It is not so, and nothing was changed.
    No,
    /// Who knows.
    Unknown,
}

/// What a worker does next. A crash may come before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Ask for the access.
    Give,
    /// Read back what an unknown outcome came to.
    ReadBack,
    /// Ask once more: it is there, and only the answer holds what the person needs.
    GiveAgain,
    /// Report what the asking came to.
    ReportGiven(Said),
    /// Ask for it to be taken away.
    TakeAway,
    /// Look what is left.
    Look(Said),
    /// Report whether it is gone.
    ReportGone(bool),
    /// Ask for what came too late to be taken back.
    TakeBack,
    /// Look whether it is.
    LookBack(Said),
}

/// The access at the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// None.
    Absent,
    /// Given while it was wanted.
    Present,
    /// Given by a call that came when it was wanted no longer.
    Late,
}

impl Access {
    /// Is there any?
    pub fn is_there(self) -> bool {
        self != Self::Absent
    }
}

impl State {
    /// The grant.
    pub fn grant(&self) -> Option<&Grant> {
        self.request.grant.as_ref()
    }
    /// Somebody vouched that the access is gone: whether it is, is theirs to answer for (rule 39).
    pub fn is_waived(&self) -> bool {
        matches!(self.grant().map(|g| &g.state), Some(GrantState::Ended { why: EndReason::Waived { .. }, .. }))
    }
    /// The job of a lane.
    pub fn job(&mut self, lane: Lane) -> &mut Option<Job> {
        match lane {
            Lane::Grant => &mut self.grant_job,
            Lane::Revoke => &mut self.revoke_job,
        }
    }

    /// What makes two states the same: everything on which anything that may still happen depends. Moments count by how far
    /// ahead they are, so the clock of the model has no end.
    fn key(&self) -> impl Hash {
        let outside = (self.shape, self.edits, self.left, self.access, self.broken);
        let jobs = (self.grant_job, self.revoke_job, self.worker, self.frozen);
        (outside, jobs, self.standing(), self.votes(), self.granted())
    }

    fn ahead(&self, at: Timestamp) -> u16 {
        (at - self.now).num_minutes().clamp(0, i64::from(u16::MAX)) as u16
    }

    fn standing(&self) -> impl Hash + use<> {
        let r = &self.request;
        let widened = r.widened.iter().fold(0_u8, |bits, step| bits | 1 << step);
        match &r.state {
            Stand::Pending(p) => {
                let clocks = (self.ahead(p.deadline), self.ahead(r.expires_at), p.deadline <= r.expires_at);
                let blocked = p.blocked.as_ref().map(|b| (b.step as u8, b.needed as u8, b.available as u8));
                (0_u8, widened, p.step as u8, p.escalated, clocks, blocked)
            }
            decided => {
                let tag = Stand::KEYS.iter().position(|key| *key == decided.key()).unwrap_or_default() as u8;
                (1 + tag, widened, 0, false, (0, 0, false), None)
            }
        }
    }

    fn votes(&self) -> impl Hash + use<> {
        let one = |vote: &Vote| {
            let who =
                PEOPLE.iter().position(|p| vote.voter.person().is_some_and(|id| id.as_str() == *p)).unwrap_or(7) as u8;
            let deny = vote.decision == Decision::Deny;
            1 + (who | (vote.step as u8) << 3 | u8::from(deny) << 5 | u8::from(vote.scope.duration == SHORT) << 6)
        };
        let mut votes = [0_u8; 8];
        votes.iter_mut().zip(&self.request.votes).for_each(|(slot, vote)| *slot = one(vote));
        votes.sort_unstable();
        (votes, self.request.scope.duration == SHORT)
    }

    fn granted(&self) -> impl Hash + use<> {
        self.grant().map(|grant| {
            let (tag, ahead, more, why) = match &grant.state {
                GrantState::Scheduled { start_by } => (0_u8, self.ahead(*start_by), 0, 0),
                GrantState::Granting { give_up_at, .. } => (1, self.ahead(*give_up_at), 0, 0),
                GrantState::Active { expires_at, warned, .. } => (2, self.ahead(*expires_at), u8::from(*warned), 0),
                GrantState::Revoking { since, why, overdue } => {
                    let due =
                        overdue.as_ref().map_or(*since + countersign_engine::decide::OVERDUE_AFTER, |o| o.next_alert);
                    (3, self.ahead(due), overdue.as_ref().map_or(0, |o| 1 + o.alerts as u8), ended(why))
                }
                GrantState::Ended { why, .. } => (4, 0, 0, ended(why)),
                GrantState::Failed { .. } => (5, 0, 0, 0),
            };
            (tag, ahead, more, why, grant.trouble.is_some(), grant.terms.duration == SHORT)
        })
    }
}

/// As far as anything depends on it.
fn ended(why: &EndReason) -> u8 {
    match why {
        EndReason::NotDelivered => 1,
        EndReason::Waived { .. } => 2,
        EndReason::ApprovalLapsed { .. } => 3,
        _ => 0,
    }
}

impl Hash for State {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl PartialEq for State {
    fn eq(&self, other: &Self) -> bool {
        (self.edits, self.now, self.left, self.access) == (other.edits, other.now, other.left, other.access)
            && (self.grant_job, self.revoke_job) == (other.grant_job, other.revoke_job)
            && (self.worker, self.frozen, self.broken) == (other.worker, other.frozen, other.broken)
            && self.request == other.request
    }
}
