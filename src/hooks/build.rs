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
    let keys = |names: [Option<&String>; 2]| -> BTreeSet<String> {
        let values = names.into_iter().flatten().filter_map(|name| environment.secret(name));
        values.flat_map(|value| words(value.expose_secret())).collect()
    };
    let webhooks = &loaded.webhooks;
    let out = webhooks
        .outbound
        .iter()
        .map(|one| ("webhooks", &one.name, [Some(&one.secret_env), one.previous_secret_env.as_ref()]));
    let inbound = webhooks
        .inbound
        .iter()
        .map(|one| ("hooks", &one.name, [Some(&one.secret_env), one.previous_secret_env.as_ref()]));
    let all: Vec<(&str, &String, BTreeSet<String>)> =
        out.chain(inbound).map(|(section, name, variables)| (section, name, keys(variables))).collect();
    let twice = |settings: &HookSettings| {
        let mine = keys([Some(&settings.secret_env), settings.previous_secret_env.as_ref()]);
        let other = all.iter().find(|(section, name, theirs)| {
            let itself = *section == "hooks" && **name == settings.name;
            !itself && !theirs.is_disjoint(&mine)
        })?;
        let what = format!("has a key that [{}.{}] has too", other.0, other.1);
        Some(settings.spot.problem(what, "give each its own: countersign webhooks keygen"))
    };
    webhooks.inbound.iter().filter_map(twice).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
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
