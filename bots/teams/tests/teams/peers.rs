//! Microsoft's own verifier as a second opinion, when `COUNTERSIGN_TEST_NODE_MODULES` names a directory in which npm has
//! installed `botframework-connector`.

use crate::world::{DEV, World};
use countersign_kit::{
    referee::{at, judged, node},
    teams::{APP, PLACE, TestKey, base64url},
};
use serde_json::{Value, json};

/// Name, token, and what we are to say where we are stricter on purpose than Microsoft's SDK.
fn cases(w: &World) -> Vec<(&'static str, String, bool)> {
    let activity = w.teams.message_payload(DEV, PLACE, "list");
    let good = w.teams.claims(&activity);
    let header = w.teams.token_header(TestKey::One);
    let now = good["exp"].as_i64().unwrap() - 3_600;
    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        TestKey::One.token(&header, &claims)
    };
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        TestKey::One.token(&header, &claims)
    };
    let headed = |key: TestKey, name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        key.token(&header, &good)
    };
    let whole = TestKey::One.token(&header, &good);
    let none = format!(
        "{}.{}.",
        base64url(b"{\"alg\":\"none\",\"kid\":\"test-key-one\"}"),
        base64url(good.to_string().as_bytes())
    );
    vec![
        ("good", whole.clone(), false),
        ("wrong aud", with("aud", "x".into()), false),
        ("wrong iss", with("iss", "https://evil.example".into()), false),
        ("expired 1 h ago", with("exp", (now - 3_600).into()), false),
        ("expired 2 min ago", with("exp", (now - 120).into()), false),
        ("expired 299 s ago", with("exp", (now - 299).into()), false),
        ("expired 300 s ago", with("exp", (now - 300).into()), false),
        ("valid in 300 s", with("nbf", (now + 300).into()), false),
        ("valid in 301 s", with("nbf", (now + 301).into()), false),
        ("wrong key, same kid", TestKey::Strangers.token(&header, &good), false),
        ("unknown kid", headed(TestKey::Strangers, "kid", "k9".into()), false),
        ("alg none", none, false),
        ("alg RS384", headed(TestKey::One, "alg", "RS384".into()), false),
        ("alg HS256", headed(TestKey::One, "alg", "HS256".into()), false),
        ("tampered", format!("{}x", &whole[..whole.len() - 1]), false),
        ("two parts", whole.rsplit_once('.').unwrap().0.to_owned(), false),
        ("no aud", without("aud"), false),
        ("no iss", without("iss"), false),
        ("an expiry in words", with("exp", "9999999999".into()), false),
        ("a list of audiences", with("aud", json!([APP, "x"])), true),
        ("no expiry", without("exp"), true),
        ("no nbf", without("nbf"), true),
    ]
}

#[tokio::test]
async fn microsofts_own_verifier_agrees() {
    let Some(place) = at("COUNTERSIGN_TEST_NODE_MODULES") else { return };
    let w = World::new().await;
    let activity = w.teams.message_payload(DEV, PLACE, "list");
    let cases = cases(&w);
    let mut lines = vec![json!({"app": APP, "metadata": w.teams.openid_url(), "now": w.teams.clock_now().timestamp()})];
    lines.extend(cases.iter().map(|(name, token, _)| json!({"name": name, "token": token})));
    let verdicts =
        tokio::task::spawn_blocking(move || judged(&mut node("teams_jwt.js", &place), &lines)).await.unwrap();
    let verdicts: Vec<Value> = verdicts.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), cases.len());
    for ((name, token, stricter), theirs) in cases.into_iter().zip(verdicts) {
        w.pass(std::time::Duration::from_secs(2));
        let ours = w.teams.send(&format!("Bearer {token}"), &activity).await.status == 200;
        assert_eq!(theirs["name"], name);
        assert_eq!(ours, theirs["accepted"] == true && !stricter, "{name}: {theirs}");
        assert!(!stricter || theirs["accepted"] == true, "{name}: not stricter at all: {theirs}");
    }
}
