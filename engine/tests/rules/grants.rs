//! From the last yes to the end of the access.

use crate::world::{World, approve, draft, length, revoke, waive};
use countersign_engine::{
    command::Command,
    decide::Report,
    effect::{Audience, Effect, News},
    grant::GrantState,
    view::RequestView,
    words,
};

fn told_why(error: &str) -> Report {
    Report::NotRevoked(error.into())
}

/// rules 25, 35 and 38: intent, access, warning, expiry, read-back
#[test]
fn the_life_of_a_grant() {
    let mut w = World::granting();
    assert!(w.effects.contains(&Effect::Grant), "committed with the intent, before the first byte to the target");
    w.advance("20s");
    assert!(w.report(Report::Granted(Vec::new())));
    let Some(GrantState::Active { expires_at, .. }) = w.request().grant.as_ref().map(|g| g.state.clone()) else {
        panic!()
    };
    assert_eq!(expires_at, w.now + length("4h").delta(), "counted from the moment the connector succeeded");
    assert!(!w.report(Report::Granted(Vec::new())), "said twice");
    assert_eq!(w.alarm(), Some(expires_at - length("15m").delta()));
    w.after("3h45m");
    assert!(w.told(Audience::Requester, News::EndsSoon));
    assert_eq!(w.after("15m"), "revoking: expired");
    assert!(w.effects.contains(&Effect::Revoke));
    assert!(w.report(Report::Revoked));
    assert_eq!(w.state(), "ended: expired");
    assert_eq!(w.alarm(), None);
}

/// rule 41: a tenth of the length where that is shorter; ten seconds make no busy clock
#[test]
fn short_grants_are_warned_in_time() {
    for (asked, warned_before) in [("10m", "1m"), ("10s", "1s"), ("1s", "1s"), ("8h", "15m")] {
        let mut w = World::acme();
        w.ask("dev", draft("prod-db", None, asked));
        w.all_approve();
        w.report(Report::Granted(Vec::new()));
        let expires_at = w.now + length(asked).delta();
        assert_eq!(w.alarm(), Some(expires_at - length(warned_before).delta()), "{asked}");
        w.now = w.alarm().unwrap();
        assert!(w.ring());
        assert_eq!(w.alarm(), Some(expires_at));
    }
}

/// rule 36: a grant that does not come in time is revoked, never just forgotten
#[test]
fn what_was_never_delivered_is_revoked_all_the_same() {
    let mut w = World::granting();
    assert!(w.report(Report::NotGranted("connection refused".into())));
    assert!(w.told(Audience::Operators, News::Trouble));
    assert!(!w.report(Report::NotGranted("connection refused".into())), "nothing new");
    assert_eq!(w.after("4h"), "revoking: not delivered");
    assert!(!w.report(Report::Granted(Vec::new())), "too late: it is being taken away");
    assert!(w.report(Report::Revoked));
    assert_eq!(w.state(), "failed");
    let Some(GrantState::Failed { error, .. }) = w.request().grant.as_ref().map(|g| g.state.clone()) else { panic!() };
    assert_eq!(error.as_deref(), Some("connection refused"));
}

/// rule 36: a target that never said anything is not quoted
#[test]
fn a_silent_target_is_not_made_to_speak() {
    let mut w = World::granting();
    assert_eq!(w.after("4h"), "revoking: not delivered");
    assert!(w.report(Report::Revoked));
    let view = RequestView::new(w.request().clone(), None, Vec::new(), &w.policy, w.now);
    assert_eq!(words::sentence(&view), "Approved, but no access was given: the target did not answer in time.");
}

/// rule 36: the connector's yes after the bound gives nothing, though no alarm rang
#[test]
fn a_yes_that_comes_too_late_is_revoked() {
    let mut w = World::granting();
    w.advance("4h");
    assert!(w.report(Report::Granted(Vec::new())));
    assert_eq!(w.state(), "revoking: not delivered");
}

/// rule 3: the connector's yes for somebody who left meanwhile gives nothing
#[test]
fn a_yes_for_somebody_who_left_is_revoked() {
    let mut w = World::granting();
    w.deactivate("dev");
    assert!(w.report(Report::Granted(Vec::new())));
    assert_eq!(w.state(), "revoking: dev deactivated");
}

