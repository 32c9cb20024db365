//! From a draft to a request.

use super::{advance, work::Work};
use crate::{
    chain,
    command::{Draft, bounds},
    effect::{Audience, Effect, News},
    event::Event,
    id::{AccessLevel, PersonId, RequestId, ShortId},
    policy::Policy,
    refusal::Refusal,
    request::{Asked, Chain, Decider, Decision, Pending, Request, Scope, State, Via, Vote, Voter},
    resource::Resource,
    time::Timestamp,
    transition::{Actor, Transition},
    workflow::{self, AutoApprove, Workflow},
};

/// Names for a new request: made outside, because names need chance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRequest {
    /// A ULID.
    pub id: RequestId,
    /// Not in use yet.
    pub short_id: ShortId,
}

/// What the requester already has (rule 31). Read in the transaction that opens the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many of their requests are pending.
    pub open: u32,
    /// Their request for the same access that is pending, or whose grant is not over; `true` when held.
    pub same: Option<(ShortId, bool)>,
}

/// Opens a request, runs the automatic rules, and starts the chain.
pub fn open(
    draft: Draft,
    requester: &PersonId,
    via: &Via,
    new: NewRequest,
    standing: &Standing,
    policy: &Policy,
    now: Timestamp,
) -> Result<Transition, Refusal> {
    let person = policy.directory.active(requester).ok_or(Refusal::Deactivated)?;
    let wanted = check_draft(draft, requester, policy)?;
    let resource = wanted.resource;
    let asked = workflow::Asked {
        requester: person,
        resource,
        access: &wanted.access,
        duration: wanted.scope.duration,
        directory: &policy.directory,
        now,
    };
    let (workflow, lost) = workflow::choose(policy, &asked).map_err(|_| Refusal::NoWorkflow)?;
    let cap = workflow.limits.max_duration.map_or(resource.max_duration, |max| max.min(resource.max_duration));
    if wanted.scope.duration > cap {
        return Err(Refusal::DurationTooLong { cap });
    }
    if workflow.limits.reason_required && wanted.reason.is_none() {
        return Err(Refusal::ReasonRequired);
    }
    check_standing(standing, policy)?;

    let first = workflow.steps.first().ok_or(Refusal::NoWorkflow)?;
    let (deadline, remind_at) = advance::clocks(first, now);
    let trace = std::iter::once(format!("{} takes it", workflow.id))
        .chain(lost.into_iter().map(|l| format!("{} does not: {}", l.workflow, l.why)));
    let request = Request {
        id: new.id,
        short_id: new.short_id,
        requester: requester.clone(),
        holder: requester.clone(),
        asked: Asked {
            resource: resource.id.clone(),
            access: wanted.access.clone(),
            duration: wanted.scope.duration,
            reason: wanted.reason.clone(),
        },
        scope: wanted.scope.clone(),
        chain: Chain {
            workflow: workflow.id.clone(),
            priority: workflow.priority,
            steps: workflow.steps.clone(),
            max_duration: cap,
            activate_within: workflow.limits.activate_within,
            revalidate: workflow.revalidate,
            notify: workflow.notify.clone(),
            access: resource.access.clone(),
            connector: resource.connector.clone(),
            trace: trace.collect(),
        },
        via: via.clone(),
        opened_at: now,
        expires_at: now + workflow.limits.request_ttl.delta(),
        state: State::Pending(Pending { step: 0, since: now, deadline, escalated: false, remind_at, blocked: None }),
        votes: Vec::new(),
        grant: None,
        version: 0,
    };

    let mut work = Work::on(&request, policy, now);
    work.happens(Event::Opened { request: Box::new(request) });
    start(&mut work, workflow, &asked)?;
    Ok(work.done(Actor::Person { id: requester.clone(), via: via.clone() }))
}

fn start(work: &mut Work<'_>, workflow: &Workflow, asked: &workflow::Asked<'_>) -> Result<(), Refusal> {
    work.tell(Audience::Requester, News::Opened);
    if let Some(rule) = workflow.auto_deny.iter().find(|r| r.when.misses(asked).is_none()) {
        let by = Decider::Rule { name: rule.name.clone(), message: rule.message.clone() };
        work.happens(Event::Denied { at: work.now, by });
        work.tell(Audience::Requester, News::Decided);
        return Ok(());
    }
    for rule in workflow.auto_approve.iter().filter(|r| r.when.misses(asked).is_none()) {
        vote_by_rule(work, rule);
    }
    advance::advance(work);
    if let State::Pending(Pending { blocked: Some(short), .. }) = &work.request.state {
        return Err(Refusal::Unsatisfiable {
            step: work.request.chain.steps[short.step].name.clone(),
            needed: short.needed,
            available: short.available,
        });
    }
    if let Some((pending, _)) = work.request.open_step() {
        work.effect(Effect::Ask { step: pending.step });
    }
    Ok(())
}

fn vote_by_rule(work: &mut Work<'_>, rule: &AutoApprove) {
    let named = |name: &String| rule.steps.as_ref().is_none_or(|steps| steps.contains(name));
    let steps: Vec<usize> =
        (0..work.request.chain.steps.len()).filter(|i| named(&work.request.chain.steps[*i].name)).collect();
    for step in steps {
        if chain::missing(&work.request, step, work.policy, false) > 0 {
            work.happens(Event::Voted {
                vote: Vote {
                    step,
                    voter: Voter::Rule(rule.name.clone()),
                    decision: Decision::Approve,
                    note: None,
                    scope: work.request.scope.clone(),
                    via: None,
                    at: work.now,
                },
            });
        }
    }
}

/// A draft whose fields make sense by themselves.
struct Wanted<'a> {
    resource: &'a Resource,
    access: AccessLevel,
    scope: Scope,
    reason: Option<String>,
}

fn check_draft<'a>(draft: Draft, requester: &PersonId, policy: &'a Policy) -> Result<Wanted<'a>, Refusal> {
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
    if draft.holder.is_some_and(|holder| holder != *requester) {
        return Err(Refusal::NotForOthers);
    }
    let reason = super::vote::words(draft.reason, "reason", bounds::REASON)?;
    let scope = Scope { access: access.clone(), duration: draft.duration };
    Ok(Wanted { resource, access, scope, reason })
}

fn check_standing(standing: &Standing, policy: &Policy) -> Result<(), Refusal> {
    if let Some((request, held)) = &standing.same {
        return Err(Refusal::AlreadyOpen { request: request.clone(), held: *held });
    }
    match policy.settings.open_per_person {
        cap if standing.open >= cap => Err(Refusal::TooManyOpen { cap }),
        _ => Ok(()),
    }
}
