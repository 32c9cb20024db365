//! One connection to the gateway, from its beginning to its end.

use super::{
    Listener, address, chance,
    session::{Act, Again, Session, closed},
};
use crate::{api::USER_AGENT, fault::Fault, inbound};
use countersign_engine::ports::BotError;
use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async_with_config,
    tungstenite::{Message, client::IntoClientRequest, protocol::WebSocketConfig},
};

/// An interaction with a whole card in it has some 20 KiB.
const FRAME: usize = 1024 * 1024;
/// Discord says hello at once.
const PATIENCE: Duration = Duration::from_secs(20);
/// What we close with when we mean to resume: anything but 1000 and 1001.
const RESUMING: u16 = 4900;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Serves until the connection ends; how to come again.
pub(super) async fn serve(listener: &Listener, session: &mut Session) -> Result<Again, BotError> {
    let address = match session.url() {
        Some(url) => url.to_owned(),
        None => address(&listener.desk.api).await?,
    };
    let mut socket = connect(&address).await?;
    session.connected();
    let mut beats = tokio::time::interval(PATIENCE);
    beats.tick().await;
    let mut greeted = false;
    loop {
        let act = tokio::select! {
            frame = socket.next() => match frame {
                Some(Ok(Message::Text(text))) => read(session, &text),
                Some(Ok(Message::Close(frame))) => return ended(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => Act::Nothing,
                Some(Err(_)) | None => return ended(None),
            },
            _ = beats.tick() => match session.beat().filter(|_| greeted) {
                Some(beat) => Act::Send(beat),
                None => Act::Leave(Again::Resume),
            },
        };
        let sent = match act {
            Act::Nothing => Ok(()),
            Act::Serve(interaction) => {
                listener.interaction(interaction);
                Ok(())
            }
            Act::Greet(every) => {
                greeted = true;
                // The first heartbeat comes at a random part of the interval ("Gateway", Sending Heartbeats).
                let first = every.mul_f64(f64::from(chance()) / 255.0);
                beats = tokio::time::interval(every);
                beats.reset_after(first);
                send(&mut socket, &session.greeting(listener.desk.api.token())).await
            }
            Act::Send(frame) => send(&mut socket, &frame).await,
            Act::Leave(again) => {
                close(&mut socket, again).await;
                return Ok(again);
            }
        };
        if sent.is_err() {
            return Ok(Again::Resume);
        }
    }
}

fn read(session: &mut Session, text: &str) -> Act {
    match inbound::parse(text) {
        Ok(frame) => session.on(frame),
        Err(_) => {
            tracing::warn!(bytes = text.len(), "a frame that is not JSON, or too deep, was ignored");
            Act::Nothing
        }
    }
}

fn ended(code: Option<u16>) -> Result<Again, BotError> {
    tracing::debug!(code, "the gateway's connection ended");
    closed(code).map_err(|why| BotError::Unauthorized(why.to_owned()))
}

async fn connect(address: &str) -> Result<Socket, Fault> {
    let broken = || Fault::Passing("no connection to the gateway".into());
    let url = format!("{}/?v=10&encoding=json", address.trim_end_matches('/'));
    let mut request = url.into_client_request().map_err(|_| broken())?;
    let agent = USER_AGENT.parse().map_err(|_| broken())?;
    request.headers_mut().insert("user-agent", agent);
    let config = WebSocketConfig::default().max_message_size(Some(FRAME)).max_frame_size(Some(FRAME));
    let connecting = connect_async_with_config(request, Some(config), true);
    match tokio::time::timeout(PATIENCE, connecting).await {
        Ok(Ok((socket, _))) => Ok(socket),
        _ => Err(broken()),
    }
}

async fn send(socket: &mut Socket, frame: &Value) -> Result<(), Fault> {
    let sent = socket.send(Message::text(frame.to_string())).await;
    sent.map_err(|_| Fault::Passing("the gateway's connection broke".into()))
}

async fn close(socket: &mut Socket, again: Again) {
    use tokio_tungstenite::tungstenite::protocol::{CloseFrame, frame::coding::CloseCode};
    let code = if again == Again::Resume { RESUMING } else { 1000 };
    let _ = socket.close(Some(CloseFrame { code: CloseCode::from(code), reason: "".into() })).await;
}
