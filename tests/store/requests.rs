//! Requests: what is written is read, and nobody writes over anybody.

use crate::{sample::*, world::World};
use countersign::store::{Query, StoreError, WriteSet};
use countersign_engine::{id::ShortId, request::Request};

stories! {
    /// Every text comes back as it was.
    round_trip,
    /// THREATS B10: of two who decide on the same version, one wins.
    abuse_b10_stale_version_is_refused,
    /// rule 12
    one_vote_per_slot,
    /// rule 31
    standing,
    lists_and_searches,
    census,
    /// rule 31
    keys_answer_again,
}

async fn round_trip(w: &World) {
    let mut hostile = request(1);
    hostile.asked.reason = Some(HOSTILE.into());
    hostile.short_id = ShortId::new("req-beef");
    w.write(&opened(&[hostile.clone(), request(2)])).await.unwrap();
    for name in [hostile.id.as_str(), "req-beef"] {
        assert_eq!(w.store.request(name).await.unwrap().as_ref(), Some(&hostile));
    }
    for unknown in ["req-dead", "", "\0", HOSTILE] {
        assert_eq!(w.store.request(unknown).await.unwrap(), None, "{unknown:?}");
    }
    let mut batch = w.store.begin().await.unwrap();
    let loaded = batch.load(&[id(2), id(1), id(9)]).await.unwrap();
    assert_eq!(loaded.len(), 2);
    assert_eq!(loaded[&hostile.id], hostile);
    assert_eq!(batch.taken(&["req-beef".into(), "req-dead".into()]).await.unwrap(), ["req-beef"]);
    assert_eq!(batch.load(&[]).await.unwrap().len(), 0);
}

async fn abuse_b10_stale_version_is_refused(w: &World) {
    let first = request(1);
    w.write(&opened(&[first.clone(), request(2)])).await.unwrap();
    let denied = denied(&first, "ann");
    w.write(&moved(&denied, 1)).await.unwrap();
    // The other one decided on version 1 too; everything else of their batch is lost with it.
    let mut late = moved(&granted(&first, active()), 1);
    late.requests.insert(0, (next(&request(2), |_| ()), Some(1)));
    assert!(matches!(w.write(&late).await, Err(StoreError::Conflict(_))));
    assert_eq!(w.store.request(id(1).as_str()).await.unwrap(), Some(denied));
    assert_eq!(w.store.request(id(2).as_str()).await.unwrap(), Some(request(2)));
    // So is a short id that is taken, and a request that does not exist.
    let mut twin = request(3);
    twin.short_id = first.short_id;
    assert!(matches!(w.write(&opened(&[twin])).await, Err(StoreError::Conflict(_))));
    assert!(matches!(w.write(&moved(&request(4), 1)).await, Err(StoreError::Conflict(_))));
}

async fn one_vote_per_slot(w: &World) {
    let request = request(1);
    w.write(&opened(std::slice::from_ref(&request))).await.unwrap();
    let cast = |people: &[&str]| WriteSet {
        votes: people.iter().map(|person| vote(&request, person)).collect(),
        ..WriteSet::default()
    };
    w.write(&cast(&["ann", "ben", HOSTILE.split('\0').next().unwrap()])).await.unwrap();
    assert!(matches!(w.write(&cast(&["cat", "ann"])).await, Err(StoreError::Conflict(_))));
    assert_eq!(w.number("SELECT count(*) FROM votes").await, 3);
}

async fn standing(w: &World) {
    let mut other = request(2);
    other.asked.resource = "jump-host".into();
    w.write(&opened(&[request(1), other])).await.unwrap();
    let look = async |access: &str| {
        let mut batch = w.store.begin().await.unwrap();
        batch.standing(&"dev".into(), &"prod-db".into(), &access.into()).await.unwrap()
    };
    let pending = look("read-write").await;
    assert_eq!((pending.open, pending.same), (2, Some((ShortId::new("req-0001"), false))));
    assert_eq!(look("read-only").await.same, None);
    // An approver trimmed it: what is held is the smaller access, and more may be asked for (rule 20).
    let trimmed = next(&request(1), |r| r.scope.access = "read-only".into());
    let held = Request { version: 2, ..granted(&trimmed, active()) };
    w.write(&moved(&held, 1)).await.unwrap();
    assert_eq!(look("read-only").await.same, Some((ShortId::new("req-0001"), true)));
    let free = look("read-write").await;
    assert_eq!((free.open, free.same), (1, None));
    let over = Request { version: 3, ..granted(&held, ended()) };
    w.write(&moved(&over, 2)).await.unwrap();
    assert_eq!(look("read-only").await.same, None);
}

