//! What goes wrong on the way out: nothing is lost, and what cannot be delivered is seen.

use super::{SECRET, office, receiver, webhook};
use crate::world::World;
use chrono::TimeDelta;
use countersign::store::{WebhookQuery, WebhookState};
use countersign_engine::time::Length;
use countersign_kit::webhooks::Answer;

async fn log(w: &World) -> Vec<countersign::store::WebhookDelivery> {
    w.store.webhook_deliveries(&WebhookQuery { limit: 100, ..WebhookQuery::default() }).await.unwrap()
}

/// 4xx, 5xx, redirects and broken connections are all tried again, with the same id and the same bytes.
#[tokio::test]
async fn what_fails_is_tried_again() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "events = [\"request.opened\"]")).await;
    let said = Answer::Said(500, "out of memory\u{1b}[31m".into());
    let answers =
        [said, Answer::Status(403), Answer::Lost, Answer::With(302, "location", "http://127.0.0.1:1/".into())];
    receiver.then(answers);
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    let [waiting] = &log(&w).await[..] else { panic!() };
    assert_eq!((waiting.state, waiting.attempts, waiting.status), (WebhookState::Waiting, 1, Some(500)));
    assert_eq!((waiting.error.as_str(), waiting.excerpt.as_str()), ("HTTP 500", "out of memory[31m"));
    for _ in 0..60 {
        w.advance(Length::minutes(15)).await;
    }
    let [done] = &log(&w).await[..] else { panic!() };
    assert_eq!((done.state, done.attempts, done.status), (WebhookState::Delivered, 5, Some(204)));
    let seen = receiver.seen();
    assert!(seen.iter().all(|one| one.id == seen[0].id && one.body == seen[0].body), "one message, five times");
    assert_eq!(seen.len(), 5);
}

#[tokio::test]
async fn retry_after_is_obeyed() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "events = [\"request.opened\"]")).await;
    receiver.then([Answer::With(429, "retry-after", "7200".into())]);
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    w.advance(Length::minutes(119)).await;
    assert_eq!(receiver.seen().len(), 1);
    w.advance(Length::minutes(1)).await;
    assert_eq!(receiver.seen().len(), 2);
}

/// promise L6: after 75 h it is dead, and whoever looks can send it again.
#[tokio::test]
async fn dead_after_75_hours_and_sent_again_by_hand() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "events = [\"request.opened\"]")).await;
    receiver.always(Answer::Status(503));
    w.api("dev").request("prod-db", "4h").await;
    w.settle().await;
    let first = w.now();
    let mut tried = 0;
    while w.now() - first < TimeDelta::hours(75) {
        let [one] = &log(&w).await[..] else { panic!() };
        assert_eq!(one.state, WebhookState::Waiting, "{}", w.now() - first);
        tried = one.attempts;
        w.advance(Length::minutes(60)).await;
    }
    let [dead] = &log(&w).await[..] else { panic!() };
    assert_eq!((dead.state, dead.status), (WebhookState::Dead, Some(503)));
    assert!((8..=14).contains(&dead.attempts) && dead.attempts > tried, "{}", dead.attempts);
    let count = receiver.seen().len();
    w.advance(Length::hours(24)).await;
    assert_eq!(receiver.seen().len(), count, "nobody tries any more");

    receiver.always(Answer::Status(204));
    assert!(w.store.resend_webhook(dead.id, w.now()).await.unwrap());
    w.settle().await;
    let [again] = &log(&w).await[..] else { panic!() };
    assert_eq!((again.state, again.attempts), (WebhookState::Delivered, 1));
    let seen = receiver.seen();
    assert_eq!(seen.last().unwrap().id, seen[0].id, "receivers can tell that it is the same");
    assert!(w.store.resend_webhook(dead.id, w.now()).await.unwrap(), "delivered ones too");
    assert!(!w.store.resend_webhook(dead.id, w.now()).await.unwrap(), "not while it waits");
}

/// A receiver that answers 410 hears nothing more, until somebody turns it on again; then it hears all that it missed.
#[tokio::test]
async fn gone_turns_a_webhook_off() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "")).await;
    receiver.then([Answer::Status(410)]);
    w.api("dev").request("prod-db", "2h").await;
    w.settle().await;
    w.api("dev").request("grafana", "1h").await;
    w.settle().await;
    assert_eq!((receiver.seen().len(), w.store.audit_head().await.unwrap().size), (1, 2));
    let off = w.store.webhook_cursors().await.unwrap().remove(0);
    assert!(off.disabled.is_some_and(|(_, why)| why.contains("410")));
    assert_eq!(log(&w).await.last().unwrap().state, WebhookState::Dead);

    assert!(w.store.enable_webhook("audit", w.now()).await.unwrap());
    w.settle().await;
    let size = w.store.audit_head().await.unwrap().size;
    assert_eq!(receiver.seen().len() as i64, size, "the first as well: it was told, and refused");
    assert!(!w.store.enable_webhook("audit", w.now()).await.unwrap());
}

/// A server that dies after it has claimed a delivery, or after it has sent it, leaves a lease that runs out: at least once.
#[tokio::test]
async fn a_delivery_outlives_the_server() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "")).await;
    w.api("dev").request("prod-db", "4h").await;
    assert_eq!(w.app.webhooks.pump().await.unwrap(), 1);
    let lease = TimeDelta::seconds(60);
    let claimed = w.store.claim_webhooks("audit", w.now(), lease, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    w.settle().await;
    assert_eq!(receiver.seen().len(), 0, "it is somebody else's");
    w.advance(Length::minutes(1)).await;
    assert_eq!(receiver.seen().len(), 1);
    assert_eq!(log(&w).await[0].state, WebhookState::Delivered);
    // What the dead server would have said counts no more.
    let late = countersign::store::WebhookOutcome {
        state: WebhookState::Dead,
        due_at: w.now(),
        status: None,
        error: "late".into(),
        excerpt: String::new(),
        at: w.now(),
    };
    w.store.settle_webhook(&claimed[0], &late).await.unwrap();
    assert_eq!(log(&w).await[0].state, WebhookState::Delivered);
}

/// rule 51: a webhook that is new hears what happens from now on; one that was there goes on where it stood.
#[tokio::test]
async fn a_restart_loses_nothing_and_repeats_nothing() {
    let receiver = receiver(&[SECRET]).await;
    let w = office(&webhook("audit", &receiver, "")).await;
    w.api("dev").request("prod-db", "4h").await;
    // The next server starts before anything was told.
    w.app.webhooks.prepare().await.unwrap();
    w.settle().await;
    w.app.webhooks.prepare().await.unwrap();
    w.settle().await;
    assert_eq!(receiver.types(), ["request.opened"]);
    w.store.start_webhook("later").await.unwrap();
    let cursors = w.store.webhook_cursors().await.unwrap();
    assert!(cursors.iter().all(|cursor| cursor.next_seq == 1), "{cursors:?}");
}
