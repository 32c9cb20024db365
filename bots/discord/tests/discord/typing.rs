//! Suggestions while the command is being typed.

use crate::world::{DEV, LISA, STRANGER, World};
use serde_json::json;

#[tokio::test]
async fn resources_levels_and_lengths_come_from_the_callers_own_catalogue() {
    let w = World::new().await;
    let all = w.discord.typing(DEV, "resource", json!({"resource": ""})).await;
    assert_eq!((all.kind(), all.choices().len()), (8, 5));
    let some = w.discord.typing(DEV, "resource", json!({"resource": "PROD"})).await;
    assert_eq!(some.choices(), ["prod-db", "k8s-prod"], "what begins so comes first");
    let levels = w.discord.typing(DEV, "access", json!({"resource": "prod-db", "access": "read"})).await;
    assert_eq!(levels.choices(), ["read-only", "read-write"]);
    let lengths = w.discord.typing(DEV, "duration", json!({"resource": "prod-db", "duration": ""})).await;
    assert_eq!(lengths.choices(), ["30m", "1h", "2h", "4h", "8h"], "no longer than the resource allows");
    w.is_content();
}

#[tokio::test]
async fn requests_are_the_callers_own_and_those_to_vote_on() {
    let w = World::new().await;
    w.discord.command(DEV, "prod-db 4h billing").await;
    for (who, options, found) in [
        (DEV, json!({"do": "cancel", "request": ""}), vec!["req-0000"]),
        (LISA, json!({"request": "req"}), vec!["req-0000"]),
        (LISA, json!({"do": "cancel", "request": ""}), vec![]),
    ] {
        assert_eq!(w.discord.typing(who, "request", options.clone()).await.choices(), found, "{who} {options}");
    }
}

/// THREATS A11: who is not known learns no names; suggestions change nothing.
#[tokio::test]
async fn abuse_a11_strangers_get_no_suggestions() {
    let w = World::new().await;
    for option in ["resource", "access", "duration", "request", "reason", ""] {
        let said = w.discord.typing(STRANGER, option, json!({option: ""})).await;
        assert!(said.acknowledged && said.choices().is_empty(), "{option}");
    }
    let mut payload = w.discord.typing_payload(DEV, "resource", &json!({"resource": ""}));
    payload["guild_id"] = "900000000000000099".into();
    assert!(w.discord.deliver(payload).await.choices().is_empty());
    assert_eq!(w.engine.calls(), 0);
}
