//! Trouble on demand.

use std::collections::VecDeque;

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// At which command: `connect`, `EHLO`, `AUTH`, `MAIL`, `RCPT`, `DATA`, or `.` for the end of a message.
    pub at: &'static str,
    /// How.
    pub how: How,
}

/// How it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// This is the answer, and nothing is done.
    Say(&'static str),
    /// The connection closes; nothing was done.
    HangUp,
    /// It is done, and the connection closes without an answer.
    HangUpAfter,
}

impl Failure {
    /// At this command, in this way.
    pub fn at(at: &'static str, how: How) -> Self {
        Self { at, how }
    }
}

#[derive(Default)]
pub(super) struct Trouble {
    pub once: VecDeque<Failure>,
    pub always: Vec<Failure>,
}

impl Trouble {
    /// What goes wrong at this command, if anything does.
    pub fn at(&mut self, command: &str) -> Option<How> {
        if let Some(lasting) = self.always.iter().find(|failure| failure.at == command) {
            return Some(lasting.how);
        }
        let next = self.once.iter().position(|failure| failure.at == command)?;
        self.once.remove(next).map(|failure| failure.how)
    }
}
