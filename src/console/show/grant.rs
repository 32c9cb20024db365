//! The grant of a request, as a page shows it.

use super::{
    moment::{Left, Moment},
    text,
};
use countersign_engine::{grant::GrantState, view::RequestView, words};

/// A grant.
pub struct Shown {
    /// The word on the wire.
    pub state: &'static str,
    /// Where it stands, and why.
    pub sentence: String,
    /// How long it lasts, while it does; how long it may still be started.
    pub left: Option<Left>,
    /// Until when, while it lasts.
    pub until: Option<Moment>,
    /// What the target says, while that is trouble and the sentence does not say it.
    pub trouble: Option<String>,
    /// Revocation is past its bound.
    pub overdue: bool,
    /// What the holder needs to use it.
    pub details: Vec<(String, String)>,
}

impl Shown {
    /// The grant of a request, if there is one.
    pub fn of(view: &RequestView) -> Option<Self> {
        let grant = view.request.grant.as_ref()?;
        let left = |since, until| Some(Left { until, now: view.now, since });
        let (left, until) = match &grant.state {
            GrantState::Scheduled { start_by } => (left(view.now, *start_by), None),
            GrantState::Active { since, expires_at, .. } => (left(*since, *expires_at), Some(Moment(*expires_at))),
            _ => (None, None),
        };
        let said = grant.state.is_overdue() || matches!(grant.state, GrantState::Granting { .. });
        Some(Self {
            state: grant.state.key(),
            sentence: words::grant(grant, view),
            left,
            until,
            trouble: grant.trouble.as_ref().filter(|_| !said).map(|t| words::trouble(t, view)),
            overdue: grant.state.is_overdue(),
            details: grant.delivery.iter().map(|d| (text::clean(&d.label), text::clean(&d.value))).collect(),
        })
    }
    /// The holder has access now.
    pub fn is_active(&self) -> bool {
        self.state == "active"
    }
}
