//! What proves that an activity is Teams', case by case: all of it, or nothing changes (THREATS D10, B05).

use crate::world::{DEV, World};
use countersign_kit::teams::{APP, Ack, FakeTeams, PLACE, TENANT, TestKey, base64url};
use ring::hmac;
use serde_json::{Value, json};

const OTHER: &str = "99999999-0000-0000-0000-000000000009";

/// Everything that a case can change.
struct Case {
    key: TestKey,
    header: Value,
    claims: Value,
    activity: Value,
    /// Made from the finished token.
    authorization: Box<dyn Fn(String) -> String>,
}

type Change = fn(&mut Case);

/// A good activity with one change, delivered.
async fn delivered(teams: &FakeTeams, change: Change) -> Ack {
    let activity = teams.message_payload(DEV, PLACE, "prod-db 4h billing");
    let mut case = Case {
        key: TestKey::One,
        header: teams.token_header(TestKey::One),
        claims: teams.claims(&activity),
        activity,
        authorization: Box::new(|token| format!("Bearer {token}")),
    };
    change(&mut case);
    let token = case.key.token(&case.header, &case.claims);
    teams.send(&(case.authorization)(token), &case.activity).await
}

/// Changes the claim to a moment so many seconds from when the token was made; the claims' own "now" is 60 s after `nbf`.
fn moment(case: &mut Case, name: &str, from_now: i64) {
    let now = case.claims["exp"].as_i64().unwrap() - 3_600;
    case.claims[name] = (now + from_now).into();
}

/// The token's parts, put together anew.
fn resigned(case: &mut Case, change: fn(&str, &str, &str) -> String) {
    case.authorization = Box::new(move |token| {
        let parts: Vec<&str> = token.split('.').collect();
        format!("Bearer {}", change(parts[0], parts[1], parts[2]))
    });
}

const ACCEPTED: [(&str, Change); 8] = [
    ("as Teams sends it", |_| {}),
    ("expired 299 s ago", |c| moment(c, "exp", -299)),
    ("valid in 300 s", |c| moment(c, "nbf", 300)),
    ("unknown claims", |c| c.claims["extra"] = json!({"a": [1]})),
    ("unknown header fields", |c| c.header["x5c"] = json!(["x"])),
    ("without typ", |c| drop(c.header.as_object_mut().unwrap().remove("typ"))),
    ("tenant in capitals", |c| c.activity["conversation"]["tenantId"] = TENANT.to_uppercase().into()),
    ("recipient without its prefix", |c| c.activity["recipient"]["id"] = APP.into()),
];

