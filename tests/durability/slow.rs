//! Clients that take a connection and say nothing, or half of it.

use crate::server;
use axum::{Router, routing::get};
use countersign::{
    lifecycle,
    listen::{self, Limits},
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What half-open connections have sent: nothing, part of a head, part of what starts HTTP/2, or a whole head but one byte.
const HALVES: [&str; 4] =
    ["", "GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ", "PRI * HTTP/2.0\r\n", "GET / HTTP/1.1\r\nhost: x\r\n\r"];

async fn half_open(address: SocketAddr, n: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(HALVES[n % HALVES.len()].as_bytes()).await.unwrap();
    stream
}

/// The listener alone, with places for fewer than come, and little patience.
#[tokio::test]
async fn abuse_d07_half_sent_heads_are_closed_and_keep_nobody_out() {
    let limits = Limits { first_head: Duration::from_millis(100), connections: 20, ..Limits::default() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stopper, stopping) = lifecycle::stopper();
    let router = Router::new().route("/healthz", get(async || "ok\n"));
    let serving = tokio::spawn(listen::serve(listener, router, limits, stopping));

    let mut halves = Vec::new();
    for n in 0..50 {
        halves.push(half_open(address, n).await);
    }
    let answer = reqwest::Client::new().get(format!("http://{address}/healthz")).timeout(server::PATIENCE).send().await;
    assert_eq!(answer.unwrap().text().await.unwrap(), "ok\n");
    for mut half in halves {
        // An end or a reset, and perhaps a word of farewell before; not silence.
        let closed = tokio::time::timeout(server::PATIENCE, half.read_to_end(&mut Vec::new())).await;
        assert!(closed.is_ok(), "a half-sent head keeps its connection");
    }
    stopper.stop();
    tokio::time::timeout(server::PATIENCE, serving).await.expect("the listener ends").unwrap();
}
