//! `kill -9` in mid-load, again and again, at moments that nobody chose.

use crate::{
    checker,
    dice::{self, Dice},
    load::{Kind, Load},
    place::Place,
    postgres,
    server::{self, Server},
};

/// THREATS, promise S3: what was acknowledged was committed before. C01: what a connector did and nobody wrote down is
/// found again.
async fn what_was_acknowledged_survives(place: &Place, test: &str) {
    let rounds = dice::many("COUNTERSIGN_TEST_ROUNDS", 5);
    let mut dice = Dice::rolled(test);
    let address = server::free_address();
    let mut server = Server::start(place, address).await;
    let load = Load::of(&[server.url()], 12, Kind::all(place));
    let mut early = 0;
    for _ in 0..rounds {
        tokio::time::sleep(dice.millis(10..700)).await;
        server.kill();
        if dice.one_in(8) {
            // Once more before it is ready: while it opens the database, or judges what is open.
            let starting = Server::spawn(place, address);
            tokio::time::sleep(dice.millis(0..250)).await;
            starting.kill();
            early += 1;
        }
        server = Server::start(place, address).await;
    }
    load.ledger.more(40).await;
    let ledger = load.stop().await;

    // What the killed processes had in hand is leased to them: past the leases somebody else takes it.
    let now = server.advance("3m").await;
    checker::until_settled(place, now).await;
    let live = checker::targets(place, &server, now).await;
    let now = server.advance("9h").await;
    checker::until_settled(place, now).await;
    assert_eq!(checker::targets(place, &server, now).await, 0, "access outlives its time");
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    let story = checker::whole(place, &ledger).await;
    println!("{}", story.said(test, &ledger));
    println!("{test}: {} kills ({early} of them at the start), {live} grants were live at the end", rounds + early);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c01_acknowledged_votes_survive_kill_9_on_sqlite() {
    let place = Place::sqlite().with_target().await;
    what_was_acknowledged_survives(&place, "kill -9, sqlite").await;
    if let Some(target) = &place.target {
        target.clean().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn abuse_c01_acknowledged_votes_survive_kill_9_on_postgres() {
    let Some(schema) = postgres::Schema::new("kill").await else { return };
    let place = Place::at(schema.url.clone()).with_target().await;
    what_was_acknowledged_survives(&place, "kill -9, postgres").await;
    if let Some(target) = &place.target {
        target.clean().await;
    }
    schema.drop().await;
}
