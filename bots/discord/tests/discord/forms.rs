//! Forms.

use crate::world::{DEV, LISA, World};
use countersign_engine::request::Decision;
use countersign_kit::discord::check_modal;

#[tokio::test]
async fn access_alone_opens_the_form() {
    let w = World::new().await;
    assert_eq!(w.discord.command(DEV, "").await.kind(), 9);
    let form = w.discord.form_for(DEV).await;
    assert_eq!(check_modal(&form.body), Ok(()));
    let filled = [("resource", "prod-db"), ("access", "read-write"), ("duration", "4h"), ("reason", "billing")];
    let said = w.discord.send_form(DEV, &form, &filled).await;
    assert!(said.is_private() && said.words().contains("prod-db"), "{}", said.words());
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-write", 14_400));
    w.is_content();
}

/// rule 44: Discord closes a form when it is sent, so what was wrong is said privately.
#[tokio::test]
async fn errors_are_said_privately() {
    let w = World::new().await;
    w.discord.command(DEV, "").await;
    let form = w.discord.form_for(DEV).await;
    for (word, filled) in [
        ("4h", vec![("resource", "prod-db"), ("duration", "soon")]),
        ("8h", vec![("resource", "prod-db"), ("duration", "99h")]),
        ("read-only", vec![("resource", "prod-db"), ("access", "access"), ("duration", "4h")]),
        ("gone", vec![("resource", "gone"), ("duration", "4h")]),
    ] {
        let said = w.discord.send_form(DEV, &form, &filled).await;
        assert!(said.is_private() && said.words().contains(word), "{filled:?}: {}", said.words());
    }
    assert!(w.engine.requests().is_empty());
    w.discord.send_form(DEV, &form, &[("resource", "prod-db"), ("duration", "until 12:00")]).await;
    assert_eq!(w.engine.only().asked.duration.seconds(), 7_200);
}

/// rule 18: the note is asked for, and the card that was pressed shows the vote at once.
#[tokio::test]
async fn deny_asks_for_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    assert_eq!(w.discord.press(LISA, "Deny", &card).await.kind(), 9);
    assert!(w.engine.only().votes.is_empty(), "the press alone denies nothing");
    let form = w.discord.form_for(LISA).await;
    assert!(form.words().contains("req-0000"), "{}", form.words());
    let said = w.discord.send_form(LISA, &form, &[("note", "not during the freeze")]).await;
    assert_eq!(said.kind(), 7, "{}", said.payload);
    w.discord.shows(&card, "not during the freeze").await;
    let vote = w.engine.only().votes[0].clone();
    assert_eq!((vote.decision, vote.note.as_deref()), (Decision::Deny, Some("not during the freeze")));
    w.is_content();
}

#[tokio::test]
async fn who_cannot_vote_gets_no_form_for_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    let said = w.discord.press(DEV, "Deny", &card).await;
    assert!(said.is_private() && said.words().contains("your own request"), "{}", said.words());
}

/// rule 20
#[tokio::test]
async fn approve_with_changes_makes_it_smaller() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.press(LISA, "Details", &card).await;
    let details = w.discord.private_to(LISA).await;
    assert_eq!(w.discord.press(LISA, "Approve with changes…", &details).await.kind(), 9);
    let form = w.discord.form_for(LISA).await;
    assert_eq!(check_modal(&form.body), Ok(()));
    let said = w.discord.send_form(LISA, &form, &[("duration", "9h")]).await;
    assert!(said.is_private() && w.engine.only().votes.is_empty(), "{}", said.words());
    let filled = [("duration", "1h"), ("access", "read-only"), ("note", "enough")];
    let said = w.discord.send_form(LISA, &form, &filled).await;
    assert!(said.is_private() && said.words().contains("recorded"), "{}", said.words());
    let scope = w.engine.only().scope;
    assert_eq!((scope.duration.seconds(), scope.access.as_str()), (3_600, "read-only"));
    w.is_content();
}

/// rule 21
#[tokio::test]
async fn a_form_for_a_decided_request_says_who_decided() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.press(LISA, "Deny", &card).await;
    let form = w.discord.form_for(LISA).await;
    w.discord.command(DEV, "cancel").await;
    let said = w.discord.send_form(LISA, &form, &[("note", "late")]).await;
    assert!(said.is_private(), "{}", said.payload);
    assert!(w.engine.only().votes.is_empty());
}

/// THREATS B03: a name that we did not give.
#[tokio::test]
async fn abuse_b03_forms_that_are_not_ours_change_nothing() {
    let w = World::new().await;
    w.discord.command(DEV, "").await;
    let form = w.discord.form_for(DEV).await;
    let filled = [("resource", "prod-db"), ("duration", "4h")];
    for id in ["somebody elses", "request", "", "root:x"] {
        let mut payload = w.discord.form_payload(DEV, &form, &filled);
        payload["data"]["custom_id"] = id.into();
        assert!(w.discord.deliver(payload).await.words().contains("Nothing was recorded"), "{id}");
    }
    assert!(w.engine.requests().is_empty());
    w.is_content();
}

/// THREATS B05
#[tokio::test]
async fn abuse_b05_forms_from_elsewhere_change_nothing() {
    let w = World::new().await;
    w.discord.command(DEV, "").await;
    let form = w.discord.form_for(DEV).await;
    let mut payload = w.discord.form_payload(DEV, &form, &[("resource", "prod-db"), ("duration", "4h")]);
    payload["guild_id"] = "900000000000000099".into();
    assert!(w.discord.deliver(payload).await.words().contains("another server"));
    assert!(w.engine.requests().is_empty());
}
