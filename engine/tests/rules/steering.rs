//! Who may cancel, end and revoke (rule 32).

use crate::world::{World, draft, revoke};
use countersign_engine::{command::Command, selector::Selector};

/// rule 32: the requester may cancel while pending
#[test]
fn the_requester_cancels_while_pending() {
    let mut w = World::asked().with_root();
    for other in ["lisa", "sec1", "root"] {
        assert_eq!(w.says(other, Command::Cancel), "not_allowed");
    }
    assert_eq!(w.says("dev", Command::Cancel), "withdrawn");
    assert_eq!(w.says("dev", Command::Cancel), "already_decided");
    assert_eq!(World::active().says("dev", Command::Cancel), "already_decided", "access is ended, not cancelled");
}

/// rule 32: the holder ends early
#[test]
fn the_holder_ends_early() {
    let mut w = World::active();
    assert_eq!(w.says("lisa", Command::End), "not_allowed");
    assert_eq!(w.says("dev", Command::End), "revoking: by dev");
    assert_eq!(w.says("dev", Command::End), "wrong_state");
    assert_eq!(World::asked().says("dev", Command::End), "wrong_state");
}

/// rule 32: approvers of the request and administrators may revoke
#[test]
fn approvers_and_administrators_revoke() {
    for person in ["lisa", "deputy", "sec4", "root"] {
        let mut w = World::active().with_root();
        assert_eq!(w.says(person, revoke()), format!("revoking: revoked by {person}"));
    }
    let mut w = World::active();
    w.person("guest", |p| (p.level, p.teams) = ("member".into(), Default::default()));
    assert_eq!(w.says("guest", revoke()), "not_allowed");
    assert_eq!(w.says("dev", revoke()), "not_allowed", "the holder ends");
    w.person("lisa", |p| p.level = "member".into());
    assert_eq!(w.says("lisa", revoke()), "revoking: revoked by lisa", "whoever voted is an approver of it");
}

/// rules 11 and 32: administrators steer, they do not vote
#[test]
fn an_administrator_has_no_vote() {
    let mut w = World::asked().with_root();
    assert_eq!(w.says("root", crate::world::approve()), "not_an_approver");
    assert_eq!(w.says("root", revoke()), "wrong_state", "nothing to revoke yet");
    w.policy.settings.administrators = vec![Selector::Person("dev".into())];
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
    assert_eq!(w.says("dev", crate::world::approve()), "own_request");
}
