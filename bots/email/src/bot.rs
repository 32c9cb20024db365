//! The adapter itself: what the engine asks of e-mail.

use crate::{
    fault::Fault,
    message::{Letter, Sender},
    pace::Pace,
    relay::Relay,
    settings::Settings,
    wire::Wire,
};
use async_trait::async_trait;
use countersign_engine::{
    address::Address,
    card::Card,
    person::Platform,
    ports::Hold,
    ports::{ApprovalEngine, Bot, BotError, Clock, DeliveryError, MessageRef, Messenger, Stop, Ticks},
};
use lettre::{message::Mailbox, transport::smtp::extension::ClientId};
use secrecy::ExposeSecret;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::watch;

/// E-mail, as messenger and bot.
pub struct Email {
    sender: Sender,
    server: String,
    wire: Wire,
    clock: Clock,
    ticks: Ticks,
    pace: Mutex<Pace>,
    /// What the server said when it did not accept our credentials. Nothing is sent until it has accepted them again.
    denied: watch::Sender<Option<String>>,
}

impl Email {
    /// Prepares the adapter; nothing is called yet. `clock` dates the mails.
    ///
    /// # Errors
    /// [`BotError::Disconnected`], with a hint, when a setting cannot be used.
    pub fn new(settings: Settings, clock: Clock) -> Result<Self, BotError> {
        let named = |name: &'static str| move |why: String| BotError::Disconnected(format!("{name} {why}"));
        let relay = Relay::parse(settings.smtp_url.expose_secret()).map_err(named("SMTP_URL"))?;
        let tls = relay.tls(settings.ca.as_deref()).map_err(named("SMTP_CA_FILE"))?;
        let from: Mailbox = settings.from.parse().map_err(|_| {
            named("EMAIL_FROM")("is no mailbox; hint: access@example.com, or Countersign <access@example.com>".into())
        })?;
        let domain = url::Host::parse(from.email.domain()).map_or_else(|_| "localhost".into(), |host| host.to_string());
        let hello = hello(&settings.public_url, &domain);
        Ok(Self {
            server: format!("{relay}, from {}", from.email),
            wire: Wire::new(relay, tls, hello, settings.ticks.clone()),
            sender: Sender { from, domain, public_url: settings.public_url },
            clock,
            ticks: settings.ticks,
            pace: Mutex::default(),
            denied: watch::Sender::new(None),
        })
    }

    async fn send(&self, letter: &Letter) -> Result<(), DeliveryError> {
        if self.denied.borrow().is_some() {
            return Err(DeliveryError::Retry { after: None });
        }
        let admitted = self.pace.lock().unwrap_or_else(PoisonError::into_inner).admit((self.ticks)());
        match admitted {
            Ok(wait) if wait.is_zero() => {}
            Ok(wait) => tokio::time::sleep(wait).await,
            Err(Hold::Closed(rest)) => return Err(DeliveryError::Retry { after: Some(rest) }),
            Err(Hold::Paced(after)) => return Err(DeliveryError::Paced { after }),
        }
        let sent = self.wire.send(letter).await;
        self.note(&sent);
        sent.map_err(|fault| {
            tracing::debug!(%fault, message = letter.id, "a mail was not sent");
            fault.into()
        })
    }

    fn note(&self, sent: &Result<(), Fault>) {
        if let Err(Fault::Denied(why)) = sent {
            self.denied.send_replace(Some(why.clone()));
        }
    }
}

/// How we greet the server: by the console's host, which the operator has a name for.
fn hello(public_url: &str, domain: &str) -> ClientId {
    let host = url::Url::parse(public_url).ok().and_then(|url| url.host().map(|host| host.to_owned()));
    match host {
        Some(url::Host::Domain(name)) => ClientId::Domain(name),
        Some(url::Host::Ipv4(ip)) => ClientId::Ipv4(ip),
        Some(url::Host::Ipv6(ip)) => ClientId::Ipv6(ip),
        None => ClientId::Domain(domain.to_owned()),
    }
}

#[async_trait]
impl Messenger for Email {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let mailbox = match to {
            Address::Direct(account) => &account.user,
            Address::Place { place, .. } => place,
        };
        if to.platform() != Platform::Email {
            return Err(DeliveryError::Rejected(format!("{to} is no e-mail address")));
        }
        let address: lettre::Address =
            mailbox.parse().map_err(|_| DeliveryError::Rejected(format!("{mailbox:?} is no e-mail address")))?;
        let letter = self.sender.letter(address, card, (self.clock)()).map_err(DeliveryError::Rejected)?;
        self.send(&letter).await?;
        Ok(MessageRef { tenant: String::new(), place: mailbox.clone(), message: letter.id })
    }

    /// A mail cannot be edited, and another one for each vote is no help: its links lead to the page that shows how things
    /// stand, the requester hears every outcome in a mail of its own, and an approver whose vote is no longer needed has
    /// nothing to do.
    async fn update(&self, _at: &MessageRef, _card: &Card) -> Result<(), DeliveryError> {
        Ok(())
    }
}

#[async_trait]
impl Bot for Email {
    fn platform(&self) -> Platform {
        Platform::Email
    }

    async fn check(&self) -> Result<String, BotError> {
        self.denied.send_replace(None);
        let proved = self.wire.prove().await;
        self.note(&proved);
        proved.map(|()| self.server.clone()).map_err(Into::into)
    }

    /// Nothing comes in, so this only watches whether the server goes on accepting our credentials.
    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let server = self.check().await?;
        tracing::info!(server, "e-mail: ready to send");
        let mut denied = self.denied.subscribe();
        let done = tokio::select! {
            () = stop => Ok(()),
            Ok(why) = denied.wait_for(Option::is_some) => Err(BotError::Unauthorized(why.clone().unwrap_or_default())),
        };
        self.wire.close().await;
        done
    }
}
