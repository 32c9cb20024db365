//! What webhooks need to have kept.

use crate::{
    sample::{HOSTILE, at, id},
    world::World,
};
use chrono::TimeDelta;
use countersign::store::{HookAnswer, WebhookOutcome, WebhookQuery, WebhookState, WebhookWant};

stories! {
    a_cursor_moves_forward_and_notes_each_entry_once,
    a_delivery_is_claimed_by_one_at_a_time,
    /// promise L6
    what_is_dead_is_kept_and_can_be_sent_again,
    a_disabled_webhook_hands_out_nothing,
    /// THREATS B02
    abuse_b02_the_first_answer_stays,
    old_rows_go_and_forsaken_ones_are_buried,
}

fn want(seq: i64) -> WebhookWant {
    WebhookWant { seq, request: id(1), kind: "request.opened".into() }
}
fn lease() -> TimeDelta {
    TimeDelta::minutes(1)
}
fn all() -> WebhookQuery {
    WebhookQuery { limit: 100, ..WebhookQuery::default() }
}
fn outcome(state: WebhookState, due: u32, now: u32) -> WebhookOutcome {
    let (status, error, excerpt) = (Some(500), HOSTILE.to_owned(), HOSTILE.to_owned());
    WebhookOutcome { state, due_at: at(due.into()), status, error, excerpt, at: at(now.into()) }
}

async fn a_cursor_moves_forward_and_notes_each_entry_once(w: &World) {
    w.store.start_webhook("audit").await.unwrap();
    let cursor = w.store.webhook_cursors().await.unwrap().remove(0);
    assert_eq!((cursor.webhook.as_str(), cursor.next_seq, cursor.disabled), ("audit", 0, None));
    // Several replicas look at the same entries.
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = w.store.clone();
        replicas.spawn(async move {
            let wants: Vec<WebhookWant> = (0..700).map(want).collect();
            store.advance_webhook("audit", &wants, 700, at(1)).await.unwrap();
        });
    }
    replicas.join_all().await;
    w.store.advance_webhook("audit", &[], 300, at(2)).await.unwrap();
    w.store.start_webhook("audit").await.unwrap();
    assert_eq!(w.store.webhook_cursors().await.unwrap()[0].next_seq, 700, "never back");
    assert_eq!(w.number("SELECT count(*) FROM webhook_deliveries").await, 700);
    w.store.advance_webhook(HOSTILE, &[want(1)], 2, at(2)).await.unwrap();
    let page =
        w.store.webhook_deliveries(&WebhookQuery { webhook: Some("audit".into()), limit: 2, ..all() }).await.unwrap();
    let rest = WebhookQuery { webhook: Some("audit".into()), before: Some(page[1].id), ..all() };
    let rest = w.store.webhook_deliveries(&rest).await.unwrap();
    assert!(page[0].id > page[1].id && page[1].id > rest[0].id && rest.len() == 100);
}

async fn a_delivery_is_claimed_by_one_at_a_time(w: &World) {
    w.store.start_webhook("audit").await.unwrap();
    let wants: Vec<WebhookWant> = (0..40).map(want).collect();
    w.store.advance_webhook("audit", &wants, 40, at(1)).await.unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let store = w.store.clone();
        workers.spawn(async move { store.claim_webhooks("audit", at(1), lease(), 10).await.unwrap() });
    }
    let claimed: Vec<i64> = workers.join_all().await.into_iter().flatten().map(|one| one.want.seq).collect();
    let mut once = claimed.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!((claimed.len(), once.len()), (40, 40));
    assert_eq!(w.store.claim_webhooks("audit", at(1), lease(), 10).await.unwrap(), []);
    assert_eq!(w.store.claim_webhooks("other", at(3), lease(), 10).await.unwrap(), []);
    // A lease that ran out is another's, and the first claimer is heard no more.
    let second = w.store.claim_webhooks("audit", at(3), lease(), 40).await.unwrap();
    assert!(second.len() == 40 && second.iter().all(|one| one.attempts == 2));
    let mut first = second[0].clone();
    first.attempts = 1;
    w.store.settle_webhook(&first, &outcome(WebhookState::Dead, 4, 4)).await.unwrap();
    w.store.settle_webhook(&second[0], &outcome(WebhookState::Waiting, 9, 4)).await.unwrap();
    let kept = w.store.webhook_deliveries(&WebhookQuery { state: Some(WebhookState::Waiting), ..all() }).await.unwrap();
    let kept = kept.into_iter().find(|one| one.id == second[0].id).unwrap();
    assert_eq!(
        (kept.due_at, kept.status, kept.error.as_str(), kept.excerpt.as_str()),
        (at(9), Some(500), HOSTILE, HOSTILE)
    );
    assert_eq!(w.store.claim_webhooks("audit", at(8), lease(), 40).await.unwrap().len(), 39);
    assert_eq!(w.store.claim_webhooks("audit", at(9), lease(), 40).await.unwrap().len(), 40);
}

