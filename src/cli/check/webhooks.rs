//! Webhooks: are their variables set, and can their addresses be posted to?

use super::{super::start, Findings};
use crate::{config::Environment, policy_file::Loaded};

/// `None` when the policy file names none.
pub(super) fn webhooks(loaded: &Loaded, environment: &Environment) -> Option<Findings> {
    let found = &loaded.webhooks;
    if found.is_empty() {
        return None;
    }
    let count = |n: usize, noun: &str| match n {
        0 => None,
        1 => Some(format!("1 {noun}")),
        n => Some(format!("{n} {noun}s")),
    };
    let out = count(found.outbound.len(), "webhook");
    let all = [out, count(found.inbound.len(), "hook"), count(found.chat.len(), "chat webhook")];
    let seen = all.into_iter().flatten().collect::<Vec<_>>().join(", ");
    Some(Findings { seen, problems: problems(loaded, environment), warnings: Vec::new() })
}

#[cfg(feature = "webhook")]
fn problems(loaded: &Loaded, environment: &Environment) -> Vec<String> {
    // Chat webhooks are a bot, and looked at as one.
    let problems = start::webhooks(loaded, environment).err().map(|problems| problems.0).unwrap_or_default();
    problems.iter().map(ToString::to_string).collect()
}

#[cfg(not(feature = "webhook"))]
fn problems(_: &Loaded, _: &Environment) -> Vec<String> {
    vec!["this build has no webhooks\n  hint: build it with the feature \"webhook\"".to_owned()]
}
