//! Trouble on demand.

use super::{FakeSlack, Message, model::Out};
use serde_json::json;

/// What the next call of a method comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// HTTP 429 with `Retry-After`, in seconds. Calls of the method within that time are early, and are refused too.
    RateLimited(u64),
    /// An HTTP status without a useful body.
    Status(u16),
    /// `ok: false` with this word.
    Error(&'static str),
    /// What is answered is no JSON.
    Garbage,
    /// The connection breaks without an answer; nothing was done.
    Lost,
    /// It is done, and the connection breaks without an answer.
    LostAfter,
    /// It is done, but the answer never comes.
    DoneButNoAnswer,
}

impl FakeSlack {
    /// The next call of `method` fails so; several stand in a row.
    pub fn fail(&self, method: &str, failure: Failure) {
        self.change(|s| s.failures.entry(method.to_owned()).or_default().push_back(failure));
    }
    /// From now on no token is good.
    pub fn revoke_tokens(&self) {
        self.change(|s| s.revoked = true);
    }
    /// Somebody deletes a message.
    pub fn delete(&self, message: &Message) {
        self.change(|s| {
            for m in s.messages.iter_mut().filter(|m| m.ts == message.ts) {
                m.deleted = true;
            }
        });
    }
    /// Somebody archives a channel.
    pub fn archive(&self, channel: &str) {
        self.change(|s| s.archived.insert(channel.to_owned()));
    }
    /// Everything is delivered this often.
    pub fn repeat(&self, times: usize) {
        self.change(|s| s.repeats = times);
    }
    /// How often a method was called before its `Retry-After` was over.
    pub fn early_calls(&self) -> usize {
        self.state().early
    }
    /// Asks every connection to come again: `refresh_requested`, `warning`, or `link_disabled`.
    pub fn disconnect(&self, reason: &str) {
        let text = json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "fake"}}).to_string();
        self.to_connections(|| Out::Text(text.clone()));
    }
    /// Breaks every connection off without a word.
    pub fn drop_connections(&self) {
        self.to_connections(|| Out::Drop);
    }

    fn to_connections(&self, out: impl Fn() -> Out) {
        self.change(|s| {
            for (_, connection) in std::mem::take(&mut s.connections) {
                let _ = connection.send.send(out());
            }
        });
    }
}