async fn what_is_dead_is_kept_and_can_be_sent_again(w: &World) {
    w.store.start_webhook("audit").await.unwrap();
    w.store.advance_webhook("audit", &[want(0)], 1, at(1)).await.unwrap();
    let claimed = w.store.claim_webhooks("audit", at(1), lease(), 1).await.unwrap().remove(0);
    assert!(!w.store.resend_webhook(claimed.id, at(1)).await.unwrap(), "it waits");
    w.store.settle_webhook(&claimed, &outcome(WebhookState::Dead, 1, 2)).await.unwrap();
    assert_eq!(w.store.claim_webhooks("audit", at(99), lease(), 1).await.unwrap(), []);
    assert!(w.store.resend_webhook(claimed.id, at(100)).await.unwrap());
    let again = w.store.claim_webhooks("audit", at(100), lease(), 1).await.unwrap().remove(0);
    assert_eq!((again.attempts, again.first_due), (1, at(100)), "its whole time again");
    w.store.settle_webhook(&again, &outcome(WebhookState::Delivered, 100, 101)).await.unwrap();
    let done = WebhookQuery { state: Some(WebhookState::Delivered), ..all() };
    assert_eq!(w.store.webhook_deliveries(&done).await.unwrap().len(), 1);
    assert!(!w.store.resend_webhook(4711, at(1)).await.unwrap());
    w.sql("UPDATE webhook_deliveries SET due_at = 9223372036854775807").await.unwrap();
    assert!(w.store.webhook_deliveries(&all()).await.is_err(), "a row that makes no sense is an error");
}

async fn a_disabled_webhook_hands_out_nothing(w: &World) {
    w.store.start_webhook("audit").await.unwrap();
    w.store.advance_webhook("audit", &[want(0)], 1, at(1)).await.unwrap();
    w.store.disable_webhook("audit", HOSTILE, at(2)).await.unwrap();
    w.store.disable_webhook("audit", "again", at(3)).await.unwrap();
    let off = w.store.webhook_cursors().await.unwrap().remove(0).disabled.unwrap();
    assert_eq!((off.0, off.1.as_str()), (at(2), HOSTILE), "the first reason stays");
    assert_eq!(w.store.claim_webhooks("audit", at(4), lease(), 1).await.unwrap(), []);
    assert_eq!(w.store.forsake_webhooks(at(90), "gone", at(91)).await.unwrap(), 0, "it waits for somebody");
    assert!(w.store.enable_webhook("audit", at(50)).await.unwrap());
    assert!(!w.store.enable_webhook("audit", at(50)).await.unwrap());
    assert_eq!(w.store.claim_webhooks("audit", at(50), lease(), 1).await.unwrap()[0].first_due, at(50));
}

async fn abuse_b02_the_first_answer_stays(w: &World) {
    let answer = |status, text: &str| HookAnswer { fingerprint: "ab".into(), status, answer: text.into() };
    assert_eq!(w.store.hook_answer("ci", "msg_1").await.unwrap(), None);
    w.store.keep_hook_answer("ci", "msg_1", &answer(200, HOSTILE), at(1)).await.unwrap();
    w.store.keep_hook_answer("ci", "msg_1", &answer(409, "late"), at(2)).await.unwrap();
    w.store.keep_hook_answer("other", "msg_1", &answer(201, "another hook"), at(2)).await.unwrap();
    assert_eq!(w.store.hook_answer("ci", "msg_1").await.unwrap(), Some(answer(200, HOSTILE)));
    w.store.sweep_webhooks(at(0), at(2)).await.unwrap();
    assert_eq!(w.store.hook_answer("ci", "msg_1").await.unwrap(), None);
    assert!(w.store.hook_answer("other", "msg_1").await.unwrap().is_some());
}

async fn old_rows_go_and_forsaken_ones_are_buried(w: &World) {
    w.store.start_webhook("audit").await.unwrap();
    w.store.advance_webhook("audit", &[want(0), want(1)], 2, at(1)).await.unwrap();
    let claimed = w.store.claim_webhooks("audit", at(1), lease(), 1).await.unwrap().remove(0);
    w.store.settle_webhook(&claimed, &outcome(WebhookState::Delivered, 1, 1)).await.unwrap();
    w.store.sweep_webhooks(at(1), at(0)).await.unwrap();
    assert_eq!(w.store.webhook_deliveries(&all()).await.unwrap().len(), 2);
    w.store.sweep_webhooks(at(2), at(0)).await.unwrap();
    assert_eq!(w.store.webhook_deliveries(&all()).await.unwrap().len(), 1, "what waits stays");
    assert_eq!(w.store.forsake_webhooks(at(1), "gone", at(9)).await.unwrap(), 0);
    assert_eq!(w.store.forsake_webhooks(at(2), "gone", at(9)).await.unwrap(), 1);
    let dead = w.store.webhook_deliveries(&all()).await.unwrap().remove(0);
    assert_eq!((dead.state, dead.error.as_str(), dead.at), (WebhookState::Dead, "gone", at(9)));
}
