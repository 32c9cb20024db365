//! One request as the trail tells it, judged entry by entry.

use super::{Checked, broken, grants, votes};
use crate::organisation::{self, Flow, Organisation, RESOURCES};
use countersign::audit::entry::Entry;
use countersign_engine::{
    decide,
    event::Event,
    grant::{EndReason, GrantState},
    request::{CancelReason, Decider, Request, State},
    time::Timestamp,
    transition::Actor,
};
use std::collections::BTreeSet;

/// A request, and the workflow that it was opened under.
pub(super) struct Shadow {
    /// The fold of its entries.
    pub request: Request,
    /// Who asked.
    pub requester: usize,
    /// For what.
    pub resource: usize,
    /// The workflow as it was then.
    pub flow: Flow,
    /// Steps whose fallback approvers may vote.
    pub widened: BTreeSet<usize>,
    /// A named person vouched that its access is gone.
    pub waived: bool,
}

impl Shadow {
    /// The first entry of a request.
    pub fn opened(entry: &Entry, organisation: &Organisation) -> Checked<Self> {
        let Some(Event::Opened { request }) = entry.events.first() else {
            return broken("S9", format!("{} does not begin with its opening", entry.short_id));
        };
        let (requester, resource) = match (organisation::number(&entry.requester), resource(&entry.resource)) {
            (Some(requester), Some(resource)) => (requester, resource),
            _ => return broken("S1", format!("{} is nobody's, or for nothing", entry.short_id)),
        };
        let flow = organisation.flows[resource].clone();
        let mut shadow =
            Self { request: (**request).clone(), requester, resource, flow, widened: BTreeSet::new(), waived: false };
        let fits = organisation.people[requester].active
            && organisation.resources[resource]
            && shadow.flow.there
            && shadow.actor(entry) == Some(requester)
            && request.holder == request.requester
            && request.chain.steps.len() == shadow.flow.steps.len();
        if !fits {
            return broken("S1", format!("{} was opened on a ground that is not there", entry.short_id));
        }
        shadow.request.version = 0;
        shadow.takes(entry, organisation, &BTreeSet::new(), 1)?;
        Ok(shadow)
    }

    /// Any later one.
    pub fn follows(
        &mut self,
        entry: &Entry,
        organisation: &Organisation,
        pressed: &BTreeSet<(usize, String, u8)>,
    ) -> Checked {
        self.takes(entry, organisation, pressed, 0)
    }

    fn takes(
        &mut self,
        entry: &Entry,
        organisation: &Organisation,
        pressed: &BTreeSet<(usize, String, u8)>,
        skip: usize,
    ) -> Checked {
        let before = (self.request.state.key(), self.grant_key());
        if entry.version != self.request.version + 1 {
            let (short, version) = (&entry.short_id, self.request.version);
            return broken("S9", format!("{short} goes from version {version} to {}", entry.version));
        }
        for event in entry.events.iter().skip(skip) {
            self.judges(event, entry, organisation, pressed)?;
            decide::evolve(&mut self.request, event);
        }
        self.request.version += 1;
        let told = entry.before.as_ref().map(|b| (b.state.as_str(), b.grant.as_deref()));
        if skip == 0 && told != Some(before) {
            return broken("S9", format!("{} was {before:?}, and its entry says {told:?}", entry.short_id));
        }
        match (entry.after.state.as_str(), entry.after.grant.as_deref()) == (self.request.state.key(), self.grant_key())
        {
            true => Ok(()),
            false => broken("S9", format!("{}: its entry ends in {:?}", entry.short_id, entry.after)),
        }
    }

