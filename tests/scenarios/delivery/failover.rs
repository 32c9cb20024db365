//! When a way fails, the next is tried before the step's time burns, and people see that it happened.

use super::*;
use countersign::lifecycle::BotState;
use countersign_engine::time::Length;
use std::time::Duration;

struct Posts {
    slack: Pigeon,
    discord: Pigeon,
    email: Pigeon,
}

impl Posts {
    fn new() -> Self {
        let [slack, discord, email] = [Platform::Slack, Platform::Discord, Platform::Email].map(Pigeon::new);
        Self { slack, discord, email }
    }

    /// Approvers are told on Slack only; there is e-mail beside it.
    async fn world(&self) -> World {
        let mut policy = reachable(&[Platform::Slack]);
        policy.workflows.values_mut().for_each(|w| w.notify.approvers = vec![Platform::Slack]);
        world(policy, &[&self.slack, &self.email]).await
    }
}

fn lisa() -> Address {
    direct(Platform::Slack, "lisa")
}

/// rule 48
#[tokio::test]
async fn a_message_that_bounces_goes_the_next_way() {
    let posts = Posts::new();
    let w = posts.world().await;
    posts.slack.bounces(&lisa(), Some(not_in_channel()));
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    let mail = at(&posts.email, &by_mail("lisa"));
    assert!(mail.len() == 1 && can_vote(&mail[0]), "{mail:?}");
    assert_eq!(at(&posts.email, &by_mail("manager")).len(), 0, "he was reached");
    let heard = at(&posts.slack, &direct(Platform::Slack, "dev"));
    let words = "lisa@acme.com could not be reached on Slack (not_in_channel); told by e-mail instead";
    assert!(notes(&heard[0]).contains(words), "{}", notes(&heard[0]));
    let rows = ledger(&w, &id, &by_mail("lisa")).await;
    let lost = &ledger(&w, &id, &lisa()).await[0];
    assert_eq!(
        (rows[0].instead_of, lost.state.key(), lost.error.as_str()),
        (Some(lost.id), "rejected", "not_in_channel")
    );
    let metrics = w.api("dev").get("/metrics").await.text;
    for line in [
        "countersign_deliveries_passed_on_total{platform=\"slack\"} 1",
        "countersign_delivery_failures_total{platform=\"slack\"} 1",
        "countersign_deliveries_total{platform=\"email\"} 1",
        "countersign_messages_waiting{platform=\"slack\"} 0",
    ] {
        assert!(metrics.lines().any(|l| l == line), "{line} is not in\n{metrics}");
    }
    w.api("lisa").approve(&id).await;
    w.settle().await;
    assert!(!can_vote(&at(&posts.email, &by_mail("lisa"))[0]), "the copy by e-mail converges too");
}

/// Whoever has the card was asked; that it cannot be changed is no reason to ask again elsewhere.
#[tokio::test]
async fn a_card_that_cannot_be_changed_goes_nowhere_else() {
    let posts = Posts::new();
    let w = posts.world().await;
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    posts.slack.down(Some(DeliveryError::Rejected("cant_update".into())));
    w.api("lisa").approve(&id).await;
    w.settle().await;
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 0);
    let row = &ledger(&w, &id, &direct(Platform::Slack, "lisa")).await[0];
    assert_eq!((row.state.key(), row.passed_on, row.error.as_str()), ("delivered", false, "cant_update"));
    posts.slack.down(None);
    w.advance(Length::minutes(1)).await;
    let row = &ledger(&w, &id, &direct(Platform::Slack, "lisa")).await[0];
    assert_eq!(row.error, "", "it is not left to tell an old truth once it can be changed again");
}

/// Down for longer than a minute: the next way. The late copy converges, and there is one message each.
#[tokio::test]
async fn a_platform_that_is_down_is_not_waited_for() {
    let posts = Posts::new();
    let w = posts.world().await;
    posts.slack.down(Some(silent()));
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    assert_eq!(posts.email.letters().len(), 0, "not at once");
    for _ in 0..4 {
        w.advance(Length::from_seconds(20).unwrap()).await;
    }
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 1, "within a minute and a half");
    posts.slack.down(None);
    w.advance(Length::minutes(1)).await;
    assert_eq!(at(&posts.slack, &lisa()).len(), 1, "the late copy arrives while her vote is wanted");
    w.api("lisa").approve(&id).await;
    w.settle().await;
    for letter in at(&posts.slack, &lisa()).iter().chain(&at(&posts.email, &by_mail("lisa"))) {
        assert!(!can_vote(letter), "{letter:?}");
    }
}

/// What was decided meanwhile is not asked for any more.
#[tokio::test]
async fn a_late_copy_that_nobody_needs_is_given_up() {
    let posts = Posts::new();
    let w = posts.world().await;
    posts.slack.down(Some(silent()));
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    w.api("manager").approve(&id).await;
    posts.slack.down(None);
    w.advance(Length::minutes(1)).await;
    assert_eq!(at(&posts.slack, &lisa()).len(), 0);
    assert_eq!(ledger(&w, &id, &lisa()).await[0].state.key(), "given_up");
    assert_eq!(at(&posts.slack, &place(Platform::Slack)).len(), 1, "the place has it for the record");
}

