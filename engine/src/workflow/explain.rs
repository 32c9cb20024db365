//! What would happen, and why (rule 7).

use super::{Asked, Lost, Workflow, choose};
use crate::{
    id::{AccessLevel, PersonId, ResourceId, WorkflowId},
    policy::Policy,
    time::{Length, Timestamp},
};

/// The whole trace of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// About whom.
    pub person: PersonId,
    /// The resource.
    pub resource: ResourceId,
    /// The level.
    pub access: AccessLevel,
    /// For how long.
    pub duration: Length,
    /// At which moment.
    pub at: Timestamp,
    /// The winner; `None` means that the request would be refused.
    pub winner: Option<WorkflowId>,
    /// Why each other lost.
    pub lost: Vec<Lost>,
    /// Each step, with who may vote and who is excluded and why.
    pub steps: Vec<StepForecast>,
    /// The automatic rule that would fire.
    pub auto_rule: Option<String>,
    /// The longest grant that would be allowed.
    pub cap: Length,
    /// What would be refused about it, in words; `None` when it would open.
    pub refusal: Option<String>,
}

/// One step as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepForecast {
    /// Its name.
    pub name: String,
    /// Its rule in words.
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// How long it may take.
    pub timeout: Length,
    /// A rule would vote here.
    pub automatic: bool,
    /// Everyone whom its selectors name, or who would be expected there.
    pub candidates: Vec<Candidate>,
}

/// Somebody at a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Who.
    pub person: PersonId,
    /// Why they cannot vote; `None` when they can.
    pub excluded: Option<String>,
}

/// Answers a question about `person`. Everything that [`crate::decide::open`] would refuse is said in
/// [`Explanation::refusal`].
pub fn explain(asked: &Asked<'_>, policy: &Policy) -> Explanation {
    let chosen = choose(policy, asked);
    let (winner, lost): (Option<&Workflow>, _) = match chosen {
        Ok((winner, lost)) => (Some(winner), lost),
        Err(none) => (None, none.lost),
    };
    Explanation {
        person: asked.requester.id.clone(),
        resource: asked.resource.id.clone(),
        access: asked.access.clone(),
        duration: asked.duration,
        at: asked.now,
        winner: winner.map(|w| w.id.clone()),
        lost,
        steps: Vec::new(),
        auto_rule: None,
        cap: asked.resource.max_duration,
        refusal: None,
    }
}
