//! Trouble on demand.

use super::{FakeTeams, Message, PLACE, TestKey};
use crate::stage::Fault;
use countersign_engine::ports::Ticks;

impl FakeTeams {
    /// Makes trouble.
    pub fn trouble(&self, fault: Fault) {
        self.change(|s| match fault {
            Fault::Unavailable => s.unavailable = true,
            Fault::Kicked => s.kicked = true,
            Fault::Blocked => s.blocked = true,
            Fault::Revoked => {
                s.revoked = true;
                s.tokens.clear();
            }
            Fault::Duplicate => s.repeats = 3,
            Fault::Disconnect => s.broken = true,
            Fault::Reordered => s.reordered = true,
            Fault::Deleted => {
                let newest = s.messages.iter_mut().rev().find(|m| m.conversation == PLACE && !m.deleted);
                if let Some(message) = newest {
                    message.deleted = true;
                }
            }
            once => s.failures.push_back(once),
        });
    }
    /// Ends trouble that lasts.
    pub fn calm(&self) {
        self.change(|s| {
            (s.unavailable, s.kicked, s.blocked, s.revoked) = (false, false, false, false);
            s.repeats = 1;
        });
    }

    /// Somebody deletes a message.
    pub fn delete(&self, message: &Message) {
        self.change(|s| s.messages.iter_mut().filter(|m| m.id == message.id).for_each(|m| m.deleted = true));
    }
    /// Every token that was given ends now, without a word.
    pub fn end_tokens(&self) {
        self.change(|s| s.tokens.clear());
    }
    /// Tokens last so many seconds from now on.
    pub fn tokens_last(&self, seconds: u64) {
        self.change(|s| s.token_lasts = seconds);
    }
    /// How many tokens were given.
    pub fn tokens_given(&self) -> usize {
        self.state().tokens_given
    }
    /// These keys are published from now on, each for these channels, and the first signs.
    pub fn publish(&self, keys: &[(TestKey, &[&str])]) {
        self.change(|s| {
            s.keys = keys.iter().map(|(key, endorsements)| key.jwk(endorsements)).collect();
            s.signing = keys.first().map_or(s.signing, |(key, _)| *key);
        });
    }
    /// The metadata names this issuer from now on.
    pub fn issued_by(&self, issuer: &str) {
        self.change(|s| s.issuer = issuer.to_owned());
    }
    /// The metadata can, or cannot, be had.
    pub fn metadata(&self, up: bool) {
        self.change(|s| s.metadata_down = !up);
    }
    /// How often the metadata was asked for.
    pub fn metadata_asked(&self) -> usize {
        self.state().metadata_asked
    }
    /// What limits are counted by: as the bot's own ticks, where a test moves them.
    pub fn use_ticks(&self, ticks: Ticks) {
        self.change(|s| s.ticks = ticks);
    }
    pub(super) fn ticks(&self) -> Ticks {
        self.state().ticks.clone()
    }
}
