//! What would happen, and why (rule 7), as the new request's form shows it.

use super::{person::Shown as Who, text};
use countersign_engine::{
    policy::Policy,
    words,
    workflow::{Explanation, StepForecast},
};

/// An explanation.
pub struct Shown {
    /// The workflow that would take it.
    pub winner: Option<String>,
    /// Why each other would not.
    pub lost: Vec<(String, String)>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// The rule that would decide by itself.
    pub auto_rule: Option<String>,
    /// The longest grant.
    pub cap: String,
    /// What would be refused.
    pub refusal: Option<String>,
}

/// A step as it would be.
pub struct Step {
    /// Its name.
    pub name: String,
    /// Its rule in words.
    pub rule: String,
    /// Approvals needed.
    pub required: u32,
    /// How long it may take.
    pub timeout: String,
    /// A rule would vote.
    pub automatic: bool,
    /// Who could vote.
    pub can: Vec<Who>,
    /// Who could not, and why.
    pub cannot: Vec<(Who, String)>,
}

impl Shown {
    /// For a page.
    pub fn of(explanation: &Explanation, policy: &Policy) -> Self {
        Self {
            winner: explanation.winner.as_ref().map(|w| text::clean(w.as_str())),
            lost: explanation.lost.iter().map(|l| (text::clean(l.workflow.as_str()), text::clean(&l.why))).collect(),
            steps: explanation.steps.iter().map(|s| step(s, policy)).collect(),
            auto_rule: explanation.auto_rule.as_deref().map(text::clean),
            cap: explanation.cap.to_string(),
            refusal: explanation.refusal.as_deref().map(text::clean),
        }
    }
}

fn step(step: &StepForecast, policy: &Policy) -> Step {
    let mut shown = Step {
        name: text::clean(&step.name),
        rule: text::clean(&step.rule),
        required: step.required,
        timeout: words::period(step.timeout),
        automatic: step.automatic,
        can: Vec::new(),
        cannot: Vec::new(),
    };
    for candidate in &step.candidates {
        let who = Who::of(&candidate.person, policy);
        match &candidate.excluded {
            None => shown.can.push(who),
            Some(why) => shown.cannot.push((who, text::clean(why))),
        }
    }
    shown
}
