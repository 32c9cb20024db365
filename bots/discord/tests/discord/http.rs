//! HTTP interactions.

use crate::world::{DEV, LISA, Named, bot, discord_engine, one_guild, place, settings};
use countersign_discord::{Discord, Settings};
use countersign_engine::{card, ports::Messenger};
use countersign_kit::{
    Memory,
    discord::{CHANNEL, FakeDiscord, sign},
};
use serde_json::{Value, json};
use std::sync::Arc;

pub struct Served {
    discord: FakeDiscord,
    pub engine: Arc<Memory>,
    bot: Arc<Discord>,
    url: String,
    _named: Named,
}

/// The bot's route on a port of its own; the engine's clock stands still.
pub async fn served(change: impl FnOnce(&mut Settings)) -> Served {
    let discord = FakeDiscord::start().await;
    let (engine, named) = (Arc::new(discord_engine()), one_guild());
    let mut settings = Settings { gateway: false, ..settings(&discord, &named) };
    change(&mut settings);
    let bot = bot(settings, &engine);
    let router = bot.routes(engine.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/discord/interactions", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = engine.clone();
    discord.use_http(&url, move || clock.now());
    Served { discord, engine, bot, url, _named: named }
}

impl Served {
    pub async fn send(&self, headers: &[(&str, String)], body: impl Into<reqwest::Body>) -> (u16, Value) {
        let mut request = reqwest::Client::new().post(&self.url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        (status, serde_json::from_str(&response.text().await.unwrap()).unwrap_or(Value::Null))
    }
    /// Signed by Discord, `skew` seconds from now.
    async fn signed(&self, skew: i64, body: &str) -> (u16, Value) {
        let headers = sign(self.engine.now().timestamp() + skew, body);
        self.send(&headers.map(|(name, value)| (name, value)), body.to_owned()).await
    }
}

#[tokio::test]
async fn the_conversation_works_over_http_too() {
    let s = served(|_| {}).await;
    let said = s.discord.command(DEV, "prod-db 4h billing").await;
    assert!(said.is_private() && said.words().contains("prod-db"), "{}", said.words());
    assert_eq!(s.discord.typing(DEV, "resource", json!({"resource": "graf"})).await.choices(), ["grafana"]);
    s.bot.post(&place(), &card::request(&s.engine.shared(s.engine.only()))).await.unwrap();
    let card = s.discord.card_in(CHANNEL).await;
    assert!(s.discord.press(DEV, "Approve", &card).await.words().contains("your own request"));
    assert_eq!(s.discord.press(LISA, "Deny", &card).await.kind(), 9);
    let form = s.discord.form_for(LISA).await;
    assert_eq!(s.discord.send_form(LISA, &form, &[("note", "no")]).await.kind(), 7);
    assert_eq!(s.engine.only().state.key(), "denied");
    assert!(s.discord.calls("answer").is_empty(), "the response is the answer");
    assert_eq!(s.discord.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn discords_ping_is_answered() {
    let s = served(|_| {}).await;
    for ping in [json!({"type": 1}), json!({"id": "1", "token": "t", "type": 1, "application_id": "9", "version": 1})] {
        assert_eq!(s.signed(0, &ping.to_string()).await, (200, json!({"type": 1})));
    }
}

/// THREATS B01, D11: nothing unproven is even parsed. Discord itself sends such requests, and takes the address away from
/// whoever answers them.
#[tokio::test]
async fn abuse_d11_the_signature_matrix() {
    let s = served(|_| {}).await;
    let body = s.discord.command_payload(DEV, &json!({"resource": "prod-db", "duration": "4h"})).to_string();
    let now = s.engine.now().timestamp();
    let [stamp, signature] = sign(now, &body).map(|(_, value)| value);
    let flipped = |at: usize| {
        let mut letters: Vec<char> = signature.chars().collect();
        letters[at] = if letters[at] == '0' { '1' } else { '0' };
        letters.into_iter().collect::<String>()
    };
    let resigned = |at: i64| sign(at, &body)[1].1.clone();
    let text = |n: i64| n.to_string();
    let (none, good) = (None::<String>, Some(signature.clone()));
    let cases: Vec<(&str, Option<String>, Option<String>, String)> = vec![
        ("nothing", none.clone(), none.clone(), body.clone()),
        ("no timestamp", none.clone(), good.clone(), body.clone()),
        ("no signature", Some(stamp.clone()), none.clone(), body.clone()),
        ("an empty signature", Some(stamp.clone()), Some(String::new()), body.clone()),
        ("an empty timestamp", Some(String::new()), good.clone(), body.clone()),
        ("no hexadecimal", Some(stamp.clone()), Some("z".repeat(128)), body.clone()),
        ("half a signature", Some(stamp.clone()), Some(signature[..64].into()), body.clone()),
        ("a signature and a half", Some(stamp.clone()), Some(format!("{signature}{}", &signature[..64])), body.clone()),
        ("zeros", Some(stamp.clone()), Some("0".repeat(128)), body.clone()),
        ("its first digit", Some(stamp.clone()), Some(flipped(0)), body.clone()),
        ("the end of R", Some(stamp.clone()), Some(flipped(63)), body.clone()),
        ("the start of S", Some(stamp.clone()), Some(flipped(64)), body.clone()),
        ("its last digit", Some(stamp.clone()), Some(flipped(127)), body.clone()),
        ("with a prefix", Some(stamp.clone()), Some(format!("0x{signature}")), body.clone()),
        ("with a space", Some(stamp.clone()), Some(format!("{signature} 00")), body.clone()),
        ("another body", Some(stamp.clone()), good.clone(), body.replace("4h", "8h")),
        ("a space more", Some(stamp.clone()), good.clone(), format!("{body} ")),
        ("a letter less", Some(stamp.clone()), good.clone(), body[..body.len() - 1].into()),
        ("an empty body", Some(stamp.clone()), good.clone(), String::new()),
        ("another timestamp", Some(text(now + 1)), good.clone(), body.clone()),
        ("a leading zero", Some(format!("0{stamp}")), good.clone(), body.clone()),
        ("a plus", Some(format!("+{stamp}")), good.clone(), body.clone()),
        ("too old", Some(text(now - 301)), Some(resigned(now - 301)), body.clone()),
        ("an hour old", Some(text(now - 3_600)), Some(resigned(now - 3_600)), body.clone()),
        ("from the future", Some(text(now + 301)), Some(resigned(now + 301)), body.clone()),
        ("from 1970", Some("0".into()), Some(resigned(0)), body.clone()),
        ("negative", Some("-1".into()), Some(resigned(-1)), body.clone()),
        ("in milliseconds", Some(text(now * 1_000)), Some(resigned(now * 1_000)), body.clone()),
        ("the body signed without its timestamp", Some(String::new()), Some(sign(now, "")[1].1.clone()), body.clone()),
        ("unsigned nonsense", None, None, "{".into()),
    ];
    assert!(cases.len() >= 30);
    for (what, stamp, signature, body) in cases {
        let stamp = stamp.map(|value| ("x-signature-timestamp", value));
        let signature = signature.map(|value| ("x-signature-ed25519", value));
        let headers: Vec<_> = stamp.into_iter().chain(signature).collect();
        assert_eq!(s.send(&headers, body).await.0, 401, "{what}");
    }
    assert_eq!(s.engine.calls(), 0);
    for skew in [0, 299, -299] {
        assert_eq!(s.signed(skew, &body).await.0, 200, "{skew}");
    }
    assert_eq!(s.engine.requests().len(), 1);
}

/// THREATS B01: the same bytes again, inside the window, are the same delivery.
#[tokio::test]
async fn abuse_b01_replays_change_nothing() {
    let s = served(|_| {}).await;
    let body = s.discord.command_payload(DEV, &json!({"resource": "prod-db", "duration": "4h"})).to_string();
    for _ in 0..5 {
        let (status, answer) = s.signed(0, &body).await;
        assert_eq!((status, &answer["type"]), (200, &json!(4)));
    }
    s.engine.only();
}

/// THREATS D06
#[tokio::test]
async fn abuse_d06_oversized_and_malformed_requests_are_refused() {
    let s = served(|_| {}).await;
    let big = "x".repeat(300 * 1024);
    assert_eq!(s.signed(0, &big).await.0, 413);
    let deep = "[".repeat(100_000);
    for body in ["", "nul", "[]", "{}", "{\"type\":2}", "{\"type\":3,\"id\":\"1\",\"token\":\"a/b\"}", &deep, "\u{0}"] {
        assert_eq!(s.signed(0, body).await.0, 400, "{}", &body[..body.len().min(40)]);
    }
    let [stamp, signature] = sign(s.engine.now().timestamp(), "");
    assert_eq!(s.send(&[stamp, signature], vec![0xff_u8, 0xfe]).await.0, 401);
    assert_eq!(s.engine.calls(), 0);
}

/// THREATS B05: signed by Discord, and still not for us.
#[tokio::test]
async fn abuse_b05_signed_interactions_from_elsewhere_change_nothing() {
    let s = served(|_| {}).await;
    for (pointer, value) in [
        ("/application_id", json!("900000000000000099")),
        ("/guild_id", json!("900000000000000099")),
        ("/authorizing_integration_owners", json!({"1": DEV})),
        ("/member/user/bot", json!(true)),
    ] {
        let mut payload = s.discord.command_payload(DEV, &json!({"resource": "prod-db", "duration": "4h"}));
        *payload.pointer_mut(pointer).unwrap() = value;
        let said = s.discord.deliver(payload).await;
        assert!(said.words().contains("another server"), "{pointer}: {}", said.words());
    }
    assert_eq!(s.engine.calls(), 0);
}

#[tokio::test]
async fn a_slow_answer_is_put_off_over_http_too() {
    let s = served(|_| {}).await;
    let held = s.engine.commits.lock().await;
    assert_eq!(s.discord.command(DEV, "prod-db 4h billing").await.kind(), 5);
    drop(held);
    let told = s.discord.private_to(DEV).await;
    assert!(told.words().contains("req-0000"), "{}", told.words());
    assert_eq!(s.discord.complaints(), Vec::<String>::new());
}

/// rule 45
#[tokio::test]
async fn without_a_public_key_there_are_no_routes() {
    let s = served(|settings| settings.public_key = None).await;
    let body = s.discord.command_payload(DEV, &json!({"resource": "prod-db", "duration": "4h"})).to_string();
    assert_eq!(s.signed(0, &body).await.0, 404);
    assert_eq!(s.send(&[], body).await.0, 404);
    assert!(s.engine.requests().is_empty());
}

/// rule 45: a key that is none, or under which anything is signed, does not start.
#[tokio::test]
async fn a_public_key_that_proves_nothing_does_not_start() {
    let discord = FakeDiscord::start().await;
    for key in ["", "00", &"0".repeat(64), &"zz".repeat(32)] {
        let settings = Settings { public_key: Some(key.to_string()), ..settings(&discord, &one_guild()) };
        assert!(Discord::new(settings, Arc::new(|| countersign_kit::moment(10, 0))).is_err(), "{key}");
    }
}
