//! A request, as every page shows it.

use super::{
    grant,
    moment::{Left, Moment},
    person::Shown as Who,
    step::{self, Step},
    text,
};
use countersign_engine::{
    refusal::Refusal,
    request::{Request, State},
    view::{Abilities, RequestView},
    words,
};

/// A request.
pub struct Shown {
    /// `req-84a2`: also its address.
    pub short: String,
    /// The state of request and grant together: what a person wants to know first.
    pub mark: Mark,
    /// Who asked.
    pub requester: Who,
    /// Who gets it, where that is somebody else.
    pub holder: Option<Who>,
    /// What.
    pub resource: String,
    /// How much and for how long, with what approvers left of it: `read-write, 4h, trimmed to 1h by lisa@acme.com`.
    pub scope: String,
    /// How much, as it would be granted now.
    pub access: String,
    /// For how long, as it would be granted now.
    pub duration: String,
    /// Why.
    pub reason: String,
    /// The reason on one line.
    pub reason_short: String,
    /// The workflow.
    pub workflow: String,
    /// `3-step chain · priority high · 30m per step`.
    pub chain: String,
    /// When it was asked.
    pub opened: Moment,
    /// How it was asked.
    pub via: String,
    /// When the whole request times out, while it is pending.
    pub bound: Option<Moment>,
    /// The chain.
    pub steps: Vec<Step>,
    /// The open step, for the forms.
    pub open: Option<usize>,
    /// How long the open step stays open.
    pub left: Option<Left>,
    /// Where it stands, and why, in a sentence.
    pub sentence: String,
    /// What the reader's approval would do, where they can give one.
    pub press: Option<String>,
    /// What came of it.
    pub grant: Option<grant::Shown>,
    /// What the reader may do.
    pub can: Abilities,
    /// Why the reader cannot vote, where they might look for the button.
    pub no_vote: Option<String>,
    /// Levels that an approver can trim to, least first; the last is as asked.
    pub levels: Vec<String>,
    /// Why this workflow.
    pub trace: Vec<String>,
    /// Where copies of its card are.
    pub notified: Vec<String>,
}

/// A state as a small sign: colour and word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The style: `wait`, `good`, `bad`, `quiet` or `alarm`.
    pub tone: &'static str,
    /// The word.
    pub word: &'static str,
}

impl Shown {
    /// As the view's reader sees it.
    pub fn of(view: &RequestView) -> Self {
        let r = &view.request;
        let chain = words::chain(view);
        let (workflow, chain) = chain.split_once(" · ").unwrap_or((&chain, ""));
        let reason = r.asked.reason.as_deref().unwrap_or_default();
        let steps = step::all(view);
        Self {
            short: r.short_id.to_string(),
            mark: mark(r),
            requester: Who::in_view(&r.requester, view),
            holder: (r.holder != r.requester).then(|| Who::in_view(&r.holder, view)),
            resource: text::clean(r.asked.resource.as_str()),
            scope: words::scope(view),
            access: text::clean(r.scope.access.as_str()),
            duration: r.scope.duration.to_string(),
            reason: text::clean(reason),
            reason_short: text::short(reason, 120),
            workflow: workflow.to_owned(),
            chain: chain.to_owned(),
            opened: Moment(r.opened_at),
            via: r.via.platform.to_string(),
            bound: r.state.is_pending().then_some(Moment(r.expires_at)),
            open: r.open_step().map(|(pending, _)| pending.step),
            left: steps.iter().find_map(|s| s.left),
            steps,
            sentence: words::sentence(view),
            press: view.abilities.vote.then(|| words::press(view)).flatten(),
            grant: grant::Shown::of(view),
            no_vote: view
                .abilities
                .no_vote
                .as_ref()
                .filter(|why| r.state.is_pending() && is_worth_saying(why))
                .map(ToString::to_string),
            can: view.abilities.clone(),
            levels: r.levels_left().iter().map(ToString::to_string).collect(),
            trace: r.chain.trace.iter().map(|line| text::clean(line)).collect(),
            notified: view.notified.iter().map(ToString::to_string).collect(),
        }
    }
    /// Does the chain leave out how it stands? It says so itself while a step waits, and the grant does afterwards.
    pub fn is_worth_a_sentence(&self) -> bool {
        self.grant.is_none() && self.mark.word != "pending"
    }
    /// Is there anything the reader could do?
    pub fn has_actions(&self) -> bool {
        self.can.cancel || self.can.start || self.can.end || self.can.revoke || self.can.waive
    }
}

fn mark(request: &Request) -> Mark {
    let mark = |tone, word| Mark { tone, word };
    match (&request.state, &request.grant) {
        (_, Some(grant)) if grant.state.is_overdue() => mark("alarm", "overdue"),
        (State::Approved { .. }, Some(grant)) => match grant.state.key() {
            "active" => mark("good", "active"),
            "scheduled" => mark("good", "approved"),
            "failed" => mark("bad", "failed"),
            "ended" => mark("quiet", "ended"),
            word => mark("wait", word),
        },
        (State::Pending(_), _) => {
            mark(if request.state.key() == "blocked" { "bad" } else { "wait" }, request.state.key())
        }
        (State::Approved { .. }, None) => mark("good", "approved"),
        (State::Denied { .. }, _) => mark("bad", "denied"),
        (State::TimedOut { .. }, _) => mark("bad", "timed out"),
        (State::Withdrawn { .. }, _) => mark("quiet", "withdrawn"),
        (State::Cancelled { .. }, _) => mark("quiet", "cancelled"),
    }
}

/// Why one cannot vote is worth saying to people who might have expected to.
fn is_worth_saying(why: &Refusal) -> bool {
    matches!(
        why,
        Refusal::OwnRequest | Refusal::AlreadyVoted { .. } | Refusal::NotAnApprover { .. } | Refusal::TimedOut { .. }
    )
}
