//! Everything the engine asks of a platform.

use crate::{address::Address, card::Card};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Posts cards, and keeps them true.
#[async_trait]
pub trait Messenger: Send + Sync {
    /// Posts a new card. Not idempotent: the caller remembers the answer.
    async fn post(&self, to: &Address, card: &Card) -> Result<MessageRef, DeliveryError>;
    /// Replaces a posted card.
    async fn update(&self, at: &MessageRef, card: &Card) -> Result<(), DeliveryError>;
}

/// A posted message, as the platform names it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct MessageRef {
    /// The workspace or guild; may be empty.
    pub tenant: String,
    /// The channel or conversation.
    pub place: String,
    /// The message in it.
    pub message: String,
}

/// Why a message was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Try again, no sooner than this.
    #[error("try again later")]
    Retry {
        /// The platform's own word, obeyed exactly; `None` leaves it to our back-off.
        after: Option<Duration>,
    },
    /// Nothing is wrong: our own pacing holds it back, so that the platform's limits are kept.
    #[error("its turn has not come")]
    Paced {
        /// Until its turn.
        after: Duration,
    },
    /// The message, or the place, is no more: forget it.
    #[error("the message or its place is gone")]
    Gone,
    /// The platform says no, and will go on saying no.
    #[error("the platform refused: {0}")]
    Rejected(String),
}

/// A `Retry-After` as far as it is believed: 75 hours, after which a message is given up anyway. A number that overflows a
/// clock must not crash whoever obeys it.
pub fn believed(after: Duration) -> Duration {
    after.min(Duration::from_secs(75 * 3_600))
}
