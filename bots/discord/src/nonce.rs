//! A name for each message that we post, by which Discord knows a repetition: with `enforce_nonce` a message that was
//! posted although its answer was lost is not posted twice (discord.com/developers, "Create Message").

use countersign_engine::{address::Address, card::Card};
use ring::digest;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Names remembered before all are forgotten: Discord itself forgets after a few minutes.
const REMEMBERED: usize = 10_000;

/// How often each message has been posted: the next one of its kind is another message.
#[derive(Default)]
pub(crate) struct Nonces(Mutex<HashMap<[u8; 32], u32>>);

/// A message that is about to be posted.
pub(crate) struct Posting {
    what: [u8; 32],
    /// At most 25 characters.
    pub(crate) nonce: String,
}

impl Nonces {
    /// The same until [`Nonces::posted`]: whatever the card shows by then, it is the same message.
    pub(crate) fn of(&self, to: &Address, card: &Card) -> Posting {
        let about = card.about.as_ref().map(|about| about.request.as_str()).unwrap_or_default();
        let what = sha256(format!("{to}\n{about}\n{:?}", card.kind).as_bytes());
        let times = self.held().get(&what).copied().unwrap_or_default();
        let name = sha256(&[&what[..], &times.to_be_bytes()].concat());
        Posting { what, nonce: hex::encode(&name[..12]) }
    }

    /// It is posted.
    pub(crate) fn posted(&self, posting: &Posting) {
        let mut held = self.held();
        if held.len() >= REMEMBERED {
            held.clear();
        }
        *held.entry(posting.what).or_default() += 1;
    }

    fn held(&self) -> std::sync::MutexGuard<'_, HashMap<[u8; 32], u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    hash
}
