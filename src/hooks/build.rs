//! From the policy file and the environment to hooks that can be called. Errors: all problems at once, each at its line; a
//! hook without its keys does not exist (rule 45).

use super::Hook;
use crate::{
    config::Environment,
    policy_file::{Loaded, Problem, Problems, webhooks::HookSettings},
    webhooks::keys,
};
use countersign_webhook::Verifier;
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, BTreeSet};

/// Builds every hook that the policy names, by name.
pub fn build(loaded: &Loaded, environment: &Environment) -> Result<BTreeMap<String, Hook>, Problems> {
    let (mut built, mut problems) = (BTreeMap::new(), Vec::new());
    for settings in &loaded.webhooks.inbound {
        match hook(settings, environment) {
            Ok(one) => drop(built.insert(settings.name.clone(), one)),
            Err(found) => problems.push(found),
        }
    }
    problems.extend(shared(loaded, environment));
    match problems.is_empty() {
        true => Ok(built),
        false => Err(Problems(problems)),
    }
}

/// Keys that something else uses too: what is signed does not name whom it is for, so whoever holds the key of one thing
/// could speak to the other (THREATS D09).
fn shared(loaded: &Loaded, environment: &Environment) -> Vec<Problem> {
    let keys = |secret: &String, previous: &Option<String>| -> BTreeSet<String> {
        let values = std::iter::once(secret).chain(previous).filter_map(|name| environment.secret(name));
        values
            .flat_map(|value| value.expose_secret().split_whitespace().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    };
    let webhooks = &loaded.webhooks;
    let inbound = webhooks.inbound.iter();
    let inbound: Vec<_> = inbound.map(|one| (one, keys(&one.secret_env, &one.previous_secret_env))).collect();
    let outbound = webhooks.outbound.iter();
    let outbound: Vec<_> = outbound.map(|one| (&one.name, keys(&one.secret_env, &one.previous_secret_env))).collect();
    let twice = |(settings, mine): &(&HookSettings, BTreeSet<String>)| {
        let to = outbound.iter().find(|(_, theirs)| !theirs.is_disjoint(mine)).map(|(name, _)| ("webhooks", *name));
        let others = inbound.iter().filter(|(other, _)| other.name != settings.name);
        let from =
            || others.clone().find(|(_, theirs)| !theirs.is_disjoint(mine)).map(|(other, _)| ("hooks", &other.name));
        let (section, name) = to.or_else(from)?;
        let what = format!("has a key that [{section}.{name}] has too");
        Some(settings.spot.problem(what, "give each its own: countersign webhooks keygen"))
    };
    inbound.iter().filter_map(twice).collect()
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
