//! The ledger's page, test messages, and how people are told.

use crate::{
    browser::Browser,
    world::{Making, World},
};
use countersign::{bots::Bots, lifecycle::BotState};
use countersign_engine::{
    address::Address,
    id::PersonId,
    person::{Account, Platform},
    policy::Policy,
    ports::DeliveryError,
    preference::Preference,
    selector::Selector,
};
use countersign_kit::{Pigeon, acme, change_person};
use std::sync::Arc;

/// Lisa administers; everybody asked has Slack.
async fn office(pigeon: &Pigeon, change: impl FnOnce(&mut Policy)) -> World {
    let mut policy = acme();
    for id in ["dev", "lisa", "manager", "deputy"] {
        let account = Account { platform: Platform::Slack, tenant: "T1".into(), user: id.into() };
        change_person(&mut policy, id, |person| person.accounts = [account].into());
    }
    policy.settings.administrators = vec![Selector::Person("lisa".into())];
    policy.workflows.values_mut().for_each(|w| w.notify.approvers = vec![Platform::Slack]);
    change(&mut policy);
    let bots = Bots::default().with(Arc::new(pigeon.clone()));
    World::made(Making { policy, bots, ..Making::default() }).await
}

fn lisas() -> Address {
    Address::Direct(Account { platform: Platform::Slack, tenant: "T1".into(), user: "lisa".into() })
}

#[tokio::test]
async fn every_message_is_listed_and_found() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = office(&pigeon, |_| {}).await;
    pigeon.bounces(&lisas(), Some(DeliveryError::Rejected("not_in_channel".into())));
    let dev = Browser::of(&w, "dev").await;
    let id = dev.ask("grafana", "10m", "a look").await;
    w.settle().await;
    w.app.web.bots.note(Platform::Slack, BotState::Disconnected, "connection <b>reset</b>");
    let manager = Browser::of(&w, "manager").await;
    let page = manager.get("/deliveries").await;
    for words in ["slack:T1/lisa", "not_in_channel", "rejected", "lisa@acme.com", "news: opened", ">disconnected<", &id]
    {
        assert!(page.has(words), "{words}: {}", page.text);
    }
    assert!(page.has("connection &#60;b&#62;reset") && !page.has("Send me a test"), "{}", page.text);
    let rejected = manager.get("/deliveries?state=rejected&platform=slack").await;
    assert!(rejected.has("slack:T1/lisa") && !rejected.has("slack:T1/manager"));
    assert!(manager.get(&format!("/deliveries?request={}", id.to_uppercase())).await.has("slack:T1/lisa"));
    for nothing in ["request=req-none", "state=held", "platform=discord", "before=0"] {
        assert!(manager.get(&format!("/deliveries?{nothing}")).await.has("No messages match"), "{nothing}");
    }
    let page = dev.get(&format!("/requests/{id}")).await;
    assert!(page.has("lisa@acme.com could not be reached on Slack (not_in_channel)"), "{}", page.text);
    assert!(page.has("Messages about it") && !page.has("slack:T1/lisa"), "accounts are for auditors");
}

/// THREATS E03: who is no auditor learns nothing of it.
#[tokio::test]
async fn abuse_e03_the_ledger_is_for_auditors() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = office(&pigeon, |_| {}).await;
    let dev = Browser::of(&w, "dev").await;
    assert_eq!(dev.get("/deliveries").await.status, 404);
    assert!(!dev.get("/").await.has("href=\"/deliveries\""));
    assert!(Browser::of(&w, "manager").await.get("/").await.has("href=\"/deliveries\""));
    for person in ["dev", "manager"] {
        assert_eq!(Browser::of(&w, person).await.post("/deliveries/test", &[]).await.status, 404, "{person}");
    }
    assert_eq!(pigeon.calls(), 0);
}

#[tokio::test]
async fn the_ledger_has_pages() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = office(&pigeon, |_| {}).await;
    let lisa = Browser::of(&w, "lisa").await;
    for _ in 0..52 {
        lisa.post("/deliveries/test", &[("platform", "slack")]).await;
        w.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let first = lisa.get("/deliveries?platform=slack").await;
    assert!(first.has("message-52") && first.has("message-3\"") && !first.has("message-2\""));
    let at = first.text.find("before=").unwrap() + 7;
    let before = first.text[at..].split('"').next().unwrap();
    let second = lisa.get(&format!("/deliveries?platform=slack&before={before}")).await;
    assert!(
        second.has("message-2\"") && second.has("message-1\"") && !second.has("message-3\"") && !second.has("Older")
    );
}

#[tokio::test]
async fn a_button_sends_a_test() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = office(&pigeon, |_| {}).await;
    let lisa = Browser::of(&w, "lisa").await;
    assert!(lisa.get("/deliveries").await.has("Send me a test"));
    assert!(
        lisa.post("/deliveries/test", &[("platform", "slack")]).await.has("Delivered to <code>slack:T1/lisa</code>")
    );
    pigeon.bounces(&lisas(), Some(DeliveryError::Gone));
    let page = lisa.post("/deliveries/test", &[("platform", "slack")]).await;
    assert!(page.has("it is not there any more") && page.has("is the id right"), "{}", page.text);
    let page = lisa.post("/deliveries/test", &[("platform", "slack"), ("place", "#general<i>")]).await;
    assert!(
        page.has("&#60;i&#62;\" is not the id of a place") || page.has("is not the id of a place"),
        "{}",
        page.text
    );
    assert!(!page.has("<i>"));
}

#[tokio::test]
async fn people_set_how_they_are_told() {
    let pigeon = Pigeon::new(Platform::Slack);
    let in_file = Preference { first: vec![Platform::Telegram], ..Preference::default() };
    let w = office(&pigeon, |policy| {
        policy.directory = policy.directory.clone().with_preferences([(PersonId::from("lisa"), in_file.clone())]);
    })
    .await;
    let lisa = Browser::of(&w, "lisa").await;
    let page = lisa.get("/account").await;
    assert!(page.has("id=\"notifications\"") && page.has("As the policy file says"), "{}", page.text);
    let fields = [
        ("first", "email"),
        ("second", "slack"),
        ("third", "email"),
        ("from", "22:00"),
        ("to", "07:00"),
        ("zone", "Europe/Berlin"),
        ("remind_slack", "on"),
    ];
    assert_eq!(lisa.post("/account/notifications", &fields).await.location(), "/account#notifications");
    let set = || w.app.web.service.policy.get().directory.preference(&"lisa".into());
    assert_eq!(set().first, [Platform::Email, Platform::Slack]);
    assert_eq!(set().quiet.unwrap().to_string(), "22:00-07:00 Europe/Berlin");
    assert_eq!(set().reminders, Some(vec![Platform::Slack]));
    let page = lisa.get("/account").await;
    assert!(page.has("As you set it here") && page.has("value=\"22:00\"") && page.has("value=\"Europe/Berlin\""));
    for (name, value) in [("to", "22:00"), ("to", ""), ("from", "late"), ("zone", "Atlantis")] {
        let wrong: Vec<_> = fields.iter().map(|(n, v)| (*n, if *n == name { value } else { *v })).collect();
        assert!(lisa.post("/account/notifications", &wrong).await.has("Nothing was changed"), "{name}={value}");
    }
    assert_eq!(set().first, [Platform::Email, Platform::Slack]);
    lisa.post("/account/notifications", &[("forget", "1")]).await;
    assert_eq!(set(), in_file);
    let others = w.app.web.service.policy.get().directory.preference(&"dev".into());
    assert_eq!(others, Preference::default());
}