    fn grant_key(&self) -> Option<&'static str> {
        self.request.grant.as_ref().map(|g| g.state.key())
    }

    /// The person on whose behalf an entry is.
    pub fn actor(&self, entry: &Entry) -> Option<usize> {
        match &entry.actor {
            Actor::Person { id, .. } => organisation::number(id.as_str()),
            Actor::Clock | Actor::Connector | Actor::Policy => None,
        }
    }

    /// May this follow from what was before? `self.request` is still as it was.
    fn judges(
        &mut self,
        event: &Event,
        entry: &Entry,
        organisation: &Organisation,
        pressed: &BTreeSet<(usize, String, u8)>,
    ) -> Checked {
        let pending = self.request.state.is_pending();
        let terminal =
            |what: &str| broken("S14", format!("{}: {what} after {}", entry.short_id, self.request.state.key()));
        match event {
            Event::Opened { .. } => broken("S9", format!("{} was opened twice", entry.short_id)),
            Event::Voted { .. }
            | Event::Trimmed { .. }
            | Event::StepOpened { .. }
            | Event::Escalated { .. }
            | Event::Reminded { .. }
            | Event::Blocked { .. }
            | Event::Unblocked
            | Event::Approved { .. }
            | Event::Denied { .. }
            | Event::TimedOut { .. }
            | Event::Withdrawn { .. }
            | Event::Cancelled { .. }
                if !pending =>
            {
                terminal(entry.events.first().map_or("", Event::key))
            }
            Event::Voted { vote } => votes::may_be(self, vote, entry, organisation, pressed),
            Event::Escalated { .. } => {
                self.widened.extend(self.request.open_step().map(|(pending, _)| pending.step));
                Ok(())
            }
            Event::Approved { grant, .. } => {
                votes::chain_is_complete(self, organisation, false)?;
                grants::terms_are_allowed(self, &grant.terms, organisation)
            }
            Event::Denied { by, .. } => self.may_be_denied(by, entry),
            Event::TimedOut { at, .. } if entry.at < *at => broken("L1", format!("{} timed out early", entry.short_id)),
            Event::Withdrawn { .. } if self.actor(entry) != Some(self.requester) => {
                broken("S1", format!("{} was withdrawn by somebody else", entry.short_id))
            }
            Event::Cancelled { why, .. } => self.may_be_cancelled(why, entry, organisation),
            Event::GrantStarted { .. } => {
                grants::is(self, "scheduled", entry)?;
                votes::chain_is_complete(self, organisation, true)
            }
            Event::GrantActivated { at, expires_at, .. } => {
                grants::is(self, "granting", entry)?;
                grants::may_begin(self, *at, *expires_at, entry, organisation)
            }
            Event::RevocationBegan { why, .. } => grants::may_end(self, why, entry, organisation),
            Event::GrantEnded { why, .. } => {
                self.waived |= matches!(why, EndReason::Waived { .. });
                grants::may_be_over(self, why, entry, organisation)
            }
            Event::GrantFailed { .. } => grants::is(self, "revoking", entry),
            _ => Ok(()),
        }
    }

    fn may_be_denied(&self, by: &Decider, entry: &Entry) -> Checked {
        let Decider::Person(by) = by else { return broken("S1", format!("{} was denied by a rule", entry.short_id)) };
        let Some((pending, _)) = self.request.open_step() else { return Ok(()) };
        let needed = self.flow.steps[pending.step].denials as usize;
        let denials = votes::denials(self, pending.step);
        match denials.contains(by.as_str()) && denials.len() >= needed {
            true => Ok(()),
            false => broken("S2", format!("{} was denied by {} of {needed}", entry.short_id, denials.len())),
        }
    }

    fn may_be_cancelled(&self, why: &CancelReason, entry: &Entry, organisation: &Organisation) -> Checked {
        let true_of = match why {
            CancelReason::Deactivated(_) => !organisation.people[self.requester].active,
            CancelReason::ResourceGone => !organisation.resources[self.resource],
            CancelReason::WorkflowGone => !organisation.flows[self.resource].there,
        };
        match true_of {
            true => Ok(()),
            false => broken("S1", format!("{} was cancelled because of {why:?}, which is not so", entry.short_id)),
        }
    }

    /// When access has to be gone, if it is there: since when nobody wants it any more.
    pub fn ends_at(&self) -> Option<Timestamp> {
        match &self.request.grant.as_ref()?.state {
            GrantState::Active { expires_at, .. } => Some(*expires_at),
            GrantState::Granting { give_up_at, .. } => Some(*give_up_at),
            GrantState::Revoking { since, .. } => Some(*since),
            GrantState::Scheduled { .. } | GrantState::Ended { .. } | GrantState::Failed { .. } => None,
        }
    }

    /// When it has to be decided.
    pub fn decided_by(&self) -> Option<Timestamp> {
        match &self.request.state {
            State::Pending(pending) => Some(pending.deadline.min(self.request.expires_at)),
            _ => None,
        }
    }
}

/// The resource with this name.
pub(super) fn resource(name: &str) -> Option<usize> {
    RESOURCES.iter().position(|known| *known == name)
}
