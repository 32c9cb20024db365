//! Alarms and the outbox: leases, generations, and one hand per grant.

use crate::{sample::*, world::World};
use chrono::TimeDelta;
use countersign::store::{Job, Lane, WriteSet};
use countersign_engine::{
    effect::{Audience, Effect, News},
    id::RequestId,
};
use std::collections::HashSet;

stories! {
    alarms_ring_once_a_lease,
    jobs_are_leased_and_finished,
    /// THREATS B02: raised twice, done once; raised while it is worked on, done again.
    abuse_b02_raised_again_while_worked_on,
    /// THREATS C03: a worker that comes late says nothing about work that is somebody else's now.
    abuse_c03_late_worker_is_fenced,
    /// THREATS C03
    abuse_c03_one_hand_per_grant,
    /// THREATS C03
    abuse_c03_many_workers_share_no_job,
    buried_jobs_are_kept_and_can_be_raised,
    a_wake_is_no_job,
}

const LEASE: TimeDelta = TimeDelta::minutes(1);

fn effects(list: &[(u32, Effect)]) -> WriteSet {
    let effects = list.iter().map(|(n, effect)| (id(*n), effect.clone(), at(0))).collect();
    WriteSet { effects, ..WriteSet::default() }
}

fn told() -> Effect {
    Effect::Tell { audience: Audience::Requester, news: News::Decided }
}

async fn claim(w: &World, lane: Lane, minute: i64) -> Vec<Job> {
    w.store.claim(lane, at(minute), LEASE, 10).await.unwrap()
}

async fn one(w: &World, lane: Lane, minute: i64) -> Job {
    let mut jobs = claim(w, lane, minute).await;
    assert_eq!(jobs.len(), 1, "{jobs:?}");
    jobs.remove(0)
}

async fn alarms_ring_once_a_lease(w: &World) {
    let alarms = |list: &[(u32, Option<i64>)]| WriteSet {
        alarms: list.iter().map(|(n, minute)| (id(*n), minute.map(at))).collect(),
        ..WriteSet::default()
    };
    let due = async |minute| -> Vec<RequestId> { w.store.due(at(minute), LEASE, 2).await.unwrap() };
    w.write(&alarms(&[(1, Some(9)), (2, Some(5)), (3, Some(1)), (4, Some(2))])).await.unwrap();
    assert_eq!(due(0).await, []);
    assert_eq!(due(9).await, [id(3), id(4)]);
    assert_eq!(due(9).await, [id(2), id(1)]);
    assert_eq!(due(9).await, []);
    // One was dealt with and set again, one stopped; the other two come again when their leases are over.
    w.write(&alarms(&[(3, Some(20)), (4, None), (7, Some(1)), (7, None)])).await.unwrap();
    assert_eq!(due(10).await, [id(2), id(1)]);
    w.write(&alarms(&[(2, None), (1, Some(10))])).await.unwrap();
    assert_eq!(due(10).await, [id(1)], "setting an alarm clears its lease");
    assert_eq!(due(20).await, [id(1), id(3)]);
}

async fn jobs_are_leased_and_finished(w: &World) {
    w.write(&effects(&[(1, Effect::Refresh), (1, told()), (1, Effect::Refresh)])).await.unwrap();
    let jobs = claim(w, Lane::Deliver, 0).await;
    assert_eq!(jobs.iter().map(|j| j.effect.clone()).collect::<Vec<_>>(), [Effect::Refresh, told()]);
    assert!(jobs.iter().all(|j| j.request == id(1) && j.attempts == 1 && j.generation == 1 && j.due_at == at(0)));
    assert_eq!(claim(w, Lane::Deliver, 0).await, []);
    assert_eq!(claim(w, Lane::Grant, 5).await, []);
    w.store.finish(&jobs[0]).await.unwrap();
    w.store.retry(&jobs[1], at(3), HOSTILE).await.unwrap();
    assert_eq!(claim(w, Lane::Deliver, 2).await, []);
    let backlog = w.store.backlog().await.unwrap();
    assert_eq!(backlog, [(Lane::Deliver, 1, 0, Some(at(0)))]);
    let again = one(w, Lane::Deliver, 3).await;
    assert_eq!((again.attempts, again.due_at), (2, at(0)));
    // The worker dies; its lease runs out.
    let third = one(w, Lane::Deliver, 4).await;
    assert_eq!((third.id, third.attempts), (again.id, 3));
    w.store.finish(&third).await.unwrap();
    assert_eq!(claim(w, Lane::Deliver, 99).await, []);
    assert_eq!(w.store.backlog().await.unwrap(), []);
}

