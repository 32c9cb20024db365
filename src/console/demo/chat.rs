//! What stands in the demo's chat: kept in memory, for everybody who looks.

use countersign_engine::{
    id::{PersonId, RequestId},
    time::Timestamp,
};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// The chat. It forgets what is older than its last [`KEPT`] messages.
#[derive(Default)]
pub struct Chat(Mutex<Inner>);

const KEPT: usize = 60;

#[derive(Default)]
struct Inner {
    messages: VecDeque<Message>,
    /// Requests whose protected page was opened: a step of the tour.
    visited: BTreeSet<RequestId>,
    /// Requests that were typed here: those that the tour follows.
    typed: BTreeSet<RequestId>,
}

/// A message.
#[derive(Clone)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: What,
}

/// The kinds of message.
#[derive(Clone)]
pub enum What {
    /// Somebody typed this.
    Typed(PersonId, String),
    /// We answered, and only this person sees it.
    Answer(PersonId, Vec<String>),
    /// A request's card: shown as it is now, whenever it is shown.
    Card(RequestId),
}

impl Chat {
    /// Adds a message.
    pub fn add(&self, at: Timestamp, what: What) {
        let mut inner = self.inner();
        if inner.messages.len() == KEPT {
            inner.messages.pop_front();
        }
        inner.messages.push_back(Message { at, what });
    }
    /// Adds a request's card, unless it is there.
    pub fn add_card(&self, at: Timestamp, id: &RequestId) {
        if !self.inner().messages.iter().any(|m| matches!(&m.what, What::Card(have) if have == id)) {
            self.add(at, What::Card(id.clone()));
        }
    }
    /// What `reader` sees, oldest first.
    pub fn seen_by(&self, reader: Option<&PersonId>) -> Vec<Message> {
        let visible = |m: &&Message| match &m.what {
            What::Answer(to, _) => Some(to) == reader,
            What::Typed(..) | What::Card(_) => true,
        };
        self.inner().messages.iter().filter(visible).cloned().collect()
    }
    /// Forgets the messages.
    pub fn clear(&self) {
        self.inner().messages.clear();
    }
    /// The protected page was opened by this request's grant.
    pub fn visit(&self, id: &RequestId) {
        self.inner().visited.insert(id.clone());
    }
    /// Was it?
    pub fn visited(&self, id: &RequestId) -> bool {
        self.inner().visited.contains(id)
    }

    /// This request was typed here.
    pub fn typed(&self, id: &RequestId) {
        self.inner().typed.insert(id.clone());
    }
    /// Was it?
    pub fn was_typed(&self, id: &RequestId) -> bool {
        self.inner().typed.contains(id)
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_private_and_old_messages_go() {
        let (chat, now) = (Chat::default(), Timestamp::UNIX_EPOCH);
        let (dev, lisa) = (PersonId::new("dev"), PersonId::new("lisa"));
        chat.add(now, What::Typed(dev.clone(), "/access".into()));
        chat.add(now, What::Answer(dev.clone(), vec!["no".into()]));
        assert_eq!(chat.seen_by(Some(&dev)).len(), 2);
        assert_eq!(chat.seen_by(Some(&lisa)).len(), 1);
        assert_eq!(chat.seen_by(None).len(), 1);
        chat.add_card(now, &RequestId::new("A"));
        chat.add_card(now, &RequestId::new("A"));
        assert_eq!(chat.seen_by(None).len(), 2);
        (0..KEPT).for_each(|i| chat.add(now, What::Card(RequestId::new(i.to_string()))));
        assert_eq!(chat.seen_by(Some(&dev)).len(), KEPT);
    }
}
