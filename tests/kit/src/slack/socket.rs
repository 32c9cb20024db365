//! Socket Mode's side of the fake.

use super::{
    APP, FakeSlack,
    model::{Connection, Out},
};
use axum::{
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    response::Response,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

pub(super) async fn open(State(slack): State<FakeSlack>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| serve(slack, socket))
}

async fn serve(slack: FakeSlack, mut socket: WebSocket) {
    let hello = json!({"type": "hello", "num_connections": 1, "connection_info": {"app_id": APP},
        "debug_info": {"host": "fake", "approximate_connection_time": 18_060}});
    if socket.send(Message::Text(hello.to_string().into())).await.is_err() {
        return;
    }
    let (send, mut outbox) = mpsc::unbounded_channel();
    let number = slack.change(|s| {
        s.opened += 1;
        s.connections.insert(s.opened, Connection { send });
        s.opened
    });
    loop {
        tokio::select! {
            out = outbox.recv() => match out {
                Some(Out::Text(text)) => {
                    if socket.send(Message::Text(text.into())).await.is_err() {
                        break;
                    }
                }
                Some(Out::Drop) => break,
                // A connection that was asked to come again stays open until the app closes it.
                None => {
                    while let Some(Ok(message)) = socket.recv().await {
                        acknowledged(&slack, &message);
                    }
                    break;
                }
            },
            message = socket.recv() => match message {
                Some(Ok(message)) => acknowledged(&slack, &message),
                _ => break,
            },
        }
    }
    slack.change(|s| s.connections.remove(&number));
}

fn acknowledged(slack: &FakeSlack, message: &Message) {
    let Message::Text(text) = message else { return };
    let ack: Value = serde_json::from_str(text).unwrap_or(Value::Null);
    let id = ack["envelope_id"].as_str().unwrap_or_default();
    if let Some(waiting) = slack.change(|s| s.waiting.remove(id)) {
        let _ = waiting.send(ack);
    }
}
