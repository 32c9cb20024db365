//! What a reader sees is what would happen.

use crate::world::{World, approve, deny, length};
use countersign_engine::{
    id::PersonId,
    view::{RequestView, StepState},
};

fn seen_by(w: &World, reader: &str) -> RequestView {
    RequestView::new(w.request().clone(), Some(&PersonId::from(reader)), Vec::new(), &w.policy, w.now)
}

/// Each step with its votes, how long it took, and who can vote now.
#[test]
fn a_chain_half_way() {
    let mut w = World::asked();
    w.advance("2m14s").says("lisa", approve());
    let steps = seen_by(&w, "dev").steps;
    assert_eq!((&steps[0].state, steps[0].took), (&StepState::Passed, Some(length("2m14s"))));
    assert_eq!((steps[0].approvals(), steps[0].required), (1, 1));
    assert_eq!(steps[1].state, StepState::Open { deadline: w.now + length("30m").delta() });
    assert_eq!(steps[1].can, ["deputy", "manager"].map(Into::into));
    assert_eq!((&steps[2].state, steps[2].can.len()), (&StepState::Ahead, 4));
}

/// rule 10: a voter who changed teams is flagged and counts; one who was deactivated no longer counts
#[test]
fn flagged_and_lapsed_votes() {
    let mut w = World::asked();
    w.says("lisa", approve());
    w.person("lisa", |p| p.level = "member".into());
    let step = &seen_by(&w, "dev").steps[0];
    assert_eq!((step.flagged.as_slice(), step.approvals()), (["lisa".into()].as_slice(), 1));
    w.deactivate("lisa");
    assert_eq!(seen_by(&w, "dev").steps[0].approvals(), 0);
}

/// rule 25: the whole request's bound shows where it is the sooner
#[test]
fn the_sooner_deadline_shows() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.request_ttl = length("10m");
    w.ask("dev", crate::world::draft("prod-db", None, "4h"));
    let StepState::Open { deadline } = seen_by(&w, "dev").steps[0].state else { panic!() };
    assert_eq!(deadline, w.now + length("10m").delta());
}

/// Where a request stopped, what came after was skipped.
#[test]
fn a_chain_that_stopped() {
    let mut w = World::asked();
    w.says("lisa", approve());
    w.says("manager", deny());
    let states: Vec<StepState> = seen_by(&w, "dev").steps.into_iter().map(|s| s.state).collect();
    assert_eq!(states, [StepState::Passed, StepState::Stopped, StepState::Skipped]);
}

/// THREATS B12: what is shown and what is accepted are one rule, for whoever asks by whatever path (rules 11, 15, 32).
#[test]
fn abuse_b12_buttons_promise_what_a_press_keeps() {
    let mut w = World::asked();
    let dev = seen_by(&w, "dev").abilities;
    assert!(!dev.vote && dev.cancel && !dev.end && !dev.revoke);
    assert_eq!(dev.no_vote.map(|r| r.code()), Some("own_request"));
    assert!(seen_by(&w, "lisa").abilities.vote);
    assert!(!seen_by(&w, "sec1").abilities.vote);
    w.advance("30m");
    assert_eq!(seen_by(&w, "lisa").abilities.no_vote.map(|r| r.code()), Some("timed_out"));
    let w = World::active();
    assert!(seen_by(&w, "dev").abilities.end && seen_by(&w, "sec4").abilities.revoke);
    assert!(!RequestView::new(w.request().clone(), None, Vec::new(), &w.policy, w.now).abilities.end, "a shared card");
}
