//! The delivery ledger, preferences and leases.

use crate::{
    sample::{HOSTILE, at, id},
    world::World,
};
use chrono::TimeDelta;
use countersign::store::{LedgerQuery, Posting, PostingState, StoreError};
use countersign_engine::{
    address::Address,
    person::{Account, Platform},
    ports::MessageRef,
    preference::{Preference, Quiet},
};

stories! {
    a_message_is_planned_once,
    what_became_of_a_message_is_kept,
    /// THREATS B02: marked while it is worked on, looked at again.
    abuse_b02_stale_while_it_is_worked_on,
    /// THREATS C03: a courier that comes late says nothing.
    abuse_c03_a_late_courier_is_fenced,
    platforms_are_claimed_apart,
    the_ledger_is_read_newest_first,
    preferences_are_kept_and_forgotten,
    a_lease_has_one_holder,
    /// THREATS C03
    abuse_c03_many_want_one_lease,
}

const LEASE: TimeDelta = TimeDelta::minutes(1);

fn on(platform: Platform, user: &str) -> Posting {
    let address = Address::Direct(Account { platform, tenant: HOSTILE.into(), user: user.into() });
    Posting { person: Some("lisa".into()), ..Posting::new(id(1), address, "card".into(), at(0)) }
}

fn place() -> Posting {
    let address = Address::Place { platform: Platform::Discord, tenant: "1".into(), place: HOSTILE.into() };
    Posting::new(id(1), address, HOSTILE.into(), at(1))
}

async fn claim(w: &World, platform: Platform, minute: i64) -> Vec<Posting> {
    w.store.claim_postings(platform, at(minute), LEASE, 10).await.unwrap()
}

async fn one(w: &World, minute: i64) -> Posting {
    let mut claimed = claim(w, Platform::Slack, minute).await;
    assert_eq!(claimed.len(), 1, "{claimed:?}");
    claimed.remove(0)
}

async fn a_message_is_planned_once(w: &World) {
    let many: Vec<Posting> = (0..450).map(|n| on(Platform::Slack, &n.to_string())).collect();
    w.store.plan(&many).await.unwrap();
    let other = Posting { request: id(2), state: PostingState::Held, due_at: Some(at(9)), ..on(Platform::Slack, "0") };
    w.store.plan(&[Posting { made_at: at(5), ..many[0].clone() }, other.clone()]).await.unwrap();
    w.store.plan(&[]).await.unwrap();
    let kept = w.store.postings(&id(1)).await.unwrap();
    assert_eq!(kept.len(), 450);
    assert_eq!(kept[7], Posting { id: kept[7].id, ..many[7].clone() });
    assert!(kept.is_sorted_by_key(|posting| posting.id));
    let kept = w.store.postings(&id(2)).await.unwrap();
    assert_eq!(kept, [Posting { id: kept[0].id, ..other }]);
    assert_eq!(w.store.postings(&id(3)).await.unwrap(), []);
    w.sql("UPDATE postings SET address = 'nowhere' || id").await.unwrap();
    assert!(matches!(w.store.postings(&id(2)).await, Err(StoreError::Corrupt(_))));
    assert_eq!(claim(w, Platform::Slack, 9).await, [], "what makes no sense takes nobody with it");
}

async fn what_became_of_a_message_is_kept(w: &World) {
    w.store.plan(&[on(Platform::Slack, "a")]).await.unwrap();
    let claimed = one(w, 1).await;
    assert_eq!((claimed.claims, claimed.generation, claimed.due_at), (1, 1, Some(at(0))));
    let message = MessageRef { tenant: "T1".into(), place: HOSTILE.into(), message: "17.1".into() };
    let full = Posting {
        state: PostingState::Delivered,
        message: Some(message),
        shown: "ab".repeat(32),
        error: HOSTILE.into(),
        calls: 4,
        failures: 3,
        failing_since: Some(at(2)),
        reposts: 2,
        passed_on: true,
        first_tried: Some(at(1)),
        delivered_at: Some(at(3)),
        at: at(4),
        due_at: Some(at(8)),
        ..claimed
    };
    w.store.save_posting(&full).await.unwrap();
    assert_eq!(w.store.postings(&id(1)).await.unwrap(), std::slice::from_ref(&full));
    assert_eq!(claim(w, Platform::Slack, 7).await, []);
    let again = one(w, 8).await;
    assert_eq!(again, Posting { claims: 2, ..full });
    w.store.save_posting(&Posting { due_at: None, ..again }).await.unwrap();
    assert_eq!(claim(w, Platform::Slack, 99).await, []);
    assert_eq!(w.store.unsettled().await.unwrap(), []);
    assert!(w.sql("UPDATE postings SET state = 'lost'").await.is_err(), "a state that nobody knows");
}

