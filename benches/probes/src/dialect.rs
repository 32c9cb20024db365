//! The same conversation in everybody's words.

use crate::{
    bolt::Bolt,
    countersign::Countersign,
    engines::{Plain, Restate},
    options::option,
};

/// A vote of the chain: 1 of 3, 1 of 2, 2 of 4.
#[derive(Clone, Copy, Debug)]
pub struct Vote {
    /// From 1.
    pub step: usize,
    /// Which of the step's approvers, from 0.
    pub person: usize,
}

/// What approves a request.
pub const CHAIN: [Vote; 4] = [
    Vote { step: 1, person: 0 },
    Vote { step: 2, person: 0 },
    Vote { step: 3, person: 0 },
    Vote { step: 3, person: 1 },
];

/// How a peer is spoken to: the bytes of requests, and what its answers mean.
pub trait Dialect {
    /// Asks for access; `n` is the number of the request, from 0. `deadline`: wall clock, in milliseconds.
    fn create(&self, n: usize, deadline: u64) -> Vec<u8>;
    /// By what name the request goes from now on; `None` when the answer is no success.
    fn named(&self, n: usize, status: u16, body: &[u8]) -> Option<String>;
    /// A press of Approve.
    fn vote(&self, id: &str, vote: Vote) -> Vec<u8>;
    /// Asks for the state.
    fn read(&self, id: &str) -> Vec<u8>;
    /// Is that the answer of one that is approved?
    fn is_approved(&self, body: &[u8]) -> bool {
        body.windows(8).any(|part| part == b"approved")
    }
}

/// The one that `--dialect` names.
///
/// # Panics
/// When there is none of that name.
pub fn chosen(host: &str) -> Box<dyn Dialect> {
    let fake = format!("http://{}", option("fake", "127.0.0.1:9100".to_owned()));
    match option("dialect", "countersign".to_owned()).as_str() {
        "countersign" => Box::new(Countersign::new(host, &fake)),
        "bolt" => Box::new(Bolt::new(host, &fake)),
        "plain" => Box::new(Plain::new(host)),
        "restate" => Box::new(Restate::new(host)),
        other => panic!("--dialect {other}: countersign, bolt, plain or restate"),
    }
}
