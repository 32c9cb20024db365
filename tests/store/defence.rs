//! What the database itself refuses, and what the store does with rows that make no sense.

use crate::{sample::*, world::World};
use countersign::store::{self, Checkpoint, Lane, Query, StoreError, WriteSet};
use countersign_engine::effect::Effect;
use std::{future::Future, task::Poll, time::Duration};

stories! {
    /// THREATS B10: a decided request stays decided, whoever writes.
    abuse_b10_what_is_decided_stays_decided,
    /// rule 43
    requests_and_votes_are_kept,
    /// THREATS E08: never a default.
    abuse_e08_rows_that_make_no_sense_are_errors,
    /// THREATS E06: what the trail says of itself only grows.
    abuse_e06_checkpoints_and_the_head_only_grow,
    /// THREATS E08: one row that cannot be read keeps nobody else's work from being done.
    abuse_e08_a_job_that_makes_no_sense_is_buried_alone,
    /// Design, decision 3: a `begin` that is dropped halfway loses nobody's write.
    cancelled_begins_poison_nothing,
    dropped_batches_roll_back,
    announcements_wake,
}

async fn abuse_b10_what_is_decided_stays_decided(w: &World) {
    let open = request(1);
    w.write(&opened(&[open.clone(), request(2)])).await.unwrap();
    let denied = denied(&open, "ann");
    w.write(&moved(&denied, 1)).await.unwrap();
    for state in [next(&denied, |r| r.state = open.state.clone()), granted(&denied, active())] {
        let refused = w.write(&moved(&state, 2)).await;
        assert!(matches!(&refused, Err(StoreError::Database(said)) if said.contains("stays decided")), "{refused:?}");
    }
    w.write(&moved(&granted(&request(2), ended()), 1)).await.unwrap();
    let mut revived = granted(&request(2), active());
    revived.version = 3;
    assert!(matches!(w.write(&moved(&revived, 2)).await, Err(StoreError::Database(_))));
    assert_eq!(w.store.request(id(1).as_str()).await.unwrap(), Some(denied));
    for nonsense in ["state = 'maybe'", "state = 'pending', decided_at = 1", "version = 0", "grant_state = 'active'"] {
        assert!(w.sql(&format!("UPDATE requests SET {nonsense} WHERE id = '{}'", id(1))).await.is_err(), "{nonsense}");
    }
}

const REWRITES: [&str; 3] = ["DELETE FROM requests", "UPDATE votes SET decision = 'deny'", "DELETE FROM votes"];

async fn requests_and_votes_are_kept(w: &World) {
    let open = request(1);
    w.write(&WriteSet { votes: vec![vote(&open, "ann")], ..opened(std::slice::from_ref(&open)) }).await.unwrap();
    for attack in REWRITES {
        let said = w.sql(attack).await.unwrap_err();
        assert!(said.contains("kept"), "{attack}: {said}");
    }
    if w.store.backend() == "sqlite" {
        for table in ["requests", "votes"] {
            let said = w.sql(&format!("REPLACE INTO {table} SELECT * FROM {table}")).await.unwrap_err();
            assert!(said.contains("already there"), "{table}: {said}");
        }
    }
    let orphan = WriteSet { votes: vec![vote(&request(9), "ann")], ..WriteSet::default() };
    assert!(matches!(w.write(&orphan).await, Err(StoreError::Database(_))));
}

async fn abuse_e08_rows_that_make_no_sense_are_errors(w: &World) {
    w.write(&opened(&[request(1), request(2)])).await.unwrap();
    let bodies = [
        "'{'".to_owned(),
        "'{}'".to_owned(),
        format!("'{}'", serde_json::to_string(&request(2)).unwrap()),
        "replace(body, '\"version\":1', '\"version\":-1')".to_owned(),
    ];
    for body in bodies {
        let sound = format!("'{}'", serde_json::to_string(&request(1)).unwrap());
        w.sql(&format!("UPDATE requests SET body = {body} WHERE id = '{}'", id(1))).await.unwrap();
        assert!(matches!(w.store.request(id(1).as_str()).await, Err(StoreError::Corrupt(_))), "{body}");
        let page = Query { limit: 10, ..Query::default() };
        assert!(matches!(w.store.requests(&page).await, Err(StoreError::Corrupt(_))), "{body}");
        let loaded = w.store.begin().await.unwrap().load(&[id(1)]).await;
        assert!(matches!(loaded, Err(StoreError::Corrupt(_))), "{body}");
        w.sql(&format!("UPDATE requests SET body = {sound} WHERE id = '{}'", id(1))).await.unwrap();
    }
    w.sql("UPDATE audit_head SET size = size + 1, frontier = 'x'").await.unwrap();
    assert!(matches!(w.store.audit_head().await, Err(StoreError::Corrupt(_))));
}

