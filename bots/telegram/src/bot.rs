//! The adapter itself: what the engine asks of Telegram.

use crate::{
    answer::Voice, api::Api, fault::Fault, identity::Identity, known::Known, menu, poll, render, serve::Server,
    settings::Settings, strangers::Strangers, webhook,
};
use async_trait::async_trait;
use axum::Router;
use countersign_engine::{
    address::Address,
    card::Card,
    desk::Desk,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, Clock, DeliveryError, MessageRef, Messenger, Stop},
};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use teloxide::{
    payloads::{DeleteWebhook, SendChatAction, SetWebhook},
    types::{AllowedUpdate, ChatAction, ChatId},
};
use tokio::sync::OnceCell;

/// Telegram, as messenger and bot.
pub struct Telegram {
    api: Arc<Api>,
    clock: Clock,
    known: Arc<Known>,
    console: String,
    webhook: Option<SecretString>,
    /// The last part of the webhook's address.
    path: String,
    voice: OnceCell<Arc<Voice>>,
}

impl Telegram {
    /// Prepares the adapter; nothing is called yet. `clock` gives `until 18:00` its meaning.
    ///
    /// # Errors
    /// [`BotError::Disconnected`] when `api_url` is no address.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, BotError> {
        Ok(Self {
            api: Arc::new(Api::new(&settings)?),
            clock,
            path: webhook::path(&settings.bot_token),
            known: Arc::new(Known::new(settings.places)),
            console: settings.public_url,
            webhook: settings.webhook_secret,
            voice: OnceCell::new(),
        })
    }

    /// Webhook mode. Without a secret there are no routes at all (rule 45).
    pub fn routes(self: &Arc<Self>, engine: Arc<dyn ApprovalEngine>) -> Router {
        match &self.webhook {
            Some(secret) => webhook::routes(self.clone(), engine, &self.path, secret.clone()),
            None => Router::new(),
        }
    }

    pub(crate) async fn server(&self, engine: Arc<dyn ApprovalEngine>) -> Result<Server, Fault> {
        let voice = self.voice.get_or_try_init(|| async {
            let me = Identity::ask(&self.api).await?;
            let (api, known) = (self.api.clone(), self.known.clone());
            Ok::<_, Fault>(Arc::new(Voice {
                api,
                known,
                me,
                console: self.console.clone(),
                strangers: Strangers::default(),
            }))
        });
        let (desk, clock) = (Desk::new(engine, self.clock.clone()), self.clock.clone());
        Ok(Server { desk, clock, voice: voice.await?.clone() })
    }

    /// Tells Telegram how its updates reach us.
    async fn choose_mode(&self) -> Result<(), BotError> {
        let Some(secret) = &self.webhook else {
            return self.api.call(&DeleteWebhook::new()).await.map(drop).map_err(BotError::from);
        };
        let url = format!("{}/telegram/{}", self.console, self.path);
        let url = url.parse().map_err(|_| BotError::Disconnected(format!("{} is not an address", self.console)))?;
        let mut set = SetWebhook::new(url);
        set.secret_token = Some(secret.expose_secret().to_owned());
        set.allowed_updates =
            Some(vec![AllowedUpdate::Message, AllowedUpdate::CallbackQuery, AllowedUpdate::MyChatMember]);
        self.api.call(&set).await.map(drop).map_err(|fault| match fault {
            Fault::Refused(said) => BotError::Disconnected(format!(
                "{said}; hint: Telegram calls COUNTERSIGN_PUBLIC_URL by https, on port 443, 80, 88 or 8443; without \
                 TELEGRAM_WEBHOOK_SECRET we ask instead"
            )),
            other => other.into(),
        })
    }

    /// Groups of the policy that became supergroups while we were not running: a call that needs the right to write tells
    /// their new ids, and shows nothing.
    async fn follow_moves(&self) {
        for group in self.known.groups() {
            let typing = SendChatAction::new(ChatId(group), ChatAction::Typing);
            if let Err(Fault::Moved(new)) = self.api.about(group, &typing, |_| {}).await {
                self.known.learn(group, new);
            }
        }
    }
}

#[async_trait]
impl Messenger for Telegram {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let (id, direct) = match to {
            Address::Direct(account) if account.platform == Platform::Telegram => (&account.user, true),
            Address::Place { platform: Platform::Telegram, place, .. } => (place, false),
            _ => return Err(DeliveryError::Rejected(format!("{to} is not an address on Telegram"))),
        };
        let chat: i64 = id.parse().map_err(|_| DeliveryError::Rejected(format!("{to} is not a numeric id")))?;
        match self.api.post_message(&self.known, chat, &render::shown(card)).await {
            Ok((chat, message)) => {
                Ok(MessageRef { tenant: String::new(), place: chat.to_string(), message: message.to_string() })
            }
            // Telegram does not know people who never wrote to us: there may be another way to reach them.
            Err(fault) if direct && fault.is_closed_door() => Err(DeliveryError::Rejected(format!(
                "{fault}; hint: this person opens the bot's private chat and presses Start"
            ))),
            Err(fault) => Err(fault.into()),
        }
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        let (Ok(chat), Ok(message)) = (at.place.parse::<i64>(), at.message.parse::<i64>()) else {
            return Err(DeliveryError::Gone);
        };
        // A supergroup counts its messages anew: the old number may be another card there.
        if self.known.now(chat) != chat {
            return Err(DeliveryError::Gone);
        }
        self.api.edit_message(chat, message, &render::shown(card)).await.map_err(|fault| {
            if let Fault::Moved(new) = fault {
                self.known.learn(chat, new);
            }
            fault.into()
        })
    }
}

#[async_trait]
impl Bot for Telegram {
    fn platform(&self) -> Platform {
        Platform::Telegram
    }

    async fn check(&self) -> Result<String, BotError> {
        self.api.rearm();
        let me = Identity::ask(&self.api).await?;
        Ok(format!("@{} ({})", me.username, me.id))
    }

    /// Telegram gives updates to one poller only; webhook calls may reach any replica.
    fn once(&self) -> bool {
        self.webhook.is_none()
    }

    async fn run(self: Arc<Self>, engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let bot = self.check().await?;
        let server = self.server(engine).await?;
        menu::register(&self.api).await?;
        self.choose_mode().await?;
        self.follow_moves().await;
        if self.webhook.is_none() {
            tracing::info!(bot, "Telegram: long polling");
            return poll::listen(server, self.api.clone(), stop).await;
        }
        tracing::info!(bot, "Telegram: webhook");
        tokio::select! {
            () = stop => Ok(()),
            said = self.api.denial() => Err(Fault::Denied(said).into()),
        }
    }
}
