//! What a changed organisation means for a request that is under way.

use crate::world::{World, approve, deny, revoke};
use countersign_engine::{
    command::Command,
    decide::Report,
    effect::{Audience, Effect, News},
    id::WorkflowId,
};

/// rule 3: open requests of somebody deactivated are cancelled
#[test]
fn the_requester_is_deactivated() {
    let mut w = World::asked();
    w.says("lisa", approve());
    w.deactivate("dev");
    assert!(w.reassess());
    assert_eq!(w.state(), "cancelled");
    assert_eq!(w.request().votes.len(), 1, "votes stay on record");
    assert_eq!(w.says("manager", approve()), "already_decided");
    assert_eq!(w.says("dev", Command::Cancel), "deactivated");
    assert!(!w.reassess());
}

/// rule 3: also before anybody has reassessed it, no vote leads to access
#[test]
fn no_vote_for_somebody_who_left() {
    let mut w = World::asked();
    for person in ["lisa", "manager", "sec1"] {
        w.says(person, approve());
    }
    w.deactivate("dev");
    assert_eq!(w.says("sec2", approve()), "already_decided");
    assert_eq!(w.says("sec2", deny()), "already_decided");
}

/// rule 3 (abuse A10): grants of somebody deactivated are revoked
#[test]
fn abuse_a10_the_holder_is_deactivated() {
    for report in [None, Some(Report::Granted(Vec::new()))] {
        let mut w = World::granting();
        report.into_iter().for_each(|r| assert!(w.report(r)));
        w.deactivate("dev");
        assert!(w.reassess());
        assert_eq!(w.state(), "revoking: dev deactivated");
        assert!(w.effects.contains(&Effect::Revoke));
        assert!(!w.reassess(), "once");
    }
}

/// rule 3: a deactivated person can do nothing
#[test]
fn a_deactivated_approver_does_nothing() {
    let mut w = World::active();
    w.deactivate("lisa");
    for command in [approve(), deny(), revoke(), Command::End] {
        assert_eq!(w.says("lisa", command), "deactivated");
    }
}

/// rule 8: a deleted workflow or resource cancels, with the reason
#[test]
fn a_deleted_workflow_or_resource_cancels() {
    let mut w = World::asked();
    w.policy.workflows.remove(&WorkflowId::from("sre-prod-db"));
    assert_eq!(w.says("lisa", approve()), "already_decided", "also before it is reassessed");
    assert!(w.reassess());
    assert_eq!(w.state(), "cancelled");
    assert!(w.told(Audience::Requester, News::Decided));

    let mut w = World::asked();
    w.resource_gone("prod-db");
    assert!(w.reassess());
    assert_eq!(w.state(), "cancelled");
}

/// rule 8: a deleted resource ends its grants; a deleted workflow ends none
#[test]
fn a_deleted_resource_ends_its_grants() {
    let mut w = World::active();
    w.policy.workflows.clear();
    assert!(!w.reassess());
    w.resource_gone("prod-db");
    assert!(w.reassess());
    assert_eq!(w.state(), "revoking: resource gone");
}
