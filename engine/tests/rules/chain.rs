//! Who may vote, and who must not.

use crate::world::{World, approve, deny, draft};
use countersign_engine::{
    command::Command,
    effect::{Audience, Effect, News},
    refusal::Refusal,
    selector::{LevelScope, Selector},
    workflow::OnTimeout,
};

/// rule 9: each selector names whom it says
#[test]
fn selectors_name_people() {
    let mut w = World::acme();
    w.person("dev", |p| p.manager = Some("deputy".into()));
    w.policy.resources.get_mut(&"prod-db".into()).unwrap().owners.insert("sec4".into());
    let level = |scope| Selector::Level { min: "team-lead".into(), scope };
    for (selector, named) in [
        (Selector::Person("sec2".into()), "sec2"),
        (Selector::Team("security".into()), "sec1 sec2 sec3 sec4"),
        (level(LevelScope::Anywhere), "deputy lisa manager"),
        (level(LevelScope::RequesterTeams), "lisa"),
        (level(LevelScope::Team("security".into())), ""),
        (Selector::Manager, "deputy"),
        (Selector::Owners, "sec4"),
    ] {
        w.step(0).approvers = vec![selector.clone()];
        let who = match w.try_ask("dev", draft("prod-db", None, "4h")) {
            Ok(()) => countersign_engine::chain::approvers(w.request(), 0, &w.policy)
                .map(|id| id.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            Err(refusal) => {
                assert_eq!(refusal.code(), "unsatisfiable");
                String::new()
            }
        };
        assert_eq!(who, named, "{selector}");
    }
}

/// rule 10: eligibility is judged when the button is pressed
#[test]
fn who_joins_the_team_late_may_vote() {
    let mut w = World::asked();
    assert_eq!(w.says("sec1", approve()), "not_an_approver");
    w.person("sec1", |p| p.level = "team-lead".into());
    assert_eq!(w.says("sec1", approve()), "step 2");
}

/// rule 10: a vote stays when its voter changes team, not when they are deactivated
#[test]
fn the_vote_of_somebody_who_left_no_longer_counts() {
    let mut w = World::asked();
    w.says("lisa", approve());
    w.says("manager", approve());
    w.says("sec1", approve());
    w.person("manager", |p| p.level = "member".into());
    w.deactivate("lisa");
    assert_eq!(w.says("sec2", approve()), "step 1", "the first step is asked again");
    assert_eq!(w.request().votes.len(), 4, "no vote is ever removed");
    assert!(w.effects.contains(&Effect::Ask { step: 0 }));
    assert_eq!(w.says("deputy", approve()), "granting", "the manager's vote stays: a changed level only flags it");
}

/// rule 10: with `revalidate` every vote is judged again before the grant
#[test]
fn revalidate_judges_every_vote_again() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").revalidate = true;
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.says("manager", approve());
    w.says("sec1", approve());
    w.person("lisa", |p| p.level = "member".into());
    assert_eq!(w.says("sec2", approve()), "step 1");
    w.person("lisa", |p| p.level = "team-lead".into());
    assert!(w.reassess(), "she is back, and her vote counts again");
    assert_eq!(w.state(), "granting");
}

/// rule 10: a fallback approver's vote stands only where the fallback was really asked
#[test]
fn revalidate_knows_which_steps_were_escalated() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").revalidate = true;
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Team("sre".into())]);
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.says("manager", approve());
    w.says("sec1", approve());
    w.person("lisa", |p| p.level = "member".into());
    assert_eq!(w.says("sec2", approve()), "step 1", "as a mere member of sre she was never asked");
}

/// rule 11 (abuse A05): nobody votes on their own request, whoever they are
#[test]
fn abuse_a05_nobody_votes_on_their_own_request() {
    let mut w = World::acme();
    w.policy.settings.administrators = vec![Selector::Person("lisa".into())];
    assert_eq!(w.ask("lisa", draft("prod-db", None, "4h")), "step 1");
    for command in [approve(), deny()] {
        assert_eq!(w.says("lisa", command), "own_request", "an administrator is no exception");
    }
    let who = countersign_engine::chain::approvers(w.request(), 0, &w.policy);
    assert!(who.into_iter().all(|id| id.as_str() != "lisa"));
}

/// rule 11: the requester does not count towards "2 of 4"
#[test]
fn the_requester_does_not_count_towards_the_quorum() {
    let mut w = World::acme();
    w.step(2).required = 4;
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
    assert_eq!(w.ask("sec1", draft("prod-db", None, "4h")), "unsatisfiable", "three are left of four");
}

/// rule 12 (abuse A07): one person fills one slot, in one step and across steps
#[test]
fn abuse_a07_one_person_fills_one_slot() {
    let mut w = World::asked();
    assert_eq!(w.says("manager", approve()), "step 2", "a manager is a team lead too");
    assert_eq!(w.says("manager", approve()), "already_voted");
    assert_eq!(w.says("deputy", approve()), "step 3");
    assert_eq!(w.says("sec1", approve()), "step 3");
    assert_eq!(w.says("sec1", approve()), "already_voted");
}

