//! The model as the checker takes it.

use crate::{
    act::{self, Act},
    org::{Edits, LONG, Policies, RESOURCE, Shape, noon, person},
    rest,
    state::{Access, Left, State},
    watch::Promise,
    world,
};
use countersign_engine::{
    command::Draft,
    decide::{self, NewRequest, Standing},
    grant::{EndReason, GrantState},
    id::{RequestId, ShortId},
    person::Platform,
    request::{Pending, State as Stand, Via},
};
use stateright::{Model, Property};
use std::sync::Arc;

/// All orders of events within some bounds.
pub struct Check {
    policies: Policies,
    left: Left,
    /// One state in so many is followed until it comes to rest.
    one_in: u64,
}

impl Check {
    /// Within these bounds.
    pub fn new(left: Left, one_in: u64) -> Self {
        Self { policies: Policies::after(left.edits), left, one_in }
    }

    fn open(&self, shape: Shape) -> State {
        let (edits, now) = (Edits::default(), noon());
        let draft = Draft { resource: RESOURCE.into(), access: None, duration: LONG, reason: None, holder: None };
        let new = NewRequest { id: RequestId::new("r"), short_id: ShortId::new("req-1") };
        let via = Via { platform: Platform::Console, account: None };
        let policy = self.policies.get(shape, edits);
        let opened = decide::open(draft, &person(0), &via, new, &Standing::default(), policy, now);
        let mut request = opened.expect("the modelled request can be opened").request;
        request.version = 0;
        State {
            shape,
            edits,
            now,
            request: Arc::new(request),
            left: self.left,
            grant_job: None,
            revoke_job: None,
            worker: None,
            frozen: None,
            access: Access::Absent,
            broken: None,
        }
    }
}

impl Model for Check {
    type State = State;
    type Action = Act;

    fn init_states(&self) -> Vec<State> {
        Shape::ALL.map(|shape| self.open(shape)).into()
    }
    fn actions(&self, state: &State, actions: &mut Vec<Act>) {
        act::acts(state, actions);
    }
    fn next_state(&self, state: &State, act: Act) -> Option<State> {
        world::next(&self.policies, state, act)
    }
    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = promises();
        all.extend(sights());
        all
    }
}

/// A property is a plain function, so each promise needs one of its own.
macro_rules! kept {
    ($($promise:ident),+) => {
        vec![$(Property::always(Promise::$promise.words(), |_: &Check, s: &State| s.broken != Some(Promise::$promise))),+]
    };
}

fn promises() -> Vec<Property<Check>> {
    let mut all = kept!(
        FullChain,
        OwnRequest,
        OneVote,
        StepShown,
        Deadline,
        Named,
        NoAccessOutside,
        Bounded,
        Loud,
        Immutable,
        Trail,
        Terminal
    );
    all.push(Property::always(Promise::Rest.words(), |m: &Check, s: &State| {
        rest::is_rest_or_goes_on(&m.policies, s) && rest::comes_to_rest(&m.policies, s, m.one_in)
    }));
    all
}

/// Something that a state shows.
type Sight = fn(&Check, &State) -> bool;

/// What the model must come across: one that never gets there proves nothing.
pub const SIGHTS: [(&str, Sight); 9] = [
    ("seen: access", |_, s| s.access == Access::Present),
    ("seen: access that came too late", |_, s| s.access == Access::Late),
    ("seen: a revocation that is overdue", |_, s| s.grant().is_some_and(|g| g.state.is_overdue())),
    ("seen: an end by a lapsed approval", |_, s| {
        matches!(s.grant().map(|g| &g.state), Some(GrantState::Ended { why: EndReason::ApprovalLapsed { .. }, .. }))
    }),
    ("seen: access that failed", |_, s| matches!(s.grant().map(|g| &g.state), Some(GrantState::Failed { .. }))),
    ("seen: a request that timed out", |_, s| matches!(s.request.state, Stand::TimedOut { .. })),
    ("seen: a chain that is blocked", |_, s| {
        matches!(s.request.state, Stand::Pending(Pending { blocked: Some(_), .. }))
    }),
    ("seen: fallback approvers", |_, s| !s.request.widened.is_empty()),
    ("seen: somebody vouched", |_, s| s.is_waived()),
];

fn sights() -> Vec<Property<Check>> {
    SIGHTS.into_iter().map(|(name, condition)| Property::sometimes(name, condition)).collect()
}
