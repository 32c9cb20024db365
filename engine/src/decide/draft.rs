//! From a draft to the request that it would become.

use super::advance;
use crate::{
    command::{Draft, bounds},
    id::{AccessLevel, PersonId, RequestId, ShortId},
    person::Person,
    policy::Policy,
    refusal::Refusal,
    request::{Asked, Chain, Pending, Request, Scope, State, Via},
    resource::Resource,
    time::{Length, Timestamp},
    workflow::{self, Lost, Workflow},
};
use std::collections::BTreeSet;

/// Names for a new request: made outside, because names need chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// A ULID.
    pub id: RequestId,
    /// Not in use yet.
    pub short_id: ShortId,
}

/// A draft whose fields make sense by themselves.
pub(super) struct Wanted<'a> {
    requester: &'a Person,
    resource: &'a Resource,
    access: AccessLevel,
    duration: Length,
    pub(super) reason: Option<String>,
}

impl<'a> Wanted<'a> {
    /// Checks all that can be said without a workflow.
    pub(super) fn from(draft: Draft, requester: &PersonId, policy: &'a Policy) -> Result<Self, Refusal> {
        let requester = policy.directory.active(requester).ok_or(Refusal::Deactivated)?;
        let resource = policy.resources.get(&draft.resource).ok_or_else(|| Refusal::UnknownResource {
            wanted: draft.resource.to_string(),
            nearest: crate::ask::nearest(draft.resource.as_str(), policy.resources.keys().map(|id| id.as_str())),
        })?;
        let access = draft.access.unwrap_or_else(|| resource.default_access.clone());
        if resource.rank(&access).is_none() {
            return Err(Refusal::UnknownAccess { wanted: access.to_string(), offered: resource.access.clone() });
        }
        if draft.duration > resource.max_duration {
            return Err(Refusal::DurationTooLong { cap: resource.max_duration });
        }
        if draft.holder.is_some_and(|holder| holder != requester.id) {
            return Err(Refusal::NotForOthers);
        }
        let reason = super::vote::words(draft.reason, "reason", bounds::REASON)?;
        Ok(Self { requester, resource, access, duration: draft.duration, reason })
    }

    /// As the conditions of workflows see it.
    pub(super) fn asked<'b>(&'b self, policy: &'b Policy, now: Timestamp) -> workflow::Asked<'b> {
        workflow::Asked {
            requester: self.requester,
            resource: self.resource,
            access: &self.access,
            duration: self.duration,
            directory: &policy.directory,
            now,
        }
    }

    /// Checks what the workflow demands.
    pub(super) fn fits(&self, workflow: &Workflow) -> Result<(), Refusal> {
        let cap = cap(workflow, self.resource);
        if self.duration > cap {
            return Err(Refusal::DurationTooLong { cap });
        }
        match workflow.limits.reason_required && self.reason.is_none() {
            true => Err(Refusal::ReasonRequired),
            false => Ok(()),
        }
    }
}

/// The longest grant of a resource by a workflow.
fn cap(workflow: &Workflow, resource: &Resource) -> Length {
    workflow.limits.max_duration.map_or(resource.max_duration, |max| max.min(resource.max_duration))
}

/// The request as it stands before anybody, or any rule, has voted: its first step open, its chain a copy (rule 8).
pub(super) fn request(
    new: NewRequest,
    asked: &workflow::Asked<'_>,
    reason: Option<String>,
    workflow: &Workflow,
    lost: &[Lost],
    via: &Via,
) -> Request {
    let (resource, now) = (asked.resource, asked.now);
    let (deadline, remind_at) = match workflow.steps.first() {
        Some(first) => advance::clocks(first, now),
        None => (now, None),
    };
    let (access, duration) = (asked.access.clone(), asked.duration);
    Request {
        id: new.id,
        short_id: new.short_id,
        requester: asked.requester.id.clone(),
        holder: asked.requester.id.clone(),
        asked: Asked { resource: resource.id.clone(), access: access.clone(), duration, reason },
        scope: Scope { access, duration },
        chain: chain(workflow, resource, lost),
        via: via.clone(),
        opened_at: now,
        expires_at: now + workflow.limits.request_ttl.delta(),
        state: State::Pending(Pending { step: 0, since: now, deadline, escalated: false, remind_at, blocked: None }),
        widened: BTreeSet::new(),
        votes: Vec::new(),
        grant: None,
        version: 0,
    }
}

fn chain(workflow: &Workflow, resource: &Resource, lost: &[Lost]) -> Chain {
    let trace = std::iter::once(format!("{} takes it", workflow.id))
        .chain(lost.iter().map(|l| format!("{} does not: {}", l.workflow, l.why)));
    Chain {
        workflow: workflow.id.clone(),
        priority: workflow.priority,
        steps: workflow.steps.clone(),
        max_duration: cap(workflow, resource),
        activate_within: workflow.limits.activate_within,
        revalidate: workflow.revalidate,
        telegram_may_decide: workflow.telegram_may_decide,
        notify: workflow.notify.clone(),
        access: resource.access.clone(),
        connector: resource.connector.clone(),
        trace: trace.collect(),
    }
}
