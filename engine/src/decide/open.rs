//! Opening a request: the right workflow, the automatic rules, the first question.

use super::{
    advance,
    draft::{self, NewRequest, Wanted},
    work::Work,
};
use crate::{
    chain,
    command::Draft,
    effect::{Audience, Effect, News},
    event::Event,
    id::{PersonId, ShortId},
    policy::Policy,
    refusal::Refusal,
    request::{Decider, Decision, Pending, Request, State, Via, Vote, Voter},
    time::Timestamp,
    transition::{Actor, Transition},
    workflow::{self, AutoApprove, Lost, Workflow},
};

/// What the requester already has (rule 31). Read in the transaction that opens the request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// How many of their requests are pending.
    pub open: u32,
    /// Their request for the same access that is pending, or whose grant is not over; `true` when held.
    pub same: Option<(ShortId, bool)>,
}

impl Standing {
    fn allows_another(&self, policy: &Policy) -> Result<(), Refusal> {
        if let Some((request, held)) = &self.same {
            return Err(Refusal::AlreadyOpen { request: request.clone(), held: *held });
        }
        match policy.settings.open_per_person {
            cap if self.open >= cap => Err(Refusal::TooManyOpen { cap }),
            _ => Ok(()),
        }
    }
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
    let wanted = Wanted::from(draft, requester, policy)?;
    let asked = wanted.asked(policy, now);
    let (workflow, lost) = workflow::choose(policy, &asked).map_err(|_| Refusal::NoWorkflow)?;
    if workflow.steps.is_empty() {
        return Err(Refusal::NoWorkflow);
    }
    wanted.fits(workflow)?;
    standing.allows_another(policy)?;
    let request = draft::request(new, &asked, wanted.reason.clone(), workflow, &lost, via);
    let work = begin(&request, workflow, &asked, policy);
    match &work.request.state {
        State::Pending(Pending { blocked: Some(short), .. }) => Err(Refusal::Unsatisfiable {
            step: work.request.chain.steps[short.step].name.clone(),
            needed: short.needed,
            available: short.available,
        }),
        _ => Ok(work.done(Actor::Person { id: requester.clone(), via: via.clone() })),
    }
}

/// The request right after opening, also where opening it would be refused in the end. Nobody ever sees it.
pub(crate) fn rehearse(
    new: NewRequest,
    via: &Via,
    asked: &workflow::Asked<'_>,
    (workflow, lost): (&Workflow, &[Lost]),
    policy: &Policy,
) -> Request {
    let request = draft::request(new, asked, None, workflow, lost, via);
    begin(&request, workflow, asked, policy).request
}

/// Lets happen what happens at once: rules vote, steps that are full pass, the first approvers are asked. A chain that
/// cannot be filled comes out blocked.
fn begin<'a>(request: &Request, workflow: &Workflow, asked: &workflow::Asked<'_>, policy: &'a Policy) -> Work<'a> {
    let mut work = Work::on(request, policy, asked.now);
    work.happens(Event::Opened { request: Box::new(request.clone()) });
    work.tell(Audience::Requester, News::Opened);
    if let Some(rule) = workflow.auto_deny.iter().find(|r| r.when.misses(asked).is_none()) {
        let by = Decider::Rule { name: rule.name.clone(), message: rule.message.clone() };
        work.happens(Event::Denied { at: work.now, by });
        work.tell(Audience::Requester, News::Decided);
        return work;
    }
    for rule in workflow.auto_approve.iter().filter(|r| r.when.misses(asked).is_none()) {
        vote_by_rule(&mut work, rule);
    }
    advance::advance(&mut work);
    if let Some((pending, _)) = work.request.open_step() {
        work.effect(Effect::Ask { step: pending.step });
    }
    work
}

/// A rule's vote for each step that it names and that still needs one (rule 19).
fn vote_by_rule(work: &mut Work<'_>, rule: &AutoApprove) {
    for step in 0..work.request.chain.steps.len() {
        let named = rule.steps.as_ref().is_none_or(|names| names.contains(&work.request.chain.steps[step].name));
        if named && chain::missing(&work.request, step, work.policy, false) > 0 {
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
