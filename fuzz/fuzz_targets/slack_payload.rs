//! Slack's payloads, by all three ways in: nothing but what was sent, in nobody's name but the sender's.
#![no_main]

use countersign_slack::{
    Identity, Origin,
    inbound::{Inbound, What, parse},
};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn us() -> Identity {
    serde_json::from_value(json!({"team_id": "T1", "enterprise_id": "E1"})).expect("who we are")
}

/// Whoever comes out is of our workspace, whatever the payload says.
fn judged(origin: &Origin) {
    if let Ok(account) = us().account(origin, Some("A1")) {
        assert_eq!((account.tenant.as_str(), &account.user), ("T1", &origin.user));
        assert!(account.user.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()));
        assert!(origin.app.as_deref().is_none_or(|app| app == "A1"));
        assert!(origin.team.as_deref().is_none_or(|team| team == "T1"));
        assert!(origin.enterprise.as_deref().is_none_or(|org| org == "E1"));
        assert!(origin.user_team.as_deref().is_none_or(|home| home == "T1" || home == "E1"));
    }
}

fn said(inbound: &Inbound, whole: &str) {
    judged(&inbound.origin);
    match &inbound.what {
        What::Pressed(text) | What::Typed(text) => assert!(text.len() <= whole.len()),
        What::Sent(filled) => {
            assert!(filled.values.values().all(|text| !text.trim().is_empty() && text.trim() == text));
        }
        What::Other(kind) => assert!(kind.chars().count() <= 60),
    }
}

fuzz_target!(|input: (u8, &str)| {
    let (way, text) = input;
    match way % 3 {
        0 => {
            let fields: BTreeMap<String, String> = form_urlencoded::parse(text.as_bytes()).into_owned().collect();
            let both = [Inbound::command(&fields), Inbound::interaction_field(&fields)];
            both.iter().flatten().for_each(|inbound| said(inbound, text));
        }
        1 => {
            let Ok(payload) = parse(text) else { return };
            if let Ok(inbound) = Inbound::interaction(payload.clone()) {
                said(&inbound, text);
                assert_eq!(payload["user"]["id"], inbound.origin.user.as_str());
                let posted = BTreeMap::from([("payload".to_owned(), text.to_owned())]);
                assert_eq!(Inbound::interaction_field(&posted), Ok(inbound.clone()), "HTTP and the socket agree");
                assert_eq!(Inbound::enveloped("interactive", &payload), Some(Ok(inbound)));
            }
        }
        _ => {
            let Ok(envelope) = parse(text) else { return };
            let kind = envelope["type"].as_str().unwrap_or_default();
            if let Some(Ok(inbound)) = Inbound::enveloped(kind, &envelope["payload"]) {
                said(&inbound, text);
            }
            assert!(Inbound::enveloped("hello", &Value::Null).is_none());
        }
    }
});
