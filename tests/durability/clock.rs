//! The demo's clock, moved over HTTP.

use crate::world::World;
use countersign::lifecycle;
use serde_json::json;
use std::time::Duration;

/// Moving the clock wakes whoever waits for work: nobody sees out the end of a nap.
#[tokio::test]
async fn advancing_wakes_those_who_wait() {
    let w = World::new().await;
    w.settle().await;
    // A nap that a moved clock must end: nothing else would within the hour.
    const HOUR: Duration = Duration::from_secs(3_600);
    // Past this, no earlier announcement counts as news.
    w.store.wait(Duration::from_millis(50)).await;
    let nap = w.store.wait(HOUR);
    let moved = async {
        tokio::task::yield_now().await;
        w.api("dev").post("/demo/advance", json!({"by": "1m"})).await
    };
    let (woken, moved) = tokio::join!(tokio::time::timeout(HOUR / 60, nap), moved);
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert!(woken.is_ok(), "the nap went on");
}

/// rules 24, 26: with the timers at work, a timeout is there right after the clock was moved past it.
#[tokio::test]
async fn a_timeout_can_be_watched() {
    let w = World::new().await;
    let (stopper, stopping) = lifecycle::stopper();
    let timers = tokio::spawn(w.app.timers.clone().run(stopping));
    let id = w.api("dev").request("prod-db", "4h").await.id();
    let mut changes = w.app.web.service.changes();
    assert_eq!(w.api("dev").post("/demo/advance", json!({"by": "31m"})).await.status, 200);
    changes.recv().await.unwrap();
    let after = w.api("dev").get(&format!("/api/v1/requests/{id}")).await;
    assert_eq!(after.state(), "timed_out");
    stopper.stop();
    timers.await.unwrap();
}
