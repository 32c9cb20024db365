//! One request in every channel at once: asked in Discord, approved in Slack, Telegram and Teams, each vote seen in every
//! other channel, ended from a mail's confirm page, and every event told to a webhook whose receiver checks signatures.

use crate::{
    delivery::prefers,
    office::{Office, email, peers, players},
    webhooks::{SECRET, webhook},
    world::{Making, start},
};
use countersign::{clock::Clock, config::Environment, policy_file, webhooks};
use countersign_engine::{person::Platform, preference::Preference, time::Length};
use countersign_kit::{DEV, LISA, MANAGER, SEC1, SEC2, stage::Stage, webhooks::Receiver};
use std::sync::Arc;

const CHATS: [Platform; 4] = [Platform::Slack, Platform::Discord, Platform::Telegram, Platform::Teams];
const EVERYWHERE: [Platform; 5] =
    [Platform::Slack, Platform::Discord, Platform::Telegram, Platform::Teams, Platform::Email];

fn on(office: &Office, platform: Platform) -> &dyn Stage {
    office.stages().find(|stage| stage.platform() == platform).unwrap()
}

/// The card in every chat's place, and every mail since, show these words.
fn everywhere_shows(office: &Office, words: &str) {
    for platform in CHATS {
        let card = on(office, platform).in_place().unwrap_or_default();
        assert!(card.contains(words), "{platform} does not show \"{words}\": {card}");
    }
}

async fn votes(office: &Office, platform: Platform, who: usize) {
    on(office, platform).presses(who, "Approve").await;
    office.w.settle().await;
    office.minutes(1).await;
}

#[tokio::test]
async fn one_request_in_every_channel_at_once() {
    let clock = Clock::fixed(start());
    let auditor = Receiver::start(
        &[SECRET],
        Arc::new({
            let clock = clock.clone();
            move || clock.now().timestamp()
        }),
    );
    let auditor = auditor.await;
    let mut parts = players(&CHATS, &clock).await;
    parts.push(email::parts(&clock).await);
    let section = webhook("audit", &auditor, "");
    let text = format!("{}\n{section}", include_str!("../kit/peers.policy.toml"));
    let loaded = policy_file::parse(&text, "peers.policy.toml").unwrap_or_else(|problems| panic!("{problems}"));
    let environment = Environment::from_map([("SECRET", SECRET)]);
    let webhooks = webhooks::build(&loaded, &environment, &webhooks::system_names());
    let webhooks = webhooks.unwrap_or_else(|problems| panic!("{problems}"));
    let making = Making { policy: peers(&EVERYWHERE), webhooks, clock, ..Making::default() };
    let office = Office::made(making, parts).await;

    let told = on(&office, Platform::Discord).types(DEV, "prod-db 4h billing migration").await;
    assert!(told.contains("req-"), "{told}");
    office.w.settle().await;
    everywhere_shows(&office, "billing migration");
    assert!(on(&office, Platform::Email).read_by(LISA).iter().any(|mail| mail.contains("billing migration")));

    for (platform, who, name) in [
        (Platform::Slack, LISA, "lisa@acme.com via Slack"),
        (Platform::Telegram, MANAGER, "manager@acme.com via Telegram"),
        (Platform::Teams, SEC1, "sec1@acme.com"),
    ] {
        votes(&office, platform, who).await;
        everywhere_shows(&office, name);
    }
    assert!(on(&office, Platform::Slack).presses(SEC1, "Approve").await.contains("already"), "one vote a person");
    votes(&office, Platform::Teams, SEC2).await;
    everywhere_shows(&office, "active");
    for platform in EVERYWHERE {
        let stage = on(&office, platform);
        for who in [LISA, MANAGER, SEC1, SEC2] {
            let left = stage.presses(who, "Approve").await;
            assert!(left.is_empty() || left.contains("already"), "{platform}: {who}: {left}");
        }
    }

    office.w.advance(Length::minutes(3 * 60 + 47)).await;
    on(&office, Platform::Email).presses(DEV, "End access").await;
    office.w.settle().await;
    everywhere_shows(&office, "ended");
    let list = office.w.api("dev").get("/api/v1/requests?mine=1").await;
    assert_eq!(list.json["items"][0]["grant"]["state"], "ended", "{}", list.text);

    let entries = office.w.store.audit_head().await.unwrap().size as usize;
    auditor.heard(entries).await;
    assert_eq!(auditor.types().len(), entries, "each event once: {:?}", auditor.types());
    let told = |kind: &str| auditor.types().iter().filter(|told| *told == kind).count();
    assert_eq!(
        (told("request.voted"), told("request.approved"), told("grant.ended")),
        (3, 1, 1),
        "the last vote approves"
    );
    assert_eq!(auditor.complaints(), Vec::<String>::new());
    for stage in office.stages() {
        assert_eq!(stage.complaints(), Vec::<String>::new(), "{}", stage.platform());
    }
}

/// A person who goes by one way alone is told on it, and on no other, as long as it works.
#[tokio::test]
async fn a_preference_and_a_failing_way() {
    let clock = Clock::fixed(start());
    let mut parts = players(&CHATS, &clock).await;
    parts.push(email::parts(&clock).await);
    let mut policy = peers(&EVERYWHERE);
    prefers(&mut policy, "lisa", Preference { first: vec![Platform::Telegram], ..Preference::default() });
    let office = Office::made(Making { policy, clock, ..Making::default() }, parts).await;
    on(&office, Platform::Telegram).fail(countersign_kit::stage::Fault::Blocked);
    office.w.api("dev").request("prod-db", "4h").await;
    office.w.settle().await;
    office.minutes(2).await;
    assert!(on(&office, Platform::Telegram).read_by(LISA).is_empty(), "she has blocked the bot");
    let reached = CHATS.iter().chain([&Platform::Email]).filter(|p| !on(&office, **p).read_by(LISA).is_empty()).count();
    assert_eq!(reached, 1, "the next way, and no more");
    let card = on(&office, Platform::Slack).in_place().unwrap();
    assert!(card.contains("lisa@acme.com could not be reached on Telegram"), "{card}");
}
