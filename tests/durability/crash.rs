//! What crashes inside one bot stays inside it.

use async_trait::async_trait;
use countersign::lifecycle::{self, BotHealth};
use countersign_engine::{
    address::Address,
    card::Card,
    person::Platform,
    ports::{ApprovalEngine, Bot, BotError, DeliveryError, MessageRef, Messenger, Stop},
};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Crashes the first time it runs.
#[derive(Default)]
struct Clumsy {
    again: AtomicBool,
}

#[async_trait]
impl Messenger for Clumsy {
    async fn post(&self, _: &Address, _: &Card) -> Result<MessageRef, DeliveryError> {
        Err(DeliveryError::Gone)
    }
    async fn update(&self, _: &MessageRef, _: &Card) -> Result<(), DeliveryError> {
        Err(DeliveryError::Gone)
    }
}

#[async_trait]
impl Bot for Clumsy {
    fn platform(&self) -> Platform {
        Platform::Slack
    }
    async fn check(&self) -> Result<String, BotError> {
        Ok("clumsy".into())
    }
    async fn run(self: Arc<Self>, _: Arc<dyn ApprovalEngine>, _: Stop) -> Result<(), BotError> {
        assert!(self.again.swap(true, Ordering::Relaxed), "a mistake of ours");
        Ok(())
    }
}

/// It is started again, like one that lost its connection.
#[tokio::test]
async fn a_bot_that_crashes_is_started_again() {
    let w = crate::world::World::new().await;
    let (_stopper, stopping) = lifecycle::stopper();
    let bot = Arc::new(Clumsy::default());
    let engine = Arc::new(w.app.web.service.clone());
    lifecycle::supervise(bot.clone(), engine, stopping, BotHealth::default()).await;
    assert!(bot.again.load(Ordering::Relaxed));
}
