//! Forms.

use crate::world::{DEV, LISA, World};
use countersign_engine::request::Decision;

#[tokio::test]
async fn access_alone_opens_the_form() {
    let w = World::new().await;
    let ack = w.slack.command(DEV, "").await;
    assert!(ack.acknowledged && ack.payload.is_null());
    let form = w.slack.form_for(DEV).await;
    let filled = [("resource", "prod-db"), ("access", "read-write"), ("duration", "4h"), ("reason", "billing")];
    let ack = w.slack.send_form(DEV, &form, &filled).await;
    assert_eq!(ack.payload["response_action"], "update");
    assert!(ack.words().contains("prod-db"), "{}", ack.words());
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-write", 14_400));
}

/// rule 44
#[tokio::test]
async fn errors_are_shown_at_their_field() {
    let w = World::new().await;
    w.slack.command(DEV, "").await;
    let form = w.slack.form_for(DEV).await;
    for (field, filled) in [
        ("duration", vec![("resource", "prod-db"), ("duration", "soon")]),
        ("duration", vec![("resource", "prod-db"), ("duration", "4h please")]),
        ("duration", vec![("resource", "prod-db"), ("duration", "99h")]),
        ("access", vec![("resource", "prod-db"), ("access", "access"), ("duration", "4h")]),
        ("resource", vec![("resource", "gone"), ("duration", "4h")]),
    ] {
        let ack = w.slack.send_form(DEV, &form, &filled).await;
        assert_eq!(ack.payload["response_action"], "errors", "{filled:?}");
        assert!(ack.error_at(field).is_some(), "{filled:?}: {}", ack.payload);
    }
    assert!(w.engine.requests().is_empty());
    let until = w.slack.send_form(DEV, &form, &[("resource", "prod-db"), ("duration", "until 12:00")]).await;
    assert_eq!(until.payload["response_action"], "update");
    assert_eq!(w.engine.only().asked.duration.seconds(), 7_200);
}

/// rule 18
#[tokio::test]
async fn deny_asks_for_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    assert!(w.slack.press(LISA, "Deny", &card).await.acknowledged);
    assert!(w.engine.only().votes.is_empty(), "the press alone denies nothing");
    let form = w.slack.form_for(LISA).await;
    assert!(form.words().contains("req-0000"), "{}", form.words());
    let ack = w.slack.send_form(LISA, &form, &[("note", "not during the freeze")]).await;
    assert!(ack.acknowledged && ack.payload.is_null());
    let vote = w.engine.only().votes[0].clone();
    assert_eq!((vote.decision, vote.note.as_deref()), (Decision::Deny, Some("not during the freeze")));
}

#[tokio::test]
async fn who_cannot_vote_gets_no_form_for_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.press(DEV, "Deny", &card).await;
    assert!(w.slack.private_to(DEV).await.words().contains("your own request"));
    assert!(w.slack.calls("views.open").is_empty());
}

/// rule 20
#[tokio::test]
async fn approve_with_changes_makes_it_smaller() {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.press(LISA, "Details", &card).await;
    let details = w.slack.private_to(LISA).await;
    w.slack.press(LISA, "Approve with changes…", &details).await;
    let form = w.slack.form_for(LISA).await;
    let ack = w.slack.send_form(LISA, &form, &[("duration", "9h")]).await;
    assert!(ack.error_at("duration").is_some(), "{}", ack.payload);
    let ack = w.slack.send_form(LISA, &form, &[("duration", "1h"), ("access", "read-only"), ("note", "enough")]).await;
    assert!(ack.payload.is_null(), "{}", ack.payload);
    let scope = w.engine.only().scope;
    assert_eq!((scope.duration.seconds(), scope.access.as_str()), (3_600, "read-only"));
}

/// rule 21: what cannot be corrected takes the form's place.
#[tokio::test]
async fn a_form_for_a_decided_request_says_who_decided() {
    let w = World::new().await;
    let card = w.asked().await;
    w.slack.press(LISA, "Deny", &card).await;
    let form = w.slack.form_for(LISA).await;
    w.slack.command(DEV, "cancel").await;
    let ack = w.slack.send_form(LISA, &form, &[("note", "late")]).await;
    assert_eq!(ack.payload["response_action"], "update");
    assert!(w.engine.only().votes.is_empty());
}

#[tokio::test]
async fn a_form_that_slack_does_not_open_is_said() {
    let w = World::new().await;
    w.slack.fail("views.open", countersign_kit::slack::Failure::Error("expired_trigger_id"));
    w.slack.command(DEV, "").await;
    assert!(w.slack.private_to(DEV).await.words().contains("try again"));
}

/// THREATS B05
#[tokio::test]
async fn abuse_b05_forms_that_are_not_ours_change_nothing() {
    let w = World::new().await;
    w.slack.command(DEV, "").await;
    let form = w.slack.form_for(DEV).await;
    let filled = [("resource", "prod-db"), ("duration", "4h")];
    let mut payload = w.slack.form_payload(DEV, &form, &filled);
    payload["team"]["id"] = "T00000002".into();
    assert!(w.slack.deliver("interactive", payload).await.words().contains("another workspace"));
    let mut payload = w.slack.form_payload(DEV, &form, &filled);
    payload["view"]["callback_id"] = "somebody elses".into();
    w.slack.deliver("interactive", payload).await;
    assert!(w.engine.requests().is_empty());
}
