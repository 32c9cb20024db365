//! The trail: whole when nobody touched it, and never whole when somebody did.

use crate::world::World;
use countersign::audit::{
    checkpoints::Checkpoints,
    entry::Entry,
    note::{Signer, Verifier, split_notes},
    verify::{Verdict, verify},
};
use countersign::store::AuditQuery;
use countersign_engine::{decide::replay, event::Event, time::Length};
use sqlx::{Connection, SqliteConnection};

fn signer() -> Signer {
    Signer::new("127.0.0.1:8080/audit", &[2; 32]).unwrap()
}

fn verifier() -> Verifier {
    signer().verifier()
}

/// A world in which several requests were decided, and a checkpoint was signed.
async fn lived_in() -> World {
    let w = World::new().await;
    for resource in ["prod-db", "grafana"] {
        let id = w.api("dev").request(resource, "1h").await.id();
        w.api("lisa").approve(&id).await;
        w.settle().await;
    }
    w.advance(Length::hours(2)).await;
    checkpoints(&w).write().await.unwrap();
    w
}

fn checkpoints(w: &World) -> Checkpoints {
    Checkpoints::new(w.store.clone(), w.clock.clone(), signer(), w.place.path().join("checkpoints"))
}

async fn verdict(w: &World) -> Verdict {
    let file = std::fs::read_to_string(w.place.path().join("checkpoints")).unwrap_or_default();
    verify(w.store.as_ref(), &verifier(), &split_notes(&file)).await.unwrap()
}

