//! rule 7: explain says what open would do, because it is open that says it.

use crate::{
    random,
    world::{World, draft, via},
};
use countersign_engine::{
    decide::{self, NewRequest, Standing},
    id::{PersonId, RequestId, ShortId},
    selector::Selector,
    workflow::{Asked, Explanation, OnTimeout, explain},
};
use proptest::prelude::*;

fn asks(w: &World, person: &str, resource: &str, access: &str, duration: &str) -> Explanation {
    let policy = &w.policy;
    let asked = Asked {
        requester: policy.directory.person(&person.into()).unwrap(),
        resource: &policy.resources[&resource.into()],
        access: &access.into(),
        duration: crate::world::length(duration),
        directory: &policy.directory,
        now: w.now,
    };
    explain(&asked, policy)
}

/// The whole trace of the demo's main request, as JSON.
#[test]
fn the_three_step_chain() {
    let mut w = World::acme();
    w.deactivate("deputy");
    w.step(0).on_timeout = OnTimeout::Escalate(vec![Selector::Person("sec4".into())]);
    insta::assert_json_snapshot!(asks(&w, "lisa", "prod-db", "read-write", "4h"));
}

/// rule 19: which automatic rule would fire
#[test]
fn an_automatic_rule() {
    let w = World::acme();
    let said = asks(&w, "lisa", "prod-db", "read-only", "2h");
    assert_eq!((said.auto_rule.as_deref(), said.opens_as), (Some("trusted"), Some("approved")));
    assert!(said.steps[0].automatic);
    let said = asks(&w, "dev", "prod-db", "read-only", "2h");
    assert_eq!((said.auto_rule, said.opens_as), (None, Some("pending")));
}

/// Refused, and still explained.
#[test]
fn a_refusal_is_explained() {
    let mut w = World::acme();
    w.workflow("sre-prod-db").limits.max_duration = Some(crate::world::length("2h"));
    let said = asks(&w, "dev", "prod-db", "read-write", "4h");
    assert!(said.refusal.is_some() && said.opens_as.is_none());
    assert_eq!(said.cap, crate::world::length("2h"));
    assert_eq!(said.caps.len(), 2);
    assert_eq!(said.steps.len(), 3, "the chain is shown all the same");
    let said = asks(&w, "dev", "vpn-office", "access", "1h");
    assert!(said.winner.is_none() && said.refusal.is_some() && said.lost.len() == 3);
}

proptest! {
    /// For any organisation: refused exactly when open refuses, with its words; the same chain, the same people.
    #[test]
    fn never_disagrees_with_what_happens(org in random::orgs(), who in 0..random::PEOPLE) {
        let w = World::of(org);
        let person = random::name(who);
        let said = asks(&w, &person, "box", "use", "1h");
        let new = NewRequest { id: RequestId::new("01X"), short_id: ShortId::new("req-0001") };
        let draft = draft("box", None, "1h");
        let opened =
            decide::open(draft, &PersonId::from(person.as_str()), &via(), new, &Standing::default(), &w.policy, w.now);
        match opened {
            Err(refusal) => prop_assert_eq!(said.refusal, Some(refusal.to_string())),
            Ok(opened) => {
                prop_assert_eq!(said.refusal, None);
                prop_assert_eq!(said.opens_as, Some(opened.request.state.key()));
                prop_assert_eq!(said.winner.as_ref(), Some(&opened.request.chain.workflow));
                for (index, step) in said.steps.iter().enumerate() {
                    let can: Vec<_> = step.candidates.iter().filter(|c| c.excluded.is_none()).map(|c| &c.person).collect();
                    let may: Vec<_> = countersign_engine::chain::approvers(&opened.request, index, &w.policy).collect();
                    prop_assert_eq!(can, may, "step {}", index);
                }
            }
        }
    }
}
