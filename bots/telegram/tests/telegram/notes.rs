//! Deny, and its note.

use crate::world::{DEV, LISA, SEC1, World};
use countersign_engine::request::Decision;
use countersign_kit::telegram::GROUP;

/// rule 18
#[tokio::test]
async fn deny_asks_for_a_note_in_private() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Deny", &card).await;
    let question = w.new_to(LISA);
    assert!(question.words().contains("req-0000"), "{}", question.words());
    assert!(w.engine.only().votes.is_empty(), "the press alone denies nothing");
    w.telegram.press(LISA, "Deny with a note…", &question).await;
    let prompt = w.new_to(LISA);
    assert!(prompt.is_prompt());
    w.telegram.reply(LISA, &prompt, "not during the freeze").await;
    assert!(w.told(LISA).contains("recorded"));
    let vote = w.engine.only().votes[0].clone();
    assert_eq!((vote.decision, vote.note.as_deref()), (Decision::Deny, Some("not during the freeze")));
    assert!(w.telegram.unread(GROUP).iter().all(|m| m.id == card.id), "the group sees no question");
}

#[tokio::test]
async fn deny_without_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Deny", &card).await;
    let question = w.new_to(LISA);
    w.telegram.press(LISA, "Deny without a note", &question).await;
    let vote = w.engine.only().votes[0].clone();
    assert_eq!((vote.decision, vote.note), (Decision::Deny, None));
    assert!(w.telegram.seen(&question).buttons().is_empty(), "the question is answered");
}

#[tokio::test]
async fn who_cannot_vote_is_not_asked_for_a_note() {
    let w = World::new().await;
    let card = w.asked().await;
    let answer = w.telegram.press(DEV, "Deny", &card).await;
    assert!(answer.alert && answer.text.contains("your own request"), "{answer:?}");
    assert!(w.telegram.unread(DEV).is_empty());
}

/// THREATS B03: a reply to a question that was asked of somebody else, or that is none of ours.
#[tokio::test]
async fn abuse_b03_only_our_own_questions_are_answered() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Deny", &card).await;
    w.telegram.press(LISA, "Deny with a note…", &w.new_to(LISA)).await;
    let prompt = w.new_to(LISA);
    let mut forged = w.telegram.replying(LISA, &prompt, "note");
    forged["message"]["reply_to_message"]["from"]["id"] = SEC1.into();
    w.telegram.deliver(forged).await;
    let mut in_group = w.telegram.replying(LISA, &prompt, "note");
    in_group["message"]["chat"] = serde_json::json!({"id": GROUP, "type": "supergroup"});
    w.telegram.deliver(in_group).await;
    let mut stripped = w.telegram.replying(LISA, &prompt, "note");
    stripped["message"]["reply_to_message"]["entities"] = serde_json::json!(null);
    w.telegram.deliver(stripped).await;
    assert!(w.engine.only().votes.is_empty());
    let mut by_another = w.telegram.replying(SEC1, &prompt, "note");
    by_another["message"]["chat"]["id"] = SEC1.into();
    w.telegram.deliver(by_another).await;
    assert!(w.engine.only().votes.is_empty(), "the engine judges who replied, not who was asked");
    assert!(w.told(SEC1).contains("lisa"));
}

/// rule 44
#[tokio::test]
async fn a_note_that_is_too_long_is_said() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.press(LISA, "Deny", &card).await;
    w.telegram.press(LISA, "Deny with a note…", &w.new_to(LISA)).await;
    let prompt = w.new_to(LISA);
    w.telegram.reply(LISA, &prompt, &"x".repeat(1_500)).await;
    assert!(w.told(LISA).contains("too long"));
    w.telegram.reply(LISA, &prompt, "short").await;
    assert_eq!(w.engine.only().votes[0].note.as_deref(), Some("short"), "the question still stands");
}
