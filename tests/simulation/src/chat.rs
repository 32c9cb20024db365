//! Chat platforms: what every conversation really shows.

use crate::{
    faults::{Fault, Faults},
    mutex::Locked,
};
use async_trait::async_trait;
use countersign::clock::Clock;
use countersign_engine::{
    address::Address,
    card::Card,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, DeliveryError, MessageRef, Messenger, Stop},
    time::Timestamp,
};
use std::{sync::Arc, time::Duration};

/// A message that is there, or was.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Where.
    pub address: Address,
    /// As the platform names it.
    pub at: MessageRef,
    /// What it shows.
    pub card: Card,
    /// Somebody deleted it.
    pub deleted: bool,
}

/// One platform. Clones share it; it outlives the processes that talk to it.
#[derive(Clone)]
pub struct Chat {
    platform: Platform,
    messages: Locked<Vec<Shown>>,
    down_until: Locked<Option<Timestamp>>,
    faults: Faults,
    clock: Clock,
}

impl Chat {
    /// An empty one.
    pub fn new(platform: Platform, faults: Faults, clock: Clock) -> Self {
        Self { platform, messages: Locked::default(), down_until: Locked::default(), faults, clock }
    }
    /// Cannot be reached until then.
    pub fn goes_down(&self, until: Timestamp) {
        *self.down_until.lock() = Some(until);
    }
    /// Can be reached again.
    pub fn comes_up(&self) {
        *self.down_until.lock() = None;
    }
    /// Is it this one?
    pub fn is_on(&self, platform: Platform) -> bool {
        self.platform == platform
    }
    /// How many messages were ever sent.
    pub fn count(&self) -> usize {
        self.messages.lock().len()
    }
    /// One of them.
    pub fn message(&self, index: usize) -> Option<Shown> {
        self.messages.lock().get(index).cloned()
    }
    /// All that are there.
    pub fn messages(&self) -> Vec<Shown> {
        self.messages.lock().iter().filter(|m| !m.deleted).cloned().collect()
    }
    /// Somebody deletes a message.
    pub fn delete(&self, index: usize) {
        if let Some(message) = self.messages.lock().get_mut(index) {
            message.deleted = true;
        }
    }

    /// Trouble before anything is shown.
    fn trouble(&self) -> Result<(), DeliveryError> {
        let down = self.down_until.lock().is_some_and(|until| self.clock.now() < until);
        if down || self.faults.strikes(Fault::SentLost, 1) {
            return Err(DeliveryError::Retry { after: None });
        }
        if self.faults.strikes(Fault::Limited, 1) {
            let after = Duration::from_secs(self.faults.between(1, 90).unsigned_abs());
            return Err(DeliveryError::Retry { after: Some(after) });
        }
        match self.faults.strikes(Fault::Rejected, 4) {
            true => Err(DeliveryError::Rejected("not in this place".into())),
            false => Ok(()),
        }
    }

    /// The answer, if it is not lost.
    async fn answer<T>(&self, process: u64, answer: T) -> Result<T, DeliveryError> {
        let lost = DeliveryError::Retry { after: None };
        if self.faults.edge(process).await.is_err() || self.faults.strikes(Fault::SentUnknown, 1) {
            return Err(lost);
        }
        Ok(answer)
    }
}

#[async_trait]
impl Messenger for Chat {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        let process = self.faults.process();
        if self.faults.edge(process).await.is_err() {
            return Err(DeliveryError::Retry { after: None });
        }
        self.trouble()?;
        let at = {
            let mut messages = self.messages.lock();
            let message = format!("{}", messages.len());
            let at = MessageRef { tenant: "T1".into(), place: to.to_string(), message };
            messages.push(Shown { address: to.clone(), at: at.clone(), card: card.clone(), deleted: false });
            at
        };
        self.answer(process, at).await
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        let process = self.faults.process();
        if self.faults.edge(process).await.is_err() {
            return Err(DeliveryError::Retry { after: None });
        }
        self.trouble()?;
        {
            let mut messages = self.messages.lock();
            let index = at.message.parse::<usize>().unwrap_or(usize::MAX);
            match messages.get_mut(index) {
                Some(message) if !message.deleted => message.card = card.clone(),
                _ => return Err(DeliveryError::Gone),
            }
        }
        self.answer(process, ()).await
    }
}

#[async_trait]
impl Bot for Chat {
    fn platform(&self) -> Platform {
        self.platform
    }
    async fn check(&self) -> Result<String, BotError> {
        Ok("a simulated platform".into())
    }
    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        stop.await;
        Ok(())
    }
}