/// What somebody with the database file in hand can do.
async fn tamper(w: &World, statements: &[&'static str]) {
    let url = format!("sqlite://{}", w.place.path().join("world.db").display());
    let mut db = SqliteConnection::connect(&url).await.unwrap();
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetch_all(&mut db).await.unwrap();
    for trigger in triggers {
        sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"))).execute(&mut db).await.unwrap();
    }
    for statement in statements {
        sqlx::query(*statement).execute(&mut db).await.unwrap();
    }
}

/// rule 42: one entry for each committed transition; replaying them rebuilds the request.
#[tokio::test]
async fn entries_rebuild_the_request() {
    let w = lived_in().await;
    let rows = w.store.audit(&AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    let ids: std::collections::BTreeSet<_> = rows.iter().map(|row| row.request.clone()).collect();
    assert_eq!(ids.len(), 2);
    for id in ids {
        let mine = rows.iter().filter(|row| row.request == id);
        let entries: Vec<Entry> = mine.map(|row| serde_json::from_str(&row.body).unwrap()).collect();
        let events: Vec<&[Event]> = entries.iter().map(|entry| entry.events.as_slice()).collect();
        let kept = w.store.request(id.as_str()).await.unwrap().unwrap();
        assert_eq!(replay(events), Some(kept));
    }
}

#[tokio::test]
async fn an_untouched_trail_is_whole() {
    let w = lived_in().await;
    let verdict = verdict(&w).await;
    assert_eq!(verdict.problems, Vec::<String>::new());
    assert!(verdict.entries >= 8 && verdict.checkpoints == 2, "{verdict:?}");
}

#[tokio::test]
async fn abuse_e06_every_kind_of_change_is_found() {
    let cases: [(&str, &[&str]); 7] = [
        ("edited", &["UPDATE audit SET body = replace(body, 'lisa', 'mary') WHERE seq = 1"]),
        ("column edited", &["UPDATE audit SET person = 'mary' WHERE seq = 1"]),
        ("deleted", &["DELETE FROM audit WHERE seq = 3"]),
        (
            "swapped",
            &[
                "UPDATE audit SET seq = 1000 WHERE seq = 1",
                "UPDATE audit SET seq = 1 WHERE seq = 2",
                "UPDATE audit SET seq = 2 WHERE seq = 1000",
            ],
        ),
        ("tail cut", &["DELETE FROM audit WHERE seq > 4"]),
        (
            "emptied",
            &["DELETE FROM audit", "UPDATE audit_head SET size = 0, frontier = '[]'", "DELETE FROM checkpoints"],
        ),
        ("checkpoint forged", &["UPDATE checkpoints SET note = replace(note, '1', '2')"]),
    ];
    for (what, statements) in cases {
        let w = lived_in().await;
        tamper(&w, statements).await;
        assert!(!verdict(&w).await.problems.is_empty(), "{what} was not found");
    }
}

/// Nothing is signed that does not extend what was signed before.
#[tokio::test]
async fn abuse_e06_a_forked_trail_is_not_signed() {
    let w = lived_in().await;
    assert!(!checkpoints(&w).write().await.unwrap(), "nothing new, nothing to sign");
    tamper(&w, &["DELETE FROM audit", "UPDATE audit_head SET size = 0, frontier = '[]'", "DELETE FROM checkpoints"])
        .await;
    let refused = checkpoints(&w).write().await.unwrap_err().to_string();
    assert!(refused.contains("does not extend"), "{refused}");
}

/// Once the server has seen it, nobody gets anything on a trail that cannot be trusted; taking away goes on.
#[tokio::test]
async fn abuse_e06_nothing_new_is_granted_on_a_forked_trail() {
    let w = lived_in().await;
    let (waiting, given) =
        (w.api("dev").request("prod-db", "1h").await.id(), w.api("dev").request("grafana", "1h").await.id());
    w.api("lisa").approve(&given).await;
    w.settle().await;
    tamper(&w, &["UPDATE audit SET leaf = (SELECT leaf FROM audit WHERE seq = 0) WHERE seq = 1"]).await;
    assert!(checkpoints(&w).reporting(w.app.web.trail.clone()).write().await.is_err());

    let asked = serde_json::json!({"resource": "grafana", "duration": "1h"});
    let refused = w.api("lisa").post("/api/v1/requests", asked).await;
    assert_eq!(refused.status, 503);
    assert!(refused.text.contains("audit trail was changed"), "{:?}", refused.text);
    let yes = w.api("lisa").approve(&waiting).await;
    assert_eq!(yes.status, 503);
    assert_eq!(w.api("x").get("/readyz").await.status, 503);
    let revoked =
        w.api("lisa").post(&format!("/api/v1/grants/{given}/revoke"), serde_json::json!({"note": "forged"})).await;
    assert_eq!(revoked.status, 200, "{:?}", revoked.text);
}

/// THREATS E11, promise S11: a trail whose second place takes nothing is no trail; there is no setting that goes on without.
#[tokio::test]
async fn abuse_e11_nothing_new_is_granted_while_no_checkpoint_can_be_written() {
    let w = lived_in().await;
    let given = w.api("dev").request("grafana", "1h").await.id();
    w.api("lisa").approve(&given).await;
    w.settle().await;
    let nowhere = w.place.path().join("no such directory").join("checkpoints");
    let mut mute =
        Checkpoints::new(w.store.clone(), w.clock.clone(), signer(), nowhere).reporting(w.app.web.trail.clone());
    assert!(mute.write().await.is_err());
    assert_eq!(w.api("x").get("/readyz").await.status, 200, "a moment is forgiven");
    w.advance(Length::minutes(2)).await;
    let refused = w.api("lisa").request("grafana", "1h").await;
    assert_eq!(refused.status, 503);
    assert!(refused.text.contains("no checkpoint"), "{:?}", refused.text);
    assert_eq!(w.api("x").get("/readyz").await.status, 503);
    let revoked =
        w.api("lisa").post(&format!("/api/v1/grants/{given}/revoke"), serde_json::json!({"note": "mute"})).await;
    assert_eq!(revoked.status, 200, "taking away goes on: {:?}", revoked.text);
    assert!(checkpoints(&w).reporting(w.app.web.trail.clone()).write().await.is_ok());
    assert_eq!(w.api("lisa").request("grafana", "1h").await.status, 201, "and all is well again");
}
