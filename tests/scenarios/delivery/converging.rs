//! Cards: posted where they should be, brought up to date everywhere, never sooner than the platform allows.

use super::*;
use countersign::{lifecycle, metrics::Metrics, outbox::Outbox};
use countersign_engine::time::Length;
use std::time::Duration;

/// Every copy of the card shows the same, whoever voted where.
#[tokio::test]
async fn all_copies_converge() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    let to = |user: &str| at(&pigeon, &direct(Platform::Slack, user));
    for approver in ["lisa", "manager", "deputy"] {
        assert_eq!(to(approver).len(), 1, "{approver} is asked");
    }
    assert_eq!(to("sec1").len(), 0, "not yet");
    assert_eq!(at(&pigeon, &place(Platform::Slack)).len(), 1);
    for person in ["lisa", "manager", "sec1", "sec2"] {
        w.api(person).approve(&id).await;
        w.settle().await;
    }
    let mut cards: Vec<Letter> = ["lisa", "manager", "deputy", "sec1", "sec4"].into_iter().flat_map(to).collect();
    cards.extend(at(&pigeon, &place(Platform::Slack)));
    assert_eq!(cards.len(), 8, "one for each ask, which manager and deputy had two of, and one in the place");
    assert!(cards.iter().all(|l| l.card == cards[0].card), "all show the same");
    assert!(!can_vote(&cards[0]), "nothing is left to approve");
    assert!(to("dev").len() >= 2, "the requester heard");
}

/// THREATS E12: no call before Retry-After, and none lost.
#[tokio::test]
async fn abuse_e12_retry_after_is_obeyed() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    pigeon.down(Some(DeliveryError::Retry { after: Some(Duration::from_secs(90)) }));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    let calls = pigeon.calls();
    assert!(pigeon.letters().is_empty() && calls > 0);
    pigeon.down(None);
    w.advance(Length::from_seconds(89).unwrap()).await;
    assert_eq!(pigeon.calls(), calls, "89 seconds are not 90");
    w.advance(Length::from_seconds(1).unwrap()).await;
    for address in [direct(Platform::Slack, "lisa"), place(Platform::Slack)] {
        assert_eq!(at(&pigeon, &address).len(), 1, "{address}");
    }
}

/// THREATS E12: a refresh does not come before Retry-After either, and shows what is true then.
#[tokio::test]
async fn abuse_e12_a_refresh_waits_too() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    pigeon.down(Some(DeliveryError::Retry { after: Some(Duration::from_secs(90)) }));
    w.api("lisa").approve(&id).await;
    w.settle().await;
    let calls = pigeon.calls();
    w.advance(Length::minutes(1)).await;
    w.api("manager").approve(&id).await;
    w.settle().await;
    let new = ["sec1", "sec2", "sec3", "sec4"].len() as u32;
    assert_eq!(pigeon.calls(), calls + new, "only those who are asked now were tried");
    pigeon.down(None);
    w.advance(Length::from_seconds(90).unwrap()).await;
    let card = at(&pigeon, &place(Platform::Slack)).remove(0);
    assert!(format!("{:?}", card.card.title).contains("step 3 of 3"), "{card:?}");
}

/// rule 49: all copies converge within 60 s of the platform accepting calls again, also when another process does it.
#[tokio::test]
async fn copies_converge_after_an_outage_and_a_restart() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    pigeon.down(Some(silent()));
    for (person, minutes) in [("lisa", 7), ("manager", 9), ("sec1", 8)] {
        w.api(person).approve(&id).await;
        w.advance(Length::minutes(minutes)).await;
    }
    pigeon.down(None);
    w.clock.advance(Length::minutes(1).delta());
    let service = w.app.web.service.clone();
    let messengers = [(Platform::Slack, Arc::new(pigeon.clone()) as _)].into();
    let restarted = Outbox::new(service, messengers, Metrics::default());
    while restarted.work().await.unwrap() > 0 {}
    for user in ["lisa", "manager", "deputy", "sec2", "sec3"] {
        let letters = at(&pigeon, &direct(Platform::Slack, user));
        let steps = letters.last().map(|letter| format!("{:?}", letter.card.steps)).unwrap_or_default();
        assert!(letters.len() == 1 && steps.contains("approved so far by sec1@acme.com"), "{user}: {steps}");
    }
}

/// A platform that hangs keeps nobody else waiting.
#[tokio::test]
async fn a_slow_platform_delays_no_other() {
    let (slack, discord) = (Pigeon::new(Platform::Slack), Pigeon::new(Platform::Discord));
    let w = world(reachable(&[Platform::Slack, Platform::Discord]), &[&slack, &discord]).await;
    slack.hangs(true);
    let (_stopper, stopping) = lifecycle::stopper();
    let running = tokio::spawn(w.app.outbox.clone().run(stopping));
    let id = w.api("dev").request("prod-db", "4h").await.id();
    let lisa = direct(Platform::Discord, "lisa");
    discord.comes_to(|letters| letters.iter().any(|letter| letter.to == lisa)).await;
    w.api("lisa").approve(&id).await;
    discord.comes_to(|letters| letters.iter().any(|l| format!("{:?}", l.card.title).contains("step 2 of 3"))).await;
    assert!(slack.calls() > 0 && slack.letters().is_empty());
    running.abort();
}

/// A card that somebody deletes is posted anew while it matters, but nobody is fought with for ever.
#[tokio::test]
async fn a_deleted_card_is_posted_anew_three_times() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    let there = place(Platform::Slack);
    for (n, person) in ["lisa", "manager", "sec1", "sec2"].into_iter().enumerate() {
        pigeon.delete(&there);
        w.api(person).approve(&id).await;
        w.settle().await;
        let expected = if n < 3 { 1 } else { 0 };
        assert_eq!(at(&pigeon, &there).len(), expected, "after {} deletions", n + 1);
    }
    let rows = ledger(&w, &id, &there).await;
    assert_eq!((rows[0].state.key(), rows[0].reposts), ("gone", 3));
}

/// A card that was deleted and matters no more is forgotten; the others go on.
#[tokio::test]
async fn a_deleted_card_is_forgotten_when_it_is_over() {
    let pigeon = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&pigeon]).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    let lisa = direct(Platform::Slack, "lisa");
    pigeon.delete(&lisa);
    w.api("lisa").approve(&id).await;
    w.settle().await;
    assert_eq!(at(&pigeon, &lisa).len(), 0, "she has voted");
    assert_eq!(ledger(&w, &id, &lisa).await[0].state.key(), "gone");
    let before = pigeon.updates();
    w.advance(Length::minutes(11)).await;
    assert!(pigeon.updates() > before, "the copies that are left are brought up to date");
}
