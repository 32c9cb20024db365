//! A database restored from a backup, judged by what the targets hold (THREATS C10).

use crate::world::{World, draft, length};
use countersign_engine::{
    decide::{self, Held, Report},
    effect::Effect,
    grant::GrantState,
    person::Platform,
    request::{Request, Via},
    transition::Transition,
};

fn recovered(w: &World, held: Held) -> Option<Transition> {
    let via = Via { platform: Platform::Api, account: None };
    decide::recover(w.request(), held, (&"sec1".into(), &via), &w.policy, w.now)
}

fn state(request: &Request) -> &GrantState {
    &request.grant.as_ref().unwrap().state
}

/// Nothing is granted because of a restore, whatever the target holds.
#[test]
fn abuse_c10_a_restore_grants_nothing() {
    let mut asked = World::acme();
    asked.ask("dev", draft("prod-db", None, "1h"));
    for w in [World::granting(), World::active(), asked] {
        for held in [Held::Present, Held::Absent, Held::Unknown] {
            let effects = recovered(&w, held).map(|t| t.effects).unwrap_or_default();
            assert!(!effects.contains(&Effect::Grant), "{} with {held:?}", w.state());
        }
    }
}

#[test]
fn abuse_c10_what_is_gone_stays_gone() {
    for w in [World::granting(), World::active()] {
        let after = recovered(&w, Held::Absent).unwrap().request;
        assert!(state(&after).is_over(), "{after:?}");
        assert_eq!(decide::settle(&after, Report::Granted(Vec::new()), &w.policy, w.now), None);
    }
}

/// What is there is kept, and ends no later than it would have.
#[test]
fn abuse_c10_what_is_there_ends_at_its_own_time() {
    assert_eq!(recovered(&World::active(), Held::Present), None);
    let mut w = World::granting();
    let approved_at = w.now;
    w.now += length("20m").delta();
    let after = recovered(&w, Held::Present).unwrap().request;
    assert_eq!(state(&after).expires_at(), Some(approved_at + length("4h").delta()));
    w.now = approved_at + length("4h").delta();
    let late = recovered(&w, Held::Present).unwrap();
    assert!(late.effects.contains(&Effect::Revoke), "{late:?}");
}

/// A target that cannot be asked: what may be half granted is taken back, what runs ends at its time.
#[test]
fn abuse_c10_where_nobody_can_tell_nothing_new_begins() {
    let half = recovered(&World::granting(), Held::Unknown).unwrap();
    assert!(half.effects.contains(&Effect::Revoke) && matches!(state(&half.request), GrantState::Revoking { .. }));
    assert_eq!(recovered(&World::active(), Held::Unknown), None);
}
