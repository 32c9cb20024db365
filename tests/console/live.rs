//! `GET /events`: who hears of what.

use crate::{
    browser::Browser,
    world::{Making, World},
};
use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use futures_util::StreamExt;

async fn listen(world: &World, browser: &Browser<'_>) -> BodyDataStream {
    let cookie = format!("countersign={}", browser.session);
    let request = Request::get("/events").header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let response = world.send(request).await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body().into_data_stream()
}

/// The next thing that arrives.
async fn next(stream: &mut BodyDataStream) -> String {
    let bytes = stream.next().await.expect("the stream goes on").unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn those_who_may_see_a_request_hear_that_it_changed() {
    let world = World::made(Making { demo: false, ..Making::default() }).await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let (mut lisas, mut devs) = (listen(&world, &lisa).await, listen(&world, &dev).await);
    let hers = lisa.ask("grafana", "10m", "a look").await;
    let his = dev.ask("grafana", "10m", "a look").await;
    assert!(next(&mut lisas).await.contains(&format!("event: change\ndata: {hers}")));
    assert!(next(&mut lisas).await.contains(&his), "she could approve it");
    assert!(next(&mut devs).await.contains(&his), "of hers he hears nothing: it came first");
}

#[tokio::test]
async fn a_stream_ends_with_its_session() {
    let world = World::new().await;
    let dev = Browser::of(&world, "dev").await;
    let mut stream = listen(&world, &dev).await;
    let other = Browser::of(&world, "dev").await;
    dev.post("/logout", &[]).await;
    other.ask("grafana", "10m", "a look").await;
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn abuse_d07_a_session_has_eight_streams() {
    let world = World::new().await;
    let (dev, lisa) = (Browser::of(&world, "dev").await, Browser::of(&world, "lisa").await);
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(listen(&world, &dev).await);
    }
    let ninth = || Request::get("/events").header(header::COOKIE, format!("countersign={}", dev.session));
    let refused = world.send(ninth().body(Body::empty()).unwrap()).await;
    assert_eq!(refused.status(), 429);
    drop(listen(&world, &lisa).await);
    streams.pop();
    let again = world.send(ninth().body(Body::empty()).unwrap()).await;
    assert_eq!(again.status(), 200, "a place that is left is free");
}
