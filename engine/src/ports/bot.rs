//! A platform that people act on, not only read.

use super::{ApprovalEngine, Messenger};
use crate::person::Platform;
use async_trait::async_trait;
use std::{future::Future, pin::Pin, sync::Arc};

/// A running adapter: it listens, and hands what people press to the engine.
#[async_trait]
pub trait Bot: Messenger {
    /// Which platform.
    fn platform(&self) -> Platform;
    /// Proves that our credentials are good; the answer names who we are there.
    async fn check(&self) -> Result<String, BotError>;
    /// Must no second process of the same installation listen at the same time? Then [`Bot::run`] is called by whoever holds
    /// the lease. Posting is allowed to everybody.
    fn once(&self) -> bool {
        false
    }
    /// Listens until `stop` resolves. Reconnects by itself; returns early only when that is pointless.
    async fn run(self: Arc<Self>, engine: Arc<dyn ApprovalEngine>, stop: Stop) -> Result<(), BotError>;
}

/// Resolves when the server shuts down.
pub type Stop = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Why a bot stopped, or cannot start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BotError {
    /// The platform does not accept our credentials: stop loudly, leave the others running.
    #[error("the platform does not accept our credentials: {0}")]
    Unauthorized(String),
    /// Anything else; starting again may help.
    #[error("{0}")]
    Disconnected(String),
}
