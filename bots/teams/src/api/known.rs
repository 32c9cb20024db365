//! What activities have taught us: which service answers for a conversation, where people are written to, and who reads
//! along. Kept in memory only; without it, the configured service does.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// More conversations than one server talks in; beyond, all is learned anew.
const REMEMBERED: usize = 20_000;
/// As many readers can be named on a card (learn.microsoft.com, "Up to date cards").
const READERS: usize = 60;

/// Learned from activities that were proven to be Teams'.
pub(crate) struct Known {
    configured: String,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    /// By conversation.
    services: HashMap<String, String>,
    /// By Entra object id.
    direct: HashMap<String, String>,
    /// By conversation.
    readers: HashMap<String, BTreeSet<String>>,
}

impl Known {
    pub(super) fn new(configured: &str) -> Self {
        Self { configured: configured.to_owned(), held: Mutex::default() }
    }

    /// Somebody did something in a conversation.
    pub(crate) fn heard(&self, conversation: &str, service: &str, reader: &str) {
        let mut held = self.held();
        if held.services.len() > REMEMBERED || held.direct.len() > REMEMBERED {
            *held = Held::default();
        }
        let place = place(conversation);
        held.services.insert(place.to_owned(), service.trim_end_matches('/').to_owned());
        let readers = held.readers.entry(place.to_owned()).or_default();
        if readers.len() < READERS {
            readers.insert(reader.to_owned());
        }
    }

    /// This is where a person is written to alone.
    pub(crate) fn opened(&self, object: &str, conversation: &str) {
        self.held().direct.insert(object.to_owned(), conversation.to_owned());
    }

    /// A conversation does not take our messages.
    pub(super) fn forget(&self, conversation: &str) {
        self.held().direct.retain(|_, known| known != conversation);
    }

    pub(super) fn conversation(&self, object: &str) -> Option<String> {
        self.held().direct.get(object).cloned()
    }

    /// Without a slash at the end.
    pub(super) fn service(&self, conversation: &str) -> String {
        let held = self.held();
        held.services.get(place(conversation)).unwrap_or(&self.configured).clone()
    }

    /// Those who read in a conversation, as far as they have ever done something there.
    pub(crate) fn readers(&self, conversation: &str) -> Vec<String> {
        self.held().readers.get(place(conversation)).into_iter().flatten().cloned().collect()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A channel, without the thread in it: `19:...@thread.tacv2;messageid=1`.
fn place(conversation: &str) -> &str {
    conversation.split(';').next().unwrap_or(conversation)
}
