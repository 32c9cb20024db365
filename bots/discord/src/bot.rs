//! The adapter itself: what the engine asks of Discord.

use crate::{
    api::Api,
    call::Call,
    desk::Desk,
    fault::Fault,
    gateway, http,
    identity::{Identity, is_snowflake},
    nonce::Nonces,
    register, render,
    settings::Settings,
    signature,
};
use async_trait::async_trait;
use axum::Router;
use countersign_engine::{
    address::Address,
    card::Card,
    desk,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, Clock, DeliveryError, MessageRef, Messenger, Stop},
};
use ed25519_dalek::VerifyingKey;
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Discord, as messenger and bot.
pub struct Discord {
    api: Arc<Api>,
    clock: Clock,
    identity: Identity,
    key: Option<VerifyingKey>,
    gateway: bool,
    nonces: Nonces,
    /// Direct conversations that are open, by user.
    conversations: Mutex<HashMap<String, String>>,
}

impl Discord {
    /// Prepares the adapter; nothing is called yet. `clock` gives `until 18:00` its meaning.
    ///
    /// # Errors
    /// [`BotError::Disconnected`] when `api_url` is no address or `public_key` is no key.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, BotError> {
        let key = match &settings.public_key {
            Some(hex) => Some(signature::key(hex).ok_or_else(|| {
                let hint = "Developer Portal, General Information, Public Key";
                BotError::Disconnected(format!("DISCORD_PUBLIC_KEY is not a public key; hint: {hint}"))
            })?),
            None => None,
        };
        Ok(Self {
            api: Arc::new(Api::new(&settings)?),
            clock,
            identity: Identity { application: settings.application_id, guilds: settings.guilds },
            key,
            gateway: settings.gateway,
            nonces: Nonces::default(),
            conversations: Mutex::default(),
        })
    }

    /// HTTP interactions. Without a public key there are no routes at all (rule 45).
    pub fn routes(&self, engine: Arc<dyn ApprovalEngine>) -> Router {
        match self.key {
            Some(key) => http::routes(self.desk(engine), key, self.clock.clone()),
            None => Router::new(),
        }
    }

    fn desk(&self, engine: Arc<dyn ApprovalEngine>) -> Desk {
        let desk = desk::Desk::new(engine, self.clock.clone());
        Desk { api: self.api.clone(), desk, identity: self.identity.clone() }
    }

    /// The server and the channel of an address.
    async fn place(&self, to: &Address) -> Result<(String, String), DeliveryError> {
        match to {
            Address::Direct(account) if account.platform == Platform::Discord && is_snowflake(&account.user) => {
                Ok((String::new(), self.conversation(&account.user).await?))
            }
            Address::Place { platform: Platform::Discord, tenant, place } if is_snowflake(place) => {
                Ok((tenant.clone(), place.clone()))
            }
            _ => Err(DeliveryError::Rejected(format!("{to} is not an address on Discord"))),
        }
    }

    async fn conversation(&self, user: &str) -> Result<String, DeliveryError> {
        let known = self.conversations().get(user).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let opened = self.api.call(Call::open_direct(user)).await?;
        let id = word(&opened, "id")?;
        self.conversations().insert(user.to_owned(), id.clone());
        Ok(id)
    }

    fn conversations(&self) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
        self.conversations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Messenger for Discord {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let (tenant, place) = self.place(to).await?;
        let posting = self.nonces.of(to, card);
        let mut body = render::posted(render::components(card));
        body["nonce"] = posting.nonce.as_str().into();
        body["enforce_nonce"] = true.into();
        let posted = self.api.call(Call::post(&place, body)).await.map_err(DeliveryError::from);
        if let (Err(DeliveryError::Gone), Address::Direct(account)) = (&posted, to) {
            // The next message to this person opens a conversation anew.
            self.conversations().remove(&account.user);
        }
        let posted = posted?;
        let message = word(&posted, "id")?;
        self.nonces.posted(&posting);
        Ok(MessageRef { tenant, place, message })
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        if !is_snowflake(&at.place) || !is_snowflake(&at.message) {
            return Err(DeliveryError::Gone);
        }
        let body = render::posted(render::components(card));
        self.api.call(Call::edit(&at.place, &at.message, body)).await?;
        Ok(())
    }
}

#[async_trait]
impl Bot for Discord {
    fn platform(&self) -> Platform {
        Platform::Discord
    }

    async fn check(&self) -> Result<String, BotError> {
        self.api.rearm();
        let us = self.api.call(Call::application()).await?;
        let id = us["id"].as_str().unwrap_or_default();
        if id != self.identity.application {
            let why = format!("the token is application {id}'s, not {}'s", self.identity.application);
            return Err(BotError::Unauthorized(format!(
                "{why}; hint: DISCORD_BOT_TOKEN and DISCORD_APPLICATION_ID belong together"
            )));
        }
        let theirs = us["verify_key"].as_str().and_then(signature::key);
        if let (Some(ours), Some(theirs)) = (self.key, theirs)
            && ours != theirs
        {
            let hint = "copy the Public Key of the same application";
            return Err(BotError::Unauthorized(format!("DISCORD_PUBLIC_KEY is another application's; hint: {hint}")));
        }
        if self.gateway && us["interactions_endpoint_url"].is_string() {
            tracing::warn!(
                "the application has an Interactions Endpoint URL, so Discord sends nothing over the gateway"
            );
        }
        Ok(format!("application {} ({id})", us["name"].as_str().unwrap_or("without a name")))
    }

    /// A second gateway connection would hear everything twice.
    fn once(&self) -> bool {
        self.gateway
    }

    async fn run(self: Arc<Self>, engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let application = self.check().await?;
        let desk = self.desk(engine);
        let listening = async {
            match self.gateway {
                true => gateway::listen(desk).await,
                false => std::future::pending().await,
            }
        };
        tracing::info!(application, mode = if self.gateway { "gateway" } else { "HTTP" }, "Discord");
        tokio::select! {
            () = stop => Ok(()),
            denied = self.api.denial() => Err(BotError::from(denied)),
            error = listening => Err(error),
            () = register::keep(&self.api, &self.identity) => Ok(()),
        }
    }
}

fn word(answer: &Value, name: &'static str) -> Result<String, DeliveryError> {
    let found = answer[name].as_str().map(str::to_owned);
    found.ok_or_else(|| Fault::Passing(format!("an answer without {name}")).into())
}
