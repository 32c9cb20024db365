//! Buttons on cards.

use crate::world::{DEV, LISA, NOBODY, World};
use countersign_engine::{
    ports::{MessageRef, Messenger},
    request::Decision,
};
use countersign_kit::{
    stage::Fault,
    teams::{Message, PLACE},
};
use std::sync::atomic::Ordering;

#[tokio::test]
async fn approve_counts_and_the_card_shows_it_at_once() {
    let w = World::new().await;
    let card = w.asked().await;
    assert_eq!(card.buttons(), ["Approve", "Deny", "Details"]);
    let ack = w.teams.press(LISA, "Approve", &card).await;
    assert_eq!((ack.status, &ack.body["statusCode"]), (200, &200.into()));
    assert!(ack.words().contains("approved by lisa@acme.com"), "{}", ack.words());
    assert_eq!(w.engine.only().votes[0].decision, Decision::Approve);
}

/// rules 11 and 15: the answer is the presser's alone, and the card stays.
#[tokio::test]
async fn others_hear_alone_why_not() {
    let w = World::new().await;
    let card = w.asked().await;
    for (who, word) in [(DEV, "your own request"), (5, "lisa"), (NOBODY, "/access link")] {
        let ack = w.teams.press(who, "Approve", &card).await;
        assert_eq!(ack.body["type"], "application/vnd.microsoft.activity.message");
        assert!(ack.words().contains(word), "{who}: {}", ack.words());
    }
    assert!(w.engine.only().votes.is_empty());
    assert_eq!(w.teams.now(&card).edits, 0);
    assert!(w.teams.alone(5).is_empty(), "the response is enough");
}

/// rules 17 and 18: the note's field opens in the card.
#[tokio::test]
async fn deny_takes_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    let ack = w.teams.fill(LISA, "Deny", &card, &[("deny.note", "not during the freeze")]).await;
    assert!(ack.words().contains("not during the freeze"), "{}", ack.words());
    let vote = w.engine.only().votes[0].clone();
    assert_eq!((vote.decision, vote.note.as_deref()), (Decision::Deny, Some("not during the freeze")));
}

/// rule 21
#[tokio::test]
async fn a_second_press_is_told_what_happened() {
    let w = World::new().await;
    let card = w.asked().await;
    w.teams.press(LISA, "Approve", &card).await;
    let again = w.teams.press(3, "Approve", &card).await;
    assert!(again.words().contains("Another step is open"), "the card that was pressed is stale: {}", again.words());
    w.teams.says_alone(DEV, "cancel").await;
    let late = w.teams.press(5, "Approve", &card).await;
    assert!(late.words().contains("withdrawn by dev"), "{}", late.words());
}

/// THREATS B02: fifty at once are one.
#[tokio::test]
async fn abuse_b02_repeated_presses_are_one_vote() {
    let w = World::new().await;
    let card = w.asked().await;
    let action = card.card["actions"][0].clone();
    let press = w.teams.invoke_payload(LISA, &card, &action, &[]);
    let all: Vec<_> = (0..50)
        .map(|_| {
            let (teams, press) = (w.teams.clone(), press.clone());
            tokio::spawn(async move { teams.deliver(press).await })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap().status, 200);
    }
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// THREATS B03
#[tokio::test]
async fn abuse_b03_made_up_tokens_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    let calls = w.engine.calls();
    let mut action = card.card["actions"][0].clone();
    for data in [
        serde_json::json!({"press": "approve:gone"}),
        serde_json::json!({"press": "grant:01JNDEM0000000000000000842:0"}),
        serde_json::json!({"press": "x".repeat(10_000)}),
        serde_json::json!({"fill": "deny", "about": "nonsense", "deny.note": "x"}),
        serde_json::json!({"fill": "nonsense"}),
        serde_json::json!({"press": {"approve": true}}),
        serde_json::json!("approve"),
        serde_json::Value::Null,
    ] {
        action["data"] = data.clone();
        let ack = w.teams.deliver(w.teams.invoke_payload(LISA, &card, &action, &[])).await;
        assert_eq!(ack.status, 200, "{data}");
        assert!(!ack.words().is_empty() && ack.card().is_none(), "{data}: {}", ack.body);
    }
    assert!(w.engine.only().votes.is_empty());
    assert!(w.engine.calls() <= calls + 1, "only a token of the right form is looked up");
}

