//! The adapter itself: what the engine asks of Teams.

use crate::{
    api::{self, Api},
    auth::Gate,
    desk::Desk,
    http, render,
    settings::Settings,
};
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
use std::sync::Arc;

/// Teams, as messenger and bot.
pub struct Teams {
    api: Arc<Api>,
    pub(crate) gate: Gate,
    clock: Clock,
    app_id: String,
    tenant_id: String,
}

impl Teams {
    /// Prepares the adapter; nothing is called yet. `clock` judges tokens, and gives `until 18:00` its meaning.
    ///
    /// # Errors
    /// [`BotError::Disconnected`] when this machine has no TLS to call with.
    pub fn new(settings: &Settings, clock: Clock) -> Result<Self, BotError> {
        let http = api::client()?;
        Ok(Self {
            api: Arc::new(Api::new(settings, http.clone())),
            gate: Gate::new(settings, http),
            clock,
            app_id: settings.app_id.clone(),
            tenant_id: settings.tenant_id.clone(),
        })
    }

    /// `POST /teams/messages`.
    pub fn routes(self: &Arc<Self>, engine: Arc<dyn ApprovalEngine>) -> Router {
        let desk = desk::Desk::new(engine, self.clock.clone());
        http::routes(self.clone(), Desk::new(self.api.clone(), desk, self.tenant_id.clone()))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// The conversation of an address.
    async fn place(&self, to: &Address) -> Result<String, DeliveryError> {
        let tenant = match to {
            Address::Direct(account) => &account.tenant,
            Address::Place { tenant, .. } => tenant,
        };
        if to.platform() != Platform::Teams {
            return Err(DeliveryError::Rejected(format!("{to} is not an address on Teams")));
        }
        if *tenant != self.tenant_id {
            return Err(DeliveryError::Rejected(format!("{to} is not in the tenant that the bot serves")));
        }
        match to {
            Address::Direct(account) => Ok(self.api.conversation(&account.user).await?),
            Address::Place { place, .. } => Ok(place.clone()),
        }
    }
}

#[async_trait]
impl Messenger for Teams {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let place = self.place(to).await?;
        let activity = render::message(card, &self.api.known.readers(&place));
        let message = self.api.send(&place, &activity).await?;
        Ok(MessageRef { tenant: self.tenant_id.clone(), place, message })
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        let mut activity = render::message(card, &self.api.known.readers(&at.place));
        activity["id"] = at.message.as_str().into();
        Ok(self.api.replace(&at.place, &at.message, &activity).await?)
    }
}

#[async_trait]
impl Bot for Teams {
    fn platform(&self) -> Platform {
        Platform::Teams
    }

    async fn check(&self) -> Result<String, BotError> {
        self.api.rearm();
        self.api.login().await?;
        let keys = self.gate.keys().await.map_err(BotError::Disconnected)?;
        Ok(format!("app {} in tenant {}, signing keys: {keys}", self.app_id, self.tenant_id))
    }

    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let us = self.check().await?;
        tracing::info!(us, "Teams: listening at /teams/messages");
        tokio::select! {
            () = stop => Ok(()),
            why = self.api.denial() => Err(BotError::Unauthorized(why)),
        }
    }
}
