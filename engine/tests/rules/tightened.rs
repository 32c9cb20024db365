//! The organisation tightens between the last yes and the access (THREATS B09): rules 8 and 10 hold until the access is there.

use crate::world::{World, approve, draft, length};
use countersign_engine::{
    command::Command,
    decide::Report,
    effect::{Audience, Effect, News},
    grant::GrantState,
    selector::Selector,
    workflow::OnTimeout,
};

fn granted() -> Report {
    Report::Granted(Vec::new())
}

/// Everybody has said yes, in a chain whose votes are judged again.
fn revalidating() -> World {
    let mut w = World::acme();
    w.workflow("sre-prod-db").revalidate = true;
    w.ask("dev", draft("prod-db", None, "4h"));
    w.all_approve();
    assert_eq!(w.state(), "granting");
    w
}

/// Everybody has said yes, and the holder has not started it.
fn scheduled() -> World {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.activate_within = Some(length("1h"));
    w.ask("dev", draft("prod-db", None, "4h"));
    w.all_approve();
    assert_eq!(w.state(), "scheduled");
    w
}

/// How long the access lasts that has just begun.
fn lasts(w: &World) -> chrono::TimeDelta {
    match w.request().grant.as_ref().map(|g| &g.state) {
        Some(GrantState::Active { since, expires_at, .. }) => *expires_at - *since,
        other => panic!("{other:?}"),
    }
}

/// rule 8 (abuse B09): caps are the smaller of then and now, also while the target is at work
#[test]
fn abuse_b09_a_cap_made_smaller_shortens_what_begins() {
    let mut w = World::granting();
    let terms = w.request().grant.as_ref().unwrap().terms.clone();
    w.workflow("sre-prod-db").limits.max_duration = Some(length("1h"));
    assert!(!w.reassess(), "nothing is there that could be shortened");
    assert!(w.report(granted()));
    assert_eq!(lasts(&w), length("1h").delta());
    assert_eq!(w.request().grant.as_ref().unwrap().terms, terms, "the terms are what people voted on (S7)");

    w.policy.resources.get_mut(&"prod-db".into()).unwrap().max_duration = length("10m");
    assert!(!w.reassess(), "access that is there keeps its end");
    assert_eq!(lasts(&w), length("1h").delta());
}

/// rule 8 (abuse B09): a cap made larger again lengthens nothing
#[test]
fn abuse_b09_a_cap_made_larger_lengthens_nothing() {
    let mut w = World::granting();
    w.workflow("sre-prod-db").limits.max_duration = Some(length("8h"));
    assert!(w.report(granted()));
    assert_eq!(lasts(&w), length("4h").delta());
}

/// rules 8 and 36 (abuse B09): what is started by hand is tried for no longer than it could last
#[test]
fn abuse_b09_a_smaller_cap_bounds_the_trying() {
    let mut w = scheduled();
    w.workflow("sre-prod-db").limits.max_duration = Some(length("1h"));
    assert_eq!(w.says("dev", Command::Start), "granting");
    assert_eq!(w.alarm(), Some(w.now + length("1h").delta()));
    assert_eq!(w.after("1h"), "revoking: not delivered");

    let mut w = scheduled();
    assert_eq!(w.says("dev", Command::Start), "granting");
    w.workflow("sre-prod-db").limits.max_duration = Some(length("1h"));
    w.advance("1h");
    assert!(w.report(granted()));
    assert_eq!(lasts(&w), length("1h").delta(), "counted from the moment the connector succeeded (rule 25)");
}

/// rule 10 (abuse B09, S1): with `revalidate`, a vote that lapses before the access is there takes it back
#[test]
fn abuse_b09_a_vote_that_lapses_while_granting() {
    let mut w = revalidating();
    w.person("lisa", |p| p.level = "member".into());
    assert!(w.reassess());
    assert_eq!(w.state(), "revoking: approval lapsed at Team lead");
    assert!(w.effects.contains(&Effect::Revoke), "what may be there is taken back (rule 36)");
    assert!(w.told(Audience::Requester, News::Decided) || w.effects.contains(&Effect::Refresh));
    assert!(!w.reassess(), "once");
    assert!(w.report(Report::Revoked));
    assert_eq!(w.state(), "ended: approval lapsed at Team lead");

    let mut w = revalidating();
    w.person("lisa", |p| p.level = "member".into());
    assert!(w.report(granted()), "the connector was faster than the reload");
    assert_eq!(w.state(), "revoking: approval lapsed at Team lead");
    assert!(w.effects.contains(&Effect::Revoke));
}

/// rule 10 (abuse B09): without `revalidate` a changed level lapses nothing, but the vote of somebody deactivated before
/// the access is there counts no more
#[test]
fn abuse_b09_a_voter_who_is_deactivated_while_granting() {
    let mut w = World::granting();
    w.person("lisa", |p| p.level = "member".into());
    assert!(!w.reassess());
    w.deactivate("manager");
    assert!(w.reassess());
    assert_eq!(w.state(), "revoking: approval lapsed at Manager");

    let mut w = World::granting();
    w.deactivate("sec2");
    assert!(w.report(granted()));
    assert_eq!(w.state(), "revoking: approval lapsed at Security");
}

/// rule 10: access that is there stays, whatever becomes of those who allowed it: their votes stay on record
#[test]
fn what_is_active_outlives_its_votes() {
    let mut w = revalidating();
    assert!(w.report(granted()));
    w.person("lisa", |p| p.level = "member".into());
    w.deactivate("manager");
    assert!(!w.reassess());
    assert_eq!(w.state(), "active");
}

/// rule 8: a step that asks for more, or asks others, changes no open request; nor does a longer clock
#[test]
fn a_tightened_chain_is_for_the_next_request() {
    let mut w = revalidating();
    w.step(0).required = 4;
    w.step(1).approvers = vec![Selector::Person("deputy".into())];
    w.step(2).on_timeout = OnTimeout::Escalate(vec![Selector::Person("deputy".into())]);
    assert!(!w.reassess());
    assert!(w.report(granted()));
    assert_eq!(w.state(), "active");
}

/// rule 10: approval that lapsed and came back before the start starts; nothing was there to be taken back
#[test]
fn a_vote_that_lapses_while_scheduled_is_judged_at_the_start() {
    let mut w = scheduled();
    w.deactivate("lisa");
    assert!(!w.reassess());
    w.person("lisa", |p| p.active = true);
    assert_eq!(w.says("dev", Command::Start), "granting");
    assert_eq!(w.says("lisa", approve()), "already_decided");
}
