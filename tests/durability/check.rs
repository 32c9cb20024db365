//! Is everything there that was acknowledged, and nothing twice?

use crate::load::Ledger;
use crate::place::Place;
use countersign::{
    audit::entry::Entry,
    store::{AuditQuery, Lane, Query, Store},
};
use countersign_engine::{event::Event, request::Request};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Instant,
};

/// Everything, when nobody writes any more.
pub async fn whole(place: &Place, ledger: &Ledger) {
    let store = place.store().await;
    let requests = requests(store.as_ref()).await;
    acknowledged(&requests, ledger);
    requests.values().for_each(chain_is_complete);
    let trail = trail(store.as_ref()).await;
    trail_fits(&requests, &trail);
    drop(store);
    place.verify();
}

/// Looks until no connector has work left: no grant is half done, and the outbox is empty.
pub async fn until_settled(store: &dyn Store) {
    let until = Instant::now() + crate::server::PATIENCE;
    loop {
        let (census, backlog) = (store.census().await.unwrap(), store.backlog().await.unwrap());
        let half = census.iter().any(|(_, grant, _, _)| matches!(grant.as_deref(), Some("granting" | "revoking")));
        let waiting: i64 = backlog.iter().map(|(_, waiting, dead, _)| waiting + dead).sum();
        if !half && waiting == 0 {
            return;
        }
        assert!(Instant::now() < until, "work is left: {census:?} {backlog:?} of {:?}", Lane::ALL);
        tokio::time::sleep(crate::server::LOOK).await;
    }
}

pub async fn requests(store: &dyn Store) -> HashMap<String, Request> {
    let mut all = HashMap::new();
    let mut query = Query { limit: 200, ..Query::default() };
    loop {
        let page = store.requests(&query).await.unwrap();
        let Some(last) = page.last() else { return all };
        query.before = Some(last.id.clone());
        all.extend(page.into_iter().map(|request| (request.id.to_string(), request)));
    }
}

/// The trail's entries, whose numbers have no gap.
pub async fn trail(store: &dyn Store) -> Vec<Entry> {
    let mut entries = Vec::new();
    loop {
        let query = AuditQuery { from_seq: entries.len() as i64, limit: 1_000, ..AuditQuery::default() };
        let rows = store.audit(&query).await.unwrap();
        if rows.is_empty() {
            return entries;
        }
        for row in rows {
            assert_eq!(row.seq, entries.len() as i64, "the trail has a gap");
            entries.push(serde_json::from_str(&row.body).unwrap());
        }
    }
}

fn acknowledged(requests: &HashMap<String, Request>, ledger: &Ledger) {
    for id in ledger.opened.lock().unwrap().iter() {
        assert!(requests.contains_key(id), "request {id} was acknowledged and is gone");
    }
    for vote in ledger.votes.lock().unwrap().iter() {
        let cast = requests[&vote.request].votes.iter();
        let count = cast.filter(|v| v.voter.person().is_some_and(|p| p.as_str() == vote.person)).count();
        assert_eq!(count, 1, "{vote:?} was acknowledged and stands there {count} times");
    }
}

/// Nothing is granted without its chain, and nothing is approved without a grant.
fn chain_is_complete(request: &Request) {
    let approved = request.state.key() == "approved";
    assert_eq!(approved, request.grant.is_some(), "{request:?}");
    let mut people = HashSet::new();
    for (step, rule) in request.chain.steps.iter().enumerate() {
        let votes = request.votes_of(step).count();
        assert!(votes <= rule.required as usize, "{} has {votes} votes at step {step}", request.short_id);
        assert!(!approved || votes == rule.required as usize, "{} lacks votes at step {step}", request.short_id);
    }
    for vote in &request.votes {
        let person = vote.voter.person().unwrap();
        assert!(people.insert(person), "{person} fills two slots of {}", request.short_id);
        assert_ne!(*person, request.requester);
    }
}

/// Each version of each request has one entry, in order, and the entries tell what the request says.
fn trail_fits(requests: &HashMap<String, Request>, trail: &[Entry]) {
    let mut told: BTreeMap<&str, (u64, usize, BTreeMap<&str, usize>)> = BTreeMap::new();
    for entry in trail {
        let (version, votes, once) = told.entry(&entry.request).or_default();
        assert_eq!(entry.version, *version + 1, "an entry of {} is missing or there twice", entry.short_id);
        *version = entry.version;
        for event in &entry.events {
            match event {
                Event::Voted { .. } => *votes += 1,
                Event::Opened { .. }
                | Event::Approved { .. }
                | Event::TimedOut { .. }
                | Event::GrantActivated { .. }
                | Event::RevocationBegan { .. }
                | Event::GrantEnded { .. } => *once.entry(event.key()).or_default() += 1,
                _ => {}
            }
        }
    }
    assert_eq!(told.len(), requests.len());
    for (id, (version, votes, once)) in told {
        let request = &requests[id];
        assert_eq!((request.version, request.votes.len()), (version, votes), "{}", request.short_id);
        assert!(once.values().all(|n| *n == 1), "{} tells something twice: {once:?}", request.short_id);
    }
}
