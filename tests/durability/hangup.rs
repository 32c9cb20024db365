//! Clients that hang up, at every point of every handler.

use crate::{
    checker,
    dice::{self, Dice},
    load::{Ledger, Load},
    place::Place,
    postgres::Cluster,
    routes, server,
};
use futures_util::{StreamExt, future::join_all, stream};
use reqwest::StatusCode;
use server::Server;
use std::sync::Arc;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Connections that one server may ever have to PostgreSQL: its three pools, and the one that listens.
const POOLED: i64 = 17;

/// Sends a call, all of it or a part, and is gone.
async fn hang_up(server: &Server, text: &str, mut dice: Dice) {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let all = text.len() as u64;
    let part = match dice.within(0..4) {
        0 => dice.within(0..all),
        // Somewhere in the body, or a byte short of its end.
        1 => all - dice.within(1..all.min(40)),
        _ => all,
    };
    if stream.write_all(&text.as_bytes()[..part as usize]).await.is_err() {
        return;
    }
    match dice.within(0..4) {
        // Some leave with data unread, so that the server sees a reset, some at some later poll of theirs ...
        0 => {}
        1 => {
            for _ in 0..dice.within(0..64) {
                tokio::task::yield_now().await;
            }
        }
        2 => tokio::time::sleep(dice.millis(0..30)).await,
        // ... and some in the middle of the answer.
        _ => {
            let mut some = vec![0; dice.within(1..200) as usize];
            let _ = tokio::time::timeout(dice.millis(1..300), stream.read(&mut some)).await;
        }
    }
}

/// THREATS, decision D1: no hang-up loses what others were told.
async fn hang_ups(place: &Place, server: &Server, test: &str) -> Arc<Ledger> {
    let (count, dice) = (dice::many("COUNTERSIGN_TEST_HANGUPS", 300), Dice::rolled(test));
    let (_, _, known) = server.ask("dev119", "prod-39").await;
    let routes = routes::all(server).await;
    let load = Load::start(&[server.url()], 4);
    let one = async |n: usize| {
        let mut dice = dice.of_its_own(n as u64);
        let opens = ("POST", "/api/v1/requests".to_owned());
        // A third opens requests, the rest goes through all routes in turn.
        let route = if n.is_multiple_of(3) { &opens } else { &routes[n / 3 % routes.len()] };
        let person = ["dev", "lead", "boss", "sec"][n % 4];
        let person = format!("{person}{}", dice.within(0..20));
        let call = routes::call(route, known["id"].as_str().unwrap(), &mut dice);
        hang_up(server, &call.text(&person, &format!("hang-{n}")), dice).await;
        (n.is_multiple_of(3)).then_some((n, person, call.body))
    };
    let opened: Vec<_> =
        stream::iter(0..count).map(one).buffer_unordered(16).filter_map(async |asked| asked).collect().await;
    load.ledger.more(40).await;

    // Whoever asks again with the same key gets the one request, whether or not the first was heard.
    for (n, person, body) in opened.iter().take(60) {
        let again = server.http.post(format!("{}/api/v1/requests", server.url())).body(body.clone());
        let again = again.header("content-type", "application/json").bearer_auth(format!("demo:{person}"));
        let answer = again.header("idempotency-key", format!("hang-{n}")).send().await.unwrap();
        // The same person may have asked for the same under another key.
        assert!(matches!(answer.status(), StatusCode::CREATED | StatusCode::CONFLICT), "{}", answer.status());
    }
    let ledger = load.stop().await;
    let now = server.advance("3m").await;
    checker::until_settled(place, now).await;
    // The pool is whole: many at once are answered.
    let reads = join_all((0..64).map(|_| server.get("/readyz"))).await;
    assert!(reads.iter().all(|(status, _)| *status == StatusCode::OK), "{reads:?}");
    println!("{test}: {count} hang-ups over {} routes", routes.len());
    ledger
}

async fn the_end(place: &Place, server: Server, ledger: &Ledger, test: &str) {
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    println!("{}", checker::whole(place, ledger).await.said(test, ledger));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_lose_nothing_on_sqlite() {
    let (place, test) = (Place::sqlite(), "hang-ups, sqlite");
    let server = Server::start(&place, server::free_address()).await;
    let ledger = hang_ups(&place, &server, test).await;
    the_end(&place, server, &ledger, test).await;
}

/// And none leaves a connection in a transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_lose_nothing_on_postgres() {
    let Some(cluster) = Cluster::new("hang_ups_lose_nothing_on_postgres") else { return };
    let (place, test) = (Place::at(cluster.url()), "hang-ups, postgres");
    let server = Server::start(&place, server::free_address()).await;
    let ledger = hang_ups(&place, &server, test).await;
    assert_eq!(cluster.idle_in_transaction().await, 0, "a connection is left in a transaction");
    let open = cluster.connections().await;
    assert!((1..=POOLED).contains(&open), "{open} connections: the pool leaks, or is empty");
    println!("{test}: {open} connections, none left in a transaction");
    the_end(&place, server, &ledger, test).await;
}
