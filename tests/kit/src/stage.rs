//! What every platform's fake can be asked to do, so that one script plays on all of them.

use async_trait::async_trait;
use countersign_engine::person::Platform;

/// A platform as its people use it. People go by their numbers, from [`crate::DEV`] to [`crate::SEC4`]; [`crate::STRANGER`]
/// is an account that nobody is bound to.
#[async_trait]
pub trait Stage: Send + Sync {
    /// Which platform is played.
    fn platform(&self) -> Platform;
    /// Would an event reach us now?
    fn listens(&self) -> bool {
        true
    }
    /// `who` types `/access {words}` in the workflow's place; what they are told, which nobody else sees. Returns once the
    /// platform has our answer.
    async fn types(&self, who: usize, words: &str) -> String;
    /// `who` presses the button with this label on the newest card that has it and that they can see; what they alone are
    /// told, empty when nothing. Returns once the platform has our answer.
    async fn presses(&self, who: usize, label: &str) -> String;
    /// `who` presses Deny, and gives this note where they are asked for one; what they alone are told.
    async fn denies(&self, who: usize, note: &str) -> String;
    /// The words of the card that the workflow's place shows now; `None` when there is none.
    fn in_place(&self) -> Option<String>;
    /// The words of every message that `who` can read privately now, oldest first.
    fn read_by(&self, who: usize) -> Vec<String>;
    /// Makes trouble, from now on or once, as the fault says.
    fn fail(&self, fault: Fault);
    /// Ends trouble that lasts.
    fn mend(&self);
    /// Every outgoing call that broke a rule of the platform: a limit, a `Retry-After`, a wrong id or token. Empty when
    /// all was well.
    fn complaints(&self) -> Vec<String>;
}

/// What can go wrong between a platform and us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The next call is answered "too many", with this many seconds to wait. A call before that is a complaint.
    RetryAfter(u64),
    /// The next call is answered "too many", without a word on how long.
    Limited,
    /// The next call fails with the platform's own trouble (HTTP 500).
    ServerError,
    /// Every call fails with HTTP 503 until mended.
    Unavailable,
    /// The next call is answered with what is no JSON.
    Garbage,
    /// The next call's connection closes without an answer; nothing was done.
    Lost,
    /// The next call is done, and its connection closes without an answer.
    LostAfter,
    /// Somebody deletes the card in the workflow's place.
    Deleted,
    /// We may not write in the workflow's place until mended.
    Kicked,
    /// Nobody takes private messages from us until mended.
    Blocked,
    /// Our token is not accepted until mended.
    Revoked,
    /// The connection on which events come breaks once.
    Disconnect,
    /// Each event is delivered three times from now on.
    Duplicate,
    /// The next two events arrive in the other order.
    Reordered,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::RetryAfter(7),
        Self::Limited,
        Self::ServerError,
        Self::Unavailable,
        Self::Garbage,
        Self::Lost,
        Self::LostAfter,
        Self::Deleted,
        Self::Kicked,
        Self::Blocked,
        Self::Revoked,
        Self::Disconnect,
        Self::Duplicate,
        Self::Reordered,
    ];
}
