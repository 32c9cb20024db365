//! A platform in memory: remembers every message, loses what somebody deletes, and fails when told to.

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
use tokio::sync::Notify;

/// A platform that only carries messages. Clones share it.
#[derive(Clone)]
pub struct Pigeon {
    platform: Platform,
    loft: Arc<Mutex<Loft>>,
    flying: Arc<Notify>,
}

#[derive(Default)]
struct Loft {
    messages: Vec<Letter>,
    failures: VecDeque<DeliveryError>,
    /// Every call fails like this.
    down: Option<DeliveryError>,
    /// Messages to these addresses fail like this.
    bounces: Vec<(Address, DeliveryError)>,
    deleted: Vec<usize>,
    /// Calls never come back.
    hangs: bool,
    /// It may listen only once, and how many do.
    once: bool,
    listening: u32,
    /// Calls to it, whatever came of them.
    calls: u32,
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
        Self { platform, loft: Arc::default(), flying: Arc::default() }
    }
    /// One that only one process may let fly at a time.
    pub fn once(self) -> Self {
        self.loft().once = true;
        self
    }
    /// Everything that was posted and not deleted, as it stands now, in order.
    pub fn letters(&self) -> Vec<Letter> {
        let loft = self.loft();
        let there = loft.messages.iter().enumerate().filter(|(n, _)| !loft.deleted.contains(n));
        there.map(|(_, letter)| letter.clone()).collect()
    }
    /// How often a message was changed.
    pub fn updates(&self) -> u32 {
        self.loft().updates
    }
    /// How often it was called.
    pub fn calls(&self) -> u32 {
        self.loft().calls
    }
    /// The next calls fail like this, one each.
    pub fn fails(&self, failures: impl IntoIterator<Item = DeliveryError>) {
        self.loft().failures.extend(failures);
    }
    /// From now on every call fails like this; `None` ends it.
    pub fn down(&self, error: Option<DeliveryError>) {
        self.loft().down = error;
    }
    /// What is posted to this address fails like this; `None` ends it.
    pub fn bounces(&self, to: &Address, error: Option<DeliveryError>) {
        let mut loft = self.loft();
        loft.bounces.retain(|(address, _)| address != to);
        loft.bounces.extend(error.map(|error| (to.clone(), error)));
    }
    /// Calls do not come back until it stops hanging.
    pub fn hangs(&self, hangs: bool) {
        self.loft().hangs = hangs;
    }
    /// Somebody deletes everything that was posted to this address.
    pub fn delete(&self, to: &Address) {
        let mut loft = self.loft();
        let theirs: Vec<usize> = (0..loft.messages.len()).filter(|n| loft.messages[*n].to == *to).collect();
        loft.deleted.extend(theirs);
    }
    /// Resolves when what is there is as wanted.
    pub async fn comes_to(&self, wanted: impl Fn(&[Letter]) -> bool) {
        loop {
            let changed = self.flying.notified();
            if wanted(&self.letters()) {
                return;
            }
            changed.await;
        }
    }
    /// How many listen.
    pub fn listening(&self) -> u32 {
        self.loft().listening
    }
    /// Resolves when so many listen.
    pub async fn listened_to_by(&self, count: u32) {
        loop {
            let changed = self.flying.notified();
            if self.listening() == count {
                return;
            }
            changed.await;
        }
    }

    async fn begin(&self) -> Result<(), DeliveryError> {
        if self.loft().hangs {
            self.loft().calls += 1;
            return std::future::pending().await;
        }
        let mut loft = self.loft();
        loft.calls += 1;
        let failure = loft.failures.pop_front().or_else(|| loft.down.clone());
        failure.map_or(Ok(()), Err)
    }

    fn loft(&self) -> MutexGuard<'_, Loft> {
        self.loft.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

#[async_trait]
impl Messenger for Pigeon {
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError> {
        self.begin().await?;
        let mut loft = self.loft();
        if let Some((_, error)) = loft.bounces.iter().find(|(address, _)| address == to) {
            return Err(error.clone());
        }
        loft.messages.push(Letter { to: to.clone(), card: card.clone() });
        let message = (loft.messages.len() - 1).to_string();
        self.flying.notify_waiters();
        Ok(MessageRef { tenant: String::new(), place: to.to_string(), message })
    }

    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError> {
        self.begin().await?;
        let mut loft = self.loft();
        loft.updates += 1;
        let known = at.message.parse::<usize>().ok().filter(|n| !loft.deleted.contains(n));
        match known.and_then(|n| loft.messages.get_mut(n)) {
            Some(letter) => {
                letter.card = card.clone();
                self.flying.notify_waiters();
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
    fn once(&self) -> bool {
        self.loft().once
    }
    async fn check(&self) -> Result<String, BotError> {
        Ok("a pigeon".into())
    }
    async fn run(self: Arc<Self>, _engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError> {
        let _flight = Flight::begin(&self);
        stop.await;
        Ok(())
    }
}

/// Somebody listens, until they are dropped.
struct Flight(Pigeon);

impl Flight {
    fn begin(pigeon: &Pigeon) -> Self {
        pigeon.loft().listening += 1;
        pigeon.flying.notify_waiters();
        Self(pigeon.clone())
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        self.0.loft().listening -= 1;
        self.0.flying.notify_waiters();
    }
}
