//! The gateway.

use crate::world::{DEV, LISA, World};
use countersign_engine::ports::BotError;
use countersign_kit::discord::{Failure, FakeDiscord};
use serde_json::json;

#[tokio::test]
async fn it_resumes_after_a_break_and_when_it_is_asked() {
    let w = World::new().await;
    w.discord.ask_to_reconnect();
    w.discord.connected_times(2).await;
    assert!(w.discord.command(DEV, "help").await.acknowledged);
    w.discord.drop_connections();
    w.discord.connected_times(3).await;
    assert!(w.discord.command(DEV, "help").await.acknowledged);
    w.discord.close_connections(4000);
    w.discord.connected_times(4).await;
    assert_eq!(w.discord.resumed(), 3);
    w.is_content();
}

/// What was pressed while nobody listened is served when the session is resumed.
#[tokio::test]
async fn what_was_missed_is_made_up_for() {
    let w = World::new().await;
    let card = w.asked().await;
    w.discord.drop_connections();
    assert!(w.discord.press(LISA, "Approve", &card).await.acknowledged);
    assert_eq!(w.engine.only().votes.len(), 1);
    w.is_content();
}

#[tokio::test]
async fn a_session_that_is_over_begins_anew() {
    let w = World::new().await;
    w.discord.close_connections(4009);
    w.discord.connected_times(2).await;
    assert_eq!(w.discord.resumed(), 0);
    w.discord.invalidate_sessions(true);
    w.discord.connected_times(3).await;
    assert_eq!(w.discord.resumed(), 1);
    w.discord.invalidate_sessions(false);
    w.discord.connected_times(4).await;
    assert_eq!(w.discord.resumed(), 1);
    assert!(w.discord.command(DEV, "help").await.acknowledged);
    w.is_content();
}

/// THREATS D06: what cannot be read is passed over; the connection goes on.
#[tokio::test]
async fn abuse_d06_odd_frames_change_nothing() {
    let w = World::new().await;
    for frame in [
        json!(null),
        json!([]),
        json!({"op": 0, "s": null, "t": null, "d": null}),
        json!({"op": 0, "s": 90, "t": "BRAND_NEW", "d": {"x": [1, 2]}}),
        json!({"op": 0, "s": 91, "t": "INTERACTION_CREATE", "d": null}),
        json!({"op": 0, "s": 92, "t": "INTERACTION_CREATE", "d": {"type": "three"}}),
        json!({"op": 0, "s": 93, "t": "INTERACTION_CREATE", "d": {"id": "1", "token": "t", "type": 3, "data": 7}}),
        json!({"op": 77, "d": {}}),
        json!({"op": 11}),
        json!({"op": "ten"}),
    ] {
        w.discord.send_frame(frame);
    }
    w.discord.ask_for_heartbeat();
    assert!(w.discord.command(DEV, "help").await.acknowledged, "the connection survived");
    assert_eq!(w.engine.calls(), 0);
    w.is_content();
}

/// Things that the library's types do not know do not lose a press.
#[tokio::test]
async fn new_things_in_a_payload_lose_no_press() {
    let w = World::new().await;
    let card = w.asked().await;
    let mut payload = w.discord.press_payload(LISA, "Approve", &card);
    payload["message"]["components"] = json!([{"type": 99, "components": [{"type": 98, "brand": {"new": true}}]}]);
    payload["channel"] = json!({"type": 4_000, "id": null});
    payload["entitlements"] = json!({"not": "a list"});
    payload["member"]["roles"] = json!(null);
    assert_eq!(w.discord.deliver(payload).await.kind(), 7);
    assert_eq!(w.engine.only().votes.len(), 1);
}

/// An answer that is lost on its way is sent again, while Discord still waits.
#[tokio::test]
async fn answers_are_tried_again_at_once() {
    let w = World::new().await;
    for failure in [Failure::Lost, Failure::LostAfter, Failure::Status(500), Failure::Garbage] {
        w.discord.fail_next("answer", failure.clone());
        assert!(w.discord.command(DEV, "help").await.acknowledged, "{failure:?}");
    }
    w.is_content();
}

#[tokio::test]
async fn it_stops_when_it_is_told() {
    let w = World::new().await;
    w.stop.send(()).unwrap();
    assert_eq!(w.running.await.unwrap(), Ok(()));
}

#[tokio::test]
async fn bad_tokens_stop_it_loudly() {
    let discord = FakeDiscord::start().await;
    discord.revoke_token();
    let refused = World::starting(discord).running.await.unwrap();
    assert!(matches!(refused, Err(BotError::Unauthorized(why)) if why.contains("DISCORD_BOT_TOKEN")));

    let w = World::new().await;
    w.discord.close_connections(4004);
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(_))));

    let w = World::new().await;
    w.discord.close_connections(4014);
    assert!(matches!(w.running.await.unwrap(), Err(BotError::Unauthorized(why)) if why.contains("intents")));
}

#[tokio::test]
async fn discord_being_away_is_worth_another_try() {
    let discord = FakeDiscord::start().await;
    discord.fail_next("application", Failure::Status(503));
    assert!(matches!(World::starting(discord).running.await.unwrap(), Err(BotError::Disconnected(_))));

    let discord = FakeDiscord::start().await;
    discord.fail_next("gateway", Failure::Status(503));
    let w = World::starting(discord);
    w.discord.connected().await;
    assert!(w.discord.command(DEV, "help").await.acknowledged);
}