/// A short step is not waited out: a tenth of its time is the bound.
#[tokio::test]
async fn a_short_step_has_little_patience() {
    let posts = Posts::new();
    let mut policy = reachable(&[Platform::Slack]);
    for workflow in policy.workflows.values_mut() {
        workflow.steps.iter_mut().for_each(|step| step.timeout = Length::minutes(1));
    }
    let w = world(policy, &[&posts.slack, &posts.email]).await;
    posts.slack.down(Some(silent()));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    for _ in 0..7 {
        w.advance(Length::from_seconds(2).unwrap()).await;
    }
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 1, "6 s of 60 are a tenth");
}

/// THREATS E12: a platform that asks for a long pause gets it, and the person is told another way at once.
#[tokio::test]
async fn abuse_e12_a_long_pause_is_no_reason_to_wait() {
    let posts = Posts::new();
    let w = posts.world().await;
    posts.slack.down(Some(DeliveryError::Retry { after: Some(Duration::from_secs(3_600)) }));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 1);
    let calls = posts.slack.calls();
    posts.slack.down(None);
    w.advance(Length::minutes(59)).await;
    assert_eq!(posts.slack.calls(), calls);
}

/// A bot whose credentials are not accepted is not called at all.
#[tokio::test]
async fn a_stopped_bot_is_gone_around() {
    let posts = Posts::new();
    let w = posts.world().await;
    w.app.web.bots.note(Platform::Slack, BotState::Stopped, "invalid_auth");
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!((posts.slack.calls(), at(&posts.email, &by_mail("lisa")).len()), (0, 1));
    let heard = at(&posts.email, &by_mail("dev"));
    assert!(notes(&heard[0]).contains("its bot is stopped: invalid_auth"), "{}", notes(&heard[0]));
    w.app.web.bots.set(Platform::Slack, true);
    w.advance(Length::minutes(1)).await;
    assert_eq!(at(&posts.slack, &lisa()).len(), 1, "it is tried again once the bot runs");
}

/// Two ways that fail together do not wait for each other.
#[tokio::test]
async fn all_ways_fail_at_once() {
    let posts = Posts::new();
    let policy = reachable(&[Platform::Slack, Platform::Discord]);
    let w = world(policy, &[&posts.slack, &posts.discord, &posts.email]).await;
    posts.slack.bounces(&lisa(), Some(not_in_channel()));
    posts.discord.bounces(&direct(Platform::Discord, "lisa"), Some(not_in_channel()));
    posts.slack.bounces(&direct(Platform::Slack, "deputy"), Some(not_in_channel()));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 1, "once");
    assert_eq!(at(&posts.email, &by_mail("deputy")).len(), 0, "Discord reached them");
    posts.email.bounces(&by_mail("lisa"), Some(not_in_channel()));
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    let heard = at(&posts.slack, &direct(Platform::Slack, "dev"));
    assert!(notes(&heard[1]).contains("and there is no other way"), "{}", notes(&heard[1]));
}

/// The bot is not in the channel, and approvers are not told directly: now they are.
#[tokio::test]
async fn a_lost_place_has_the_approvers_asked_directly() {
    let posts = Posts::new();
    let mut policy = reachable(&[Platform::Slack]);
    policy.workflows.values_mut().for_each(|w| w.notify.approvers = Vec::new());
    let w = world(policy, &[&posts.slack, &posts.email]).await;
    posts.slack.bounces(&place(Platform::Slack), Some(not_in_channel()));
    let id = w.api("dev").request("prod-db", "4h").await.id();
    w.settle().await;
    assert_eq!(at(&posts.slack, &lisa()).len(), 1);
    let heard = at(&posts.slack, &direct(Platform::Slack, "dev"));
    let words = "the place on Slack could not be reached (not_in_channel); the approvers are asked directly";
    assert!(notes(&heard[0]).contains(words), "{}", notes(&heard[0]));
    for person in ["lisa", "manager"] {
        w.api(person).approve(&id).await;
        w.settle().await;
    }
    assert_eq!(at(&posts.slack, &direct(Platform::Slack, "sec1")).len(), 1, "those of later steps as well");
}

#[tokio::test]
async fn another_place_is_enough() {
    let posts = Posts::new();
    let mut policy = reachable(&[Platform::Slack, Platform::Discord]);
    for workflow in policy.workflows.values_mut() {
        workflow.notify.places = vec![place(Platform::Slack), place(Platform::Discord)];
        workflow.notify.approvers = Vec::new();
    }
    let w = world(policy, &[&posts.slack, &posts.discord]).await;
    posts.slack.bounces(&place(Platform::Slack), Some(not_in_channel()));
    w.api("dev").request("grafana", "10m").await;
    w.settle().await;
    assert_eq!(at(&posts.slack, &lisa()).len() + at(&posts.discord, &direct(Platform::Discord, "lisa")).len(), 0);
    let card = at(&posts.discord, &place(Platform::Discord)).remove(0);
    assert!(notes(&card).contains("the card is on Discord too"), "{}", notes(&card));
}

/// Doing it all twice, as after a crash, sends nothing twice.
#[tokio::test]
async fn a_crash_while_another_way_is_looked_for() {
    let posts = Posts::new();
    let w = posts.world().await;
    posts.slack.bounces(&lisa(), Some(not_in_channel()));
    let id = w.api("dev").request("grafana", "10m").await.id();
    w.settle().await;
    // As if the process had died after the next way was planned and before that was on record.
    let lost = ledger(&w, &id, &lisa()).await.remove(0);
    w.store.mark_stale(&[lost.id], w.now()).await.unwrap();
    w.settle().await;
    assert_eq!(at(&posts.email, &by_mail("lisa")).len(), 1);
    assert_eq!(ledger(&w, &id, &lisa()).await[0].due_at, None);
}
