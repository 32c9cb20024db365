//! What Countersign and its peers are measured with. Measuring tools, no part of the server.

pub mod bolt;
pub mod ceiling;
pub mod client;
pub mod countersign;
pub mod dialect;
pub mod engines;
pub mod fake;
pub mod flow;
pub mod options;
pub mod reading;
pub mod signed;
pub mod tally;
