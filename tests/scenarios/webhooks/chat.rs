//! A workflow that tells a chat system which only takes messages.

use super::{policy, receiver};
use crate::world::{Making, World, start};
use countersign::{
    bots::Bots,
    clock::Clock,
    config::{Config, Environment},
    policy::PolicyHandle,
    policy_file,
};
use countersign_engine::time::Length;
use countersign_kit::webhooks::words;

#[tokio::test]
async fn a_workflow_tells_a_chat_webhook() {
    let receiver = receiver(&[]).await;
    let section =
        "[chat_webhooks.ops]\nkind = \"mattermost\"\nurl_env = \"OPS_URL\"\nallow_private = [\"127.0.0.1\"]\n";
    let text = policy(section).replace(
        "match = { resources = [\"grafana\"] }",
        "match = { resources = [\"grafana\"] }\nnotify = { webhook = [\"ops\"] }",
    );
    let loaded = policy_file::parse(&text, "policy.toml").unwrap_or_else(|problems| panic!("{problems}"));
    let config = Config::new(Environment::from_map([("OPS_URL", format!("{}/hooks/secret", receiver.url))])).unwrap();
    let handle = PolicyHandle::new(loaded.policy.clone());
    let bots = Bots::new(&config, &loaded, &handle, &Clock::fixed(start())).unwrap();
    let w = World::made(Making { policy: loaded.policy, bots, ..Making::default() }).await;
    let id = w.api("dev").request("grafana", "1h").await.id();
    w.settle().await;
    let [seen] = &receiver.seen()[..] else { panic!("{:?}", receiver.types()) };
    assert_eq!(seen.path, "/hooks/secret");
    assert!(words(&seen.json).contains(&id), "{}", seen.json);
    w.api("ci-gate").approve(&id).await;
    w.settle().await;
    w.advance(Length::hours(1)).await;
    let told: Vec<String> = receiver.seen().iter().map(|one| words(&one.json)).collect();
    assert!(told.last().unwrap().contains("ended"), "the outcome follows: {told:?}");
    assert!(told.len() <= 5, "and not every step on the way: {}", told.len());
}

/// A name that is not defined is a mistake at its line.
#[test]
fn a_chat_webhook_must_be_defined() {
    let text = policy("[chat_webhooks.ops]\nkind = \"rocket-chat\"\nurl = \"https://chat.example/hooks/1\"\n").replace(
        "match = { resources = [\"grafana\"] }",
        "match = { resources = [\"grafana\"] }\nnotify = { webhook = [\"opps\"] }",
    );
    let said = policy_file::parse(&text, "policy.toml").unwrap_err().to_string();
    assert!(said.contains("unknown chat webhook \"opps\"") && said.contains("did you mean \"ops\"?"), "{said}");
}
