//! SIGTERM: what is under way ends well, nothing holds the server up, a second signal is immediate.

use crate::{checker, load::Load, place::Place, server};
use server::{PATIENCE, Server};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Orchestrators kill after 30 s by default; half of that is ours.
const LONGEST: Duration = Duration::from_secs(15);
const BODY: &str = r#"{"resource": "quick-3", "duration": "1h"}"#;

/// A request whose head the server has read, and whose body it waits for.
async fn half_a_request(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!(
        "POST /api/v1/requests HTTP/1.1\r\nhost: x\r\nauthorization: Bearer demo:dev3\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        BODY.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    assert!(until(&mut stream, "\r\n\r\n").await.contains("100 Continue"));
    stream
}

/// What comes until this, or the end.
async fn until(stream: &mut TcpStream, end: &str) -> String {
    let (mut text, mut bytes) = (String::new(), [0; 4_096]);
    while !text.contains(end) {
        let read = tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await.expect("the server is silent");
        match read.unwrap() {
            0 => break,
            n => text.push_str(&String::from_utf8_lossy(&bytes[..n])),
        }
    }
    text
}

/// A page that listens for changes, as a signed-in browser does.
async fn live_page(place: &Place, server: &Server) -> TcpStream {
    let mut command = place.countersign();
    let done = command.args(["login-link", "--for", "dev0"]).output();
    let printed = String::from_utf8(done.unwrap().stdout).unwrap();
    let code = printed.split_whitespace().find_map(|word| word.split_once("/login/")).expect("a link").1;
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let form = http
        .post(format!("{}/login/{code}", server.url()))
        .header("origin", server.url())
        .header("content-type", "application/x-www-form-urlencoded");
    let signed_in = form.body("").send().await.unwrap();
    let cookie = signed_in.headers().get("set-cookie").expect("a session").to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap();
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = format!("GET /events HTTP/1.1\r\nhost: x\r\ncookie: {cookie}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let head = until(&mut stream, "\r\n\r\n").await;
    assert!(head.contains("200 OK") && head.contains("text/event-stream"), "{head}");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signal_ends_the_server_well() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    let load = Load::start(&[server.url()], 8);
    load.ledger.more(60).await;
    let pages = [live_page(&place, &server).await, live_page(&place, &server).await];
    let _silent = TcpStream::connect(server.address()).await.unwrap();
    let mut asking = half_a_request(&server).await;

    server.terminate();
    server.until_closed().await;
    asking.write_all(BODY.as_bytes()).await.unwrap();
    let answer = until(&mut asking, "\"version\"").await;
    assert!(answer.starts_with("HTTP/1.1 201"), "who was being served gets an answer: {answer:?}");
    let status = server.ended(LONGEST).await;
    assert_eq!(status.code(), Some(0));
    for mut page in pages {
        until(&mut page, "never").await;
    }
    let ledger = load.stop().await;
    checker::whole(&place, &ledger).await;
}

/// A client that never sends its body is not waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_dawdles_is_not_waited_for() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    let _dawdling = half_a_request(&server).await;
    server.terminate();
    assert_eq!(server.ended(LONGEST).await.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_signal_is_immediate() {
    let place = Place::sqlite();
    let server = Server::start(&place, server::free_address()).await;
    let _dawdling = half_a_request(&server).await;
    server.terminate();
    server.until_closed().await;
    server.terminate();
    assert_eq!(server.ended(Duration::from_secs(5)).await.code(), Some(130));
}
