//! HTTP mode.

use crate::world::{DEV, LISA, PLACE, bot, place, settings, slack_engine};
use countersign_engine::{card, ports::Messenger};
use countersign_kit::{
    Memory,
    slack::{FakeSlack, SIGNING_SECRET, http_body, sign},
};
use countersign_slack::{Settings, Slack};
use std::sync::Arc;

struct Served {
    slack: FakeSlack,
    engine: Arc<Memory>,
    bot: Arc<Slack>,
    base: String,
}

/// The bot's routes on a port of their own; the engine's clock stands still.
async fn served(change: impl FnOnce(&mut Settings)) -> Served {
    let slack = FakeSlack::start().await;
    let engine = Arc::new(slack_engine());
    let mut settings = Settings { app_token: None, ..settings(&slack) };
    change(&mut settings);
    let bot = bot(settings, &engine);
    let router = bot.routes(engine.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/slack", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = engine.clone();
    slack.use_http(&base, move || clock.now());
    Served { slack, engine, bot, base }
}

impl Served {
    async fn send(&self, path: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> u16 {
        let mut request = reqwest::Client::new().post(format!("{}/{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    }
    async fn signed(&self, secret: &str, skew: i64, path: &str, body: &str) -> u16 {
        let [stamp, signature] = sign(secret, self.engine.now().timestamp() + skew, body);
        self.send(path, &[(stamp.0, &stamp.1), (signature.0, &signature.1)], body.to_owned()).await
    }
}

#[tokio::test]
async fn the_conversation_works_over_http_too() {
    let s = served(|_| {}).await;
    let said = s.slack.command(DEV, "prod-db 4h billing").await;
    assert!(said.acknowledged && said.words().contains("prod-db"), "{}", said.words());
    s.bot.post(&place(), &card::request(&s.engine.shared(s.engine.only()))).await.unwrap();
    let card = s.slack.card_in(PLACE).await;
    assert!(s.slack.press(DEV, "Approve", &card).await.acknowledged);
    assert!(s.slack.private_to(DEV).await.words().contains("your own request"));
    assert!(s.slack.press(LISA, "Deny", &card).await.acknowledged);
    let form = s.slack.form_for(LISA).await;
    assert!(s.slack.send_form(LISA, &form, &[("note", "no")]).await.acknowledged);
    assert_eq!(s.engine.only().state.key(), "denied");
}

/// THREATS B01, D06: nothing unproven is even parsed.
#[tokio::test]
async fn abuse_b01_unsigned_stale_and_wrong_requests_are_refused() {
    let s = served(|_| {}).await;
    let (path, body) = http_body("slash_commands", &s.slack.command_payload(DEV, "prod-db 4h billing"));
    assert_eq!(s.send(path, &[], body.clone()).await, 401);
    assert_eq!(s.signed("another secret", 0, path, &body).await, 401);
    assert_eq!(s.signed(SIGNING_SECRET, -301, path, &body).await, 401);
    assert_eq!(s.signed(SIGNING_SECRET, 301, path, &body).await, 401);
    assert_eq!(s.send(path, &[("x-slack-signature", "v0=00"), ("x-slack-request-timestamp", "x")], "{").await, 401);
    assert_eq!(s.engine.calls(), 0);
}

/// THREATS B01: the same bytes again, inside the window, are the same delivery.
#[tokio::test]
async fn abuse_b01_replays_change_nothing() {
    let s = served(|_| {}).await;
    let (path, body) = http_body("slash_commands", &s.slack.command_payload(DEV, "prod-db 4h billing"));
    for _ in 0..5 {
        assert_eq!(s.signed(SIGNING_SECRET, 0, path, &body).await, 200);
    }
    s.engine.only();
    let mut payload = s.slack.command_payload(DEV, "grafana 1h looking");
    payload.as_object_mut().unwrap().remove("trigger_id");
    let (path, body) = http_body("slash_commands", &payload);
    for _ in 0..5 {
        assert_eq!(s.signed(SIGNING_SECRET, 0, path, &body).await, 200);
    }
    assert_eq!(s.engine.requests().len(), 2);
}

/// THREATS D06
#[tokio::test]
async fn abuse_d06_oversized_and_malformed_requests_are_refused() {
    let s = served(|_| {}).await;
    let big = "x".repeat(300 * 1024);
    assert_eq!(s.signed(SIGNING_SECRET, 0, "commands", &big).await, 413);
    let deep = format!("payload={}", "[".repeat(100_000));
    for body in
        ["", "payload=", "payload=nul", "payload=[]", "payload={\"type\":\"block_actions\"}", &deep, "\u{0}%ff&&=="]
    {
        assert_eq!(s.signed(SIGNING_SECRET, 0, "interactions", body).await, 400, "{}", &body[..body.len().min(40)]);
    }
    assert_eq!(s.signed(SIGNING_SECRET, 0, "commands", "text=prod-db+4h").await, 400);
    assert_eq!(s.engine.calls(), 0);
}

/// rule 45
#[tokio::test]
async fn without_a_signing_secret_there_are_no_routes() {
    let s = served(|settings| settings.signing_secret = None).await;
    let (path, body) = http_body("slash_commands", &s.slack.command_payload(DEV, "prod-db 4h billing"));
    assert_eq!(s.signed(SIGNING_SECRET, 0, path, &body).await, 404);
    assert_eq!(s.signed("", 0, path, &body).await, 404);
    assert!(s.engine.requests().is_empty());
}
