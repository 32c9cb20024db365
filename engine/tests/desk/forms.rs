//! Forms that come back.

use crate::world::{World, labels, said};
use countersign_engine::{
    card::Verb,
    desk::{Field, FormKind, Reply},
    person::Platform,
    request::Decision,
};

/// The field at which it is wrong.
fn wrong(reply: &Reply) -> Option<Field> {
    let Reply::Errors(errors) = reply else { return None };
    assert!(errors.len() == 1 && errors.values().all(|words| !words.is_empty()), "{errors:?}");
    errors.keys().next().copied()
}

#[test]
fn names_of_forms_and_fields_come_back() {
    for kind in [FormKind::Request, FormKind::Deny, FormKind::Trim] {
        assert_eq!(FormKind::from_key(kind.key()), Some(kind));
    }
    for field in [Field::Resource, Field::Access, Field::Duration, Field::Reason, Field::Note] {
        assert_eq!(Field::from_key(field.key()), Some(field));
    }
    assert!(FormKind::from_key("approve").is_none() && Field::from_key("holder").is_none());
}

#[tokio::test]
async fn the_form_for_a_request_asks_as_the_command_does() {
    let w = World::new();
    let filled =
        [("resource", "prod-db"), ("access", "read-write"), ("duration", " until 14:00 "), ("reason", "billing")];
    let reply = w.fills("lisa", FormKind::Request, "", &filled).await;
    assert_eq!(labels(&reply), ["Cancel request", "Details"]);
    let asked = w.request().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-write", 7_200));
    assert_eq!(asked.reason.as_deref(), Some("billing"));
}

/// rule 44
#[tokio::test]
async fn errors_stand_at_their_field() {
    let w = World::new();
    let long = "x".repeat(2_001);
    for (field, filled) in [
        (Field::Duration, vec![("resource", "prod-db")]),
        (Field::Duration, vec![("resource", "prod-db"), ("duration", "soon")]),
        (Field::Duration, vec![("resource", "prod-db"), ("duration", "4h please")]),
        (Field::Duration, vec![("resource", "prod-db"), ("duration", "99h")]),
        (Field::Access, vec![("resource", "prod-db"), ("access", "access"), ("duration", "4h")]),
        (Field::Resource, vec![("duration", "4h")]),
        (Field::Resource, vec![("resource", "gone"), ("duration", "4h")]),
        (Field::Reason, vec![("resource", "prod-db"), ("duration", "4h"), ("reason", &long)]),
    ] {
        let reply = w.fills("dev", FormKind::Request, "", &filled).await;
        assert_eq!(wrong(&reply), Some(field), "{filled:?}: {reply:?}");
    }
    assert!(w.engine.requests().is_empty());
    let stranger = w.fills("stranger", FormKind::Request, "", &[("resource", "prod-db"), ("duration", "4h")]).await;
    assert!(matches!(&stranger, Reply::Words(words) if words.contains("/access link")), "{stranger:?}");
}

/// rules 17 and 18
#[tokio::test]
async fn a_deny_keeps_its_note() {
    let w = World::asked().await;
    let about = w.token(Verb::Deny).to_string();
    let long = "x".repeat(1_001);
    assert_eq!(wrong(&w.fills("lisa", FormKind::Deny, &about, &[("note", &long)]).await), Some(Field::Note));
    let reply = w.fills("lisa", FormKind::Deny, &about, &[("note", "not during the freeze")]).await;
    assert!(matches!(reply, Reply::Voted { .. }), "{reply:?}");
    let vote = w.request().votes[0].clone();
    assert_eq!((vote.decision, vote.note.as_deref()), (Decision::Deny, Some("not during the freeze")));
}

#[tokio::test]
async fn a_note_that_is_needed_is_asked_for_at_its_field() {
    let w = World::on(Platform::Slack, |policy| {
        policy.workflows.values_mut().flat_map(|workflow| &mut workflow.steps).for_each(|step| step.deny_note = true);
    });
    w.types("dev", "grafana 1h").await;
    let about = w.token(Verb::Deny).to_string();
    assert_eq!(wrong(&w.fills("lisa", FormKind::Deny, &about, &[("note", "  ")]).await), Some(Field::Note));
    assert!(w.request().votes.is_empty());
}

/// rule 20
#[tokio::test]
async fn approve_with_changes_makes_it_smaller_and_never_larger() {
    let w = World::asked().await;
    let about = w.token(Verb::Trim).to_string();
    for length in ["9h", "soon"] {
        let reply = w.fills("lisa", FormKind::Trim, &about, &[("duration", length)]).await;
        assert_eq!(wrong(&reply), Some(Field::Duration), "{length}: {reply:?}");
    }
    let filled = [("duration", "1h"), ("access", "read-only"), ("note", "enough")];
    assert!(matches!(w.fills("lisa", FormKind::Trim, &about, &filled).await, Reply::Voted { .. }));
    let scope = w.request().scope;
    assert_eq!((scope.duration.seconds(), scope.access.as_str()), (3_600, "read-only"));
}

/// rule 21: what cannot be corrected is no error at a field.
#[tokio::test]
async fn a_form_that_comes_too_late_says_what_happened() {
    let w = World::asked().await;
    let about = w.token(Verb::Deny).to_string();
    w.types("dev", "cancel").await;
    for form in [FormKind::Deny, FormKind::Trim] {
        let reply = w.fills("lisa", form, &about, &[("note", "late")]).await;
        assert!(matches!(&reply, Reply::Words(words) if words.contains("withdrawn by dev")), "{reply:?}");
    }
    assert!(w.request().votes.is_empty());
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_forms_about_nothing_are_refused() {
    let w = World::asked().await;
    for form in [FormKind::Deny, FormKind::Trim] {
        for about in ["", "deny", "nonsense:01J:0"] {
            let reply = said(&w.fills("lisa", form, about, &[("note", "x")]).await);
            assert!(reply.contains("Nothing was recorded"), "{about}: {reply}");
        }
    }
    assert!(w.request().votes.is_empty());
}
