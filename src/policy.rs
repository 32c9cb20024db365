//! The policy in force.

use countersign_engine::{
    address::Address,
    id::PersonId,
    person::{Account, Platform},
    policy::Policy,
    preference::Preference,
};
use std::sync::{Arc, RwLock};

/// The policy in force, with the accounts that were bound by link code. Clones share it.
#[derive(Clone, Default)]
pub struct PolicyHandle(Arc<RwLock<Held>>);

#[derive(Default)]
struct Held {
    /// As loaded.
    base: Policy,
    /// With links.
    current: Arc<Policy>,
    links: Vec<(Account, PersonId)>,
    /// What people set themselves; it goes before what the policy file says of them.
    preferences: Vec<(PersonId, Preference)>,
    /// Counts loaded policies.
    loaded: u64,
    /// The last one on which everything that is open was judged.
    judged: u64,
}

impl Held {
    fn rebuild(&mut self) {
        let mut policy = self.base.clone();
        let directory = policy.directory.with_links(self.links.iter().cloned());
        policy.directory = directory.with_preferences(self.preferences.iter().cloned());
        self.current = Arc::new(policy);
    }
}

impl PolicyHandle {
    /// Holds a policy.
    pub fn new(policy: Policy) -> Self {
        let handle = Self::default();
        handle.set(policy);
        handle
    }
    /// The newest.
    pub fn get(&self) -> Arc<Policy> {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).current.clone()
    }
    /// The places on this platform at which a workflow of the policy in force posts, each as tenant and id.
    pub fn places_on(&self, platform: Platform) -> Vec<(String, String)> {
        let policy = self.get();
        let places = policy.workflows.values().flat_map(|workflow| &workflow.notify.places);
        let on = |at: &Address| match at {
            Address::Place { platform: p, tenant, place } if *p == platform => Some((tenant.clone(), place.clone())),
            _ => None,
        };
        places.filter_map(on).collect()
    }
    /// Replaces the loaded policy; links stay.
    pub fn set(&self, policy: Policy) {
        self.change(|held| {
            held.base = policy;
            held.loaded += 1;
        });
    }
    /// The loaded policy that has yet to be judged on; `None` once everything that is open was (rule 3).
    pub fn unjudged(&self) -> Option<u64> {
        let held = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner());
        (held.judged < held.loaded).then_some(held.loaded)
    }
    /// Everything that is open was judged on it, as [`PolicyHandle::unjudged`] names it.
    pub fn judged(&self, loaded: u64) {
        let mut held = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        held.judged = held.judged.max(loaded);
    }
    /// Replaces the links.
    pub fn relink(&self, links: Vec<(Account, PersonId)>) {
        let unchanged = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).links == links;
        if !unchanged {
            self.change(|held| held.links = links);
        }
    }

    /// Replaces what people set themselves.
    pub fn prefer(&self, preferences: Vec<(PersonId, Preference)>) {
        let unchanged = self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).preferences == preferences;
        if !unchanged {
            self.change(|held| held.preferences = preferences);
        }
    }

    /// What the policy file says of a person, whatever they set themselves.
    pub fn preference_in_file(&self, person: &PersonId) -> Preference {
        self.0.read().unwrap_or_else(|poisoned| poisoned.into_inner()).base.directory.preference(person)
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        let mut held = self.0.write().unwrap_or_else(|poisoned| poisoned.into_inner());
        change(&mut held);
        held.rebuild();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// rule 3: a policy that comes while an older one is being judged on is not taken for judged.
    #[test]
    fn only_the_policy_that_was_judged_on_counts() {
        let handle = PolicyHandle::new(Policy::default());
        let first = handle.unjudged();
        assert_eq!(first, Some(1));
        handle.set(Policy::default());
        handle.judged(1);
        assert_eq!(handle.unjudged(), Some(2));
        handle.judged(2);
        handle.prefer(Vec::new());
        assert_eq!(handle.unjudged(), None);
    }
}
