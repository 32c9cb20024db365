//! Webhooks: what signs and checks them, what carries them, and cards for chat systems that only take messages.
//!
//! * [`Signer`] and [`Verifier`] speak the Standard Webhooks specification (`webhook-id`, `webhook-timestamp`,
//!   `webhook-signature`), with HMAC-SHA256, Ed25519 or both, and with two keys while one replaces the other.
//! * [`Poster`] posts to one address. It never follows a redirect, and never connects to an address that [`Guard`] does
//!   not admit (THREATS D08).
//! * [`ChatWebhooks`] posts cards to incoming webhooks of Mattermost, Rocket.Chat, Google Chat, Teams workflows, and of
//!   whatever takes Slack's format. Nobody can press anything there.

mod chat;
mod guard;
mod names;
mod poster;
mod signature;

pub use chat::{ChatWebhooks, Endpoint, Kind, message};
pub use guard::{Guard, is_public};
pub use names::{Names, SystemNames};
pub use poster::{BadUrl, Poster, Reply, Undelivered};
pub use signature::{
    BadKey, BadSignature, MessageId, Presented, Scheme, Signer, TOLERANCE, Verifier, new_key_pair, new_secret,
};