async fn abuse_b02_stale_while_it_is_worked_on(w: &World) {
    w.store.plan(&[on(Platform::Slack, "a")]).await.unwrap();
    let first = one(w, 1).await;
    w.store.mark_stale(&[first.id], at(2)).await.unwrap();
    w.store.save_posting(&Posting { due_at: None, at: at(3), ..first }).await.unwrap();
    let second = one(w, 3).await;
    assert_eq!((second.generation, second.due_at), (2, Some(at(3))));
    // A platform that asked for a pause gets it, whatever happens meanwhile.
    w.store.mark_stale(&[second.id], at(3)).await.unwrap();
    w.store.save_posting(&Posting { due_at: Some(at(30)), ..second }).await.unwrap();
    w.store.mark_stale(&[0], at(4)).await.unwrap();
    assert_eq!(claim(w, Platform::Slack, 29).await, []);
    let third = one(w, 30).await;
    w.store.save_posting(&Posting { due_at: None, ..third.clone() }).await.unwrap();
    w.store.mark_stale(&[], at(31)).await.unwrap();
    assert_eq!(claim(w, Platform::Slack, 31).await, []);
    w.store.mark_stale(&[third.id], at(32)).await.unwrap();
    assert_eq!(one(w, 32).await.due_at, Some(at(32)));
}

async fn abuse_c03_a_late_courier_is_fenced(w: &World) {
    w.store.plan(&[on(Platform::Slack, "a")]).await.unwrap();
    let late = one(w, 0).await;
    assert_eq!(claim(w, Platform::Slack, 0).await, []);
    let current = one(w, 1).await;
    w.store.save_posting(&Posting { state: PostingState::Gone, due_at: None, ..late }).await.unwrap();
    assert_eq!(w.store.postings(&id(1)).await.unwrap(), std::slice::from_ref(&current));
    assert_eq!(claim(w, Platform::Slack, 1).await, [], "the lease is the other one's");
    w.store.save_posting(&Posting { state: PostingState::Delivered, due_at: None, ..current }).await.unwrap();
    assert_eq!(w.store.postings(&id(1)).await.unwrap()[0].state, PostingState::Delivered);
}

async fn platforms_are_claimed_apart(w: &World) {
    let mut all: Vec<Posting> = (0..12).map(|n| on(Platform::Slack, &n.to_string())).collect();
    all.push(place());
    all.push(Posting { due_at: Some(at(50)), ..on(Platform::Telegram, "later") });
    w.store.plan(&all).await.unwrap();
    let mut due = w.store.due_platforms(at(1)).await.unwrap();
    due.sort();
    assert_eq!(due, [Platform::Slack, Platform::Discord]);
    assert_eq!(claim(w, Platform::Slack, 1).await.len(), 10, "at most so many");
    assert_eq!(claim(w, Platform::Slack, 1).await.len(), 2);
    assert_eq!(w.store.due_platforms(at(1)).await.unwrap(), [Platform::Discord], "what is leased is not due");
    let mut unsettled = w.store.unsettled().await.unwrap();
    unsettled.sort();
    assert_eq!(unsettled, [(Platform::Slack, 12), (Platform::Discord, 1), (Platform::Telegram, 1)]);
    let mut couriers = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let store = w.store.clone();
        couriers.spawn(async move { store.claim_postings(Platform::Discord, at(5), LEASE, 3).await.unwrap().len() });
    }
    assert_eq!(couriers.join_all().await.into_iter().sum::<usize>(), 1, "nobody shares a message");
}