const NO_TOKEN: [(&str, Change); 38] = [
    ("no header", |c| c.authorization = Box::new(|_| String::new())),
    ("another scheme", |c| c.authorization = Box::new(|t| format!("Basic {t}"))),
    ("small bearer", |c| c.authorization = Box::new(|t| format!("bearer {t}"))),
    ("nothing after Bearer", |c| c.authorization = Box::new(|_| "Bearer ".into())),
    ("one part", |c| resigned(c, |h, _, _| h.to_owned())),
    ("two parts", |c| resigned(c, |h, p, _| format!("{h}.{p}"))),
    ("no signature", |c| resigned(c, |h, p, _| format!("{h}.{p}."))),
    ("four parts", |c| resigned(c, |h, p, s| format!("{h}.{p}.{s}.{s}"))),
    ("spaces in it", |c| resigned(c, |h, p, s| format!("{h}. {p}.{s}"))),
    ("padded base64", |c| resigned(c, |h, p, s| format!("{h}.{p}.{s}=="))),
    ("another payload", |c| resigned(c, |h, _, s| format!("{h}.{}.{s}", base64url(b"{\"aud\":\"x\"}")))),
    ("another header", |c| {
        resigned(c, |_, p, s| format!("{}.{p}.{s}", base64url(b"{\"alg\":\"RS256\",\"kid\":\"test-key-one\"}")))
    }),
    ("a bit of the signature", |c| {
        resigned(c, |h, p, s| format!("{h}.{p}.{}{}", if s.starts_with('A') { "B" } else { "A" }, &s[1..]))
    }),
    ("17 KiB long", |c| c.claims["extra"] = "x".repeat(17 * 1024).into()),
    ("deep claims", |c| {
        c.claims["extra"] = serde_json::from_str(&format!("{}1{}", "[".repeat(60), "]".repeat(60))).unwrap()
    }),
    ("claims that are no object", |c| c.claims = json!(["x"])),
    ("alg none", |c| {
        c.header["alg"] = "none".into();
        resigned(c, |h, p, _| format!("{h}.{p}."));
    }),
    ("alg None", |c| c.header["alg"] = "None".into()),
    ("alg HS256 with the public key as its secret", |c| {
        c.header["alg"] = "HS256".into();
        resigned(c, |h, p, _| {
            let secret = hmac::Key::new(hmac::HMAC_SHA256, &TestKey::One.numbers().0);
            let signature = hmac::sign(&secret, format!("{h}.{p}").as_bytes());
            format!("{h}.{p}.{}", base64url(signature.as_ref()))
        });
    }),
    ("alg RS384", |c| c.header["alg"] = "RS384".into()),
    ("alg PS256", |c| c.header["alg"] = "PS256".into()),
    ("alg in small letters", |c| c.header["alg"] = "rs256".into()),
    ("no alg", |c| drop(c.header.as_object_mut().unwrap().remove("alg"))),
    ("an extension that must be understood", |c| c.header["crit"] = json!(["exp"])),
    ("no kid", |c| drop(c.header.as_object_mut().unwrap().remove("kid"))),
    ("an unknown kid", |c| c.header["kid"] = "unknown".into()),
    ("a stranger's key under a known kid", |c| c.key = TestKey::Strangers),
    ("a stranger's key in the header", |c| {
        c.key = TestKey::Strangers;
        c.header["jwk"] = TestKey::Strangers.jwk(&["msteams"]);
    }),
    ("another issuer", |c| c.claims["iss"] = "https://evil.example".into()),
    ("the emulator's issuer", |c| c.claims["iss"] = format!("https://sts.windows.net/{TENANT}/").into()),
    ("no issuer", |c| drop(c.claims.as_object_mut().unwrap().remove("iss"))),
    ("another audience", |c| c.claims["aud"] = OTHER.into()),
    ("a list of audiences", |c| c.claims["aud"] = json!([APP, OTHER])),
    ("no audience", |c| drop(c.claims.as_object_mut().unwrap().remove("aud"))),
    ("expired 300 s ago", |c| moment(c, "exp", -300)),
    ("no expiry", |c| drop(c.claims.as_object_mut().unwrap().remove("exp"))),
    ("an expiry in words", |c| c.claims["exp"] = "9999999999".into()),
    ("valid in 301 s", |c| moment(c, "nbf", 301)),
];

const FOREIGN: [(&str, Change); 20] = [
    ("the token's serviceurl is another's", |c| {
        c.claims["serviceurl"] = "https://smba.trafficmanager.net/emea/".into()
    }),
    ("the activity's serviceUrl is another's", |c| c.activity["serviceUrl"] = "https://evil.example/".into()),
    ("both are another's", |c| {
        c.claims["serviceurl"] = "https://evil.example/".into();
        c.activity["serviceUrl"] = "https://evil.example/".into();
    }),
    ("both are without TLS", |c| {
        c.claims["serviceurl"] = "http://smba.trafficmanager.net/".into();
        c.activity["serviceUrl"] = "http://smba.trafficmanager.net/".into();
    }),
    ("no serviceurl in the token", |c| drop(c.claims.as_object_mut().unwrap().remove("serviceurl"))),
    ("no serviceUrl in the activity", |c| drop(c.activity.as_object_mut().unwrap().remove("serviceUrl"))),
    ("neither", |c| {
        c.claims["serviceurl"] = Value::Null;
        c.activity["serviceUrl"] = Value::Null;
    }),
    ("no channelId", |c| drop(c.activity.as_object_mut().unwrap().remove("channelId"))),
    ("an empty channelId", |c| c.activity["channelId"] = "".into()),
    ("another channel that the key may speak for", |c| c.activity["channelId"] = "webchat".into()),
    ("a channel that the key may not speak for", |c| c.activity["channelId"] = "slack".into()),
    ("another tenant's conversation", |c| c.activity["conversation"]["tenantId"] = OTHER.into()),
    ("a conversation without a tenant", |c| c.activity["conversation"]["tenantId"] = Value::Null),
    ("another tenant's channel", |c| c.activity["channelData"]["tenant"]["id"] = OTHER.into()),
    ("a channel without a tenant", |c| c.activity["channelData"] = Value::Null),
    ("another bot", |c| c.activity["recipient"]["id"] = format!("28:{OTHER}").into()),
    ("no recipient", |c| c.activity["recipient"] = Value::Null),
    ("nobody", |c| c.activity["from"] = Value::Null),
    ("somebody without an object id", |c| c.activity["from"]["aadObjectId"] = Value::Null),
    ("an empty object id", |c| c.activity["from"]["aadObjectId"] = "".into()),
];

