//! What pages say, worked out apart from how they look.

pub mod card;
pub mod delivery;
pub mod explain;
pub mod grant;
pub mod moment;
pub mod person;
pub mod request;
pub mod step;
pub mod text;
