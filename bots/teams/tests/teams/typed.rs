//! What people type (rule 29).

use crate::world::{DEV, LISA, NOBODY, World};
use countersign_kit::teams::{PLACE, check_card};
use std::sync::atomic::Ordering;

/// rule 30
#[tokio::test]
async fn a_request_is_answered_at_once_and_alone() {
    let w = World::new().await;
    assert_eq!(w.teams.says(DEV, PLACE, "prod-db 4h billing migration").await.status, 200);
    let said = w.teams.private_to(DEV).await;
    assert!(said.words().contains("Asked for prod-db (req-0000): Team lead decides first"), "{}", said.words());
    assert!(w.teams.messages().iter().all(|m| m.conversation != PLACE), "nothing is said before everybody");
    assert_eq!(w.engine.only().asked.reason.as_deref(), Some("billing migration"));
    let account = w.engine.only().via.account.unwrap().to_string();
    assert_eq!(account, "teams:00000000-0000-0000-0000-000000000001/00000000-0000-0000-0000-000000000011");
}

#[tokio::test]
async fn the_command_word_may_be_there_or_not() {
    let w = World::new().await;
    for text in ["/access prod-db 4h", "access grafana 1h", "ACCESS prod-db read-only 1h", "grafana 2h"] {
        w.teams.says_alone(DEV, text).await;
    }
    let asked: Vec<_> = w.engine.requests().iter().map(|r| r.asked.resource.to_string()).collect();
    assert_eq!(asked, ["prod-db", "grafana", "prod-db", "grafana"]);
}

#[tokio::test]
async fn subcommands_answer_alone() {
    let w = World::new().await;
    w.teams.says(DEV, PLACE, "list").await;
    assert!(w.teams.private_to(DEV).await.words().contains("no requests yet"));
    w.teams.says_alone(DEV, "prod-db 4h billing").await;
    w.teams.private_to(DEV).await;
    for (text, word) in [
        ("list", "req-0000"),
        ("status", "Team lead"),
        ("status req-0000", "Team lead"),
        ("who", "lisa@acme.com"),
        ("explain prod-db 4h", "sre-prod-db"),
        ("help", "/access list"),
        ("link", "BCDFGHJK"),
        ("cancel", "Taken back"),
    ] {
        w.teams.says_alone(DEV, text).await;
        let said = w.teams.private_to(DEV).await;
        assert!(said.words().contains(word), "{text}: {}", said.words());
        assert_eq!(check_card(&said.card), Ok(()), "{text}");
        w.pass(std::time::Duration::from_secs(2));
    }
}

/// rule 29: 14:00 in Johannesburg is 12:00 UTC, and it is 10:00 UTC now.
#[tokio::test]
async fn until_is_meant_on_the_clock_of_whoever_types() {
    let w = World::new().await;
    w.teams.says_alone(DEV, "prod-db until 14:00").await;
    w.teams.says_alone(LISA, "prod-db until 14:00").await;
    let asked: Vec<_> = w.engine.requests().iter().map(|r| r.asked.duration.seconds() / 3_600).collect();
    assert_eq!(asked, [4, 2]);
}

/// rule 44
#[tokio::test]
async fn bad_input_is_answered_with_what_would_work() {
    let w = World::new().await;
    for (text, word) in [("prod-dbb 4h x", "prod-db"), ("prod-db soon", "4h"), ("prod-db 99h x", "8h")] {
        w.teams.says_alone(DEV, text).await;
        let said = w.teams.private_to(DEV).await;
        assert!(said.words().contains(word), "{text}: {}", said.words());
    }
    w.teams.says_alone(DEV, &format!("prod-db 4h {}", "x".repeat(5_000))).await;
    assert!(w.teams.private_to(DEV).await.words().contains("too long"));
    assert!(w.engine.requests().is_empty());
}

/// THREATS A11: an account that nobody is bound to gets nothing but the way to bind it.
#[tokio::test]
async fn abuse_a11_unlinked_accounts_learn_how_to_link_and_nothing_else() {
    let w = World::new().await;
    for text in ["access", "prod-db 4h x", "list", "status req-0000", "nonsense"] {
        w.teams.says(NOBODY, PLACE, text).await;
        let said = w.teams.private_to(NOBODY).await;
        assert!(said.words().contains("/access link"), "{text}: {}", said.words());
        assert!(!said.words().contains("prod-db"), "{text}");
        w.pass(std::time::Duration::from_secs(2));
    }
    w.teams.says(NOBODY, PLACE, "link").await;
    assert!(w.teams.private_to(NOBODY).await.words().contains("BCDFGHJK"));
}

/// THREATS A03: a link code is shown to its own account only, also when it cannot be shown at all.
#[tokio::test]
async fn abuse_a03_what_cannot_be_said_alone_is_not_said_before_others() {
    let w = World::new().await;
    w.teams.trouble(countersign_kit::stage::Fault::Blocked);
    w.teams.says(DEV, PLACE, "link").await;
    let said = w.teams.messages();
    assert_eq!(said.len(), 1);
    assert!(said[0].conversation == PLACE && said[0].words().contains("for you alone"), "{}", said[0].words());
    assert!(!said[0].words().contains("BCDFGHJK"));
}

#[tokio::test]
async fn when_the_engine_is_away_nothing_is_recorded_and_it_says_so() {
    let w = World::new().await;
    w.engine.down.store(true, Ordering::SeqCst);
    w.teams.says_alone(DEV, "prod-db 4h billing").await;
    assert!(w.teams.private_to(DEV).await.words().contains("Nothing was recorded"));
    w.engine.down.store(false, Ordering::SeqCst);
    w.teams.says_alone(DEV, "prod-db 4h billing").await;
    assert_eq!(w.engine.only().state.key(), "pending");
}

/// THREATS B02
#[tokio::test]
async fn abuse_b02_the_same_message_again_changes_nothing_and_is_answered_once() {
    let w = World::new().await;
    w.teams.trouble(countersign_kit::stage::Fault::Duplicate);
    w.teams.says(DEV, PLACE, "prod-db 4h billing").await;
    w.engine.only();
    assert_eq!(w.teams.alone(DEV).len(), 1);
}

#[tokio::test]
async fn what_we_do_not_act_on_is_taken_and_changes_nothing() {
    let w = World::new().await;
    for (kind, status) in [("conversationUpdate", 200), ("messageReaction", 200), ("typing", 200), ("invoke", 501)] {
        let mut activity = w.teams.message_payload(DEV, PLACE, "prod-db 4h");
        activity["type"] = kind.into();
        assert_eq!(w.teams.deliver(activity).await.status, status, "{kind}");
    }
    let mut picture = w.teams.message_payload(DEV, PLACE, "");
    picture["text"] = serde_json::Value::Null;
    assert_eq!(w.teams.deliver(picture).await.status, 200);
    assert_eq!((w.engine.calls(), w.teams.messages().len()), (0, 0));
}