/// THREATS D10: 66 cases.
#[tokio::test]
async fn abuse_d10_only_what_teams_sends_to_us_is_served() {
    let w = World::new().await;
    for (status, cases) in [(401, NO_TOKEN.as_slice()), (403, FOREIGN.as_slice())] {
        for (name, change) in cases {
            let ack = delivered(&w.teams, *change).await;
            assert_eq!((ack.status, &ack.body), (status, &Value::Null), "{name}");
        }
    }
    assert_eq!((w.engine.calls(), w.teams.messages().len()), (0, 0), "nothing changed, and nobody was told anything");
    for (name, change) in ACCEPTED {
        assert_eq!(delivered(&w.teams, change).await.status, 200, "{name}");
        w.pass(std::time::Duration::from_secs(2));
    }
    assert_eq!(w.engine.calls(), ACCEPTED.len());
}

/// THREATS D10: a key without endorsements may speak for nobody, though Microsoft's own SDK lets it.
#[tokio::test]
async fn abuse_d10_a_key_without_endorsements_speaks_for_nobody() {
    let w = World::new().await;
    for endorsements in [&[][..], &["webchat"][..]] {
        w.teams.publish(&[(TestKey::Two, endorsements)]);
        w.pass(std::time::Duration::from_secs(25 * 3_600));
        assert_eq!(w.teams.says(DEV, PLACE, "prod-db 4h").await.status, 403);
    }
    assert_eq!(w.engine.calls(), 0);
}

/// THREATS B05: tenants and bots, one field at a time, for a press as for a message.
#[tokio::test]
async fn abuse_b05_presses_from_elsewhere_change_nothing() {
    let w = World::new().await;
    let card = w.asked().await;
    let action = card.card["actions"][0].clone();
    for (field, value) in [
        ("/conversation/tenantId", OTHER.to_owned()),
        ("/channelData/tenant/id", OTHER.to_owned()),
        ("/recipient/id", format!("28:{OTHER}")),
        ("/channelId", "webchat".to_owned()),
    ] {
        let mut press = w.teams.invoke_payload(2, &card, &action, &[]);
        *press.pointer_mut(field).unwrap() = value.into();
        assert_eq!(w.teams.deliver(press).await.status, 403, "{field}");
    }
    assert!(w.engine.only().votes.is_empty());
}

/// THREATS D06: nothing unproven is even parsed, and what is proven is bounded.
#[tokio::test]
async fn abuse_d06_oversized_and_malformed_bodies_are_refused() {
    let w = World::new().await;
    let good = w.teams.token(&w.teams.message_payload(DEV, PLACE, "x"));
    let big = vec![b' '; 256 * 1024 + 1];
    for token in ["", good.as_str()] {
        assert_eq!(w.teams.send_bytes(token, big.clone()).await.status, 413);
    }
    let deep = "[".repeat(100_000).into_bytes();
    let no_id = json!({"type": "message", "text": "prod-db 4h", "conversation": {"id": "x"}}).to_string().into_bytes();
    let bodies = [b"".to_vec(), b"nul".to_vec(), b"[]".to_vec(), b"{}".to_vec(), b"\xff\xfe".to_vec(), deep, no_id];
    for body in bodies {
        assert_eq!(w.teams.send_bytes("", body.clone()).await.status, 401);
        assert_eq!(w.teams.send_bytes(&good, body).await.status, 400);
    }
    assert_eq!(w.engine.calls(), 0);
}
