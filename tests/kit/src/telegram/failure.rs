//! Trouble on demand.

use super::{FakeTelegram, Message};

/// What the next call of a method comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// HTTP 429, with `retry_after` in seconds. Calls about the same chat within that time are early, and are refused too.
    RetryAfter(u64),
    /// HTTP 429 without a word on how long.
    Limited,
    /// An error with this code and description.
    Error(u16, &'static str),
    /// What is no JSON, with this HTTP status.
    Garbage(u16),
    /// The connection closes without an answer; nothing was done.
    Lost,
    /// It is done, and the connection closes without an answer.
    LostAfter,
}

impl FakeTelegram {
    /// The next call of `method` fails so; `*` is any but `getUpdates`. Several stand in a row.
    pub fn fail_next(&self, method: &str, failure: Failure) {
        self.change(|s| s.failures.push_back((method.to_lowercase(), failure)));
    }
    /// From now on the token is not accepted, or is again. Telegram looks at it when a call begins: an open `getUpdates` stays
    /// open.
    pub fn revoke(&self, revoked: bool) {
        self.change(|s| s.revoked = revoked);
    }
    /// This person has never pressed Start.
    pub fn never_started(&self, user: i64) {
        self.change(|s| s.strangers.insert(user));
    }
    /// Somebody deletes a message.
    pub fn delete(&self, message: &Message) {
        self.change(|s| {
            let fits = |m: &&mut Message| m.chat == message.chat && m.id == message.id;
            s.messages.iter_mut().filter(fits).for_each(|m| m.deleted = true);
        });
    }
    /// A group with the bot in it.
    pub fn add_group(&self, chat: i64) {
        self.change(|s| s.groups.insert(chat));
    }
    /// A group becomes a supergroup.
    pub fn migrate(&self, old: i64, new: i64) {
        self.change(|s| {
            s.groups.remove(&old);
            s.groups.insert(new);
            s.moved.insert(old, new)
        });
    }
    /// Every update is delivered this often.
    pub fn repeat(&self, times: usize) {
        self.change(|s| s.repeats = times);
    }
    /// The open `getUpdates`, or the next, breaks off without an answer.
    pub fn break_poll(&self) {
        self.change(|s| s.drop_poll = true);
    }
}
