//! Webhook mode.

use crate::world::{DEV, LISA, World, place, settings, telegram_engine, unhurried};
use countersign_engine::{
    card,
    ports::{BotError, Messenger},
};
use countersign_kit::telegram::{GROUP, SECRET, TOKEN};
use countersign_telegram::{Settings, path};
use serde_json::json;
use std::sync::Arc;

const HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

struct Served {
    w: World,
    base: String,
}

async fn served(change: impl FnOnce(&mut Settings)) -> Served {
    let telegram = unhurried().await;
    let mut settings = Settings { webhook_secret: Some(SECRET.to_owned().into()), ..settings(&telegram) };
    change(&mut settings);
    let webhook = settings.webhook_secret.is_some();
    let w = World::of(&telegram, settings, Arc::new(telegram_engine()));
    let router = w.bot.routes(w.engine.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    if webhook {
        w.telegram.called("setWebhook", 1).await;
        w.telegram.use_webhook(&base);
    }
    Served { w, base }
}

impl Served {
    async fn send(&self, path: &str, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> u16 {
        let mut request = reqwest::Client::new().post(format!("{}/telegram/{path}", self.base)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap().status().as_u16()
    }
    fn body(&self) -> String {
        let mut update = self.w.telegram.writing(DEV, DEV, "/access prod-db 4h billing");
        update["update_id"] = 7.into();
        update.to_string()
    }
}

fn ours() -> String {
    path(&TOKEN.to_owned().into())
}

#[tokio::test]
async fn the_conversation_works_over_the_webhook_too() {
    let s = served(|_| {}).await;
    assert!(s.w.telegram.command(DEV, GROUP, "prod-db 4h billing").await);
    assert!(s.w.told(DEV).contains("prod-db"));
    let card = card::request(&s.w.engine.shared(s.w.engine.only()));
    s.w.bot.post(&place(GROUP), &card).await.unwrap();
    let card = s.w.telegram.card_in(GROUP).await;
    assert!(s.w.telegram.press(DEV, "Approve", &card).await.text.contains("your own request"));
    s.w.telegram.press(LISA, "Approve", &card).await;
    assert_eq!(s.w.engine.only().votes.len(), 1);
    s.w.telegram.repeat(3);
    assert!(s.w.telegram.command(DEV, GROUP, "grafana 1h x").await);
    assert_eq!(s.w.engine.requests().len(), 2, "repetitions change nothing");
    assert!(s.w.telegram.calls("getUpdates").is_empty());
}

#[tokio::test]
async fn telegram_is_told_where_to_call_and_with_what() {
    let s = served(|_| {}).await;
    let set = &s.w.telegram.calls("setWebhook")[0];
    assert_eq!(set["url"], format!("https://access.acme.com/telegram/{}", ours()));
    assert_eq!(set["secret_token"], SECRET);
    assert_eq!(set["allowed_updates"], json!(["message", "callback_query", "my_chat_member"]));
    assert!(!ours().contains("770000") && ours().len() == 64, "the address tells nothing of the token");
}

/// THREATS D12: nothing that does not bring the secret to the right address is even read.
#[tokio::test]
async fn abuse_d12_forged_calls_are_refused() {
    let s = served(|_| {}).await;
    let (path, body) = (ours(), s.body());
    let long = "a".repeat(5_000);
    for secret in [
        "",
        "x",
        &SECRET[1..],
        &SECRET[..31],
        &SECRET.to_uppercase(),
        &format!("{SECRET} "),
        &format!("{SECRET}0"),
        "null",
        &long,
    ] {
        // A header's own edges are not part of its value.
        if secret.trim() != SECRET {
            assert_eq!(s.send(&path, &[(HEADER, secret)], body.clone()).await, 401, "{secret}");
        }
    }
    assert_eq!(s.send(&path, &[], body.clone()).await, 401);
    assert_eq!(s.send(&path, &[("authorization", SECRET)], body.clone()).await, 401);
    assert_eq!(s.send(&path, &[(HEADER, "wrong")], "{").await, 401, "before it is parsed");
    assert_eq!(s.send(&path, &[(HEADER, "wrong")], "x".repeat(300 * 1024)).await, 401, "and before it is read");
    for other in [&path[1..], &path.to_uppercase(), "x", TOKEN, "%2e%2e", &path[..32]] {
        assert_eq!(s.send(other, &[(HEADER, SECRET)], body.clone()).await, 404, "{other}");
    }
    let got = reqwest::get(format!("{}/telegram/{path}", s.base)).await.unwrap();
    assert_eq!(got.status().as_u16(), 405);
    assert_eq!(s.w.engine.calls(), 0);
    assert_eq!(s.send(&path, &[(HEADER, SECRET)], body).await, 200);
    s.w.engine.only();
}

/// THREATS D06
#[tokio::test]
async fn abuse_d06_oversized_and_malformed_calls_are_refused() {
    let s = served(|_| {}).await;
    let path = ours();
    let deep = format!("{{\"update_id\":1,\"message\":{}", "[".repeat(100_000));
    for (body, status) in [
        (String::new(), 400),
        ("{".into(), 400),
        ("[]".into(), 400),
        ("{}".into(), 400),
        ("{\"update_id\":\"1\"}".into(), 400),
        ("\u{0}".into(), 400),
        (deep, 400),
        ("x".repeat(300 * 1024), 413),
        ("{\"update_id\":1}".into(), 200),
        ("{\"update_id\":2,\"brand_new\":{}}".into(), 200),
        ("{\"update_id\":3,\"message\":null}".into(), 200),
    ] {
        let shown = body.chars().take(40).collect::<String>();
        assert_eq!(s.send(&path, &[(HEADER, SECRET)], body).await, status, "{shown}");
    }
    assert_eq!(s.send(&path, &[(HEADER, SECRET)], vec![0xff, 0xfe]).await, 400);
    assert_eq!(s.w.engine.calls(), 0);
}

/// THREATS B02: the same update again, however often, is the same delivery.
#[tokio::test]
async fn abuse_b02_repeated_calls_change_nothing() {
    let s = served(|_| {}).await;
    let (path, body) = (ours(), s.body());
    for _ in 0..5 {
        assert_eq!(s.send(&path, &[(HEADER, SECRET)], body.clone()).await, 200);
    }
    s.w.engine.only();
}

/// rule 45
#[tokio::test]
async fn without_a_secret_there_is_no_route() {
    let s = served(|settings| settings.webhook_secret = None).await;
    let body = s.body();
    for headers in [vec![], vec![(HEADER, "")], vec![(HEADER, SECRET)]] {
        assert_eq!(s.send(&ours(), &headers, body.clone()).await, 404);
    }
    assert_eq!(s.w.engine.calls(), 0);
}

#[tokio::test]
async fn an_address_that_telegram_does_not_take_is_said_with_a_hint() {
    let telegram = unhurried().await;
    let settings = Settings {
        webhook_secret: Some(SECRET.to_owned().into()),
        public_url: "http://access.acme.com".into(),
        ..settings(&telegram)
    };
    let refused = World::of(&telegram, settings, Arc::new(telegram_engine())).running.await.unwrap();
    assert!(matches!(&refused, Err(BotError::Disconnected(why)) if why.contains("https")), "{refused:?}");
}
