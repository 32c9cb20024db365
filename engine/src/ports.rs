//! The five traits between the engine and the world. If it is not here, an adapter cannot do it.

mod bot;
mod clock;
mod connector;
mod engine;
mod messenger;
mod turns;

pub use bot::{Bot, BotError, Stop};
pub use clock::{Clock, Ticks};
pub use connector::{
    Connector, ConnectorError, Delivery, Found, Observation, Outcome, Preflight, RevocationPromise, Secret,
};
pub use engine::{ApprovalEngine, Caller, Catalog, EngineError, Filter, LinkCode, Offer, Page, Question};
pub use messenger::{DeliveryError, MessageRef, Messenger, believed};
pub use turns::{Hold, Turns};
