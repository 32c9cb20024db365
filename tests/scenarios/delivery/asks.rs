//! Each ask is a message of its own, for its person and for nobody who has their account later.

use super::*;
use countersign::upkeep;

fn votes(letter: &Letter) -> bool {
    letter.card.buttons.iter().any(|button| button.token.verb == Verb::Approve)
}

/// An approver of a later step who was asked before hears when their own step opens: a change of an older message would be
/// noticed by nobody, and a mail cannot be changed at all.
#[tokio::test]
async fn whoever_is_asked_again_is_told_again() {
    let (slack, email) = (Pigeon::new(Platform::Slack), Pigeon::new(Platform::Email));
    let w = world(reachable(&[Platform::Slack, Platform::Email]), &[&slack, &email]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    assert_eq!(at(&slack, &direct(Platform::Slack, "manager")).len(), 1, "the first step is open to managers too");
    w.api("lisa").approve(&id).await;
    w.settle().await;
    assert_eq!(at(&slack, &direct(Platform::Slack, "manager")).len(), 2);
    assert_eq!(at(&email, &by_mail("manager")).len(), 2);
    assert_eq!(at(&slack, &place(Platform::Slack)).len(), 1, "a place has one card, which converges");
}

/// Who has voted, or whose step it is not, is offered no vote on a copy of their own.
#[tokio::test]
async fn a_copy_of_ones_own_offers_only_ones_own_vote() {
    let slack = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&slack]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    assert!(at(&slack, &direct(Platform::Slack, "lisa")).iter().all(votes));
    w.api("lisa").approve(&id).await;
    w.settle().await;
    assert!(!at(&slack, &direct(Platform::Slack, "lisa")).iter().any(votes), "hers is cast");
    assert!(at(&slack, &direct(Platform::Slack, "manager")).iter().all(votes));
    assert!(at(&slack, &place(Platform::Slack)).iter().all(votes), "several read it there");
}

/// THREATS A09: an account that is not theirs any more is told nothing, not even what becomes of a card that it has.
#[tokio::test]
async fn abuse_a09_an_account_that_was_unlinked_is_told_nothing_more() {
    let slack = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&slack]).await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    let mut policy = reachable(&[Platform::Slack]);
    countersign_kit::change_person(&mut policy, "deputy", |deputy| deputy.accounts.clear());
    countersign_kit::change_person(&mut policy, "manager", |manager| manager.active = false);
    upkeep::reload(&w.app.web.service, policy).await.unwrap();
    w.settle().await;
    let before = |who| at(&slack, &direct(Platform::Slack, who))[0].card.clone();
    let (deputy, manager) = (before("deputy"), before("manager"));
    w.api("lisa").vote(&id, serde_json::json!({"decision": "approve", "note": "for these eyes only"})).await;
    w.settle().await;
    assert_eq!(before("deputy"), deputy);
    assert_eq!(before("manager"), manager);
    assert!(format!("{:?}", at(&slack, &place(Platform::Slack))[0].card).contains("for these eyes only"));
}

/// Access that starts at once is told once.
#[tokio::test]
async fn approved_and_active_in_one_breath_is_one_message() {
    let email = Pigeon::new(Platform::Email);
    let w = world(reachable(&[Platform::Email]), &[&email]).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.api("lisa").approve(&id).await;
    w.settle().await;
    let told = at(&email, &by_mail("dev"));
    let summaries: Vec<_> = told.iter().map(|letter| &letter.card.summary).collect();
    assert_eq!(told.len(), 2, "that it is open, which converges, and that it is active: {summaries:#?}");
}
