//! Socket Mode. slack-morphism keeps the connections (pings, reconnects, refreshes); the envelopes are ours, raw, because
//! its own listener acknowledges too early and drops what it cannot type, such as events of org-wide installations.

use crate::{
    answer,
    api::{Api, Client},
    desk::{Desk, within_deadline},
    fault::Fault,
    inbound::{self, Inbound, Malformed, What},
};
use async_trait::async_trait;
use countersign_engine::ports::{BotError, Stop};
use serde_json::{Value, json};
use slack_morphism::{clients_manager::*, prelude::*};
use std::sync::{Arc, OnceLock, Weak};
use tokio::sync::watch;

/// Between two attempts to connect, in seconds.
const RECONNECT: u64 = 5;

type Manager = dyn SlackSocketModeClientsManager + Send + Sync;

/// Listens until `stop` resolves or our tokens are denied.
pub(crate) async fn listen(desk: Desk, stop: Stop) -> Result<(), BotError> {
    let api = desk.api.clone();
    let Some(token) = api.app.clone() else { return Ok(()) };
    let environment =
        Arc::new(SlackClientEventsListenerEnvironment::<SlackClientHyperHttpsConnector>::new(api.client.clone()));
    let manager = connections(&api.client, environment);
    let switched_off = watch::Sender::new(false);
    let listener = Listener { desk, manager: OnceLock::new(), switched_off: switched_off.clone() };
    let _ = listener.manager.set(Arc::downgrade(&manager));
    let config = SlackClientSocketModeConfig::new().with_reconnect_timeout_in_seconds(RECONNECT);
    let registered = manager.register_new_token(&config, token, Arc::new(listener)).await;
    registered.map_err(|error| BotError::from(Fault::from(error)))?;
    manager.start().await;
    let mut off = switched_off.subscribe();
    let outcome = tokio::select! {
        () = stop => Ok(()),
        code = api.denial() => Err(BotError::Unauthorized(code)),
        _ = off.wait_for(|off| *off) => {
            Err(BotError::Unauthorized("Socket Mode was switched off for the app; hint: switch it on in the app's settings".into()))
        }
    };
    manager.shutdown().await;
    outcome
}

fn connections(
    client: &Arc<Client>,
    environment: Arc<SlackClientEventsListenerEnvironment<SlackClientHyperHttpsConnector>>,
) -> Arc<Manager> {
    client.http_api.connector.new_clients_manager(environment)
}

struct Listener {
    desk: Desk,
    manager: OnceLock<Weak<Manager>>,
    switched_off: watch::Sender<bool>,
}

#[async_trait]
impl SlackSocketModeClientListener for Listener {
    async fn on_message(&self, client: &SlackSocketModeWssClientId, body: String) -> Option<String> {
        let Ok(envelope) = inbound::parse(&body) else {
            tracing::warn!(bytes = body.len(), "an envelope that is not JSON, or too deep, was ignored");
            return None;
        };
        match envelope["type"].as_str().unwrap_or_default() {
            "hello" => {
                if let Some(app) = envelope["connection_info"]["app_id"].as_str() {
                    let _ = self.desk.app.set(app.to_owned());
                }
                None
            }
            "disconnect" => {
                if envelope["reason"] == "link_disabled" {
                    self.switched_off.send_replace(true);
                } else {
                    self.reconnect(client).await;
                }
                None
            }
            kind => self.envelope(kind, &envelope).await,
        }
    }

    async fn on_error(&self, error: Box<dyn std::error::Error + Send + Sync>) {
        tracing::debug!(%error, "Slack's connection had trouble");
    }

    async fn on_disconnect(&self, client: &SlackSocketModeWssClientId) {
        self.reconnect(client).await;
    }
}

impl Listener {
    /// The manager reconnects for ever and never says why it cannot, so a denied app token is found here.
    async fn reconnect(&self, client: &SlackSocketModeWssClientId) {
        let api: Arc<Api> = self.desk.api.clone();
        tokio::spawn(async move {
            // A denial is remembered by the call itself and ends `listen`.
            let _ = api.check_app_token().await;
        });
        if let Some(manager) = self.manager.get().and_then(Weak::upgrade) {
            manager.restart_client(client).await;
        }
    }

    /// Serves an envelope; the acknowledgement is the answer.
    async fn envelope(&self, kind: &str, envelope: &Value) -> Option<String> {
        let id = envelope["envelope_id"].as_str()?;
        let payload = &envelope["payload"];
        let Some(read) = Inbound::enveloped(kind, payload) else { return acknowledge(id, None) };
        let Ok(event) = read else {
            // It would never parse better, so it is not asked for again.
            tracing::warn!(kind, envelope = id, "{Malformed}; nothing was changed");
            return acknowledge(id, None);
        };
        let takes_payload =
            envelope["accepts_response_payload"].as_bool().unwrap_or(!matches!(event.what, What::Pressed(_)));
        let answer = within_deadline(&self.desk, id, &event).await?;
        let (payload, rest) = answer.clone().split(&event);
        match (payload, takes_payload) {
            (Some(payload), true) => acknowledge(id, Some(payload)),
            (Some(_), false) => {
                answer::send(&self.desk.api, &event, answer);
                acknowledge(id, None)
            }
            (None, _) => {
                rest.into_iter().for_each(|rest| answer::send(&self.desk.api, &event, rest));
                acknowledge(id, None)
            }
        }
    }
}

fn acknowledge(id: &str, payload: Option<Value>) -> Option<String> {
    let ack = match payload {
        Some(payload) => json!({"envelope_id": id, "payload": payload}),
        None => json!({"envelope_id": id}),
    };
    Some(ack.to_string())
}
