//! Threats that the core itself meets (docs/THREATS.md).

use crate::world::{World, approve, approve_for, approve_only, draft, length};
use countersign_engine::{
    command::Command,
    decide::Report,
    effect::Effect,
    id::PersonId,
    person::{Account, Platform},
};

fn account(id: &str) -> Account {
    Account { platform: Platform::Slack, tenant: "T1".into(), user: id.into() }
}

/// THREATS A02, rule 50: an e-mail address is nobody's key. Whoever takes over somebody's address, at a platform or in the
/// directory, takes over nothing else.
#[test]
fn abuse_a02_an_email_address_moves_no_account_and_no_vote() {
    let mut w = World::acme();
    w.person("lisa", |p| p.accounts = [account("U-lisa")].into());
    w.person("dev", |p| p.accounts = [account("U-dev")].into());
    let owner = |w: &World, id: &str| w.policy.directory.owner(&account(id)).map(|p| p.id.clone());
    let before = (owner(&w, "U-lisa"), owner(&w, "U-dev"));
    assert_eq!(before, (Some(PersonId::from("lisa")), Some(PersonId::from("dev"))));
    w.person("lisa", |p| p.email = "dev@acme.com".into());
    w.person("dev", |p| p.email = "lisa@acme.com".into());
    assert_eq!((owner(&w, "U-lisa"), owner(&w, "U-dev")), before, "two people swapped addresses");
    for address in ["lisa@acme.com", "dev@acme.com", "lisa"] {
        assert_eq!(owner(&w, address), None, "an account that is called {address} is nobody's");
    }
    w.ask("dev", draft("prod-db", None, "4h"));
    assert_eq!(w.says("dev", approve()), "own_request", "with lisa's address dev is still dev");
    assert_eq!(w.says("lisa", approve()), "step 2");
}

/// THREATS B08, promise S7, rules 20 and 35: there is no command that changes a request after it was asked, but an approver's trim; and
/// what is granted is never more than what any of those who voted saw.
#[test]
fn abuse_b08_what_is_granted_is_no_more_than_what_each_vote_saw() {
    for (trims, least) in [
        ([None, None, None, None], ("4h", "read-write")),
        ([Some("2h"), None, None, None], ("2h", "read-write")),
        ([None, Some("3h"), Some("1h"), None], ("1h", "read-write")),
        ([None, None, None, Some("30m")], ("30m", "read-write")),
    ] {
        let mut w = World::asked();
        let mut seen = Vec::new();
        for (person, trim) in ["lisa", "manager", "sec1", "sec2"].into_iter().zip(trims) {
            seen.push(w.request().scope.clone());
            w.says(person, trim.map_or_else(approve, approve_for));
        }
        let terms = w.request().grant.as_ref().unwrap().terms.clone();
        assert_eq!((terms.duration, terms.access.as_str()), (length(least.0), least.1));
        assert!(seen.iter().all(|scope| terms.duration <= scope.duration && terms.access == scope.access));
        assert_eq!(terms.resource, w.request().asked.resource);
        w.report(Report::Granted(Vec::new()));
        assert_eq!(w.request().grant.as_ref().unwrap().terms.duration, terms.duration, "and stays so");
    }
    let mut w = World::granting();
    assert_eq!(w.says("dev", approve_only("read-write")), "own_request");
    assert_eq!(w.says("sec3", approve_for("8h")), "already_decided", "nothing is wider once it is decided");
}

/// THREATS C13: access ends at its end, whatever its holder says; asking again is asking again, and no more than the cap.
#[test]
fn abuse_c13_nothing_prolongs_access_by_itself() {
    let mut w = World::active();
    let end = w.request().grant.as_ref().unwrap().state.expires_at();
    assert!(end.is_some());
    for command in [Command::Start, approve(), approve_for("8h")] {
        let said = w.says("dev", command);
        assert!(["wrong_state", "own_request", "already_decided"].contains(&said.as_str()), "{said}");
        assert_eq!(w.request().grant.as_ref().unwrap().state.expires_at(), end);
    }
    assert_eq!(World::acme().ask("dev", draft("prod-db", None, "8h1m")), "duration_too_long");
    assert_eq!(World::acme().ask("dev", draft("prod-db", None, "48h")), "duration_too_long");
    assert_eq!(w.after("4h"), "revoking: expired");
}

/// THREATS C14, rules 3 and 10: an approval in the pocket is worth what its voters and its holder are worth when it is used.
#[test]
fn abuse_c14_a_scheduled_grant_starts_only_for_who_still_may_have_it() {
    let scheduled = || {
        let mut w = World::acme();
        w.workflow("sre-prod-db").limits.activate_within = Some(length("1h"));
        w.ask("dev", draft("prod-db", None, "4h"));
        w.all_approve();
        assert_eq!(w.state(), "scheduled");
        w
    };
    for voter in ["lisa", "manager", "sec1", "sec2"] {
        let mut w = scheduled();
        w.deactivate(voter);
        assert_eq!(w.says("dev", Command::Start), "approval_lapsed", "without {voter}");
        assert!(!w.effects.contains(&Effect::Grant) || w.state() == "scheduled");
    }
    let mut w = scheduled();
    w.deactivate("dev");
    assert_ne!(w.says("dev", Command::Start), "granting", "its holder is gone");
    w.reassess();
    assert!(w.state().starts_with("ended"), "{}", w.state());
}
