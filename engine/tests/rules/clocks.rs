//! Four clocks, never one.

use crate::world::{World, approve, draft, length};
use countersign_engine::{
    effect::{Audience, Effect, News},
    refusal::Refusal,
    request::State,
    selector::Selector,
    workflow::OnTimeout,
};

/// rules 24 and 27: a step that runs out ends the request, which is not denied
#[test]
fn a_step_runs_out() {
    let mut w = World::asked();
    w.says("lisa", approve());
    let deadline = w.now + length("30m").delta();
    assert_eq!(w.alarm(), Some(deadline));
    assert_eq!(w.after("29m"), "step 2", "an early alarm changes nothing");
    w.advance("6m");
    assert!(w.ring(), "a late one does what was due");
    let State::TimedOut { at, step, whole } = w.request().state else { panic!() };
    assert_eq!((at, step, whole), (deadline, 1, false), "it was over at the deadline, not when the alarm rang");
    assert!(w.told(Audience::Requester, News::Decided));
    assert!(!w.ring(), "a repeated one changes nothing");
    assert_eq!(w.alarm(), None);
}

/// rule 26: the deadline is a fact about time
#[test]
fn a_vote_at_the_deadline_is_too_late_though_no_alarm_rang() {
    let mut w = World::asked();
    let at = w.now + length("30m").delta();
    w.advance("29m").advance("59s");
    assert_eq!(w.says("sec1", approve()), "not_an_approver");
    w.advance("1s");
    assert_eq!(w.tries("lisa", approve()), Err(Refusal::TimedOut { at }));
    assert_eq!(w.says("dev", countersign_engine::command::Command::Cancel), "timed_out");
    ["sec1", "sec2", "sec3"].into_iter().for_each(|id| w.deactivate(id));
    assert!(!w.reassess(), "a changed directory finds nothing left to judge");
    assert_eq!(w.after("1s"), "timed_out");
}

/// rule 24: fallback approvers are added, the clock starts again, once
#[test]
fn escalation_adds_people_once() {
    let mut w = World::acme();
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Team("security".into())]);
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("sec1", approve()), "not_an_approver");
    assert_eq!(w.after("30m"), "step 1 (escalated)");
    assert!(w.effects.contains(&Effect::Ask { step: 0 }) && w.told(Audience::Requester, News::Escalated));
    assert!(!w.ring());
    assert_eq!(w.alarm(), Some(w.now + length("30m").delta()));
    assert_eq!(w.says("sec1", approve()), "step 2", "added");
    w.ask("dev", draft("prod-db", None, "4h"));
    w.after("30m");
    assert_eq!(w.says("lisa", approve()), "step 2", "not replaced");
    w.ask("dev", draft("prod-db", None, "4h"));
    w.after("30m");
    assert_eq!(w.after("30m"), "timed_out", "once");
}

/// rules 13 and 24: escalation may unblock
#[test]
fn escalation_is_judged_at_once() {
    let mut w = World::acme();
    w.step(0).required = 3;
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Person("sec4".into())]);
    w.step(1).approvers = vec![Selector::Person("sec3".into())];
    w.step(1).distinct = false;
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
    w.deactivate("sec3");
    assert!(w.reassess());
    assert_eq!(w.state(), "blocked at 1", "at step 2, where the fallback of step 1 does not help");
    w.person("sec3", |p| p.active = true);
    assert_eq!(w.after("30m"), "step 1 (escalated)", "judged again when the clock rings");
}

/// rule 25: the whole request's bound
#[test]
fn the_whole_request_runs_out() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.request_ttl = length("40m");
    w.ask("dev", draft("prod-db", None, "4h"));
    let bound = w.now + length("40m").delta();
    w.advance("20m").says("lisa", approve());
    assert_eq!(w.alarm(), Some(bound), "sooner than the step's deadline");
    assert_eq!(w.after("25m"), "timed_out");
    let State::TimedOut { at, whole, .. } = w.request().state else { panic!() };
    assert_eq!((at, whole), (bound, true));

    w.ask("dev", draft("prod-db", None, "4h"));
    let bound = w.now + length("40m").delta();
    w.advance("20m").says("lisa", approve());
    assert_eq!(w.after("30d"), "timed_out", "also when the step's deadline is over too, by now");
    let State::TimedOut { at, whole, .. } = w.request().state else { panic!() };
    assert_eq!((at, whole), (bound, true));
}

/// rule 26: an alarm that is later than both bounds tells which one was first
#[test]
fn a_very_late_alarm_tells_which_bound_was_first() {
    let mut w = World::asked();
    let deadline = w.now + length("30m").delta();
    assert_eq!(w.after("30d"), "timed_out");
    let State::TimedOut { at, whole, .. } = w.request().state else { panic!() };
    assert_eq!((at, whole), (deadline, false));

    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Team("security".into())]);
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.after("30d"), "timed_out", "nobody is asked any more when the whole time is over");
}

/// rule 28: reminders, at the workflow's interval, until they stop by themselves
#[test]
fn reminders_stop_by_themselves() {
    let mut w = World::acme();
    w.step(0).remind_every = Some(length("10m"));
    w.ask("dev", draft("prod-db", None, "4h"));
    for _ in 0..2 {
        assert_eq!(w.alarm(), Some(w.now + length("10m").delta()));
        w.after("10m");
        assert!(w.effects.contains(&Effect::Remind { step: 0 }));
        assert!(!w.ring());
    }
    assert_eq!(w.after("10m"), "timed_out", "where reminder and deadline meet, the deadline wins");
    assert!(!w.effects.contains(&Effect::Remind { step: 0 }));
}

/// rule 28: a late alarm reminds once, not for every interval it missed
#[test]
fn a_late_reminder_is_one_reminder() {
    let mut w = World::acme();
    (w.step(0).remind_every, w.step(0).timeout) = (Some(length("10m")), length("10h"));
    w.ask("dev", draft("prod-db", None, "4h"));
    w.advance("95m");
    assert!(w.ring());
    assert!(!w.ring());
    assert_eq!(w.alarm(), Some(w.now + length("10m").delta()));
}

/// rules 10 and 24: a step that opens again keeps its fallback approvers, and is not escalated twice
#[test]
fn a_step_that_opens_again_stays_escalated() {
    let mut w = World::acme();
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Team("security".into())]);
    w.ask("dev", draft("prod-db", None, "4h"));
    w.after("30m");
    for person in ["sec3", "manager", "sec1"] {
        w.says(person, approve());
    }
    w.deactivate("sec3");
    assert_eq!(w.says("sec2", approve()), "step 1 (escalated)");
    assert_eq!(w.after("30m"), "timed_out");
}
