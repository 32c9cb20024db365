//! PostgreSQL goes away while the server runs, and comes back.

use crate::{
    checker,
    load::Load,
    place::Place,
    postgres::Cluster,
    server::{self, LOOK, PATIENCE},
    wire::Wire,
};
use reqwest::StatusCode;
use server::Server;
use std::time::{Duration, Instant};

/// What a caller may have to wait for a refusal.
const FEW_SECONDS: Duration = Duration::from_secs(19);

/// The server stays up, says so, refuses new requests, loses nothing, and goes on by itself.
async fn an_outage(url: String, away: impl Fn(), back: impl Fn()) {
    let place = Place::at(url);
    let server = Server::start(&place, server::free_address()).await;
    // Its alarm is due while the database is away.
    let (status, _, early) = server.ask("dev1", "quick-1").await;
    assert_eq!(status, StatusCode::CREATED);
    let load = Load::start(&[server.url()], 8);
    load.ledger.more(60).await;

    away();
    refuses(&server).await;
    server.advance("2m").await;
    // Callers that wait in a queue are not left there either.
    refuses(&server).await;

    back();
    server.until_ready_says(StatusCode::OK).await;
    load.ledger.more(60).await;
    let ledger = load.stop().await;
    let store = place.store().await;
    let until = Instant::now() + PATIENCE;
    while store.request(early["id"].as_str().unwrap()).await.unwrap().unwrap().state.key() != "timed_out" {
        assert!(Instant::now() < until, "the alarm never rang");
        tokio::time::sleep(LOOK).await;
    }
    let now = server.advance("3m").await;
    checker::until_settled(&place, now).await;
    drop(store);
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    checker::whole(&place, &ledger).await;
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
    let Some(cluster) = Cluster::new("a_database_that_stops_is_waited_for") else { return };
    an_outage(cluster.url(), || cluster.crash(), || cluster.start()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_no_longer_answers_is_waited_for() {
    let Some(cluster) = Cluster::new("a_database_that_no_longer_answers_is_waited_for") else { return };
    an_outage(cluster.url(), || cluster.freeze(), || cluster.thaw()).await;
}

/// A machine that is gone closes no connection, and what was sent to it is never answered, not even when another takes
/// its place.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_nobody_holds_the_other_end_of_are_given_up() {
    let test = "connections_that_nobody_holds_the_other_end_of_are_given_up";
    let Some(cluster) = Cluster::new(test) else { return };
    let wire = Wire::to(cluster.address()).await;
    an_outage(cluster.url_at(wire.address), || wire.cut(), || wire.mend()).await;
}
