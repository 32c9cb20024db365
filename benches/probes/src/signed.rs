//! Slack's traffic, byte for byte as it arrives: form posts with a version 0 signature.

use crate::{client, options::option, reading::now_ms};
use ring::hmac;

/// What signs; Slack's own example.
pub const SECRET: &str = "8f742231b10e8888abcd99yyyzzz85a5";
/// The workspace.
pub const TEAM: &str = "T00000001";

/// Signs, and posts to `path`.
pub struct Poster {
    key: hmac::Key,
    host: String,
    ahead: u64,
}

impl Poster {
    /// To this server. `--ahead`: by how many seconds its clock was moved.
    pub fn new(host: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
        Self { key, host: host.to_owned(), ahead: option("ahead", 0) }
    }

    /// The bytes of a post of this form.
    pub fn post(&self, path: &str, form: &str) -> Vec<u8> {
        let stamp = now_ms() / 1000 + self.ahead;
        let mut signing = hmac::Context::with_key(&self.key);
        signing.update(format!("v0:{stamp}:").as_bytes());
        signing.update(form.as_bytes());
        let signature = hex::encode(signing.sign());
        let headers = format!(
            "Content-Type: application/x-www-form-urlencoded\r\nX-Slack-Request-Timestamp: {stamp}\r\n\
             X-Slack-Signature: v0={signature}\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\n\
             Accept: application/json,*/*\r\n"
        );
        client::request("POST", &self.host, path, &headers, form.as_bytes())
    }
}

/// A slash command.
pub fn command(user: &str, text: &str, delivery: &str, channel: &str, answers: &str) -> String {
    let answer = format!("{answers}/commands/{TEAM}/{delivery}");
    let mut form = form_urlencoded::Serializer::new(String::with_capacity(600));
    form.extend_pairs([
        ("token", "gIkuvaNzQIHg97ATvDxqgjtO"),
        ("team_id", TEAM),
        ("team_domain", "acme"),
        ("channel_id", channel),
        ("channel_name", "access-requests"),
        ("user_id", user),
        ("user_name", "somebody"),
        ("command", "/access"),
        ("text", text),
        ("api_app_id", "A00000001"),
        ("is_enterprise_install", "false"),
        ("response_url", &answer),
        ("trigger_id", &format!("{delivery}.474920.8088930838d88f008e0")),
    ]);
    form.finish()
}

/// The payload of a press, with gaps for who pressed what: encoded once, filled in for each press.
pub struct Press {
    parts: Vec<String>,
}

const GAPS: [&str; 4] = ["GAPUSER", "GAPTOKEN", "GAPDELIVERY", "GAPCHANNEL"];

impl Press {
    /// `action` is the button's `action_id`; `answers` is where private answers are taken.
    pub fn new(action: &str, answers: &str) -> Self {
        let payload = include_str!("press.json").replace("GAPACTION", action).replace("GAPANSWERS", answers);
        let payload: serde_json::Value = serde_json::from_str(&payload).expect("press.json is JSON");
        let encoded: String = form_urlencoded::byte_serialize(payload.to_string().as_bytes()).collect();
        let mut parts = vec![format!("payload={encoded}")];
        for gap in GAPS {
            parts = parts.iter().flat_map(|part| split(part, gap)).collect();
        }
        Self { parts }
    }

    /// The form of one press.
    pub fn form(&self, user: &str, token: &str, delivery: &str, channel: &str) -> String {
        let token: String = form_urlencoded::byte_serialize(token.as_bytes()).collect();
        let mut form = String::with_capacity(4_000);
        for part in &self.parts {
            form.push_str(match part.as_str() {
                "GAPUSER" => user,
                "GAPTOKEN" => &token,
                "GAPDELIVERY" => delivery,
                "GAPCHANNEL" => channel,
                rest => rest,
            });
        }
        form
    }
}

/// The text in pieces, the gaps as pieces of their own.
fn split(text: &str, gap: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (n, part) in text.split(gap).enumerate() {
        if n > 0 {
            parts.push(gap.to_owned());
        }
        parts.push(part.to_owned());
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_press_is_as_large_as_a_real_one_and_is_json() {
        let form = Press::new("approve", "http://127.0.0.1:1").form("U1", "approve:01J:0", "42", "C1");
        assert!((3_300..3_900).contains(&form.len()), "{} bytes", form.len());
        let (_, payload) = form_urlencoded::parse(form.as_bytes()).next().unwrap();
        let payload: serde_json::Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(payload["actions"][0]["value"], "approve:01J:0");
        assert_eq!(payload["user"]["id"], "U1");
        assert!(!form.contains("GAP"));
    }
}