async fn lists_and_searches(w: &World) {
    let mut strange = request(3);
    (strange.requester, strange.holder) = ("ann".into(), "dev".into());
    strange.asked.reason = Some("100%_sure! ÄRGER".into());
    w.write(&opened(&[request(1), request(2), strange, request(4)])).await.unwrap();
    w.write(&moved(&denied(&request(1), "ann"), 1)).await.unwrap();
    w.write(&moved(&granted(&request(2), active()), 1)).await.unwrap();
    let list = async |query: Query| -> Vec<u32> {
        let found = w.store.requests(&Query { limit: query.limit.max(2), ..query }).await.unwrap();
        found.iter().map(|r| r.short_id.as_str()[4..].parse().unwrap()).collect()
    };
    let all = Query { limit: 10, ..Query::default() };
    assert_eq!(list(all.clone()).await, [4, 3, 2, 1]);
    assert_eq!(list(Query { before: Some(id(4)), limit: 2, ..all.clone() }).await, [3, 2]);
    assert_eq!(list(Query { live: true, ..all.clone() }).await, [4, 3, 2]);
    assert_eq!(list(Query { states: vec!["denied".into(), "approved".into()], ..all.clone() }).await, [2, 1]);
    assert_eq!(list(Query { states: vec!["pending".into(), "blocked".into()], ..all.clone() }).await, [4, 3]);
    assert_eq!(list(Query { grant_states: vec!["active".into()], ..all.clone() }).await, [2]);
    assert_eq!(list(Query { grant_states: vec!["ended".into()], ..all.clone() }).await, [0; 0]);
    assert_eq!(list(Query { person: Some("dev".into()), ..all.clone() }).await, [4, 3, 2, 1]);
    assert_eq!(list(Query { person: Some("ann".into()), ..all.clone() }).await, [3]);
    assert_eq!(list(Query { resource: Some("prod-d".into()), ..all.clone() }).await, [0; 0]);
    for (search, found) in [
        ("%_SURE!", vec![3]),
        ("ärger", vec![3]),
        ("BILLING", vec![4, 2, 1]),
        ("req-0002", vec![2]),
        ("Prod-DB", vec![4, 3, 2, 1]),
        ("bill_ng", vec![]),
        ("%", vec![3]),
        (HOSTILE, vec![]),
    ] {
        assert_eq!(list(Query { search: Some(search.into()), ..all.clone() }).await, found, "{search}");
    }
    assert_eq!(w.store.requests(&Query { limit: -1, ..all }).await.unwrap(), []);
}

async fn census(w: &World) {
    w.write(&opened(&[request(1), request(2), request(3)])).await.unwrap();
    w.write(&moved(&granted(&request(3), overdue()), 1)).await.unwrap();
    let mut census = w.store.census().await.unwrap();
    census.sort();
    let revoking = ("approved".to_owned(), Some("revoking".to_owned()), true, 1);
    assert_eq!(census, [revoking, ("pending".to_owned(), None, false, 2)]);
}

async fn keys_answer_again(w: &World) {
    let kept = [key("dev", "k1"), key("dev", HOSTILE), key(HOSTILE, "k1")];
    w.write(&WriteSet { keys: kept.to_vec(), ..opened(&[request(1)]) }).await.unwrap();
    let mut batch = w.store.begin().await.unwrap();
    let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
    let ask = [pair("dev", "k1"), pair("dev", HOSTILE), pair(HOSTILE, "k1"), pair("ann", "k1"), pair("dev", "a\u{1}0")];
    let mut found = batch.keys(&ask).await.unwrap();
    found.sort_by_key(|k| (k.caller != "dev", k.key != "k1"));
    assert_eq!(found, kept);
    drop(batch);
    let again = WriteSet { keys: vec![key("dev", HOSTILE)], ..WriteSet::default() };
    assert!(matches!(w.write(&again).await, Err(StoreError::Conflict(_))));
    w.store.sweep(at(3), at(3)).await.unwrap();
    w.write(&again).await.unwrap();
}
