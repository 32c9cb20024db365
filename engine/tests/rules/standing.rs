//! What is refused before a request opens.

use crate::world::{World, draft, length};
use countersign_engine::{command::Draft, decide::Standing, refusal::Refusal};

/// rule 31: a request for access that is held or pending points to it
#[test]
fn the_same_access_points_to_the_request_that_has_it() {
    for held in [false, true] {
        let mut w = World::acme();
        w.standing = Standing { open: 1, same: Some(("req-1a2b".to_owned(), held)).map(|(s, h)| (short(&s), h)) };
        let refused = Err(Refusal::AlreadyOpen { request: short("req-1a2b"), held });
        assert_eq!(w.try_ask("dev", draft("prod-db", None, "4h")), refused);
    }
}

fn short(text: &str) -> countersign_engine::id::ShortId {
    countersign_engine::id::ShortId::new(text)
}

/// rule 31: a cap on open requests
#[test]
fn a_person_has_a_cap_on_open_requests() {
    let mut w = World::acme();
    w.standing.open = 4;
    assert_eq!(w.ask("dev", draft("prod-db", None, "4h")), "step 1");
    w.standing.open = 5;
    assert_eq!(w.try_ask("dev", draft("prod-db", None, "4h")), Err(Refusal::TooManyOpen { cap: 5 }));
}

/// rule 44: each kind of nonsense has its answer, and the answer says what would work
#[test]
fn nonsense_is_answered() {
    let mut w = World::acme();
    let Err(Refusal::UnknownResource { nearest, .. }) = w.try_ask("dev", draft("prod-bd", None, "4h")) else {
        panic!()
    };
    assert_eq!(nearest[0], "prod-db");
    let Err(Refusal::UnknownAccess { offered, .. }) = w.try_ask("dev", draft("prod-db", Some("root"), "4h")) else {
        panic!()
    };
    assert_eq!(offered, ["read-only", "read-write"].map(Into::into));
    let too_long = Err(Refusal::DurationTooLong { cap: length("8h") });
    assert_eq!(w.try_ask("dev", draft("prod-db", None, "9h")), too_long);
    w.workflow("sre-prod-db").limits.max_duration = Some(length("2h"));
    let too_long = Err(Refusal::DurationTooLong { cap: length("2h") });
    assert_eq!(w.try_ask("dev", draft("prod-db", None, "4h")), too_long);
    let long = Draft { reason: Some("x".repeat(2_001)), ..draft("prod-db", None, "1h") };
    assert_eq!(w.ask("dev", long), "text_too_long");
    let for_other = Draft { holder: Some("lisa".into()), ..draft("prod-db", None, "1h") };
    assert_eq!(w.ask("dev", for_other), "not_for_others");
    assert_eq!(w.ask("nobody", draft("prod-db", None, "1h")), "deactivated");
}

/// rule 4: a workflow may demand a reason; space is none
#[test]
fn a_reason_may_be_demanded() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.reason_required = true;
    for reason in [None, Some(" \u{a0}\n".to_owned())] {
        assert_eq!(w.ask("dev", Draft { reason, ..draft("prod-db", None, "1h") }), "reason_required");
    }
    assert_eq!(w.ask("dev", draft("prod-db", None, "1h")), "step 1");
}

/// rule 13: what could never be filled does not open
#[test]
fn an_unsatisfiable_chain_does_not_open() {
    let mut w = World::acme();
    for id in ["sec2", "sec3", "sec4"] {
        w.deactivate(id);
    }
    let refused = Err(Refusal::Unsatisfiable { step: "Security".into(), needed: 2, available: 1 });
    assert_eq!(w.try_ask("dev", draft("prod-db", None, "1h")), refused);
}
