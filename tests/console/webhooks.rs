//! The log of webhooks: who may look, who may send again.

use crate::{
    browser::Browser,
    world::{Making, World},
};
use chrono::TimeDelta;
use countersign::store::{WebhookOutcome, WebhookQuery, WebhookState, WebhookWant};
use countersign_engine::selector::Selector;

/// A dead delivery of `audit`, which is off, and a delivered one of `chatops`. The manager administers, the deputy only
/// looks.
async fn world() -> World {
    let mut policy = countersign_kit::acme();
    policy.settings.administrators = vec![Selector::Person("manager".into())];
    let world = World::made(Making { policy, ..Making::default() }).await;
    let id = Browser::of(&world, "dev").await.ask("grafana", "10m", "a look").await;
    let request = world.store.request(&id).await.unwrap().unwrap().id;
    let now = world.now();
    for (webhook, state, status) in [("audit", WebhookState::Dead, 503), ("chatops", WebhookState::Delivered, 200)] {
        world.store.start_webhook(webhook).await.unwrap();
        let want = WebhookWant { seq: 0, request: request.clone(), kind: "request.opened".into() };
        world.store.advance_webhook(webhook, &[want], 1, now).await.unwrap();
        let claimed = world.store.claim_webhooks(webhook, now, TimeDelta::minutes(1), 1).await.unwrap().remove(0);
        let excerpt = "<script>alert(1)</script>".to_owned();
        let error = format!("HTTP {status}");
        let outcome = WebhookOutcome { state, due_at: now, status: Some(status), error, excerpt, at: now };
        world.store.settle_webhook(&claimed, &outcome).await.unwrap();
    }
    world.store.disable_webhook("audit", "the receiver answered 410 Gone", now).await.unwrap();
    world
}

async fn waiting(world: &World) -> usize {
    let query = WebhookQuery { state: Some(WebhookState::Waiting), limit: 10, ..WebhookQuery::default() };
    world.store.webhook_deliveries(&query).await.unwrap().len()
}

#[tokio::test]
async fn auditors_look_and_others_find_nothing() {
    let world = world().await;
    let deputy = Browser::of(&world, "deputy").await;
    let page = deputy.get("/webhooks").await;
    assert_eq!(page.status, 200);
    assert!(page.has("HTTP 503") && page.has("request.opened") && page.has("off since") && page.has("410 Gone"));
    assert!(page.has("&#60;script&#62;alert(1)") || page.has("&lt;script&gt;alert(1)"), "an answer is only words");
    assert!(!page.has(">Resend</button>") && !page.has(">Turn on again</button>"), "auditors only look");
    assert!(deputy.get("/").await.has("href=\"/webhooks\""));
    assert!(!deputy.get("/webhooks?state=dead").await.has("delivered</td>"));
    assert!(deputy.get("/webhooks?webhook=nobody").await.has("No deliveries match this."));
    let dev = Browser::of(&world, "dev").await;
    assert_eq!(dev.get("/webhooks").await.status, 404);
    assert!(!dev.get("/").await.has("href=\"/webhooks\""));
}

#[tokio::test]
async fn administrators_send_again() {
    let world = world().await;
    let manager = Browser::of(&world, "manager").await;
    let page = manager.get("/webhooks").await;
    let dead = page.field("delivery");
    assert!(page.has(">Resend</button>") && page.has(">Turn on again</button>"));
    for (person, status) in [("dev", 404), ("deputy", 404), ("manager", 303)] {
        let browser = Browser::of(&world, person).await;
        let csrf = browser.csrf().await;
        let fields = [("csrf", csrf.as_str()), ("delivery", dead.as_str())];
        let done = browser.post_as("/webhooks/resend", &fields, &[("origin", crate::browser::ORIGIN)]).await;
        assert_eq!(done.status, status, "{person}");
        assert_eq!(waiting(&world).await, usize::from(person == "manager"), "{person}");
    }
    for nonsense in ["", "x", "4711", "-1", "99999999999999999999"] {
        assert_eq!(manager.post("/webhooks/resend", &[("delivery", nonsense)]).await.status, 404, "{nonsense}");
    }
    assert_eq!(manager.post("/webhooks/enable", &[("webhook", "audit")]).await.status, 303);
    assert_eq!(manager.post("/webhooks/enable", &[("webhook", "audit")]).await.status, 404, "it is on");
    assert!(world.store.webhook_cursors().await.unwrap().iter().all(|cursor| cursor.disabled.is_none()));
}
