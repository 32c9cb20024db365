//! Trouble on demand.

use super::{FakeDiscord, Message, model::Out};
use std::time::Duration;

/// What the next call comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// HTTP 429, to be tried again after so many seconds. A call of the route before that is a complaint.
    RetryAfter(f64),
    /// HTTP 429 for everything, to be tried again after so many seconds.
    RetryAfterGlobal(f64),
    /// HTTP 429 without a word on how long.
    Limited,
    /// HTTP 429 of a kind that does not count towards a ban: others share the limit.
    Shared(f64),
    /// An HTTP status without a useful body.
    Status(u16),
    /// An HTTP status with Discord's own error code.
    Code(u16, u64),
    /// HTTP 200 with what is no JSON.
    Garbage,
    /// The connection closes; nothing was done.
    Lost,
    /// It is done, and the connection closes.
    LostAfter,
}

impl FakeDiscord {
    /// The next call of this route ("post", "edit", "open direct", "answer", "follow up", "edit answer", "application",
    /// "gateway", "commands", "register") fails so; several stand in a row.
    pub fn fail_next(&self, route: &'static str, failure: Failure) {
        self.change(|s| s.failures.push_back((Some(route), failure)));
    }
    /// From now on the token is not good.
    pub fn revoke_token(&self) {
        self.change(|s| s.lasting.revoked = true);
        self.close_connections(4004);
    }
    /// Somebody deletes a message.
    pub fn delete(&self, message: &Message) {
        self.change(|s| {
            if let Some(message) = s.message(&message.id) {
                message.deleted = true;
            }
        });
    }
    /// Somebody deletes a channel.
    pub fn delete_channel(&self, channel: &str) {
        self.change(|s| s.channels.remove(channel));
    }
    /// Everything is delivered this often.
    pub fn repeat(&self, times: usize) {
        self.change(|s| s.repeats = times);
    }
    /// A channel's messages are limited to `limit` in each `per`, and the headers say so.
    pub fn meter(&self, limit: u32, per: Duration) {
        self.change(|s| s.meters.set(limit, per));
    }
    /// Asks every connection to come again (opcode 7).
    pub fn ask_to_reconnect(&self) {
        self.to_connections(|| Out::Frame(serde_json::json!({"op": 7, "d": null, "s": null, "t": null})));
    }
    /// Says that sessions are no more (opcode 9), or that they may be resumed.
    pub fn invalidate_sessions(&self, resumable: bool) {
        self.to_connections(|| Out::Frame(serde_json::json!({"op": 9, "d": resumable, "s": null, "t": null})));
        if !resumable {
            self.change(|s| s.sessions.clear());
        }
    }
    /// Asks for a heartbeat at once (opcode 1).
    pub fn ask_for_heartbeat(&self) {
        self.to_connections(|| Out::Frame(serde_json::json!({"op": 1, "d": null, "s": null, "t": null})));
    }
    /// Closes every connection with a code.
    pub fn close_connections(&self, code: u16) {
        self.to_connections(|| Out::Close(code));
    }
    /// Breaks every connection off without a word.
    pub fn drop_connections(&self) {
        self.to_connections(|| Out::Drop);
    }
    /// Sends any frame to every connection.
    pub fn send_frame(&self, frame: serde_json::Value) {
        self.to_connections(|| Out::Frame(frame.clone()));
    }

    fn to_connections(&self, out: impl Fn() -> Out) {
        self.change(|s| {
            for session in s.sessions.values_mut() {
                let ends = matches!(out(), Out::Close(_) | Out::Drop);
                let connection = if ends { session.connection.take() } else { session.connection.clone() };
                if let Some(connection) = connection {
                    let _ = connection.send(out());
                }
            }
        });
    }
}
