//! PostgreSQL goes away while the server runs, and comes back.

use crate::{
    check,
    load::Load,
    place::Place,
    postgres::Cluster,
    server::{self, LOOK, PATIENCE},
};
use reqwest::StatusCode;
use server::Server;
use std::time::{Duration, Instant};

/// What a caller may have to wait for a refusal.
const FEW_SECONDS: Duration = Duration::from_secs(15);

/// The server stays up, says so, refuses new requests, loses nothing, and goes on by itself.
async fn an_outage(test: &str, away: fn(&Cluster), back: fn(&Cluster)) {
    let Some(cluster) = Cluster::new(test) else { return };
    let place = Place::at(cluster.url());
    let server = Server::start(&place, server::free_address()).await;
    // Its alarm is due while the database is away.
    let (status, _, early) = server.ask("dev1", "quick-1").await;
    assert_eq!(status, StatusCode::CREATED);
    let load = Load::start(&[server.url()], 8);
    load.ledger.more(60).await;

    away(&cluster);
    refuses(&server).await;
    server.advance("2m").await;
    // Callers that wait in a queue are not left there either.
    refuses(&server).await;

    back(&cluster);
    server.until_ready_says(StatusCode::OK).await;
    load.ledger.more(60).await;
    let ledger = load.stop().await;
    let store = place.store().await;
    let until = Instant::now() + PATIENCE;
    while store.request(early["id"].as_str().unwrap()).await.unwrap().unwrap().state.key() != "timed_out" {
        assert!(Instant::now() < until, "the alarm never rang");
        tokio::time::sleep(LOOK).await;
    }
    server.advance("3m").await;
    check::until_settled(store.as_ref()).await;
    drop(store);
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    check::whole(&place, &ledger).await;
}

async fn refuses(server: &Server) {
    let asked = Instant::now();
    let (status, kind, problem) = server.ask("dev0", "quick-0").await;
    assert_eq!((status, kind.as_str()), (StatusCode::SERVICE_UNAVAILABLE, "application/problem+json"));
    assert_eq!(problem["code"], "unavailable", "{problem}");
    assert!(asked.elapsed() < FEW_SECONDS, "the refusal took {:?}", asked.elapsed());
    assert_eq!(server.get("/healthz").await.0, StatusCode::OK);
    let (status, why) = server.get("/readyz").await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(why.contains("the database"), "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_stops_is_waited_for() {
    an_outage("a_database_that_stops", Cluster::crash, Cluster::start).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_no_longer_answers_is_waited_for() {
    an_outage("a_database_that_no_longer_answers", Cluster::freeze, Cluster::thaw).await;
}
