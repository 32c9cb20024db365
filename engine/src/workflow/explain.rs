//! What would happen, and why (rule 7). Nothing is worked out twice: the answer is what [`decide::open`] does with a
//! hypothetical draft.

use super::{Asked, Lost, Workflow, choose};
use crate::{
    chain,
    command::Draft,
    decide::{self, NewRequest, Standing},
    id::{AccessLevel, PersonId, RequestId, ResourceId, ShortId, WorkflowId},
    person::{Person, Platform},
    policy::Policy,
    request::{Decider, Request, State, Via, Voter},
    time::{Length, Timestamp},
};
use serde::{Serialize, Serializer};

/// The whole trace of one question. As JSON: moments in RFC 3339, lengths as `4h`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// About whom.
    pub person: PersonId,
    /// The resource.
    pub resource: ResourceId,
    /// The level.
    pub access: AccessLevel,
    /// For how long.
    #[serde(serialize_with = "as_people_say")]
    pub duration: Length,
    /// At which moment.
    pub at: Timestamp,
    /// The winner; `None` means that the request would be refused.
    pub winner: Option<WorkflowId>,
    /// Why each other lost.
    pub lost: Vec<Lost>,
    /// Each step, with who may vote and who is excluded and why.
    pub steps: Vec<StepForecast>,
    /// The automatic rule that would fire; several are separated by commas.
    pub auto_rule: Option<String>,
    /// The state right after opening (`pending`, `approved`, `denied`); `None` when it would be refused.
    pub opens_as: Option<&'static str>,
    /// The longest grant that would be allowed: the least of `caps`.
    #[serde(serialize_with = "as_people_say")]
    pub cap: Length,
    /// Where bounds come from: the resource, then the workflow if it has one of its own.
    pub caps: Vec<Cap>,
    /// A reason must be given. Everything else supposes that one is.
    pub reason_required: bool,
    /// What would be refused about it, in words; `None` when it would open. Supposes that the person has no other
    /// request.
    pub refusal: Option<String>,
}

/// A bound on the length of grants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cap {
    /// The resource or workflow that sets it.
    pub of: String,
    /// The bound.
    #[serde(serialize_with = "as_people_say")]
    pub length: Length,
}

/// One step as it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepForecast {
    /// Its name.
    pub name: String,
    /// Its rule in words.
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// How long it may take.
    #[serde(serialize_with = "as_people_say")]
    pub timeout: Length,
    /// A rule would vote here.
    pub automatic: bool,
    /// Everyone whom its selectors name, its fallback's included, in order of id.
    pub candidates: Vec<Candidate>,
}

/// Somebody at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Why they cannot vote; `None` when they can.
    pub excluded: Option<String>,
}

/// Answers a question about `person`. Everything that [`decide::open`] would refuse, for somebody without other
/// requests, is said in [`Explanation::refusal`].
pub fn explain(asked: &Asked<'_>, policy: &Policy) -> Explanation {
    let (winner, lost) = match choose(policy, asked) {
        Ok((winner, lost)) => (Some(winner), lost),
        Err(none) => (None, none.lost),
    };
    let begun = winner.map(|workflow| decide::rehearse(names(), &via(), asked, (workflow, &lost), policy));
    let refusal =
        decide::open(draft(asked), &asked.requester.id, &via(), names(), &Standing::default(), policy, asked.now)
            .err()
            .map(|refusal| refusal.to_string());
    let caps = caps(asked, winner);
    Explanation {
        person: asked.requester.id.clone(),
        resource: asked.resource.id.clone(),
        access: asked.access.clone(),
        duration: asked.duration,
        at: asked.now,
        winner: winner.map(|w| w.id.clone()),
        lost,
        steps: begun.as_ref().map(|request| forecast(request, policy)).unwrap_or_default(),
        auto_rule: begun.as_ref().and_then(rules_fired),
        opens_as: begun.filter(|_| refusal.is_none()).map(|request| request.state.key()),
        cap: caps.iter().map(|c| c.length).min().unwrap_or(asked.resource.max_duration),
        caps,
        reason_required: winner.is_some_and(|w| w.limits.reason_required),
        refusal,
    }
}

fn via() -> Via {
    Via { platform: Platform::Console, account: None }
}

/// Names for a request that will never be.
fn names() -> NewRequest {
    NewRequest { id: RequestId::new("EXPLAINED"), short_id: ShortId::new("req-0000") }
}

fn draft(asked: &Asked<'_>) -> Draft {
    Draft {
        resource: asked.resource.id.clone(),
        access: Some(asked.access.clone()),
        duration: asked.duration,
        reason: Some("explained".into()),
        holder: None,
    }
}

fn caps(asked: &Asked<'_>, winner: Option<&Workflow>) -> Vec<Cap> {
    let resource = Cap { of: asked.resource.id.to_string(), length: asked.resource.max_duration };
    let own = |w: &Workflow| w.limits.max_duration.map(|length| Cap { of: w.id.to_string(), length });
    std::iter::once(resource).chain(winner.and_then(own)).collect()
}

fn rules_fired(request: &Request) -> Option<String> {
    if let State::Denied { by: Decider::Rule { name, .. }, .. } = &request.state {
        return Some(name.clone());
    }
    let mut names: Vec<&str> = Vec::new();
    for vote in &request.votes {
        match &vote.voter {
            Voter::Rule(name) if !names.contains(&name.as_str()) => names.push(name),
            _ => {}
        }
    }
    (!names.is_empty()).then(|| names.join(", "))
}

fn forecast(request: &Request, policy: &Policy) -> Vec<StepForecast> {
    let steps = request.chain.steps.iter().enumerate();
    steps
        .map(|(index, step)| StepForecast {
            name: step.name.clone(),
            rule: crate::view::rule(step),
            required: step.required,
            timeout: step.timeout,
            automatic: request.votes_of(index).next().is_some(),
            candidates: candidates(request, index, policy),
        })
        .collect()
}

fn candidates(request: &Request, step: usize, policy: &Policy) -> Vec<Candidate> {
    let named = policy.directory.people().filter(|person| chain::is_named(request, step, person, policy));
    named
        .map(|person| Candidate { person: person.id.clone(), excluded: excluded(request, step, person, policy) })
        .collect()
}

fn excluded(request: &Request, step: usize, person: &Person, policy: &Policy) -> Option<String> {
    if !person.active {
        return Some("is deactivated".into());
    }
    if let Some(why) = chain::is_excluded(request, step, &person.id) {
        return Some(why.into());
    }
    let later = || format!("is asked only after {} without a decision", request.chain.steps[step].timeout);
    (!chain::is_approver(request, step, &person.id, policy)).then(later)
}

fn as_people_say<S: Serializer>(length: &Length, s: S) -> Result<S::Ok, S::Error> {
    s.collect_str(length)
}
