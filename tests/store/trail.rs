//! The audit trail and its checkpoints.

use crate::{
    sample::{HOSTILE, at, entry, id, opened, request},
    world::World,
};
use countersign::store::{AuditHead, AuditQuery, Checkpoint, StoreError, WriteSet};

stories! {
    /// rule 42
    entries_are_kept_in_order,
    /// THREATS B10: two replicas cannot both append after the same entry.
    abuse_b10_a_fork_of_the_trail_is_refused,
    /// THREATS E06: neither edited, nor deleted, nor cut short.
    abuse_e06_the_trail_cannot_be_changed,
    checkpoints_are_kept_once,
}

/// Three entries: ann on dev's request, the clock on it, ben on his own.
fn trail() -> WriteSet {
    let (first, mut second) = (request(1), request(2));
    (second.requester, second.holder, second.asked.resource) = ("ben".into(), "cat".into(), "vpn".into());
    WriteSet {
        audit: vec![entry(0, &first, "ann"), entry(1, &first, ""), entry(2, &second, "ben")],
        head: Some(head(3)),
        ..opened(&[first, second])
    }
}

fn head(size: i64) -> AuditHead {
    AuditHead { size, frontier: vec!["ab".repeat(32); size.count_ones() as usize] }
}

async fn entries_are_kept_in_order(w: &World) {
    assert_eq!(w.store.audit_head().await.unwrap(), AuditHead::default());
    let written = trail();
    w.write(&written).await.unwrap();
    assert_eq!(w.store.audit_head().await.unwrap(), head(3));
    assert_eq!(w.store.begin().await.unwrap().audit_head().await.unwrap(), head(3));
    let all = AuditQuery { limit: 10, ..AuditQuery::default() };
    assert_eq!(w.store.audit(&all).await.unwrap(), written.audit);
    let find = async |query: AuditQuery| -> Vec<i64> {
        w.store.audit(&query).await.unwrap().iter().map(|entry| entry.seq).collect()
    };
    assert_eq!(find(AuditQuery { from_seq: 1, limit: 1, ..all.clone() }).await, [1]);
    assert_eq!(find(AuditQuery { from: Some(at(1)), to: Some(at(2)), ..all.clone() }).await, [1]);
    assert_eq!(find(AuditQuery { request: Some(id(2)), ..all.clone() }).await, [2]);
    assert_eq!(find(AuditQuery { resource: Some("prod-db".into()), ..all.clone() }).await, [0, 1]);
    for (person, found) in [("ann", vec![0]), ("dev", vec![0, 1]), ("cat", vec![2]), ("", vec![]), (HOSTILE, vec![])] {
        assert_eq!(find(AuditQuery { person: Some(person.into()), ..all.clone() }).await, found, "{person}");
    }
}

async fn abuse_b10_a_fork_of_the_trail_is_refused(w: &World) {
    w.write(&trail()).await.unwrap();
    let append = |seq, size| WriteSet {
        audit: vec![entry(seq, &request(1), "ann")],
        head: Some(head(size)),
        ..WriteSet::default()
    };
    for fork in [append(2, 3), append(3, 3), append(3, 5)] {
        assert!(matches!(w.write(&fork).await, Err(StoreError::Conflict(_))));
    }
    assert_eq!(w.number("SELECT count(*) FROM audit").await, 3);
    w.write(&append(3, 4)).await.unwrap();
}

async fn abuse_e06_the_trail_cannot_be_changed(w: &World) {
    w.write(&trail()).await.unwrap();
    let mut attacks = vec![
        "UPDATE audit SET body = '{}' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
        "DELETE FROM audit",
        "UPDATE audit_head SET size = 1",
        "DELETE FROM audit_head",
    ];
    if w.store.backend() == "postgres" {
        attacks.extend(["TRUNCATE audit", "TRUNCATE audit_head"]);
    } else {
        attacks.push("REPLACE INTO audit SELECT seq, at, request_id, person, resource, '{}', leaf FROM audit");
    }
    for attack in attacks {
        let said = w.sql(attack).await.unwrap_err();
        assert!(said.contains("append-only"), "{attack}: {said}");
    }
    let all = AuditQuery { limit: 10, ..AuditQuery::default() };
    assert_eq!(w.store.audit(&all).await.unwrap(), trail().audit);
}

async fn checkpoints_are_kept_once(w: &World) {
    assert_eq!(w.store.checkpoint().await.unwrap(), None);
    let checkpoint = |size, note: &str| Checkpoint { size, note: note.into(), at: at(size) };
    let (small, large) = (checkpoint(3, "csn\n3\nabc=\n\n— csn XYZ\n"), checkpoint(20, "twenty"));
    for kept in [&large, &small, &checkpoint(3, "another")] {
        w.store.save_checkpoint(kept).await.unwrap();
    }
    assert_eq!(w.store.checkpoints().await.unwrap(), [small, large.clone()]);
    assert_eq!(w.store.checkpoint().await.unwrap(), Some(large));
}
