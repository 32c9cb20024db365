//! Forms as cards.

use crate::world::{DEV, LISA, World};
use countersign_kit::teams::{Message, PLACE, check_card};

impl World {
    async fn form(&self) -> Message {
        self.teams.says(DEV, PLACE, "access").await;
        self.teams.private_to(DEV).await
    }
}

#[tokio::test]
async fn access_alone_opens_the_form_for_one_person() {
    let w = World::new().await;
    let form = w.form().await;
    assert_eq!(check_card(&form.card), Ok(()));
    assert!(w.teams.messages().iter().all(|m| m.conversation != PLACE));
    let choices = form.card["body"][1]["choices"].as_array().unwrap();
    assert!(choices.iter().any(|c| c["value"] == "prod-db" && c["title"].as_str().unwrap().starts_with("prod-db")));
    let filled = [
        ("request.resource", "prod-db"),
        ("request.access", "read-write"),
        ("request.duration", "4h"),
        ("request.reason", "billing"),
    ];
    let ack = w.teams.fill(DEV, "Ask", &form, &filled).await;
    assert!(ack.card().is_some() && ack.words().contains("prod-db"), "{}", ack.words());
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-write", 14_400));
    assert_eq!(asked.reason.as_deref(), Some("billing"));
}

/// rule 44: the form stays, with what was filled in, and the sentence is shown beside it.
#[tokio::test]
async fn mistakes_are_said_and_the_form_stays() {
    let w = World::new().await;
    let form = w.form().await;
    for (filled, word) in [
        (vec![("request.resource", "prod-db"), ("request.duration", "soon")], "4h"),
        (vec![("request.resource", "prod-db"), ("request.duration", "99h")], "8h"),
        (vec![("request.resource", "prod-db"), ("request.access", "access"), ("request.duration", "4h")], "read-write"),
        (vec![("request.resource", "gone"), ("request.duration", "4h")], "gone"),
        (vec![], "how long"),
    ] {
        let ack = w.teams.fill(DEV, "Ask", &form, &filled).await;
        assert_eq!(ack.body["type"], "application/vnd.microsoft.activity.message", "{filled:?}: {}", ack.body);
        assert!(ack.words().contains(word), "{filled:?}: {}", ack.words());
    }
    assert!(w.engine.requests().is_empty());
    w.teams.fill(DEV, "Ask", &form, &[("request.resource", "prod-db"), ("request.duration", "until 12:00")]).await;
    assert_eq!(w.engine.only().asked.duration.seconds(), 7_200);
}

/// rule 20
#[tokio::test]
async fn approve_with_changes_makes_it_smaller() {
    let w = World::new().await;
    let card = w.asked().await;
    w.teams.press(LISA, "Details", &card).await;
    let form = w.teams.press(LISA, "Approve with changes…", &card).await;
    assert!(form.words().contains("req-0000"), "{}", form.words());
    let ack = w.teams.fill(LISA, "Approve", &card, &[("trim.duration", "9h")]).await;
    assert!(ack.card().is_none() && !ack.words().is_empty(), "{}", ack.body);
    let filled = [("trim.duration", "1h"), ("trim.access", "read-only"), ("trim.note", "enough")];
    let ack = w.teams.fill(LISA, "Approve", &card, &filled).await;
    assert!(ack.words().contains("enough"), "{}", ack.words());
    let scope = w.engine.only().scope;
    assert_eq!((scope.duration.seconds(), scope.access.as_str()), (3_600, "read-only"));
}

/// A button for the form behind Deny, as an older card may have it, still opens one.
#[tokio::test]
async fn a_pressed_deny_opens_the_form_for_its_note() {
    let w = World::new().await;
    let card = w.asked().await;
    let token = card.card["actions"][1]["card"]["actions"][0]["data"]["about"].clone();
    let press = serde_json::json!({"verb": "deny", "data": {"press": token}});
    let ack = w.teams.deliver(w.teams.invoke_payload(LISA, &card, &press, &[])).await;
    assert_eq!(check_card(ack.card().unwrap()), Ok(()));
    let refused = w.teams.deliver(w.teams.invoke_payload(DEV, &card, &press, &[])).await;
    assert!(refused.words().contains("your own request"), "{}", refused.words());
    assert!(w.engine.only().votes.is_empty());
}
