//! Looks for canaries, in every form in which somebody could still read them.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use std::collections::BTreeMap;

/// Secrets by name, and places by name.
#[derive(Default)]
pub struct Hunt {
    canaries: BTreeMap<String, String>,
    places: Vec<(String, Vec<u8>)>,
}

impl Hunt {
    /// This must not be found anywhere.
    pub fn canary(&mut self, name: impl Into<String>, secret: impl Into<String>) {
        let (name, secret) = (name.into(), secret.into());
        assert!(secret.len() >= 8, "{name}: too short to be told from chance");
        self.canaries.insert(name, secret);
    }

    /// Look here too.
    pub fn place(&mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) {
        self.places.push((name.into(), bytes.into()));
    }

    /// How many canaries there are.
    pub fn size(&self) -> usize {
        self.canaries.len()
    }

    /// Every canary that was found: its name, its form, and where, with what stands around it. `allowed` says what belongs
    /// where it is: canary and place.
    pub fn found(&self, allowed: impl Fn(&str, &str) -> bool) -> Vec<String> {
        let mut found = Vec::new();
        for (canary, secret) in &self.canaries {
            for (form, needle) in forms(secret) {
                for (place, bytes) in self.places.iter().filter(|(place, _)| !allowed(canary, place)) {
                    if let Some(at) = position(bytes, needle.as_bytes()) {
                        let around = &bytes[at.saturating_sub(160)..bytes.len().min(at + needle.len() + 60)];
                        found.push(format!("{canary} ({form}) in {place}: {}", String::from_utf8_lossy(around)));
                    }
                }
            }
        }
        found
    }
}

fn position(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

/// As it is, hexadecimal, percent-encoded, escaped for JSON, as a list of bytes, and base64 at all three alignments.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    let every = |format: fn(u8) -> String, between: &str| secret.bytes().map(format).collect::<Vec<_>>().join(between);
    let mut forms = vec![
        ("as it is", secret.to_owned()),
        ("hexadecimal", hex::encode(secret)),
        ("HEXADECIMAL", hex::encode_upper(secret)),
        ("percent-encoded", every(|b| format!("%{b:02X}"), "")),
        ("as a form", form_urlencoded::byte_serialize(secret.as_bytes()).collect()),
        ("as bytes", every(|b| b.to_string(), ", ")),
        ("backwards", secret.chars().rev().collect()),
    ];
    for before in 0..3 {
        // What stands before shifts the letters; the first and the last of them depend on neighbours.
        let bytes = [&b"xxx"[..before], secret.as_bytes()].concat();
        for (name, text) in [("base64", STANDARD_NO_PAD.encode(&bytes)), ("base64url", URL_SAFE_NO_PAD.encode(&bytes))]
        {
            let first = (before * 8).div_ceil(6);
            let last = (bytes.len() * 8) / 6;
            forms.push((name, text[first..last.min(text.len())].to_owned()));
        }
    }
    forms
}

#[test]
fn abuse_e07_the_hunt_finds_every_form() {
    let secret = "canary-Secret/42+x";
    for text in [
        format!("Authorization: Bearer {secret}"),
        format!("token={}", hex::encode(secret)),
        hex::encode_upper(secret),
        format!("a?b={}", form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>()),
        base64::engine::general_purpose::STANDARD.encode(format!("user:{secret}")),
        base64::engine::general_purpose::STANDARD.encode(format!("\0user\0{secret}")),
        base64::engine::general_purpose::URL_SAFE.encode(format!("xyz{secret}abc")),
        format!("{:?}", secret.as_bytes()),
    ] {
        let mut hunt = Hunt::default();
        hunt.canary("it", secret);
        hunt.place("here", text.clone());
        assert!(!hunt.found(|_, _| false).is_empty(), "not found in {text}");
        assert!(hunt.found(|canary, place| (canary, place) == ("it", "here")).is_empty());
    }
    let mut hunt = Hunt::default();
    hunt.canary("it", secret);
    hunt.place("here", "nothing of it");
    assert_eq!(hunt.found(|_, _| false), [""; 0]);
}