async fn abuse_e06_checkpoints_and_the_head_only_grow(w: &World) {
    let checkpoint = Checkpoint { size: 1, note: "signed".into(), at: at(0) };
    w.store.save_checkpoint(&checkpoint).await.unwrap();
    w.sql("UPDATE audit_head SET size = 2, frontier = '[\"a\"]'").await.unwrap();
    let attacks = [
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET note = 'forged'",
        "UPDATE audit_head SET size = 1",
        "UPDATE audit_head SET frontier = '[\"b\"]'",
    ];
    for attack in attacks {
        let said = w.sql(attack).await.unwrap_err();
        assert!(said.contains("append-only"), "{attack}: {said}");
    }
    assert_eq!(w.store.checkpoints().await.unwrap(), [checkpoint]);
}

async fn abuse_e08_a_job_that_makes_no_sense_is_buried_alone(w: &World) {
    let effects = [1, 2, 3].map(|n| (id(n), Effect::Refresh, at(0))).to_vec();
    w.write(&WriteSet { effects, ..WriteSet::default() }).await.unwrap();
    w.sql(&format!("UPDATE outbox SET effect = '{{\"effect\":\"pray\"}}' WHERE request_id = '{}'", id(2)))
        .await
        .unwrap();
    let lease = chrono::TimeDelta::minutes(1);
    let claimed = w.store.claim(Lane::Deliver, at(0), lease, 10).await.unwrap();
    assert_eq!(claimed.iter().map(|job| job.request.clone()).collect::<Vec<_>>(), [id(1), id(3)]);
    assert_eq!(w.number("SELECT count(*) FROM outbox WHERE dead AND error <> ''").await, 1);
    let later = w.store.claim(Lane::Deliver, at(9), lease, 10).await.unwrap();
    assert_eq!(later.len(), 2, "it comes no more");
}

async fn cancelled_begins_poison_nothing(w: &World) {
    w.write(&opened(&[request(0)])).await.unwrap();
    let (mut cancelled, mut tried) = (0, 0);
    // How many begins can be caught halfway depends on the machine, so it goes on until enough were.
    while cancelled < 20 && tried < 4_000 {
        let n = tried;
        tried += 1;
        cancelled += u32::from(cut(n % 5 + 1, w.store.begin()).await.is_none());
        // Inside a transaction that nobody ends it would be lost.
        w.store.put_secret(&id(n), b"sealed", at(0)).await.unwrap();
    }
    // Counted on another connection: what it sees is committed.
    assert_eq!(w.number("SELECT count(*) FROM secrets").await, i64::from(tried));
    w.write(&opened(&[request(1)])).await.unwrap();
    assert_eq!(w.number("SELECT count(*) FROM requests").await, 2);
    assert!(cancelled >= 20, "only {cancelled} of {tried} begins were cut");
}

/// Drops a future after it has been pending so many times; `None` when it did not get to its end.
async fn cut<F: Future>(pending: u32, future: F) -> Option<F::Output> {
    let (mut future, mut left) = (Box::pin(future), pending);
    std::future::poll_fn(move |cx| match future.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if left <= 1 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

async fn dropped_batches_roll_back(w: &World) {
    let mut batch = w.store.begin().await.unwrap();
    batch.write(&opened(&[request(1)])).await.unwrap();
    drop(batch);
    w.write(&opened(&[request(2)])).await.unwrap();
    assert_eq!(w.store.request(id(1).as_str()).await.unwrap(), None);
    assert!(w.store.request(id(2).as_str()).await.unwrap().is_some());
}

async fn announcements_wake(w: &World) {
    let other = store::open(&w.url).await.unwrap();
    // On SQLite there is one process, so the other store has nobody to hear.
    let hears = if w.store.backend() == "postgres" { &other } else { &w.store };
    let waiters = [&w.store, &w.store, hears].map(|store| {
        let store = store.clone();
        tokio::spawn(async move { store.wait(Duration::from_secs(3600)).await })
    });
    // Said again and again, because what is said before somebody begins to wait need not reach them.
    while !waiters.iter().all(|waiter| waiter.is_finished()) {
        w.store.announce().await;
        tokio::task::yield_now().await;
    }
    w.store.wait(Duration::ZERO).await;
}
