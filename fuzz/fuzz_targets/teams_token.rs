//! Teams' tokens and the activities beside them: only what the key signed, for us, from this issuer, at this time.
#![no_main]

use arbitrary::Arbitrary;
use countersign_fuzz::now;
use countersign_kit::teams::TestKey;
use countersign_teams::auth::{Judge, Origin, jwk::Key, jwt};
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

const APP: &str = "11111111-2222-3333-4444-555555555555";
const TENANT: &str = "99999999-8888-7777-6666-555555555555";
const ISSUER: &str = "https://api.botframework.com";
const SERVICE: &str = "https://smba.trafficmanager.net/emea/";

/// A token that would hold, and what was changed of it before it was signed or after.
#[derive(Arbitrary, Debug)]
struct Case<'a> {
    raw: &'a str,
    signed: bool,
    header: Vec<(u8, Option<&'a str>)>,
    claims: Vec<(u8, Option<&'a str>)>,
    skew: i16,
    cut: Option<(u16, u8)>,
    origin: Option<(u8, &'a str)>,
}

fn changed(mut good: Value, changes: &[(u8, Option<&str>)], names: &[&str]) -> Value {
    let fields: &mut Map<String, Value> = good.as_object_mut().expect("an object");
    for (which, value) in changes {
        let name = names[usize::from(*which) % names.len()];
        match value {
            Some(text) => fields.insert(name.to_owned(), serde_json::from_str(text).unwrap_or_else(|_| json!(text))),
            None => fields.remove(name),
        };
    }
    good
}

fuzz_target!(|case: Case<'_>| {
    static KEY: OnceLock<Key> = OnceLock::new();
    let key = KEY.get_or_init(|| Key::read(&TestKey::One.jwk(&["msteams"])).expect("a key"));
    let judge = Judge::new(APP, TENANT, "");
    // Anything at all, which nobody has signed.
    if let Ok(token) = jwt::read(case.raw) {
        assert!(judge.token(&token, key, ISSUER, now()).is_err(), "a forgery");
    }
    if !case.signed {
        return;
    }
    let at = now().timestamp();
    let header = json!({"alg": "RS256", "typ": "JWT", "kid": "test-key-one"});
    let claims = json!({"iss": ISSUER, "aud": APP, "serviceurl": SERVICE, "nbf": at - 60, "exp": at + 3_600});
    let told = changed(header.clone(), &case.header, &["alg", "kid", "crit", "typ"]);
    let said = changed(claims.clone(), &case.claims, &["iss", "aud", "serviceurl", "nbf", "exp"]);
    let mut text = TestKey::One.token(&told, &said);
    if let Some((place, by)) = case.cut {
        let mut bytes = text.clone().into_bytes();
        let place = usize::from(place) % bytes.len();
        bytes[place] ^= by;
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    let touched = text != TestKey::One.token(&told, &said);
    let moment = now() + chrono::TimeDelta::seconds(i64::from(case.skew));
    let Ok(token) = jwt::read(&text) else { return };
    let Ok(proof) = judge.token(&token, key, ISSUER, moment) else { return };
    // It held: then nothing of it was touched, and it says what it must say.
    assert!(!touched, "a token was changed and still holds: {text}");
    assert_eq!((&told["alg"], told.get("crit")), (&json!("RS256"), None));
    assert_eq!((&said["iss"], &said["aud"]), (&json!(ISSUER), &json!(APP)));
    let (from, until) = (said["nbf"].as_i64().expect("nbf"), said["exp"].as_i64().expect("exp"));
    assert!(from <= moment.timestamp() + 300 && moment.timestamp() < until.saturating_add(300));
    let mut origin = Origin {
        service_url: Some(SERVICE.into()),
        channel: Some("msteams".into()),
        conversation_tenant: Some(TENANT.into()),
        channel_tenant: Some(TENANT.into()),
        recipient: Some(format!("28:{APP}")),
    };
    if said["serviceurl"] == SERVICE {
        assert!(judge.origin(&proof, &origin).is_ok(), "what is right is taken");
    }
    if let Some((which, text)) = case.origin {
        let fields = [
            &mut origin.service_url,
            &mut origin.channel,
            &mut origin.conversation_tenant,
            &mut origin.channel_tenant,
            &mut origin.recipient,
        ];
        let same = {
            let field = &mut *fields.into_iter().nth(usize::from(which) % 5).expect("one of five");
            let same = field.as_deref().is_some_and(|good| {
                good == text
                    || (which % 5 > 1
                        && good.trim_start_matches("28:").eq_ignore_ascii_case(text.trim_start_matches("28:")))
            });
            *field = Some(text.to_owned());
            same
        };
        assert!(same || judge.origin(&proof, &origin).is_err(), "{origin:?}");
    }
});
