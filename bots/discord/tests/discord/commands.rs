//! `/access` on every server that the policy names.

use crate::world::World;
use countersign_kit::discord::{Failure, FakeDiscord, GUILD, check_command};

const OTHER: &str = "900000000000000077";

#[tokio::test]
async fn the_command_is_registered_at_start() {
    let w = World::new().await;
    let command = w.discord.registered(GUILD).await;
    assert_eq!(check_command(&command), Ok(()));
    let options: Vec<_> = command["options"].as_array().unwrap().iter().map(|o| o["name"].as_str().unwrap()).collect();
    assert_eq!(options, ["resource", "duration", "access", "reason", "do", "request"]);
    insta::assert_json_snapshot!("command", w.discord.calls("register")[0]);
    w.is_content();
}

#[tokio::test]
async fn only_what_differs_is_registered_again() {
    let discord = FakeDiscord::start().await;
    let w = World::starting(discord.clone());
    w.discord.registered(GUILD).await;
    w.stop.send(()).unwrap();
    w.running.await.unwrap().unwrap();
    let w = World::starting(discord.clone());
    w.discord.called("commands", 2).await;
    w.discord.connected_times(1).await;
    assert!(w.discord.command(crate::world::DEV, "help").await.acknowledged);
    assert_eq!(discord.calls("register").len(), 1);
    w.is_content();
}

/// One server on which the bot is not leaves the others alone.
#[tokio::test]
async fn a_server_without_the_bot_is_said_and_passed_over() {
    let discord = FakeDiscord::start().await;
    discord.invite(OTHER);
    let w = World::with(discord, |settings| {
        let all = ["900000000000000000", "@ann", GUILD, OTHER].map(str::to_owned);
        settings.guilds = std::sync::Arc::new(move || all.clone().into());
    });
    w.discord.registered(GUILD).await;
    w.discord.registered(OTHER).await;
    w.is_content();
}

#[tokio::test]
async fn trouble_with_the_command_does_not_stop_the_bot() {
    let discord = FakeDiscord::start().await;
    discord.fail_next("commands", Failure::Status(500));
    let w = World::starting(discord);
    w.discord.connected().await;
    assert!(w.discord.command(crate::world::DEV, "help").await.acknowledged);
}

/// A reloaded policy counts at once for who is served.
#[tokio::test]
async fn a_server_that_the_policy_drops_is_not_served() {
    let w = World::new().await;
    assert!(w.discord.command(crate::world::DEV, "help").await.words().contains("/access list"));
    w.named.lock().unwrap().clear();
    assert!(w.discord.command(crate::world::DEV, "help").await.words().contains("another server"));
}