#[tokio::test]
async fn details_are_seen_by_their_reader_alone_and_lead_back() {
    let w = World::new().await;
    let card = w.asked().await;
    let details = w.teams.press(LISA, "Details", &card).await;
    for word in ["Why this chain", "sre-prod-db", "billing migration"] {
        assert!(details.words().contains(word), "{word}: {}", details.words());
    }
    assert_eq!(w.teams.now(&card).edits, 0, "everybody else sees the card as it was");
    let back = w.teams.press(LISA, "Back to the card", &card).await;
    assert_eq!(back.card().unwrap()["actions"], card.card["actions"]);
    assert!(w.teams.press(DEV, "Details", &card).await.words().contains("prod-db"));
    assert!(w.teams.seen(DEV, &card).to_string().contains("Cancel request"));
    let gone = w.teams.press(DEV, "Cancel request", &card).await;
    assert!(gone.words().contains("Taken back"), "{}", gone.words());
}

/// Clients of those who are known to read along fetch the newest card by themselves; nobody else is asked for.
#[tokio::test]
async fn readers_get_the_newest_card_by_themselves() {
    let w = World::new().await;
    let card = w.asked().await;
    assert_eq!(card.card["refresh"]["userIds"], serde_json::json!(["29:1person1"]), "dev has written in the place");
    w.teams.press(LISA, "Approve", &card).await;
    let seen = w.teams.refresh(DEV, &card).await.unwrap();
    assert!(seen.words().contains("approved by lisa"), "the message itself was not replaced yet: {}", seen.words());
    assert!(w.teams.refresh(LISA, &card).await.is_none());
    w.bot.update(&at(&card), &w.card()).await.unwrap();
    assert!(w.teams.refresh(LISA, &card).await.is_some(), "now lisa is known to read there");
}

/// A refresh asks for nothing that its reader may not see.
#[tokio::test]
async fn abuse_e03_a_refresh_shows_nothing_to_strangers() {
    let w = World::new().await;
    let card = w.asked().await;
    for (who, request) in [(NOBODY, w.engine.only().id.to_string()), (LISA, "gone".to_owned())] {
        let action = serde_json::json!({"verb": "show", "data": {"show": request}});
        let ack = w.teams.deliver(w.teams.invoke_payload(who, &card, &action, &[])).await;
        assert_eq!(ack.body["statusCode"], 403, "{}", ack.body);
        assert!(!ack.words().contains("prod-db"));
    }
}

/// Clients that know `Action.Submit` only: answered by a message to the presser alone.
#[tokio::test]
async fn old_clients_vote_too() {
    let w = World::new().await;
    let card = w.asked().await;
    let submit = card.card["actions"][0]["fallback"].clone();
    assert_eq!(submit["type"], "Action.Submit");
    w.teams.deliver(w.teams.submit_payload(DEV, &card, &submit, &[])).await;
    assert!(w.teams.private_to(DEV).await.words().contains("your own request"));
    w.teams.deliver(w.teams.submit_payload(LISA, &card, &submit, &[])).await;
    assert!(w.teams.private_to(LISA).await.words().contains("recorded"));
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// decision 2: what was pressed is committed before it is acknowledged.
#[tokio::test]
async fn a_press_is_acknowledged_after_its_commit() {
    let w = World::new().await;
    let card = w.asked().await;
    let held = w.engine.commits.lock().await;
    let (teams, pressed) = (w.teams.clone(), card.clone());
    let pressing = tokio::spawn(async move { teams.press(LISA, "Approve", &pressed).await });
    while w.engine.calls() < 2 {
        tokio::task::yield_now().await;
    }
    assert!(!pressing.is_finished());
    drop(held);
    assert_eq!(pressing.await.unwrap().status, 200);
    assert_eq!(w.engine.only().votes.len(), 1);
}

#[tokio::test]
async fn when_the_engine_is_away_a_press_says_so() {
    let w = World::new().await;
    let card = w.asked().await;
    w.engine.down.store(true, Ordering::SeqCst);
    assert!(w.teams.press(LISA, "Approve", &card).await.words().contains("Nothing was recorded"));
}

/// A lost answer is delivered again, and two presses may change places.
#[tokio::test]
async fn lost_answers_and_other_orders_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    w.teams.trouble(Fault::Disconnect);
    w.teams.press(LISA, "Approve", &card).await;
    assert_eq!(w.engine.only().votes.len(), 1);
    w.bot.update(&at(&card), &w.card()).await.unwrap();
    w.teams.trouble(Fault::Reordered);
    w.teams.press(3, "Approve", &card).await;
    w.teams.press(DEV, "Approve", &card).await;
    let voters: Vec<_> = w.engine.only().votes.iter().map(|v| v.voter.person().unwrap().to_string()).collect();
    assert_eq!(voters, ["lisa", "manager"]);
}

fn at(card: &Message) -> MessageRef {
    MessageRef { tenant: String::new(), place: PLACE.into(), message: card.id.clone() }
}
