//! `kill -9` in mid-load, again and again.

use crate::{check, load::Load, place::Place, postgres, server};
use server::Server;

fn rounds() -> usize {
    std::env::var("COUNTERSIGN_TEST_ROUNDS").ok().map_or(5, |text| text.parse().expect("a number of rounds"))
}

/// DESIGN decision 2: what was acknowledged was committed before.
async fn acknowledged_votes_survive(place: &Place) {
    let address = server::free_address();
    let mut server = Server::start(place, address).await;
    let load = Load::start(&[server.url()], 12);
    for round in 0..rounds() {
        // Never at the same point of the load: batches, grants and checkpoints are cut anywhere.
        load.ledger.more(37 + 53 * (round % 4)).await;
        server.kill();
        server = Server::start(place, address).await;
    }
    load.ledger.more(20).await;
    let ledger = load.stop().await;

    // What the killed processes had in hand is leased to them: past the leases somebody else takes it.
    server.advance("3m").await;
    let store = place.store().await;
    check::until_settled(store.as_ref()).await;
    drop(store);
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    check::whole(place, &ledger).await;
    println!("{} acknowledged, {} kills", ledger.count(), rounds());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_votes_survive_kill_9_on_sqlite() {
    acknowledged_votes_survive(&Place::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_votes_survive_kill_9_on_postgres() {
    let Some(schema) = postgres::Schema::new("kill").await else { return };
    acknowledged_votes_survive(&Place::at(schema.url.clone())).await;
    schema.drop().await;
}
