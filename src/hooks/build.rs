//! From the policy file and the environment to hooks that can be called. Errors: all problems at once, each at its line; a
//! hook without its keys does not exist (rule 45).

use super::Hook;
use crate::{
    config::Environment,
    policy_file::{Loaded, Problem, Problems, webhooks::HookSettings},
    webhooks::keys,
};
use countersign_webhook::Verifier;
use std::collections::BTreeMap;

/// Builds every hook that the policy names, by name.
pub fn build(loaded: &Loaded, environment: &Environment) -> Result<BTreeMap<String, Hook>, Problems> {
    let (mut built, mut problems) = (BTreeMap::new(), Vec::new());
    for settings in &loaded.webhooks.inbound {
        match hook(settings, environment) {
            Ok(one) => drop(built.insert(settings.name.clone(), one)),
            Err(found) => problems.push(found),
        }
    }
    match problems.is_empty() {
        true => Ok(built),
        false => Err(Problems(problems)),
    }
}

fn hook(settings: &HookSettings, environment: &Environment) -> Result<Hook, Problem> {
    let one = |variable: &str| keys(environment, variable, &settings.spot, Verifier::parse);
    let verifier = one(&settings.secret_env)?;
    let verifier = match &settings.previous_secret_env {
        Some(variable) => verifier.and(one(variable)?),
        None => verifier,
    };
    Ok(Hook { verifier, person: settings.person.clone(), action: settings.action.clone() })
}
