//! Webhooks: every committed transition told to other systems.
//!
//! Each webhook follows the audit trail with a cursor of its own. The pump notes a delivery for each entry that the webhook
//! wants; workers claim deliveries with leases, sign and send them, and try again for 75 h (promise L6).

pub mod kinds;

#[cfg(feature = "webhook")]
mod build;
#[cfg(feature = "webhook")]
mod payload;
#[cfg(feature = "webhook")]
mod pump;
#[cfg(feature = "webhook")]
mod schedule;
#[cfg(feature = "webhook")]
mod subscription;
#[cfg(feature = "webhook")]
mod work;

#[cfg(feature = "webhook")]
pub use self::{
    build::{build, poster, system_names},
    pump::Webhooks,
    schedule::next_attempt,
    subscription::Subscription,
};
#[cfg(feature = "webhook")]
pub(crate) use build::keys;
