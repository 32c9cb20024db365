//! The whole trace of one question (rule 7).

use super::length;
use chrono::{DateTime, Utc};
use countersign_engine::workflow::{Explanation, StepForecast};
use serde::Serialize;
use utoipa::ToSchema;

/// What would happen, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct Explained {
    /// About whom.
    #[schema(example = "dev")]
    pub person: String,
    /// The resource.
    #[schema(example = "prod-db")]
    pub resource: String,
    /// The access level.
    #[schema(example = "read-write")]
    pub access: String,
    /// For how long.
    #[schema(example = "4h")]
    pub duration: String,
    /// At which moment.
    pub at: DateTime<Utc>,
    /// The workflow that would take it; `null` when it would be refused.
    #[schema(example = "sre-prod-db")]
    pub workflow: Option<String>,
    /// Why each other workflow would not.
    pub lost: Vec<LostItem>,
    /// The chain as it would be.
    pub steps: Vec<ForecastItem>,
    /// The automatic rule that would fire.
    pub auto_rule: Option<String>,
    /// The longest grant that would be allowed.
    #[schema(example = "8h")]
    pub cap: String,
    /// Why it would be refused; `null` when it would open.
    pub refusal: Option<String>,
}

/// A workflow that would not take it.
#[derive(Debug, Serialize, ToSchema)]
pub struct LostItem {
    /// Which.
    pub workflow: String,
    /// Why.
    #[schema(example = "the access level is not read-only")]
    pub why: String,
}

/// A step as it would be.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForecastItem {
    /// Its place in the chain, from 1.
    pub n: usize,
    /// Its name.
    pub name: String,
    /// Who may vote, in words.
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// How long it may take.
    #[schema(example = "30m")]
    pub timeout: String,
    /// A rule would vote here.
    pub automatic: bool,
    /// Who is named, and who of them could not vote and why.
    pub candidates: Vec<CandidateItem>,
}

/// Somebody at a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct CandidateItem {
    /// Who.
    pub person: String,
    /// Why they could not vote; `null` when they could.
    pub excluded: Option<String>,
}

impl From<Explanation> for Explained {
    fn from(e: Explanation) -> Self {
        let lost = e.lost.into_iter().map(|l| LostItem { workflow: l.workflow.to_string(), why: l.why });
        Self {
            person: e.person.to_string(),
            resource: e.resource.to_string(),
            access: e.access.to_string(),
            duration: length(e.duration),
            at: e.at,
            workflow: e.winner.map(|w| w.to_string()),
            lost: lost.collect(),
            steps: e.steps.into_iter().enumerate().map(|(n, step)| forecast(n, step)).collect(),
            auto_rule: e.auto_rule,
            cap: length(e.cap),
            refusal: e.refusal,
        }
    }
}

fn forecast(index: usize, step: StepForecast) -> ForecastItem {
    let candidates = step.candidates.into_iter();
    ForecastItem {
        n: index + 1,
        name: step.name,
        rule: step.rule,
        required: step.required,
        timeout: length(step.timeout),
        automatic: step.automatic,
        candidates: candidates.map(|c| CandidateItem { person: c.person.to_string(), excluded: c.excluded }).collect(),
    }
}
