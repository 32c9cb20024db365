//! Socket Mode.

use crate::world::{DEV, LISA, World};
use countersign_engine::ports::BotError;
use countersign_kit::slack::{Failure, FakeSlack};
use serde_json::json;

#[tokio::test]
async fn it_comes_back_after_a_refresh_and_after_a_break() {
    let w = World::new().await;
    w.slack.disconnect("refresh_requested");
    w.slack.connected_times(2).await;
    assert!(w.slack.command(DEV, "help").await.acknowledged);
    w.slack.drop_connections();
    w.slack.connected_times(3).await;
    assert!(w.slack.command(DEV, "help").await.acknowledged);
}

/// THREATS D06: it would never parse better, so it is acknowledged; it changes nothing.
#[tokio::test]
async fn abuse_d06_odd_envelopes_are_acknowledged_and_change_nothing() {
    let w = World::new().await;
    for (kind, payload) in [
        ("events_api", json!({"type": "event_callback"})),
        ("brand_new_kind", json!({})),
        ("interactive", json!({"type": "some_future_type", "user": {"id": LISA}, "team": {"id": "T00000001"}})),
        ("interactive", json!({"type": "block_actions"})),
        ("interactive", json!(null)),
        ("interactive", json!([1, 2, 3])),
        ("slash_commands", json!({"command": "/access"})),
        ("slash_commands", json!({"user_id": 7})),
    ] {
        assert!(w.slack.deliver(kind, payload.clone()).await.acknowledged, "{kind} {payload}");
    }
    assert_eq!(w.engine.calls(), 0);
    assert!(w.slack.command(DEV, "help").await.acknowledged, "the connection survived");
}

#[tokio::test]
async fn it_stops_when_it_is_told() {
    let w = World::new().await;
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn bad_tokens_stop_it_loudly() {
    let slack = FakeSlack::start().await;
    slack.revoke_tokens();
    let refused = World::starting(slack).running.await.unwrap();
    assert_eq!(refused, Err(BotError::Unauthorized("token_revoked".into())));

    let slack = FakeSlack::start().await;
    slack.fail("apps.connections.open", Failure::Error("invalid_auth"));
    let refused = World::starting(slack).running.await.unwrap();
    assert_eq!(refused, Err(BotError::Unauthorized("invalid_auth".into())));
}

#[tokio::test]
async fn a_token_that_is_revoked_later_stops_it_too() {
    let w = World::new().await;
    w.slack.revoke_tokens();
    w.slack.drop_connections();
    assert_eq!(w.running.await.unwrap(), Err(BotError::Unauthorized("token_revoked".into())));
}

#[tokio::test]
async fn socket_mode_switched_off_stops_it() {
    let w = World::new().await;
    w.slack.disconnect("link_disabled");
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(why)) if why.contains("hint:")));
}

#[tokio::test]
async fn slack_being_away_is_worth_another_try() {
    let slack = FakeSlack::start().await;
    slack.fail("auth.test", Failure::Status(503));
    assert!(matches!(World::starting(slack).running.await.unwrap(), Err(BotError::Disconnected(_))));
}
