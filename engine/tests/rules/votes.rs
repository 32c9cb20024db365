//! Voting: order, quorum, notes, trims, and what comes too late.

use crate::world::{World, approve, approve_for, approve_only, deny, draft, length};
use countersign_engine::{
    command::{Command, Trim},
    effect::{Audience, Effect, News},
    refusal::Refusal,
};

/// rule 16: steps run in order; each passes on the number of distinct approvals it requires
#[test]
fn three_steps_in_order() {
    let mut w = World::asked();
    assert!(w.effects.contains(&Effect::Ask { step: 0 }));
    assert_eq!(w.says("lisa", approve()), "step 2");
    assert!(w.effects.contains(&Effect::Ask { step: 1 }));
    assert_eq!(w.says("manager", approve()), "step 3");
    assert_eq!(w.says("sec3", approve()), "step 3");
    assert!(!w.effects.contains(&Effect::Ask { step: 2 }), "nobody is asked twice");
    assert_eq!(w.says("sec1", approve()), "granting");
    assert!(w.effects.contains(&Effect::Grant) && w.told(Audience::Requester, News::Decided));
    let terms = &w.request().grant.as_ref().unwrap().terms;
    assert_eq!((terms.duration, terms.access.as_str()), (length("4h"), "read-write"));
    assert_eq!(terms.target_name, "cs_01jndemo84a2");
}

/// rule 17: one eligible deny ends it
#[test]
fn one_deny_ends_it() {
    let mut w = World::asked();
    assert_eq!(w.says("sec1", deny()), "not_an_approver", "not their step");
    assert_eq!(w.says("lisa", deny()), "denied");
    assert!(w.told(Audience::Requester, News::Decided));
    assert_eq!(w.says("manager", approve()), "already_decided");
    assert_eq!(w.alarm(), None);
}

/// rule 17: a workflow may ask for several denials
#[test]
fn deny_required_two() {
    let mut w = World::acme();
    w.step(2).deny_required = 2;
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.says("manager", approve());
    assert_eq!(w.says("sec1", deny()), "step 3");
    assert_eq!(w.says("sec1", approve()), "already_voted", "a mind once made up stays");
    assert_eq!(w.says("sec2", approve()), "step 3");
    assert_eq!(w.says("sec3", deny()), "denied");
}

/// rules 13 and 17: denials that leave too few for a yes block
#[test]
fn denials_may_leave_too_few() {
    let mut w = World::acme();
    w.step(2).deny_required = 4;
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.says("manager", approve());
    for id in ["sec1", "sec2"] {
        assert_eq!(w.says(id, deny()), "step 3");
    }
    assert_eq!(w.says("sec3", deny()), "blocked at 3", "one is left where two are needed");
}

/// rules 17 and 18: notes
#[test]
fn notes_are_kept_and_bounded() {
    let mut w = World::acme();
    w.step(0).deny_note = true;
    w.ask("dev", draft("prod-db", None, "4h"));
    let deny_with = |note: &str| Command::Deny { step: None, note: Some(note.into()) };
    assert_eq!(w.says("lisa", deny()), "note_required");
    assert_eq!(w.says("lisa", deny_with("  \n ")), "note_required", "space is no note");
    assert_eq!(w.says("lisa", deny_with(&"x".repeat(1_001))), "text_too_long");
    assert_eq!(w.says("lisa", deny_with(" not on a Friday ")), "denied");
    assert_eq!(w.request().votes[0].note.as_deref(), Some("not on a Friday"));
    assert_eq!(w.request().votes[0].at, w.now);
}

/// rule 20: the result is the smallest of all
#[test]
fn a_trim_can_only_shrink() {
    let mut w = World::asked();
    assert_eq!(w.tries("lisa", approve_for("5h")), Err(Refusal::CannotWiden { field: "duration" }));
    assert_eq!(w.says("lisa", approve_for("2h")), "step 2");
    assert_eq!(w.request().scope.duration, length("2h"), "later approvers see it before they vote");
    assert_eq!(w.says("manager", approve_for("3h")), "step 3");
    assert_eq!(w.says("sec1", approve_only("read-only")), "step 3");
    assert_eq!(w.says("sec2", approve_only("read-write")), "granting");
    let terms = &w.request().grant.as_ref().unwrap().terms;
    assert_eq!((terms.duration, terms.access.as_str()), (length("2h"), "read-only"));
    assert_eq!(w.request().asked.duration, length("4h"), "what was asked stays on record");
}

/// rule 20: nonsense is refused, not ignored
#[test]
fn a_trim_names_a_level_that_exists() {
    let mut w = World::acme();
    assert_eq!(w.ask("dev", draft("prod-db", Some("read-only"), "1h")), "step 1");
    assert_eq!(w.says("lisa", approve_only("root")), "unknown_access");
    assert_eq!(w.says("lisa", approve_only("read-write")), "cannot_widen");
    let both = Trim { access: Some("read-only".into()), duration: Some(length("1s")) };
    assert_eq!(w.says("lisa", Command::Approve { step: Some(0), note: None, trim: both }), "granting");
}

/// rule 21: the second presser hears by whom and when
#[test]
fn the_second_presser_hears_who_was_first() {
    let mut w = World::granting();
    let at = w.now;
    w.advance("1m");
    let by = Some("sec2".into());
    assert_eq!(w.tries("sec3", approve()), Err(Refusal::AlreadyDecided { state: "approved", by, at }));
}

/// rule 22: two in the same instant are decided one after the other, each on the truth
#[test]
fn two_presses_in_the_same_instant() {
    let mut w = World::asked();
    w.says("lisa", approve());
    assert_eq!(w.says("manager", approve()), "step 3");
    assert_eq!(w.says("deputy", approve()), "not_an_approver", "the step had passed");
    assert_eq!(w.says("sec1", approve()), "step 3");
    assert_eq!(w.says("sec2", deny()), "denied", "a deny on the open step still counts");
}

/// rule 8: caps are the smaller of then and now
#[test]
fn a_cap_that_shrank_meanwhile_counts() {
    for shrink in [
        |w: &mut World| w.policy.resources.get_mut(&"prod-db".into()).unwrap().max_duration = length("1h"),
        |w: &mut World| w.workflow("sre-prod-db").limits.max_duration = Some(length("1h")),
    ] {
        let mut w = World::asked();
        shrink(&mut w);
        w.all_approve();
        assert_eq!(w.request().grant.as_ref().unwrap().terms.duration, length("1h"));
    }
}

/// rule 8: the chain is a snapshot
#[test]
fn an_edited_policy_leaves_open_chains_alone() {
    let mut w = World::asked();
    w.workflow("sre-prod-db").steps.truncate(1);
    assert!(!w.reassess());
    assert_eq!(w.says("lisa", approve()), "step 2");
}
