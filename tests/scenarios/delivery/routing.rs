//! Which place, and what its platform may show.

use super::*;

/// A workflow's place may be a mailbox that several people read.
#[tokio::test]
async fn places_are_on_every_platform() {
    let (slack, email) = (Pigeon::new(Platform::Slack), Pigeon::new(Platform::Email));
    let mut policy = reachable(&[Platform::Slack]);
    let mailbox =
        Address::Place { platform: Platform::Email, tenant: String::new(), place: "security@acme.com".into() };
    policy.workflows.values_mut().for_each(|w| w.notify.places.push(mailbox.clone()));
    let w = world(policy, &[&slack, &email]).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    w.api("lisa").approve(&id).await;
    w.settle().await;
    let (mail, card) = (at(&email, &mailbox), at(&slack, &place(Platform::Slack)));
    assert_eq!((mail.len(), &mail[0].card), (1, &card[0].card), "both converge");
}

/// rule 53: Telegram's updates are not signed: unless the workflow says so, no vote is offered there, at first or later.
#[tokio::test]
async fn telegram_offers_no_votes_unless_it_may_decide() {
    for may in [false, true] {
        let pigeon = Pigeon::new(Platform::Telegram);
        let mut policy = reachable(&[Platform::Telegram]);
        policy.workflows.values_mut().for_each(|w| w.telegram_may_decide = may);
        let w = world(policy, &[&pigeon]).await;
        let id = w.api("dev").request("prod-db", "4h").await.id();
        w.settle().await;
        let there = place(Platform::Telegram);
        assert_eq!(can_vote(&at(&pigeon, &there)[0]), may);
        w.api("lisa").approve(&id).await;
        w.settle().await;
        let card = at(&pigeon, &there).remove(0);
        assert!(format!("{:?}", card.card.title).contains("step 2 of 3"), "it was brought up to date");
        assert_eq!(can_vote(&card), may);
    }
}

/// Who has no account where the workflow tells approvers is told where they can be reached.
#[tokio::test]
async fn nobody_is_left_out_for_want_of_an_account() {
    let (slack, email) = (Pigeon::new(Platform::Slack), Pigeon::new(Platform::Email));
    let mut policy = reachable(&[Platform::Slack]);
    countersign_kit::change_person(&mut policy, "lisa", |lisa| lisa.accounts.clear());
    let w = world(policy, &[&slack, &email]).await;
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(at(&email, &by_mail("lisa")).len(), 1);
    assert_eq!(email.letters().len(), 1);
}

/// What a platform is called that is not configured any more does not matter to the others.
#[tokio::test]
async fn a_platform_that_is_not_configured_any_more() {
    let slack = Pigeon::new(Platform::Slack);
    let w = world(reachable(&[Platform::Slack]), &[&slack]).await;
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    let request = w.store.request(&id).await.unwrap().unwrap();
    let lost = Posting::new(request.id, direct(Platform::Discord, "lisa"), "card:0".into(), w.now());
    w.store.plan(&[Posting { person: Some("lisa".into()), ..lost }]).await.unwrap();
    w.settle().await;
    let row = &ledger(&w, &id, &direct(Platform::Discord, "lisa")).await[0];
    assert_eq!((row.state.key(), row.error.as_str()), ("given_up", "this platform is not configured"));
    assert_eq!(at(&slack, &direct(Platform::Slack, "lisa")).len(), 1);
}
