//! Which workflow takes a request.

use crate::world::{World, draft};
use countersign_engine::{
    selector::{LevelScope, Selector},
    workflow::{Asked, Condition, Day, Priority, ResourceMatch, Window, choose},
};
use countersign_kit::moment;

/// The winner for `dev` asking for prod-db read-write.
fn winner(w: &World) -> String {
    let policy = &w.policy;
    let asked = Asked {
        requester: policy.directory.person(&"dev".into()).unwrap(),
        resource: &policy.resources[&"prod-db".into()],
        access: &"read-write".into(),
        duration: countersign_engine::time::Length::hours(4),
        directory: &policy.directory,
        now: w.now,
    };
    match choose(policy, &asked) {
        Ok((winner, lost)) => {
            assert_eq!(lost.len() + 1, policy.workflows.len(), "everyone else lost, with a reason");
            winner.id.to_string()
        }
        Err(none) => format!("none of {}", none.lost.len()),
    }
}

/// A copy of `sre-prod-db` under another name.
fn rival(w: &mut World, id: &str, change: impl FnOnce(&mut countersign_engine::workflow::Workflow)) {
    let mut copy = w.workflow("sre-prod-db").clone();
    copy.id = id.into();
    change(&mut copy);
    w.policy.workflows.insert(copy.id.clone(), copy);
}

/// rule 5: priority first, even against what is more exact and stricter
#[test]
fn the_highest_priority_wins() {
    let mut w = World::acme();
    rival(&mut w, "zeal", |x| (x.priority, x.when) = (Priority(40), Condition::default()));
    assert_eq!(winner(&w), "zeal");
}

/// rule 5: exact resource > glob > tag > kind > any
#[test]
fn then_the_more_exact_resource_wins() {
    let mut w = World::acme();
    w.policy.resources.get_mut(&"prod-db".into()).unwrap().tags.insert("critical".into());
    let ladder = [
        vec![],
        vec![ResourceMatch::Kind(countersign_engine::resource::Kind::Database)],
        vec![ResourceMatch::Tag("critical".into())],
        vec![ResourceMatch::Glob("prod-*".into())],
        vec![ResourceMatch::Id("prod-db".into())],
    ];
    for pair in ladder.windows(2) {
        w.workflow("sre-prod-db").when.resources = pair[1].clone();
        rival(&mut w, "a-rival", |x| x.when.resources = pair[0].clone());
        assert_eq!(winner(&w), "sre-prod-db", "{:?} beats {:?}", pair[1], pair[0]);
    }
}

/// rule 5: then exact person > team > level > any
#[test]
fn then_the_more_exact_requester_wins() {
    let mut w = World::acme();
    let ladder = [
        vec![],
        vec![Selector::Level { min: "member".into(), scope: LevelScope::Anywhere }],
        vec![Selector::Team("sre".into())],
        vec![Selector::Person("dev".into())],
    ];
    for pair in ladder.windows(2) {
        w.workflow("sre-prod-db").when.requesters = pair[1].clone();
        rival(&mut w, "a-rival", |x| x.when.requesters = pair[0].clone());
        assert_eq!(winner(&w), "sre-prod-db", "{:?} beats {:?}", pair[1], pair[0]);
    }
}

/// rule 5: then the stricter, then the name
#[test]
fn then_the_stricter_and_then_the_name() {
    let mut w = World::acme();
    rival(&mut w, "a-rival", |x| x.steps[2].required = 1);
    assert_eq!(winner(&w), "sre-prod-db", "four approvals beat three");
    rival(&mut w, "a-rival", |_| ());
    assert_eq!(winner(&w), "a-rival", "equal in all: the first by name");
}

/// rule 6: no workflow, no access
#[test]
fn nothing_matches_nothing_is_granted() {
    let mut w = World::acme();
    assert_eq!(w.ask("dev", draft("vpn-office", None, "1h")), "no_workflow");
    w.workflow("sre-prod-db").steps.clear();
    assert_eq!(w.ask("dev", draft("prod-db", None, "1h")), "no_workflow", "nor does an empty chain grant");
}

/// rule 4: weekly windows follow the wall clock of their zone
#[test]
fn windows_follow_the_wall_clock() {
    let mut w = World::acme();
    let night = |zone: &str| Window {
        days: vec![Day::Tue],
        from: "22:00:00".parse().unwrap(),
        to: "06:00:00".parse().unwrap(),
        timezone: zone.parse().unwrap(),
    };
    for (zone, hour, inside) in [("UTC", 10, false), ("UTC", 22, true), ("UTC", 3, false), ("Asia/Tokyo", 15, true)] {
        w.workflow("sre-prod-db").when.windows = vec![night(zone)];
        w.now = moment(hour, 0);
        let expected = if inside { "sre-prod-db" } else { "none of 3" };
        assert_eq!(winner(&w), expected, "{zone} at {hour}");
    }
    w.now = moment(3, 0) + chrono::TimeDelta::days(1);
    w.workflow("sre-prod-db").when.windows = vec![night("UTC")];
    assert_eq!(winner(&w), "sre-prod-db", "Tuesday night goes on on Wednesday morning");
}

/// rule 19: a rule votes for the whole chain, and its name is on record
#[test]
fn a_trusted_lead_is_approved_at_once() {
    let mut w = World::acme();
    assert_eq!(w.ask("lisa", draft("prod-db", Some("read-only"), "2h")), "granting");
    assert_eq!(serde_json::to_value(&w.request().votes[0].voter).unwrap(), serde_json::json!({"rule": "trusted"}));
    assert_eq!(w.ask("dev", draft("prod-db", Some("read-only"), "2h")), "step 1", "dev is no lead");
    assert_eq!(w.ask("lisa", draft("prod-db", Some("read-only"), "3h")), "no_workflow", "the cap still applies");
}

/// rule 19: a rule for a later step passes that step when its turn comes, not before
#[test]
fn a_rule_may_vote_for_a_named_step() {
    let mut w = World::acme();
    let rule = countersign_engine::workflow::AutoApprove {
        name: "managers are busy".into(),
        when: Condition::default(),
        steps: Some(vec!["Manager".into()]),
    };
    w.workflow("sre-prod-db").auto_approve.push(rule);
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
    assert_eq!(w.says("lisa", crate::world::approve()), "step 3");
}

/// rule 19: an auto-deny ends the request before its first step
#[test]
fn a_rule_may_deny() {
    let mut w = World::acme();
    let rule = countersign_engine::workflow::AutoDeny {
        name: "freeze".into(),
        when: Condition::default(),
        message: "not this week".into(),
    };
    w.workflow("sre-prod-db").auto_deny.push(rule);
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "denied");
    let countersign_engine::request::State::Denied { step, .. } = &w.request().state else { panic!() };
    assert_eq!(*step, None);
    assert_eq!(w.says("lisa", crate::world::approve()), "already_decided");
}
