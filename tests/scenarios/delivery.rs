//! Cards: posted where they should be, brought up to date everywhere, never sooner than the platform allows.

use crate::world::{Making, World};
use countersign::bots::Bots;
use countersign_engine::{
    address::Address,
    person::{Account, Platform},
    policy::Policy,
    ports::DeliveryError,
    time::Length,
};
use countersign_kit::{Letter, Pigeon, acme};
use std::{sync::Arc, time::Duration};

/// Everybody has an account called as they are; workflows post to one place and to their approvers.
fn reachable() -> Policy {
    let mut policy = acme();
    let people = policy.directory.everyone().cloned().map(|mut person| {
        let user = person.id.to_string();
        person.accounts.insert(Account { platform: Platform::Slack, tenant: "T1".into(), user });
        person
    });
    let people: Vec<_> = people.collect();
    let (levels, teams) = (policy.directory.levels().to_vec(), policy.directory.teams().clone());
    policy.directory = countersign_engine::directory::Directory::new(levels, teams, people, chrono_tz::UTC);
    for workflow in policy.workflows.values_mut() {
        let place = Address::Place { platform: Platform::Slack, tenant: "T1".into(), place: "C1".into() };
        workflow.notify.places = vec![place];
        workflow.notify.approvers = vec![Platform::Slack];
    }
    policy
}

async fn world(pigeon: &Pigeon) -> World {
    let bots = Bots::default().with(Arc::new(pigeon.clone()));
    World::made(Making { policy: reachable(), bots, ..Making::default() }).await
}

/// The copies of the card, which are those with a vote or its outcome on them; news to the requester are other messages.
fn to<'a>(letters: &'a [Letter], user: &'a str) -> impl Iterator<Item = &'a Letter> {
    letters.iter().filter(move |l| matches!(&l.to, Address::Direct(account) if account.user == user))
}

fn in_place(letters: &[Letter]) -> Vec<&Letter> {
    letters.iter().filter(|l| matches!(l.to, Address::Place { .. })).collect()
}

/// Every copy of the card shows the same, whoever voted where.
#[tokio::test]
async fn all_copies_converge() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(&pigeon).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    let letters = pigeon.letters();
    for approver in ["lisa", "manager", "deputy"] {
        assert_eq!(to(&letters, approver).count(), 1, "{approver} is asked");
    }
    assert_eq!(to(&letters, "sec1").count(), 0, "not yet");
    assert_eq!(in_place(&letters).len(), 1);

    for person in ["lisa", "manager", "sec1", "sec2"] {
        w.api(person).approve(&id).await;
        w.settle().await;
    }
    let letters = pigeon.letters();
    let cards: Vec<&Letter> = ["lisa", "manager", "deputy", "sec1", "sec4"]
        .iter()
        .flat_map(|p| to(&letters, p))
        .chain(in_place(&letters))
        .collect();
    assert_eq!(cards.len(), 6, "one each, and one in the place");
    assert!(cards.iter().all(|l| l.card == cards[0].card), "all show the same");
    assert!(cards[0].card.buttons.iter().all(|b| b.label != "Approve"), "nothing is left to approve");
    assert!(to(&letters, "dev").count() >= 2, "the requester heard");
}

/// THREATS E12: no call before Retry-After, and none lost.
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(&pigeon).await;
    let later = || DeliveryError::Retry { after: Some(Duration::from_secs(90)) };
    pigeon.fails(std::iter::repeat_with(later).take(20));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(pigeon.letters().len(), 0);
    pigeon.fails([]);
    w.advance(Length::minutes(1)).await;
    assert_eq!(pigeon.letters().len(), 0, "a minute is not 90 seconds");
    for _ in 0..4 {
        w.advance(Length::minutes(2)).await;
    }
    let letters = pigeon.letters();
    assert_eq!((to(&letters, "lisa").count(), in_place(&letters).len()), (1, 1));
}

/// A card that somebody deleted is forgotten; the others go on.
#[tokio::test]
async fn a_deleted_card_is_forgotten() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(&pigeon).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    pigeon.fails([DeliveryError::Gone]);
    w.api("lisa").approve(&id).await;
    w.settle().await;
    let before = pigeon.updates();
    w.advance(Length::minutes(11)).await;
    assert!(pigeon.updates() > before, "the copies that are left are brought up to date");
}
