//! The private chat: Start, links, and people who have never pressed it.

use crate::world::{DEV, LISA, World};
use countersign_kit::telegram::GROUP;

#[tokio::test]
async fn start_explains_and_links_begin_what_they_name() {
    let w = World::new().await;
    for (text, word) in [
        ("/start", "/access list"),
        ("/help", "/access list"),
        ("hello?", "/access list"),
        ("/start link", "BCDFGHJK"),
        ("/start access", "What do you need?"),
        ("/start nonsense-0", "/access list"),
    ] {
        w.telegram.write(DEV, DEV, text).await;
        let said = w.told(DEV);
        assert!(said.contains(word), "{text}: {said}");
    }
}

/// The only link that stays live is the one to our own console.
#[tokio::test]
async fn the_link_to_the_console_can_be_pressed() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "link").await;
    assert!(w.new_to(DEV).text.contains("https://access.acme.com/link"));
}

#[tokio::test]
async fn who_never_pressed_start_is_shown_where() {
    let w = World::new().await;
    w.telegram.never_started(DEV);
    w.telegram.command(DEV, GROUP, "").await;
    let pointer = w.new_to(GROUP);
    assert!(pointer.words().contains("Open the private chat"), "{}", pointer.words());
    let url = pointer.keys().next().unwrap()["url"].as_str().unwrap().to_owned();
    assert_eq!(url, "https://t.me/countersign_bot?start=access");
    assert!(!pointer.words().contains("prod-db"), "the group learns nothing of the catalogue");
    assert!(pointer.below["message_id"].is_i64(), "it is said to who asked");
}

/// A press of theirs opens the private chat, and Start there brings the question back.
#[tokio::test]
async fn a_press_opens_the_private_chat() {
    let w = World::new().await;
    let card = w.asked().await;
    w.telegram.never_started(LISA);
    let answer = w.telegram.press(LISA, "Deny", &card).await;
    let url = answer.url.unwrap();
    let payload = url.strip_prefix("https://t.me/countersign_bot?start=").unwrap().to_owned();
    assert!(payload.starts_with("deny-") && payload.len() <= 64, "{payload}");
    assert!(w.engine.only().votes.is_empty());
    assert!(w.telegram.unread(LISA).is_empty());
}

/// What Start brings back asks, and decides nothing.
#[tokio::test]
async fn links_decide_nothing() {
    let w = World::new().await;
    w.asked().await;
    let id = w.engine.only().id.to_string();
    w.telegram.write(LISA, LISA, &format!("/start deny-{id}-0")).await;
    assert!(w.told(LISA).contains("prod-db"), "it says what the deny would be about");
    w.telegram.write(LISA, LISA, &format!("/start details-{id}-0")).await;
    assert!(w.told(LISA).contains("billing migration"));
    assert!(w.engine.only().votes.is_empty());
    w.telegram.write(LISA, LISA, &format!("/start approve-{id}-0")).await;
    assert!(w.engine.only().votes.is_empty(), "a link that somebody sends must not vote");
}
