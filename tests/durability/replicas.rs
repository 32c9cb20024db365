//! Two replicas on one PostgreSQL.

use crate::{
    checker,
    load::Load,
    place::Place,
    postgres::Schema,
    server::{self, Server},
};
use futures_util::future::join_all;
use reqwest::StatusCode;

/// Votes are exact, nothing is granted, told or rung twice, and one goes on when the other is killed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_replicas_are_one_server() {
    let Some(schema) = Schema::new("two_replicas_are_one_server").await else { return };
    let place = Place::at(schema.url.clone());
    let addresses = [server::free_address(), server::free_address()];
    let one = Server::start(&place, addresses[0]).await;
    let two = Server::start(&place, addresses[1]).await;
    let quick: Vec<_> = (0..30).map(|n| (format!("dev{n}"), format!("quick-{n}"))).collect();
    let asked = join_all(quick.iter().enumerate().map(|(n, (person, resource))| {
        let server = if n % 2 == 0 { &one } else { &two };
        server.ask(person, resource)
    }));
    assert!(asked.await.iter().all(|(status, _, _)| *status == StatusCode::CREATED));

    let load = Load::start(&[one.url(), two.url()], 12);
    load.ledger.more(200).await;
    // Both find the same alarms due at the same moment.
    tokio::join!(one.advance("2m"), two.advance("2m"));
    load.ledger.more(100).await;
    two.kill();
    load.ledger.more(100).await;
    let ledger = load.stop().await;

    let now = one.advance("3m").await;
    checker::until_settled(&place, now).await;
    one.terminate();
    assert!(one.ended(server::PATIENCE).await.success());
    let story = checker::whole(&place, &ledger).await;
    assert_eq!(story.trail.count("timed_out"), quick.len(), "each alarm rings once");
    schema.drop().await;
}

/// Two replicas, one person, one entitlement, the same instant: one request.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_request_at_two_replicas_is_one() {
    let Some(schema) = Schema::new("the_same_request_at_two_replicas_is_one").await else { return };
    let place = Place::at(schema.url.clone());
    let one = Server::start(&place, server::free_address()).await;
    let two = Server::start(&place, server::free_address()).await;
    for n in 0..40 {
        let resource = format!("prod-{n}");
        let (a, b) = tokio::join!(one.ask("dev7", &resource), two.ask("dev7", &resource));
        let mut statuses = [a.0, b.0];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::CREATED, StatusCode::CONFLICT], "{} {}", a.2, b.2);
    }
    drop((one, two));
    schema.drop().await;
}
