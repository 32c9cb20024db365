//! The messenger of chat webhooks.

use countersign_engine::{
    address::Address,
    card::Card,
    person::Platform,
    ports::{Bot, DeliveryError, MessageRef, Messenger, Ticks},
};
use countersign_kit::{
    gallery,
    webhooks::{Answer, Receiver},
};
use countersign_webhook::{ChatWebhooks, Endpoint, Guard, Kind, Poster, SystemNames};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

struct World {
    receiver: Receiver,
    webhooks: ChatWebhooks,
    seconds: Arc<AtomicU64>,
}

async fn world(kind: Kind) -> World {
    let receiver = Receiver::start(&[], Arc::new(|| 0)).await;
    let loopback: IpAddr = "127.0.0.1".parse().unwrap();
    let guard = Guard::allowing([(loopback, 32)]);
    let poster = Poster::new(&format!("{}/hooks/abc", receiver.url), guard, Arc::new(SystemNames)).unwrap();
    let seconds = Arc::new(AtomicU64::new(0));
    let (start, passed) = (Instant::now(), seconds.clone());
    let ticks: Ticks = Arc::new(move || start + Duration::from_secs(passed.load(Ordering::SeqCst)));
    let endpoints = [("ops".to_owned(), Endpoint { kind, poster })].into();
    World { receiver, webhooks: ChatWebhooks::new(endpoints, "https://access.acme.com/", ticks), seconds }
}

fn ops() -> Address {
    Address::Place { platform: Platform::Webhook, tenant: String::new(), place: "ops".into() }
}
fn card(name: &str) -> Card {
    gallery().into_iter().find(|(n, _)| *n == name).unwrap().1
}

impl World {
    async fn post(&self) -> Result<MessageRef, DeliveryError> {
        self.webhooks.post(&ops(), &card("opened")).await
    }
}

#[tokio::test]
async fn a_card_arrives_in_each_kind() {
    for (kind, key) in Kind::ALL {
        let w = world(kind).await;
        let message = w.post().await.unwrap();
        assert_eq!((message.tenant.as_str(), message.place.as_str()), ("", "ops"));
        let [seen] = &w.receiver.seen()[..] else { panic!("{key}") };
        assert_eq!(countersign_kit::webhooks::complaints(key, &seen.json), Vec::<String>::new());
        assert_eq!(seen.path.contains("messageReplyOption="), kind == Kind::GoogleChat, "{}", seen.path);
        assert_eq!(w.receiver.complaints(), Vec::<String>::new());
    }
}

/// Nothing can be edited, so votes in between are not told; the outcome is, once.
#[tokio::test]
async fn only_the_outcome_follows() {
    let w = world(Kind::Mattermost).await;
    let message = w.post().await.unwrap();
    for between in ["last step", "pending, 1 of 2", "blocked", "escalated"] {
        w.webhooks.update(&message, &card(between)).await.unwrap();
    }
    assert_eq!(w.receiver.seen().len(), 1);
    for _ in 0..3 {
        w.webhooks.update(&message, &card("denied with a note")).await.unwrap();
    }
    let seen = w.receiver.seen();
    assert_eq!(seen.len(), 2);
    assert!(countersign_kit::webhooks::words(&seen[1].json).contains("denied"), "{:?}", seen[1].json);
}

/// THREATS E12: no call comes before its Retry-After.
#[tokio::test]
async fn abuse_e12_no_call_before_retry_after() {
    let w = world(Kind::RocketChat).await;
    w.receiver.then([Answer::With(429, "retry-after", "30".into())]);
    let seconds = |n| Err(DeliveryError::Retry { after: Some(Duration::from_secs(n)) });
    assert_eq!(w.post().await, seconds(30));
    w.seconds.store(29, Ordering::SeqCst);
    assert_eq!(w.post().await, seconds(1));
    assert_eq!(w.receiver.seen().len(), 1, "it was not called");
    w.seconds.store(30, Ordering::SeqCst);
    assert!(w.post().await.is_ok());
}

#[tokio::test]
async fn what_each_answer_means() {
    let w = world(Kind::SlackCompatible).await;
    let again = Err(DeliveryError::Retry { after: None });
    for (answer, meant) in [
        (Answer::Status(500), again.clone()),
        (Answer::Status(503), again.clone()),
        (Answer::Status(429), again.clone()),
        (Answer::Lost, again),
        (Answer::Status(404), Err(DeliveryError::Gone)),
        (Answer::Status(410), Err(DeliveryError::Gone)),
    ] {
        w.receiver.then([answer.clone()]);
        assert_eq!(w.post().await, meant, "{answer:?}");
    }
    for answer in [Answer::Said(400, "invalid_payload".into()), Answer::Said(403, "no".into()), Answer::Status(302)] {
        w.receiver.then([answer.clone()]);
        let Err(DeliveryError::Rejected(why)) = w.post().await else { panic!("{answer:?}") };
        assert!(why.starts_with("HTTP ") && why.contains(';'), "it says what would work: {why}");
    }
    let elsewhere = Address::Place { platform: Platform::Webhook, tenant: String::new(), place: "dev".into() };
    let Err(DeliveryError::Rejected(why)) = w.webhooks.post(&elsewhere, &card("opened")).await else { panic!() };
    assert!(why.contains("[chat_webhooks.dev]"), "{why}");
}

#[tokio::test]
async fn a_check_names_the_host_and_nothing_more() {
    let said = world(Kind::GoogleChat).await.webhooks.check().await.unwrap();
    assert_eq!(said, "ops (google-chat at 127.0.0.1)");
}
