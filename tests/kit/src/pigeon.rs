//! A platform in memory: remembers every message, and fails when told to.

use async_trait::async_trait;
use countersign_engine::{
    address::Address,
    card::Card,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, DeliveryError, MessageRef, Messenger, Stop},
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard},
};

/// A platform that only carries messages. Clones share it.
#[derive(Clone)]
pub struct Pigeon {
    platform: Platform,
    loft: Arc<Mutex<Loft>>,
}

#[derive(Default)]
struct Loft {
    messages: Vec<Letter>,
    failures: VecDeque<DeliveryError>,
    updates: u32,
}

/// A message as it stands.
#[derive(Clone, Debug)]
pub struct Letter {
    /// To whom.
    pub to: Address,
    /// What it says now.
    pub card: Card,
}

impl Pigeon {
    /// One for a platform.
    pub fn new(platform: Platform) -> Self {
        Self { platform, loft: Arc::default() }
    }
    /// Everything that was posted, as it stands now, in order.
    pub fn letters(&self) -> Vec<Letter> {
        self.loft().messages.clone()
    }
    /// How often a message was changed.
    pub fn updates(&self) -> u32 {
        self.loft().updates
    }
    /// The next calls fail like this, one each.
    pub fn fails(&self, failures: impl IntoIterator<Item = DeliveryError>) {
        self.loft().failures.extend(failures);
    }
    fn loft(&self) -> MutexGuard<'_, Loft> {
        self.loft.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[async_trait]
impl Messenger for Pigeon {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let mut loft = self.loft();
        if let Some(failure) = loft.failures.pop_front() {
            return Err(failure);
        }
        loft.messages.push(Letter { to: to.clone(), card: card.clone() });
        let message = (loft.messages.len() - 1).to_string();
        Ok(MessageRef { tenant: String::new(), place: to.to_string(), message })
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        let mut loft = self.loft();
        if let Some(failure) = loft.failures.pop_front() {
            return Err(failure);
        }
        loft.updates += 1;
        let known = at.message.parse::<usize>().ok();
        match known.and_then(|n| loft.messages.get_mut(n)) {
            Some(letter) => {
                letter.card = card.clone();
                Ok(())
            }
            None => Err(DeliveryError::Gone),
        }
    }
}

#[async_trait]
impl Bot for Pigeon {
    fn platform(&self) -> Platform {
        self.platform
    }
    async fn check(&self) -> Result<String, BotError> {
        Ok("a pigeon".into())
    }
    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        stop.await;
        Ok(())
    }
}