/// rule 39: overdue is loud, and repeats until it is done
#[test]
fn a_revocation_that_fails_is_loud() {
    let mut w = World::active().with_root();
    assert_eq!(w.says("dev", Command::End), "revoking: by dev");
    assert!(w.report(told_why("no route to host")));
    assert!(w.told(Audience::Operators, News::Trouble));
    assert_eq!(w.says("root", waive("gone")), "wrong_state", "not overdue yet");
    assert_eq!(w.after("59s"), "revoking: by dev");
    assert_eq!(w.after("1s"), "overdue");
    assert!(w.told(Audience::Operators, News::Overdue) && w.effects.contains(&Effect::Revoke));
    for wait in ["5m", "1h", "6h", "6h"] {
        assert!(!w.ring());
        assert_eq!(w.alarm(), Some(w.now + length(wait).delta()));
        w.advance(wait);
        assert!(w.ring() && w.told(Audience::Operators, News::Overdue));
    }
    assert!(w.report(Report::Revoked), "retried for ever, and then it works");
    assert_eq!(w.state(), "ended: by dev");
}

/// rule 39: a named person may vouch for it, with a note, and never for themselves
#[test]
fn a_waiver_has_a_name_and_a_note() {
    let mut w = World::active().with_root();
    w.says("dev", Command::End);
    w.after("1m");
    assert_eq!(w.says("lisa", waive("gone")), "not_allowed");
    assert_eq!(w.says("root", waive("  ")), "note_required");
    w.policy.settings.administrators.push(countersign_engine::selector::Selector::Person("dev".into()));
    assert_eq!(w.says("dev", waive("gone, believe me")), "not_allowed");
    assert_eq!(w.says("root", waive("server was scrapped")), "ended: waived by root");
    assert!(!w.report(Report::Revoked));
}

fn scheduled() -> World {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.activate_within = Some(length("1h"));
    w.ask("dev", draft("prod-db", None, "4h"));
    w.all_approve();
    assert_eq!(w.state(), "scheduled");
    assert!(!w.effects.contains(&Effect::Grant));
    w
}

/// rule 25: the activation window
#[test]
fn approved_access_is_started_in_time_or_never() {
    let mut w = scheduled();
    assert_eq!(w.says("lisa", Command::Start), "not_allowed");
    w.advance("59m");
    assert_eq!(w.says("dev", Command::Start), "granting");
    assert!(w.effects.contains(&Effect::Grant));
    assert_eq!(w.says("dev", Command::Start), "wrong_state");

    let mut w = scheduled();
    w.advance("1h");
    assert_eq!(w.says("dev", Command::Start), "timed_out", "a fact about time (rule 26)");
    assert!(w.ring());
    assert_eq!(w.state(), "ended: never started");
}

/// rule 10: approval that lapsed before the start starts nothing
#[test]
fn a_lapsed_approval_starts_nothing() {
    let mut w = scheduled();
    w.deactivate("manager");
    assert!(!w.reassess());
    assert_eq!(w.says("dev", Command::Start), "approval_lapsed");
    w.person("manager", |p| p.active = true);
    assert_eq!(w.says("dev", Command::Start), "granting");
}

/// rule 8: a resource that left the policy is not started
#[test]
fn a_resource_that_is_gone_is_not_started() {
    let mut w = scheduled();
    w.resource_gone("prod-db");
    assert_eq!(w.says("dev", Command::Start), "wrong_state");
    assert!(w.reassess());
    assert_eq!(w.state(), "ended: resource gone");
}

/// rule 36: access that is taken away while the connector is still at work
#[test]
fn ended_while_granting() {
    let mut w = World::granting();
    assert_eq!(w.says("lisa", revoke()), "revoking: revoked by lisa");
    assert!(!w.report(Report::Granted(Vec::new())));
    assert!(!w.report(Report::NotGranted("x".into())));
    assert_eq!(w.says("sec4", approve()), "already_decided");
    assert!(w.report(Report::Revoked));
}