async fn the_ledger_is_read_newest_first(w: &World) {
    let refused = Posting { state: PostingState::Rejected, ..on(Platform::Slack, "b") };
    let elsewhere = Posting { request: id(2), instead_of: Some(1), ..on(Platform::Email, "c") };
    w.store.plan(&[on(Platform::Slack, "a"), refused, elsewhere, place()]).await.unwrap();
    let read = async |query: LedgerQuery| {
        let rows = w.store.ledger(&LedgerQuery { limit: 10, ..query }).await.unwrap();
        rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
    };
    let all = read(LedgerQuery::default()).await;
    assert!(all.len() == 4 && all.is_sorted_by(|a, b| a > b), "{all:?}");
    assert_eq!(read(LedgerQuery { before: Some(all[1]), ..LedgerQuery::default() }).await, all[2..]);
    assert_eq!(read(LedgerQuery { state: Some(PostingState::Rejected), ..LedgerQuery::default() }).await, [all[2]]);
    assert_eq!(read(LedgerQuery { platform: Some(Platform::Email), ..LedgerQuery::default() }).await, [all[1]]);
    assert_eq!(read(LedgerQuery { request: Some(id(2)), ..LedgerQuery::default() }).await, [all[1]]);
    let few = w.store.ledger(&LedgerQuery { limit: 2, ..LedgerQuery::default() }).await.unwrap();
    assert_eq!(few.len(), 2);
}

async fn preferences_are_kept_and_forgotten(w: &World) {
    let quiet = Quiet { from: "22:00:00".parse().unwrap(), to: "07:00:00".parse().unwrap(), timezone: None };
    let first = Preference { first: vec![Platform::Telegram], quiet: Some(quiet), reminders: Some(vec![]) };
    let lisa = "lisa".into();
    w.store.set_preference(&lisa, Some(&first), at(0)).await.unwrap();
    w.store.set_preference(&"ann".into(), Some(&Preference::default()), at(0)).await.unwrap();
    let kept = w.store.preferences().await.unwrap();
    assert_eq!(kept, [("ann".into(), Preference::default()), (lisa.clone(), first.clone())]);
    let second = Preference { reminders: None, ..first };
    w.store.set_preference(&lisa, Some(&second), at(1)).await.unwrap();
    w.store.set_preference(&"ann".into(), None, at(1)).await.unwrap();
    w.store.set_preference(&"nobody".into(), None, at(1)).await.unwrap();
    assert_eq!(w.store.preferences().await.unwrap(), [(lisa, second)]);
    w.sql("UPDATE preferences SET body = '{'").await.unwrap();
    assert!(matches!(w.store.preferences().await, Err(StoreError::Corrupt(_))));
}

async fn a_lease_has_one_holder(w: &World) {
    let take = async |holder: &str, now, until| w.store.take_lease("bot", holder, at(now), at(until)).await.unwrap();
    assert_eq!(take("a", 0, 10).await, Some(1));
    assert_eq!(take("b", 9, 20).await, None);
    assert_eq!(take("a", 9, 20).await, None, "not even its holder takes it twice");
    assert!(w.store.renew_lease("bot", "a", 1, at(15)).await.unwrap());
    assert_eq!(take("b", 14, 20).await, None);
    assert_eq!(take("b", 15, 25).await, Some(2), "it ran out");
    for (holder, fence) in [("a", 1), ("a", 2), ("b", 1)] {
        assert!(!w.store.renew_lease("bot", holder, fence, at(99)).await.unwrap(), "{holder} {fence}");
        w.store.release_lease("bot", holder, fence).await.unwrap();
    }
    assert_eq!(take("a", 24, 34).await, None, "nobody else gives it back");
    w.store.release_lease("bot", "b", 2).await.unwrap();
    assert_eq!(take("a", 24, 34).await, Some(3), "each fence is greater than all before");
    assert_eq!(w.store.take_lease("other", "b", at(24), at(34)).await.unwrap(), Some(1));
}

async fn abuse_c03_many_want_one_lease(w: &World) {
    let mut takers = tokio::task::JoinSet::new();
    for n in 0..12 {
        let store = w.store.clone();
        takers.spawn(async move { store.take_lease("bot", &n.to_string(), at(0), at(10)).await.unwrap() });
    }
    assert_eq!(takers.join_all().await.into_iter().flatten().collect::<Vec<_>>(), [1]);
}