async fn abuse_b02_raised_again_while_worked_on(w: &World) {
    w.write(&effects(&[(1, Effect::Refresh)])).await.unwrap();
    w.write(&effects(&[(1, Effect::Refresh)])).await.unwrap();
    let first = one(w, Lane::Deliver, 1).await;
    assert_eq!(first.generation, 2);
    w.store.raise(&id(1), &Effect::Refresh, at(1)).await.unwrap();
    assert_eq!(claim(w, Lane::Deliver, 1).await, [], "it is being worked on");
    w.store.finish(&first).await.unwrap();
    let second = one(w, Lane::Deliver, 1).await;
    assert_eq!((second.id, second.generation), (first.id, 3));
    // A failure does not put off what was raised meanwhile; a waiting job that is raised is due at once.
    w.store.raise(&id(1), &Effect::Refresh, at(2)).await.unwrap();
    w.store.retry(&second, at(50), "429").await.unwrap();
    let third = one(w, Lane::Deliver, 2).await;
    w.store.retry(&third, at(50), "429").await.unwrap();
    assert_eq!(claim(w, Lane::Deliver, 49).await, []);
    w.store.raise(&id(1), &Effect::Refresh, at(3)).await.unwrap();
    let fourth = one(w, Lane::Deliver, 3).await;
    // Nor does burying.
    w.store.raise(&id(1), &Effect::Refresh, at(4)).await.unwrap();
    w.store.bury(&fourth, "no").await.unwrap();
    w.store.finish(&one(w, Lane::Deliver, 4).await).await.unwrap();
    assert_eq!(w.store.backlog().await.unwrap(), []);
}

async fn abuse_c03_late_worker_is_fenced(w: &World) {
    w.write(&effects(&[(1, Effect::Grant)])).await.unwrap();
    let late = one(w, Lane::Grant, 0).await;
    let current = one(w, Lane::Grant, 1).await;
    w.store.finish(&late).await.unwrap();
    w.store.retry(&late, at(0), "late").await.unwrap();
    w.store.bury(&late, "late").await.unwrap();
    assert_eq!(claim(w, Lane::Grant, 1).await, [], "the lease is the other one's");
    assert_eq!(w.store.backlog().await.unwrap(), [(Lane::Grant, 1, 0, Some(at(0)))]);
    w.store.finish(&current).await.unwrap();
    // A new job is never mistaken for the old one.
    w.write(&effects(&[(1, Effect::Grant)])).await.unwrap();
    let new = one(w, Lane::Grant, 1).await;
    w.store.finish(&current).await.unwrap();
    w.store.finish(&late).await.unwrap();
    assert_ne!(new.id, late.id);
    assert_eq!(w.number("SELECT count(*) FROM outbox").await, 1);
}

async fn abuse_c03_one_hand_per_grant(w: &World) {
    let all = [(1, Effect::Grant), (1, Effect::Revoke), (1, Effect::Refresh), (2, Effect::Revoke)];
    w.write(&effects(&all)).await.unwrap();
    let granting = one(w, Lane::Grant, 0).await;
    assert_eq!(one(w, Lane::Revoke, 0).await.request, id(2), "the first one's grant is under way");
    assert_eq!(claim(w, Lane::Deliver, 0).await.len(), 1, "people are told all the same");
    w.store.retry(&granting, at(0), "timeout").await.unwrap();
    let revoking = one(w, Lane::Revoke, 0).await;
    assert_eq!(revoking.request, id(1));
    assert_eq!(claim(w, Lane::Grant, 0).await, []);
    w.store.finish(&revoking).await.unwrap();
    assert_eq!(one(w, Lane::Grant, 0).await.id, granting.id);
}

async fn abuse_c03_many_workers_share_no_job(w: &World) {
    let list: Vec<_> = (0..60).flat_map(|n| [(n, Effect::Grant), (n, Effect::Revoke), (n, Effect::Refresh)]).collect();
    w.write(&effects(&list)).await.unwrap();
    let alarms = (0..60).map(|n| (id(n), Some(at(0)))).collect();
    w.write(&WriteSet { alarms, ..WriteSet::default() }).await.unwrap();
    let mut workers = tokio::task::JoinSet::new();
    for n in 0..12 {
        let store = w.store.clone();
        workers.spawn(async move {
            let (mut jobs, mut rung) = (Vec::new(), Vec::new());
            for _ in 0..12 {
                jobs.extend(store.claim(Lane::ALL[n % 3], at(0), LEASE, 7).await.unwrap());
                rung.extend(store.due(at(0), LEASE, 7).await.unwrap());
            }
            (jobs, rung)
        });
    }
    let (mut hands, mut told, mut rung) = (HashSet::new(), 0, HashSet::new());
    for (jobs, alarms) in workers.join_all().await {
        for job in jobs {
            match Lane::of(&job.effect) {
                Some(Lane::Deliver) => told += 1,
                _ => assert!(hands.insert(job.request.clone()), "two hands on {}", job.request),
            }
        }
        alarms.into_iter().for_each(|alarm| assert!(rung.insert(alarm)));
    }
    assert_eq!((hands.len(), told, rung.len()), (60, 60, 60));
}

async fn buried_jobs_are_kept_and_can_be_raised(w: &World) {
    w.write(&effects(&[(1, Effect::Ask { step: 1 })])).await.unwrap();
    let job = one(w, Lane::Deliver, 0).await;
    w.store.bury(&job, HOSTILE).await.unwrap();
    assert_eq!(claim(w, Lane::Deliver, 99).await, []);
    assert_eq!(w.store.backlog().await.unwrap(), [(Lane::Deliver, 0, 1, None)]);
    w.store.raise(&id(1), &Effect::Ask { step: 1 }, at(9)).await.unwrap();
    let job = one(w, Lane::Deliver, 9).await;
    assert_eq!((job.attempts, job.due_at, job.effect), (1, at(9), Effect::Ask { step: 1 }));
}

async fn a_wake_is_no_job(w: &World) {
    let wake = Effect::Wake { at: None };
    assert!(w.store.raise(&id(1), &wake, at(0)).await.is_err());
    assert!(w.write(&effects(&[(1, wake)])).await.is_err());
}