/// rule 12 (abuse A08): named by a team and by name is still one person
#[test]
fn abuse_a08_two_selectors_one_person() {
    let mut w = World::acme();
    w.step(0).approvers.push(Selector::Person("lisa".into()));
    w.step(0).required = 2;
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("lisa", approve()), "step 1");
    assert_eq!(w.says("lisa", approve()), "already_voted");
}

/// rule 12: `distinct = false` takes a step out of the rule, in both directions
#[test]
fn a_step_may_let_earlier_voters_vote_again() {
    let mut w = World::acme();
    w.step(1).distinct = false;
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("manager", approve()), "step 2");
    assert_eq!(w.says("manager", approve()), "step 3", "once per step");

    w.step(0).distinct = false;
    w.step(1).distinct = true;
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("manager", approve()), "step 2");
    assert_eq!(w.says("manager", approve()), "step 3", "a vote at such a step uses up no other slot");
}

/// rule 15: outsiders change nothing, and hear who can
#[test]
fn an_outsider_hears_who_can() {
    let mut w = World::asked();
    let Err(Refusal::NotAnApprover { step, who_can }) = w.tries("sec1", approve()) else { panic!() };
    assert_eq!(step, "Team lead");
    assert_eq!(who_can, ["deputy", "lisa", "manager"].map(Into::into));
}

/// rule 13: blocked when the last who could vote leaves; unblocked when somebody comes
#[test]
fn a_chain_that_cannot_be_filled_is_blocked_and_says_so() {
    let mut w = World::asked();
    for id in ["sec1", "sec2", "sec3"] {
        w.deactivate(id);
    }
    assert!(w.reassess());
    assert_eq!(w.state(), "blocked at 1");
    assert!(w.told(Audience::Requester, News::Blocked) && w.told(Audience::Operators, News::Blocked));
    assert!(!w.reassess(), "said once");
    assert_eq!(w.says("lisa", approve()), "blocked at 2", "votes go on; the trouble is at step 3");
    w.person("sec2", |p| p.active = true);
    assert!(w.reassess());
    assert_eq!(w.state(), "step 2");
    assert!(w.effects.contains(&Effect::Ask { step: 1 }), "whoever is new is asked");
}

/// rule 13: a vote can block, too: it is a matching problem, not a count
#[test]
fn a_vote_that_uses_up_the_only_manager_blocks() {
    let mut w = World::acme();
    w.deactivate("deputy");
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("manager", approve()), "blocked at 2", "the one manager is used up");
    assert_eq!(w.after("30m"), "timed_out", "it never passes by itself and never hangs");
}

/// rule 13: fallback approvers are asked at once where that helps
#[test]
fn a_blocked_step_asks_its_fallback_at_once() {
    let mut w = World::acme();
    w.step(1).on_timeout = OnTimeout::Escalate(vec![Selector::Person("sec4".into())]);
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.deactivate("deputy");
    assert!(!w.reassess(), "one manager is left");
    w.deactivate("manager");
    assert!(w.reassess());
    assert_eq!(w.state(), "step 2 (escalated)");
    assert_eq!(w.says("sec4", approve()), "step 3");
}

/// rule 13: the fallback of the open step may free somebody whom a later step needs
#[test]
fn a_fallback_may_free_somebody_for_a_later_step() {
    let mut w = World::acme();
    w.step(0).approvers = vec![Selector::Person("manager".into())];
    w.step(1).approvers = vec![Selector::Person("manager".into())];
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "unsatisfiable");
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Person("lisa".into())]);
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1 (escalated)");
    assert_eq!(w.says("lisa", approve()), "step 2");
    assert_eq!(w.says("manager", approve()), "step 3");
}

/// rule 13: also an earlier step whose vote lapsed, and whom nobody can replace, blocks
#[test]
fn a_lapsed_vote_that_nobody_can_replace_blocks() {
    let mut w = World::acme();
    w.step(0).approvers = vec![Selector::Person("lisa".into())];
    w.ask("dev", draft("prod-db", None, "4h"));
    w.says("lisa", approve());
    w.deactivate("lisa");
    assert!(w.reassess());
    assert_eq!(w.state(), "blocked at 2");
    w.person("lisa", |p| p.active = true);
    assert!(w.reassess());
    assert_eq!(w.state(), "step 2", "her vote counts again");
}

/// rule 21: the card showed another step
#[test]
fn a_stale_card_says_so() {
    let mut w = World::asked();
    w.says("lisa", approve());
    let old_card = || Command::Approve { step: Some(0), note: None, trim: Default::default() };
    assert_eq!(w.says("deputy", old_card()), "stale_step", "meant for step 1, would have counted at step 2");
    w.says("deputy", approve());
    assert_eq!(w.says("manager", old_card()), "stale_step", "could have voted there, had it been open");
    assert_eq!(w.says("sec1", old_card()), "stale_step");
}
