//! Clients that hang up: right after sending, or in the middle of it.

use crate::{
    checker,
    load::{Ledger, Load},
    place::Place,
    postgres::Cluster,
    server,
};
use futures_util::{StreamExt, stream};
use reqwest::StatusCode;
use serde_json::json;
use server::Server;
use std::{sync::Arc, time::Instant};
use tokio::{io::AsyncWriteExt, net::TcpStream};

const HANG_UPS: usize = 300;

/// Sends a request, all of it or a part, and is gone. The key tells later what became of it.
async fn hang_up(server: &Server, n: usize) {
    let body = json!({"resource": format!("prod-{}", n % 40), "duration": "1h"}).to_string();
    let text = format!(
        "POST /api/v1/requests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo:dev{}\r\nidempotency-key: hang-{n}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        n / 40 + 100,
        body.len()
    );
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let part = if n.is_multiple_of(4) { text.len() * (n % 97) / 97 } else { text.len() };
    stream.write_all(&text.as_bytes()[..part]).await.unwrap();
    // Some leave with data unread, so that the server sees a reset, some at some later poll of theirs.
    for _ in 0..n % 7 {
        tokio::task::yield_now().await;
    }
}

/// THREATS, decision D1: no hang-up loses what others were told.
async fn hang_ups(place: &Place, server: &Server) -> Arc<Ledger> {
    let load = Load::start(&[server.url()], 4);
    stream::iter(0..HANG_UPS).for_each_concurrent(16, |n| hang_up(server, n)).await;
    load.ledger.more(40).await;

    // Whoever asks again with the same key gets the one request, whether or not the first was heard.
    for n in (0..HANG_UPS).step_by(10) {
        let body = json!({"resource": format!("prod-{}", n % 40), "duration": "1h"});
        let again = server.http.post(format!("{}/api/v1/requests", server.url())).json(&body);
        let again =
            again.bearer_auth(format!("demo:dev{}", n / 40 + 100)).header("idempotency-key", format!("hang-{n}"));
        assert_eq!(again.send().await.unwrap().status(), StatusCode::CREATED);
    }
    let ledger = load.stop().await;
    let now = server.advance("3m").await;
    checker::until_settled(place, now).await;
    assert_eq!(server.ready().await, Some(StatusCode::OK));
    ledger
}

async fn the_end(place: &Place, server: Server, ledger: &Ledger) {
    server.terminate();
    assert!(server.ended(server::PATIENCE).await.success());
    checker::whole(place, ledger).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_lose_nothing_on_sqlite() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    let ledger = hang_ups(&place, &server).await;
    the_end(&place, server, &ledger).await;
}

/// And none leaves a connection in a transaction.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hang_ups_lose_nothing_on_postgres() {
    let Some(cluster) = Cluster::new("hang_ups_lose_nothing_on_postgres") else { return };
    let place = Place::at(cluster.url());
    let server = Server::start(&place, server::free_address()).await;
    let ledger = hang_ups(&place, &server).await;
    let until = Instant::now() + server::PATIENCE;
    while cluster.idle_in_transaction().await > 0 {
        assert!(Instant::now() < until, "a connection stays in a transaction that nobody will end");
        tokio::time::sleep(server::LOOK).await;
    }
    the_end(&place, server, &ledger).await;
}
