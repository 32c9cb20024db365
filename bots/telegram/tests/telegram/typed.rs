//! `/access ...` (rule 29).

use crate::world::{DEV, LISA, NOBODY, World};
use countersign_kit::telegram::GROUP;
use serde_json::json;
use std::sync::atomic::Ordering;

/// rule 30: the chain stands on the requester's own card, which comes to the same chat and is kept true.
#[tokio::test]
async fn a_request_is_answered_at_once_and_privately() {
    let w = World::new().await;
    w.telegram.command(DEV, GROUP, "prod-db 4h billing migration").await;
    let said = w.new_to(DEV);
    assert!(said.words().contains("Asked for prod-db (req-0000): Team lead decides first"), "{}", said.words());
    assert!(w.telegram.unread(GROUP).is_empty(), "the group hears nothing of it");
    assert_eq!(w.engine.only().asked.reason.as_deref(), Some("billing migration"));
    assert_eq!(w.engine.only().via.account.unwrap().user, "70001");
}

#[tokio::test]
async fn subcommands_answer_privately() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "list").await;
    assert!(w.told(DEV).contains("no requests yet"));
    w.telegram.command(DEV, DEV, "prod-db 4h billing").await;
    w.told(DEV);
    for (text, word) in [
        ("list", "req-0000"),
        ("status", "Team lead"),
        ("status req-0000", "Team lead"),
        ("who", "lisa@acme.com"),
        ("explain prod-db 4h", "sre-prod-db"),
        ("help", "/access list"),
        ("link", "BCDFGHJK"),
    ] {
        w.telegram.command(DEV, GROUP, text).await;
        let said = w.told(DEV);
        assert!(said.contains(word), "{text}: {said}");
    }
    w.telegram.command(LISA, LISA, "list").await;
    assert!(w.told(LISA).contains("Waiting for your vote"));
    assert!(w.telegram.unread(GROUP).is_empty());
}

#[tokio::test]
async fn commands_are_meant_for_us_or_for_another_bot() {
    let w = World::new().await;
    for text in ["/access@countersign_bot prod-db 4h a", "/Access@Countersign_Bot grafana 1h b"] {
        w.telegram.write(DEV, GROUP, text).await;
    }
    assert_eq!(w.engine.requests().len(), 2);
    for text in ["/access@other_bot grafana 1h", "please /access grafana 1h", "/other grafana", "hello"] {
        w.telegram.write(DEV, GROUP, text).await;
    }
    let mut captioned = w.telegram.writing(DEV, GROUP, "");
    captioned["message"]["caption"] = "/access grafana 2h see the picture".into();
    w.telegram.deliver(captioned).await;
    assert_eq!(w.engine.requests().len(), 3);
    let mut edited = w.telegram.writing(DEV, GROUP, "/access grafana 3h");
    edited["edited_message"] = edited["message"].take();
    edited.as_object_mut().unwrap().remove("message");
    // Kinds that were not asked for do not even arrive; and if one did, it would not be acted on.
    edited["my_chat_member"] = json!({"chat": {"id": -5}});
    w.telegram.deliver(edited).await;
    assert_eq!(w.engine.requests().len(), 3);
}

/// rule 29: 14:00 in Johannesburg is 12:00 UTC, and it is 10:00 UTC now.
#[tokio::test]
async fn until_is_meant_on_the_clock_of_whoever_types() {
    let w = World::new().await;
    w.telegram.command(DEV, DEV, "prod-db until 14:00").await;
    w.telegram.command(LISA, LISA, "prod-db until 14:00").await;
    let asked: Vec<_> = w.engine.requests().iter().map(|r| r.asked.duration.seconds() / 3_600).collect();
    assert_eq!(asked, [4, 2]);
}

/// rule 44
#[tokio::test]
async fn bad_input_is_answered_with_what_would_work() {
    let w = World::new().await;
    for (text, word) in [("prod-dbb 4h x", "prod-db"), ("prod-db soon", "4h"), ("prod-db 99h x", "8h")] {
        w.telegram.command(DEV, GROUP, text).await;
        let said = w.told(DEV);
        assert!(said.contains(word), "{text}: {said}");
    }
    w.telegram.command(DEV, DEV, &format!("prod-db 4h {}", "x".repeat(3_000))).await;
    assert!(w.told(DEV).contains("too long"));
    assert!(w.engine.requests().is_empty());
}

/// THREATS A11: an account that nobody is bound to gets nothing but the way to bind it.
#[tokio::test]
async fn abuse_a11_unlinked_accounts_learn_how_to_link_and_nothing_else() {
    let w = World::new().await;
    for text in ["", "prod-db 4h x", "list", "status req-0000", "nonsense"] {
        w.telegram.command(NOBODY, GROUP, text).await;
        let said = w.told(NOBODY);
        assert!(said.contains("/access link") && !said.contains("prod-db"), "{text}: {said}");
    }
    w.telegram.command(NOBODY, GROUP, "link").await;
    assert!(w.told(NOBODY).contains("BCDFGHJK"));
}

/// THREATS A01: whoever writes as a group or a channel, or in forwarded words, is nobody that we know.
#[tokio::test]
async fn abuse_a01_borrowed_names_open_nothing() {
    let w = World::new().await;
    let borrowed = [
        ("sender_chat", json!({"id": GROUP, "type": "supergroup", "title": "Access"})),
        ("forward_origin", json!({"type": "user", "sender_user": {"id": LISA}})),
        ("via_bot", json!({"id": 5, "is_bot": true})),
        ("from", json!({"id": 1_087_968_824, "is_bot": true, "username": "GroupAnonymousBot"})),
        ("from", json!(null)),
    ];
    for (field, value) in borrowed {
        let mut update = w.telegram.writing(DEV, GROUP, "/access prod-db 4h x");
        update["message"][field] = value;
        w.telegram.deliver(update).await;
        let said = w.new_to(GROUP);
        assert!(said.words().contains("write as yourself"), "{field}: {}", said.words());
    }
    assert_eq!(w.engine.calls(), 0);
}

#[tokio::test]
async fn when_the_engine_is_away_nothing_is_recorded_and_it_says_so() {
    let w = World::new().await;
    w.engine.down.store(true, Ordering::SeqCst);
    w.telegram.command(DEV, GROUP, "prod-db 4h billing").await;
    assert!(w.told(DEV).contains("Nothing was recorded"));
    w.engine.down.store(false, Ordering::SeqCst);
    w.telegram.command(DEV, GROUP, "prod-db 4h billing").await;
    assert_eq!(w.engine.only().state.key(), "pending");
}
