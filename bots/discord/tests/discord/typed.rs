//! `/access ...` (rule 29).

use crate::world::{DEV, LISA, STRANGER, World};
use serde_json::json;
use std::sync::atomic::Ordering;

/// rule 30
#[tokio::test]
async fn a_request_is_answered_at_once_and_privately() {
    let w = World::new().await;
    let said = w.discord.command(DEV, "prod-db 4h billing migration").await;
    assert!(said.is_private());
    for word in ["prod-db", "billing migration", "Team lead", "Manager", "Security"] {
        assert!(said.words().contains(word), "{word}: {}", said.words());
    }
    assert_eq!(w.engine.only().asked.reason.as_deref(), Some("billing migration"));
    assert_eq!(w.engine.only().via.account.unwrap().to_string(), "discord:900000000000000011");
    w.is_content();
}

#[tokio::test]
async fn everything_may_be_typed_into_the_first_option() {
    let w = World::new().await;
    let said = w.discord.command_with(DEV, json!({"resource": "prod-db read-only 90m checking an invoice"})).await;
    assert!(said.is_private(), "{}", said.payload);
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.duration.seconds()), ("read-only", 5_400));
    assert_eq!(asked.reason.as_deref(), Some("checking an invoice"));
}

#[tokio::test]
async fn a_reason_is_never_read_as_something_else() {
    let w = World::new().await;
    let options = json!({"resource": "prod-db", "duration": "4h", "reason": "read-only is not enough"});
    w.discord.command_with(DEV, options).await;
    let asked = w.engine.only().asked;
    assert_eq!((asked.access.as_str(), asked.reason.as_deref()), ("read-write", Some("read-only is not enough")));
}

#[tokio::test]
async fn subcommands_answer_privately() {
    let w = World::new().await;
    assert!(w.discord.command(DEV, "list").await.words().contains("no requests yet"));
    w.discord.command(DEV, "prod-db 4h billing").await;
    for (text, word) in [
        ("list", "req-0000"),
        ("status", "Team lead"),
        ("status req-0000", "Team lead"),
        ("who", "lisa@acme.com"),
        ("explain prod-db 4h", "sre-prod-db"),
        ("help", "/access list"),
        ("link", "BCDFGHJK"),
    ] {
        let said = w.discord.command(DEV, text).await;
        assert!(said.words().contains(word), "{text}: {}", said.words());
        assert!(said.is_private(), "{text}");
    }
    let said = w.discord.command_with(DEV, json!({"request": "req-0000"})).await;
    assert!(said.words().contains("Team lead"), "a request alone asks how it stands: {}", said.words());
    assert!(w.discord.command(LISA, "list").await.words().contains("Waiting for your vote"));
    w.is_content();
}

#[tokio::test]
async fn cancel_without_an_id_means_the_only_pending_one() {
    let w = World::new().await;
    assert!(w.discord.command(DEV, "cancel").await.words().contains("no pending request"));
    w.discord.command(DEV, "prod-db 4h billing").await;
    w.discord.command(DEV, "grafana 1h looking").await;
    let said = w.discord.command(DEV, "cancel").await;
    assert!(said.words().contains("Which one?") && said.words().contains("req-0001"), "{}", said.words());
    w.discord.command(DEV, "cancel req-0001").await;
    w.discord.command(DEV, "cancel").await;
    assert!(w.engine.requests().iter().all(|r| r.state.key() == "withdrawn"));
}

/// rule 29: 14:00 in Johannesburg is 12:00 UTC, and it is 10:00 UTC now.
#[tokio::test]
async fn until_is_meant_on_the_clock_of_whoever_types() {
    let w = World::new().await;
    w.discord.command(DEV, "prod-db until 14:00").await;
    w.discord.command(LISA, "prod-db until 14:00").await;
    let asked: Vec<_> = w.engine.requests().iter().map(|r| r.asked.duration.seconds() / 3_600).collect();
    assert_eq!(asked, [4, 2]);
}

/// rule 44
#[tokio::test]
async fn bad_input_is_answered_with_what_would_work() {
    let w = World::new().await;
    for (text, word) in
        [("prod-dbb 4h x", "prod-db"), ("prod-db soon", "4h"), ("prod-db", "4h"), ("prod-db 99h x", "8h")]
    {
        let said = w.discord.command(DEV, text).await;
        assert!(said.is_private() && said.words().contains(word), "{text}: {}", said.words());
    }
    let long = format!("prod-db 4h {}", "x".repeat(5_000));
    assert!(w.discord.command(DEV, &long).await.words().contains("too long"));
    assert!(w.engine.requests().is_empty());
    w.is_content();
}

/// THREATS A11: an account that nobody is bound to gets nothing but the way to bind it.
#[tokio::test]
async fn abuse_a11_unlinked_accounts_learn_how_to_link_and_nothing_else() {
    let w = World::new().await;
    for text in ["", "prod-db 4h x", "list", "status req-0000", "nonsense"] {
        let said = w.discord.command(STRANGER, text).await;
        assert!(said.words().contains("/access link"), "{text}: {}", said.words());
        assert!(!said.words().contains("database"), "{text}");
    }
    assert!(w.discord.command(STRANGER, "link").await.words().contains("BCDFGHJK"));
    assert!(w.discord.command(STRANGER, "help").await.words().contains("/access list"));
}

#[tokio::test]
async fn when_the_engine_is_away_nothing_is_recorded_and_it_says_so() {
    let w = World::new().await;
    w.engine.down.store(true, Ordering::SeqCst);
    let said = w.discord.command(DEV, "prod-db 4h billing").await;
    assert!(said.acknowledged && said.words().contains("Nothing was recorded"), "{}", said.words());
    w.engine.down.store(false, Ordering::SeqCst);
    w.discord.command(DEV, "prod-db 4h billing").await;
    assert_eq!(w.engine.only().state.key(), "pending");
}

/// Discord waits 3 s: what takes longer is put off, and the true answer comes when it is committed.
#[tokio::test]
async fn a_slow_answer_is_put_off_and_comes() {
    let w = World::new().await;
    let held = w.engine.commits.lock().await;
    let said = w.discord.command(DEV, "prod-db 4h billing").await;
    assert_eq!((said.acknowledged, said.kind()), (true, 5));
    assert!(w.engine.requests().is_empty(), "nothing is claimed before it is committed");
    drop(held);
    let told = w.discord.private_to(DEV).await;
    assert!(told.words().contains("req-0000"), "{}", told.words());
    w.is_content();
}

/// A command that is left over from something else.
#[tokio::test]
async fn other_commands_are_not_ours() {
    let w = World::new().await;
    let mut payload = w.discord.command_payload(DEV, &json!({"resource": "prod-db", "duration": "4h"}));
    payload["data"]["name"] = "grant".into();
    let said = w.discord.deliver(payload).await;
    assert!(said.is_private() && said.words().contains("Nothing was recorded"), "{}", said.words());
    assert_eq!(w.engine.calls(), 0);
    w.is_content();
}
