//! The chats that the policy names, also after Telegram has given one of them another id.

use crate::settings::Places;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Which chats are ours.
pub(crate) struct Known {
    places: Places,
    /// From a group's id to that of the supergroup that it has become (core.telegram.org/bots/api, "ResponseParameters").
    moved: Mutex<HashMap<i64, i64>>,
}

/// Ids below are those of supergroups and channels; a plain group's id is above.
const SUPERGROUPS: i64 = -1_000_000_000_000;

impl Known {
    pub(crate) fn new(places: Places) -> Self {
        Self { places, moved: Mutex::default() }
    }

    /// Does a workflow of the policy in force post in this chat?
    pub(crate) fn is_place(&self, chat: i64) -> bool {
        self.named().any(|named| self.now(named) == chat)
    }

    /// Where a chat is now.
    pub(crate) fn now(&self, chat: i64) -> i64 {
        self.moved().get(&chat).copied().unwrap_or(chat)
    }

    /// Remembers that a group goes on under another id; says so once when the policy names the old one.
    pub(crate) fn learn(&self, old: i64, new: i64) {
        let news = self.moved().insert(old, new) != Some(new);
        if news && self.named().any(|named| named == old) {
            tracing::warn!(
                old,
                new,
                "a group of the policy has become a supergroup; hint: write the new id in its notify"
            );
        }
    }

    /// The plain groups of the policy: only those can have become supergroups while we were not running.
    pub(crate) fn groups(&self) -> Vec<i64> {
        self.named().filter(|id| (SUPERGROUPS..0).contains(id)).collect()
    }

    fn named(&self) -> impl Iterator<Item = i64> {
        (self.places)().into_iter().filter_map(|place| place.parse().ok())
    }

    fn moved(&self) -> std::sync::MutexGuard<'_, HashMap<i64, i64>> {
        self.moved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
