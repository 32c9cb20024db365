//! SQLite: somebody else holds the database's write lock for a while.

use crate::{checker, load::Load, place::Place, server};
use reqwest::StatusCode;
use server::Server;
use sqlx::{Connection, Executor, SqliteConnection};

/// The server stays up, says what is wrong, refuses what it cannot record, and goes on by itself.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_locked_database_is_waited_for() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    let load = Load::start(&[server.url()], 6);
    load.ledger.more(40).await;

    let mut other = SqliteConnection::connect(&place.database).await.unwrap();
    (&mut other).execute("PRAGMA busy_timeout = 30000").await.unwrap();
    (&mut other).execute("BEGIN EXCLUSIVE").await.unwrap();
    let (status, kind, problem) = server.ask("dev0", "quick-0").await;
    assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json"));
    assert_eq!(problem["code"], "unavailable");
    assert_eq!(server.get("/healthz").await.0, StatusCode::OK);
    let (status, why) = server.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("database"), "{why}");

    (&mut other).execute("ROLLBACK").await.unwrap();
    other.close().await.unwrap();
    server.until_ready_says(StatusCode::OK).await;
    load.ledger.more(40).await;
    let ledger = load.stop().await;
    let now = server.advance("3m").await;
    checker::until_settled(&place, now).await;
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    checker::whole(&place, &ledger).await;
}
