//! The gateway's side of the fake: hello, identify, resume, heartbeats, events.

use super::{
    APPLICATION, BOT_TOKEN, FakeDiscord, GUILD,
    model::{Out, Session},
};
use axum::{
    extract::{
        State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::{HeaderMap, Uri},
    response::Response,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub(super) async fn open(
    State(discord): State<FakeDiscord>,
    uri: Uri,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let agent = headers.get("user-agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
    if !agent.starts_with("DiscordBot (http") {
        discord.complain(format!("a gateway connection by \"{agent}\""));
    }
    if uri.query() != Some("v=10&encoding=json") {
        discord.complain(format!("a gateway connection with {:?}", uri.query()));
    }
    upgrade.on_upgrade(move |socket| serve(discord, socket))
}

async fn serve(discord: FakeDiscord, mut socket: WebSocket) {
    let hello = json!({"op": 10, "d": {"heartbeat_interval": 41_250, "_trace": ["fake"]}, "s": null, "t": null});
    if socket.send(text(&hello)).await.is_err() {
        return;
    }
    let (send, mut outbox) = mpsc::unbounded_channel();
    let mut session = None;
    loop {
        let keep = tokio::select! {
            out = outbox.recv() => match out {
                Some(Out::Frame(frame)) => socket.send(text(&frame)).await.is_ok(),
                Some(Out::Close(code)) => {
                    let _ = socket.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
                    false
                }
                Some(Out::Drop) | None => false,
            },
            message = socket.recv() => match message {
                Some(Ok(Message::Text(frame))) => {
                    let frame = serde_json::from_str(&frame).unwrap_or(Value::Null);
                    heard(&discord, &frame, &send, &mut session);
                    true
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                Some(Ok(_)) => true,
            },
        };
        if !keep {
            break;
        }
    }
    discord.change(|s| {
        let ours = session.and_then(|id| s.sessions.get_mut(&id));
        if let Some(ours) = ours.filter(|ours| ours.connection.as_ref().is_some_and(|known| known.same_channel(&send)))
        {
            ours.connection = None;
        }
    });
}

fn text(frame: &Value) -> Message {
    Message::Text(frame.to_string().into())
}

/// What the app says.
fn heard(discord: &FakeDiscord, frame: &Value, send: &mpsc::UnboundedSender<Out>, session: &mut Option<String>) {
    let reply = |frame: Value| drop(send.send(Out::Frame(frame)));
    let denied = discord.state().lasting.revoked || frame["d"]["token"] != BOT_TOKEN;
    match frame["op"].as_u64() {
        Some(1) => reply(json!({"op": 11, "d": null, "s": null, "t": null})),
        Some(2 | 6) if denied => drop(send.send(Out::Close(4004))),
        Some(2) => {
            if !frame["d"]["intents"].is_u64() || !frame["d"]["properties"]["os"].is_string() {
                discord.complain(format!("an identify that Discord refuses: {frame}"));
            }
            *session = Some(identify(discord, send));
        }
        Some(6) => match resume(discord, frame, send) {
            Some(id) => *session = Some(id),
            None => reply(json!({"op": 9, "d": false, "s": null, "t": null})),
        },
        _ => {
            discord.complain(format!("a frame that Discord refuses: {frame}"));
            let _ = send.send(Out::Close(4001));
        }
    }
}

fn identify(discord: &FakeDiscord, send: &mpsc::UnboundedSender<Out>) -> String {
    discord.change(|s| {
        let id = format!("session-{}", s.next());
        let url = format!("{}/socket", discord.0.origin.replacen("http", "ws", 1));
        let ready = json!({"op": 0, "s": 1, "t": "READY", "d": {"v": 10, "session_id": id, "resume_gateway_url": url,
            "session_type": "normal", "guilds": [{"id": GUILD, "unavailable": true}], "private_channels": [],
            "user": {"id": APPLICATION, "username": "countersign", "bot": true},
            "application": {"id": APPLICATION, "flags": 0}}});
        let _ = send.send(Out::Frame(ready.clone()));
        s.sessions.insert(id.clone(), Session { events: vec![ready], connection: Some(send.clone()) });
        s.newest = Some(id.clone());
        s.welcomes += 1;
        id
    })
}

/// Everything that the app has missed, and then that it is up to date.
fn resume(discord: &FakeDiscord, frame: &Value, send: &mpsc::UnboundedSender<Out>) -> Option<String> {
    let id = frame["d"]["session_id"].as_str()?.to_owned();
    let heard = frame["d"]["seq"].as_u64()?;
    discord.change(|s| {
        let session = s.sessions.get_mut(&id)?;
        for missed in session.events.iter().filter(|event| event["s"].as_u64() > Some(heard)) {
            let _ = send.send(Out::Frame(missed.clone()));
        }
        let number = session.events.len() as u64 + 1;
        let resumed = json!({"op": 0, "s": number, "t": "RESUMED", "d": {"_trace": ["fake"]}});
        session.events.push(resumed.clone());
        let _ = send.send(Out::Frame(resumed));
        session.connection = Some(send.clone());
        s.newest = Some(id.clone());
        s.welcomes += 1;
        s.resumes += 1;
        Some(id)
    })
}

impl FakeDiscord {
    /// Sends an event to the newest session; one that is not connected gets it when it resumes.
    pub(super) fn dispatch(&self, kind: &str, data: &Value) {
        self.change(|s| {
            let Some(session) = s.newest.as_ref().and_then(|id| s.sessions.get_mut(id)) else { return };
            let number = session.events.len() as u64 + 1;
            let event = json!({"op": 0, "s": number, "t": kind, "d": data});
            session.events.push(event.clone());
            if let Some(connection) = &session.connection {
                let _ = connection.send(Out::Frame(event));
            }
        });
    }
}
