//! The adapter itself: what the engine asks of Slack.

use crate::{api::Api, desk::Desk, fault::Fault, http, identity::Identity, render, settings::Settings, socket};
use async_trait::async_trait;
use axum::Router;
use countersign_engine::{
    address::Address,
    card::Card,
    desk,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, Clock, DeliveryError, MessageRef, Messenger, Stop},
    time::Timestamp,
};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::sync::OnceCell;

/// Slack, as messenger and bot.
pub struct Slack {
    api: Arc<Api>,
    clock: Clock,
    signing_secret: Option<SecretString>,
    identity: OnceCell<Arc<Identity>>,
    app: Arc<OnceLock<String>>,
    /// Direct conversations that are open, by user.
    conversations: Mutex<HashMap<String, String>>,
}

impl Slack {
    /// Prepares the adapter; nothing is called yet. `clock` gives `until 18:00` its meaning.
    ///
    /// # Errors
    /// [`BotError::Disconnected`] when `api_url` is no address.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, BotError> {
        Ok(Self {
            api: Arc::new(Api::new(&settings)?),
            clock,
            signing_secret: settings.signing_secret,
            identity: OnceCell::new(),
            app: Arc::default(),
            conversations: Mutex::default(),
        })
    }

    /// HTTP mode. Without a signing secret there are no routes at all (rule 45).
    pub fn routes(self: &Arc<Self>, engine: Arc<dyn ApprovalEngine>) -> Router {
        match &self.signing_secret {
            Some(secret) => http::routes(self.clone(), engine, secret.clone()),
            None => Router::new(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(crate) async fn desk(&self, engine: Arc<dyn ApprovalEngine>) -> Result<Desk, Fault> {
        let identity = self.identity().await?.clone();
        let desk = desk::Desk::new(engine, self.clock.clone()).quiet();
        Ok(Desk { api: self.api.clone(), desk, identity, app: self.app.clone() })
    }

    async fn identity(&self) -> Result<&Arc<Identity>, Fault> {
        self.identity.get_or_try_init(|| async { Identity::ask(&self.api).await.map(Arc::new) }).await
    }

    /// The workspace and the conversation of an address.
    async fn place(&self, to: &Address) -> Result<String, DeliveryError> {
        let tenant = match to {
            Address::Direct(account) => &account.tenant,
            Address::Place { tenant, .. } => tenant,
        };
        if to.platform() != Platform::Slack {
            return Err(DeliveryError::Rejected(format!("{to} is not an address on Slack")));
        }
        if !self.identity().await?.serves(tenant) {
            return Err(DeliveryError::Rejected(format!("{to} is not in the workspace that the bot is installed in")));
        }
        match to {
            Address::Direct(account) => self.conversation(&account.user).await,
            Address::Place { place, .. } => Ok(place.clone()),
        }
    }

    async fn conversation(&self, user: &str) -> Result<String, DeliveryError> {
        let known = self.conversations().get(user).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let opened = self.api.call("conversations.open", user, &json!({"users": user})).await?;
        let id = opened["channel"]["id"].as_str().ok_or_else(|| no_word("conversations.open", "channel.id"))?;
        self.conversations().insert(user.to_owned(), id.to_owned());
        Ok(id.to_owned())
    }

    fn conversations(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Messenger for Slack {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let place = self.place(to).await?;
        let mut body = message(&place, card);
        body["unfurl_links"] = false.into();
        body["unfurl_media"] = false.into();
        let posted = self.api.call("chat.postMessage", &place, &body).await.map_err(DeliveryError::from);
        if let (Err(DeliveryError::Gone), Address::Direct(account)) = (&posted, to) {
            // The next message to this person opens a conversation anew.
            self.conversations().remove(&account.user);
        }
        let posted = posted?;
        let word = |name: &'static str| posted[name].as_str().map(str::to_owned);
        let message = word("ts").ok_or_else(|| no_word("chat.postMessage", "ts"))?;
        let tenant = self.identity().await?.team.clone();
        Ok(MessageRef { tenant, place: word("channel").unwrap_or(place), message })
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        let mut body = message(&at.place, card);
        body["ts"] = at.message.as_str().into();
        self.api.call("chat.update", &at.place, &body).await?;
        Ok(())
    }
}

#[async_trait]
impl Bot for Slack {
    fn platform(&self) -> Platform {
        Platform::Slack
    }

    async fn check(&self) -> Result<String, BotError> {
        self.api.rearm();
        let us = Identity::ask(&self.api).await?;
        self.api.check_app_token().await?;
        Ok(format!("workspace {} ({})", us.name.as_deref().unwrap_or("without a name"), us.team))
    }

    async fn run(self: Arc<Self>, engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let workspace = self.check().await?;
        let desk = self.desk(engine).await?;
        if self.api.app.is_some() {
            tracing::info!(workspace, "Slack: Socket Mode");
            return socket::listen(desk, stop).await;
        }
        tracing::info!(workspace, "Slack: HTTP mode");
        tokio::select! {
            () = stop => Ok(()),
            code = self.api.denial() => Err(BotError::Unauthorized(code)),
        }
    }
}

/// What posting and updating share. Nothing in it may mention, link or unfold (THREATS D01).
fn message(place: &str, card: &Card) -> Value {
    json!({"channel": place, "text": render::summary(card), "blocks": render::blocks(card), "link_names": false, "parse": "none"})
}

fn no_word(method: &str, word: &str) -> DeliveryError {
    DeliveryError::Rejected(format!("Slack's answer to {method} lacks {word}"))
}
