//! Opening: what is refused and why, and who may open at once.

use crate::{sample::*, world::World};
use countersign::store::{self, PgStore, SqliteStore, StoreError};
use countersign_engine::{address::Address, person::Platform};

/// What the third migration and those after it made.
const NEWER: &str = "DROP TABLE webhook_cursors; DROP TABLE webhook_deliveries; DROP TABLE hook_inbox; \
     DROP TABLE restores; DROP TABLE instance";

stories! {
    a_database_of_before_is_brought_up_to_date,
    a_database_of_a_newer_server_is_refused,
    every_statement_is_understood,
    what_was_kept_is_there_again,
    replicas_open_at_once,
    messages_survive_the_new_ledger,
}

async fn every_statement_is_understood(w: &World) {
    let statements = match w.store.backend() {
        "sqlite" => SqliteStore::open(&w.url).await.unwrap().prepare_all().await.unwrap(),
        _ => PgStore::open(&w.url).await.unwrap().prepare_all().await.unwrap(),
    };
    assert!(statements > 40, "{statements}");
    w.store.ping().await.unwrap();
}

async fn what_was_kept_is_there_again(w: &World) {
    w.write(&opened(&[request(1)])).await.unwrap();
    let again = store::open(&w.url).await.unwrap();
    assert_eq!(again.request("req-0001").await.unwrap(), Some(request(1)));
}

/// The schema of two migrations, with rows: nothing is lost.
async fn a_database_of_before_is_brought_up_to_date(w: &World) {
    w.write(&opened(&[request(1), request(2)])).await.unwrap();
    let head = w.store.audit_head().await.unwrap();
    w.sql(NEWER).await.unwrap();
    w.sql("DELETE FROM _sqlx_migrations WHERE version > 2").await.unwrap();
    let again = store::open(&w.url).await.unwrap();
    for n in [1, 2] {
        assert_eq!(again.request(id(n).as_str()).await.unwrap(), Some(request(n)));
    }
    assert_eq!(again.audit_head().await.unwrap(), head);
    assert_eq!(again.webhook_cursors().await.unwrap(), []);
    assert_eq!(again.instance().await.unwrap(), None, "its first use names it");
}

async fn a_database_of_a_newer_server_is_refused(w: &World) {
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 SELECT 99, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1";
    w.sql(newer).await.unwrap();
    let Err(error) = store::open(&w.url).await else { panic!("it was opened") };
    assert!(error.to_string().contains("newer Countersign"), "{error}");
}

async fn replicas_open_at_once(w: &World) {
    let old = "DROP TABLE keys; DROP TABLE checkpoints; DROP TABLE audit_head; DROP TABLE audit; DROP TABLE secrets; \
               DROP TABLE bindings; DROP TABLE preferences; DROP TABLE leases; DROP TABLE credentials; DROP TABLE postings; DROP TABLE outbox; DROP TABLE alarms; \
               DROP TABLE votes; DROP TABLE requests; DROP TABLE _sqlx_migrations";
    w.sql(NEWER).await.unwrap();
    w.sql(old).await.unwrap();
    if w.store.backend() == "postgres" {
        w.sql("DROP FUNCTION countersign_refuse").await.unwrap();
    }
    let mut replicas = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let url = w.url.clone();
        replicas.spawn(async move { store::open(&url).await.map(|store| store.backend()) });
    }
    for opened in replicas.join_all().await {
        assert_eq!(opened.unwrap(), w.store.backend());
    }
    w.write(&opened(&[request(1)])).await.unwrap();
}

/// A database of before: its cards are known after the migration, and what was waiting is sent.
async fn messages_survive_the_new_ledger(w: &World) {
    let (number, auto) = match w.store.backend() {
        "sqlite" => ("INTEGER", ""),
        _ => ("BIGINT", "DROP INDEX IF EXISTS postings_due;"),
    };
    let old = format!(
        "{auto} DROP TABLE postings; DROP TABLE preferences; DROP TABLE leases; \
         CREATE TABLE postings (request_id TEXT NOT NULL, address TEXT NOT NULL, purpose TEXT NOT NULL, message TEXT, \
         shown TEXT NOT NULL, state TEXT NOT NULL, error TEXT NOT NULL, at {number} NOT NULL, \
         PRIMARY KEY (request_id, address, purpose)); \
         DELETE FROM _sqlx_migrations WHERE version = 2"
    );
    w.sql(&old).await.unwrap();
    let address = Address::Place { platform: Platform::Slack, tenant: "T1".into(), place: HOSTILE.into() };
    let json = serde_json::to_string(&address).unwrap().replace('\'', "''");
    let message = r#"{"tenant":"","place":"C1","message":"17.1"}"#;
    let row = |purpose: &str, message: &str, state: &str| {
        let (id, at) = (id(1), at(3).timestamp_micros());
        format!("INSERT INTO postings VALUES ('{id}', '{json}', '{purpose}', {message}, 'ab', '{state}', '', {at})")
    };
    w.sql(&row("card", &format!("'{message}'"), "delivered")).await.unwrap();
    w.sql(&row("news:decided", "NULL", "waiting")).await.unwrap();
    let again = store::open(&w.url).await.unwrap();
    let kept = again.postings(&id(1)).await.unwrap();
    assert_eq!(kept.len(), 2);
    assert!(kept.iter().all(|p| p.address == address));
    assert_eq!((kept[0].purpose.as_str(), kept[0].due_at, kept[0].delivered_at), ("card", None, Some(at(3))));
    assert_eq!(kept[0].message.as_ref().unwrap().message, "17.1");
    let due = again.claim_postings(Platform::Slack, at(3), chrono::TimeDelta::minutes(1), 9).await.unwrap();
    assert_eq!(due.iter().map(|p| p.purpose.as_str()).collect::<Vec<_>>(), ["news:decided"]);
}

#[tokio::test]
async fn wrong_urls_say_what_would_work() {
    let dir = tempfile::tempdir().unwrap();
    let missing = format!("sqlite:{}", dir.path().join("no/such/dir/store.db").display());
    let cases = [
        ("mysql://root@host/db", "sqlite:countersign.db"),
        ("countersign.db", "sqlite:countersign.db"),
        ("", "hint:"),
        ("sqlite::memory:", "would forget everything"),
        ("sqlite:x.db?mode=memory", "would forget everything"),
        (&missing, "the directory must exist"),
        ("postgres://user:hunter2@host:port/db", "postgres://user:password@host"),
        ("postgres://postgres:hunter2@127.0.0.1:1/db", ""),
    ];
    for (url, hint) in cases {
        let Err(error) = store::open(url).await else { panic!("{url} was opened") };
        let said = error.to_string();
        assert!(said.contains(hint) && !said.contains("hunter2"), "{url}: {said}");
    }
}

#[tokio::test]
async fn a_file_that_is_no_database_is_corrupt() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("store.db");
    std::fs::write(&file, "certainly not a database, and longer than its header".repeat(9)).unwrap();
    let opened = store::open(&format!("sqlite:{}", file.display())).await;
    assert!(matches!(opened, Err(StoreError::Corrupt(_))), "{:?}", opened.map(|_| ()));
}

/// THREATS E04: tokens and sessions are hashed, but the file is nobody else's business all the same.
#[cfg(unix)]
#[tokio::test]
async fn abuse_e04_the_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let w = World::sqlite().await;
    w.write(&opened(&[request(1)])).await.unwrap();
    let file = w.url.trim_start_matches("sqlite:");
    for file in [file.to_owned(), format!("{file}-wal")] {
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{file}: {mode:o}");
    }
}
