//! Slack's API: answers every method, counts, and enforces the published limits where it is told to. Its answers also have what
//! Discord, Telegram and Teams are asked at the start of a server that has all adapters.
//!
//! Limits (docs.slack.dev, "Rate limits"): `chat.postMessage` one a second and channel, short bursts allowed; `chat.update`
//! tier 3, 50 a minute and workspace; `conversations.open` tier 3; `views.open` and `chat.postEphemeral` tier 4, 100.

use crate::reading::now_ms;
use serde_json::{Value, json};
use std::{cell::RefCell, collections::HashMap, rc::Rc};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// How many messages a channel takes at once before it is one a second.
const BURST: f64 = 3.0;

#[derive(Default)]
struct State {
    calls: HashMap<String, u64>,
    refused: u64,
    posted: u64,
    last_call: u64,
    first_call: u64,
    buckets: HashMap<(String, String), (f64, u64)>,
    /// The last text of each message, by channel and `ts`.
    messages: HashMap<String, String>,
}

struct Call {
    method: String,
    body: Value,
}

/// Serves for ever. `limited`: too many calls get a 429 with `Retry-After`.
pub async fn serve(port: u16, limited: bool) -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let state = Rc::new(RefCell::new(State::default()));
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::task::spawn_local(connection(stream, state.clone(), limited));
    }
}

async fn connection(mut stream: TcpStream, state: Rc<RefCell<State>>, limited: bool) {
    let mut buffer = Vec::with_capacity(8 * 1024);
    while let Some(call) = next(&mut stream, &mut buffer).await {
        let bytes = match call.method.as_str() {
            "seen" => http(200, "", &seen_json(&mut state.borrow_mut())),
            _ => state.borrow_mut().answer(&call, limited),
        };
        if stream.write_all(bytes.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next request; `None` when the connection ends.
async fn next(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Call> {
    loop {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        if let httparse::Status::Complete(head) = request.parse(buffer).ok()? {
            let header = |name: &str| request.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name));
            let length: Option<usize> =
                header("content-length").and_then(|h| std::str::from_utf8(h.value).ok()?.trim().parse().ok());
            let end = match (length, header("transfer-encoding")) {
                (Some(length), _) => (buffer.len() >= head + length).then_some((head + length, 0)),
                (None, None) => Some((head, 0)),
                (None, Some(_)) => buffer[head..].windows(5).position(|w| w == b"0\r\n\r\n").map(|at| (head + at, 5)),
            };
            if let Some((end, tail)) = end {
                let path = request.path.unwrap_or_default();
                let method = path.strip_prefix("/api/").unwrap_or(path.trim_start_matches('/')).to_owned();
                let method = if method.contains('/') { "response_url".to_owned() } else { method };
                let body = read(&buffer[head..end]);
                buffer.drain(..end + tail);
                return Some(Call { method, body });
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// JSON or a form; in chunks, what stands between the first brace and the last.
fn read(bytes: &[u8]) -> Value {
    let text = String::from_utf8_lossy(bytes);
    let braces = text.find('{').zip(text.rfind('}')).filter(|(from, to)| from < to);
    match braces.and_then(|(from, to)| serde_json::from_str(&text[from..=to]).ok()) {
        Some(json) => json,
        None => Value::Object(
            form_urlencoded::parse(bytes).map(|(k, v)| (k.into_owned(), Value::from(v.into_owned()))).collect(),
        ),
    }
}

impl State {
    fn answer(&mut self, call: &Call, limited: bool) -> String {
        let now = now_ms();
        let channel = call.body["channel"].as_str().unwrap_or_default().to_owned();
        if let Some(after) = limited.then(|| self.wait(&call.method, &channel, now)).flatten() {
            self.refused += 1;
            return http(429, &format!("Retry-After: {after}\r\n"), &json!({"ok": false, "error": "ratelimited"}));
        }
        *self.calls.entry(call.method.clone()).or_default() += 1;
        if call.method != "auth.test" {
            self.last_call = now;
            self.first_call = if self.first_call == 0 { now } else { self.first_call };
        }
        if call.method == "chat.postMessage" {
            self.posted += 1;
        }
        let ts = match call.body["ts"].as_str() {
            Some(ts) => ts.to_owned(),
            None => format!("{}.{:06}", 1_772_000_000 + self.posted / 1_000, self.posted % 1_000),
        };
        if matches!(call.method.as_str(), "chat.postMessage" | "chat.update") {
            self.messages.insert(format!("{channel}/{ts}"), call.body["text"].as_str().unwrap_or_default().to_owned());
        }
        let opened = call.body["users"].as_str().map(|user| json!({"id": format!("D{}", &user[1..])}));
        http(
            200,
            "",
            &json!({"ok": true, "url": "https://acme.slack.com/", "team": "Acme", "user": "countersign", "team_id": "T00000001",
            "user_id": "U000000B0", "bot_id": "B00000001", "is_enterprise_install": false, "channel": opened.unwrap_or(channel.into()),
            "ts": ts, "text": "x", "message": {"type": "message", "text": "x", "ts": ts},
            "id": "123456789012345678", "name": "bench", "access_token": "bench", "token_type": "Bearer", "expires_in": 3600,
            "result": {"id": 123456, "is_bot": true, "first_name": "Bench", "username": "bench_bot"}}),
        )
    }

    /// The seconds until this call is allowed; `None` when it is.
    fn wait(&mut self, method: &str, channel: &str, now: u64) -> Option<u64> {
        let (per_second, burst, place) = match method {
            "chat.postMessage" => (1.0, BURST, channel),
            "chat.update" | "conversations.open" => (50.0 / 60.0, 50.0, ""),
            "chat.postEphemeral" | "views.open" => (100.0 / 60.0, 100.0, ""),
            _ => return None,
        };
        let (left, at) = self.buckets.entry((method.to_owned(), place.to_owned())).or_insert((burst, now));
        *left = (*left + now.saturating_sub(*at) as f64 / 1_000.0 * per_second).min(burst);
        *at = now;
        if *left >= 1.0 {
            *left -= 1.0;
            return None;
        }
        Some((((1.0 - *left) / per_second).ceil() as u64).max(1))
    }
}

fn seen_json(state: &mut State) -> Value {
    let mut texts: HashMap<&str, u64> = HashMap::new();
    for text in state.messages.values() {
        *texts.entry(text.as_str()).or_default() += 1;
    }
    let mut texts: Vec<(&str, u64)> = texts.into_iter().collect();
    texts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    texts.truncate(5);
    json!({"calls": state.calls, "refused": state.refused, "messages": state.messages.len(), "first_call": state.first_call,
        "last_call": state.last_call, "now": now_ms(), "texts": texts})
}

fn http(status: u16, headers: &str, body: &Value) -> String {
    let body = body.to_string();
    format!(
        "HTTP/1.1 {status} {}\r\nContent-Type: application/json\r\n{headers}Content-Length: {}\r\n\r\n{body}",
        if status == 200 { "OK" } else { "Too Many Requests" },
        body.len()
    )
}
