//! One webhook, ready to send.

use super::kinds;
use crate::{audit::entry::Entry, policy_file::webhooks::Format};
use countersign_webhook::{Poster, Signer};
use glob::Pattern;

/// One webhook of the policy file, with its keys.
pub struct Subscription {
    /// Its name.
    pub name: String,
    pub(super) poster: Poster,
    pub(super) signer: Signer,
    pub(super) format: Format,
    /// Empty means all, of each.
    pub(super) events: Vec<Pattern>,
    pub(super) resources: Vec<Pattern>,
    pub(super) workflows: Vec<Pattern>,
}

impl Subscription {
    /// Does it want this entry? One event of those that happened together is enough.
    pub(super) fn wants(&self, entry: &Entry) -> bool {
        let any = |patterns: &[Pattern], text: &str| patterns.is_empty() || patterns.iter().any(|p| p.matches(text));
        let events = self.events.is_empty() || entry.events.iter().any(|event| any(&self.events, kinds::kind(event)));
        events && any(&self.resources, &entry.resource) && any(&self.workflows, &entry.workflow)
    }
}
