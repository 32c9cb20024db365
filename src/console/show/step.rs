//! One step of a chain, as a page draws it: the engine's words, in columns.

use super::{moment::Left, person::Shown};
use countersign_engine::{
    view::{RequestView, StepState},
    words::{self, StepWords},
};

/// A step.
pub struct Step {
    /// Counted from 1.
    pub number: usize,
    /// `ahead`, `open`, `passed`, `stopped` or `skipped`.
    pub state: &'static str,
    /// What its columns say.
    pub says: StepWords,
    /// Who can vote there, or could.
    pub can: Vec<Shown>,
    /// How long it stays open.
    pub left: Option<Left>,
}

/// All steps of a request.
pub fn all(view: &RequestView) -> Vec<Step> {
    (0..view.steps.len()).filter_map(|index| one(index, view)).collect()
}

fn one(index: usize, view: &RequestView) -> Option<Step> {
    let step = view.steps.get(index)?;
    let since = view.request.open_step().map_or(view.now, |(pending, _)| pending.since);
    let (state, until) = match step.state {
        StepState::Ahead => ("ahead", None),
        StepState::Open { deadline } => ("open", Some(deadline.min(view.request.expires_at))),
        StepState::Passed => ("passed", None),
        StepState::Stopped => ("stopped", None),
        StepState::Skipped => ("skipped", None),
    };
    Some(Step {
        number: index + 1,
        state,
        says: words::step(view, index)?,
        can: step.can.iter().map(|id| Shown::in_view(id, view)).collect(),
        left: until.map(|until| Left { until, now: view.now, since }),
    })
}
