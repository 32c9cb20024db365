//! `ceiling PORT sqlite PATH` and `ceiling PORT postgres URL`: see the module of the same name.

use axum::{
    Router,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    routing::{get, post},
};
use countersign_probes::{
    ceiling::{self, Command},
    reading::now_ms,
    signed::SECRET,
};
use ring::hmac;
use serde::Deserialize;
use std::{borrow::Cow, sync::Arc};
use tokio::sync::{mpsc, oneshot};

#[derive(Deserialize)]
struct Payload<'a> {
    #[serde(borrow)]
    user: User<'a>,
    #[serde(borrow)]
    actions: Vec<Action<'a>>,
}
#[derive(Deserialize)]
struct User<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
}
#[derive(Deserialize)]
struct Action<'a> {
    #[serde(borrow)]
    value: Cow<'a, str>,
}

struct App {
    commands: mpsc::Sender<Command>,
    key: hmac::Key,
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, port, kind, database] = &arguments[..] else { panic!("ceiling PORT sqlite|postgres DATABASE") };
    let (commands, waiting) = mpsc::channel(65_536);
    let database = database.clone();
    match kind.as_str() {
        "sqlite" => drop(std::thread::spawn(move || ceiling::sqlite(&database, waiting).expect("SQLite"))),
        _ => drop(tokio::spawn(async move { ceiling::postgres(&database, waiting).await.expect("PostgreSQL") })),
    }
    let app = Arc::new(App { commands, key: hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes()) });
    let routes = Router::new()
        .route("/slack/events", post(event))
        .route("/state", get(state))
        .route("/count", get(count))
        .with_state(app);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.expect("a free port");
    axum::serve(listener, routes).await.expect("a server");
}

async fn event(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    if !is_signed(&app.key, &headers, &body) {
        return StatusCode::UNAUTHORIZED;
    }
    let (done, answer) = oneshot::channel();
    let Some(command) = command(&body, done) else { return StatusCode::BAD_REQUEST };
    if app.commands.send(command).await.is_err() {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    if answer.await == Ok(true) { StatusCode::OK } else { StatusCode::CONFLICT }
}

fn is_signed(key: &hmac::Key, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some((stamp, signature)) = header("x-slack-request-timestamp").zip(header("x-slack-signature")) else {
        return false;
    };
    let fresh = stamp.parse::<u64>().is_ok_and(|at| (now_ms() / 1000).abs_diff(at) <= 300);
    let Some(tag) = signature.strip_prefix("v0=").and_then(|text| hex::decode(text).ok()) else { return false };
    let signed = [b"v0:", stamp.as_bytes(), b":", body].concat();
    fresh && hmac::verify(key, &signed, &tag).is_ok()
}

fn command(body: &[u8], done: oneshot::Sender<bool>) -> Option<Command> {
    for (name, value) in form_urlencoded::parse(body) {
        match &*name {
            "payload" => {
                let payload: Payload<'_> = serde_json::from_str(&value).ok()?;
                let mut parts = payload.actions.first()?.value.split('|');
                let (id, step) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
                return Some(Command::Vote { id, step, person: payload.user.id.into_owned(), done });
            }
            "text" => {
                let mut words = value.split(' ');
                let (id, deadline) = (words.next()?.to_owned(), words.last()?.parse().ok()?);
                return Some(Command::Create { id, deadline, done });
            }
            _ => {}
        }
    }
    None
}

fn asked(query: Option<String>) -> String {
    query.and_then(|query| Some(query.split_once('=')?.1.to_owned())).unwrap_or_default()
}

async fn state(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> &'static str {
    let (done, answer) = oneshot::channel();
    let _ = app.commands.send(Command::State { id: asked(query), done }).await;
    answer.await.unwrap_or("none")
}

async fn count(State(app): State<Arc<App>>, RawQuery(query): RawQuery) -> String {
    let (done, answer) = oneshot::channel();
    let _ = app.commands.send(Command::Count { state: asked(query), done }).await;
    format!("{{\"count\":{}}}", answer.await.unwrap_or_default())
}
