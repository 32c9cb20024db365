//! From the policy file and the environment to webhooks that run. Errors: all problems at once, each at its line; a
//! webhook without its keys does not exist (rule 45).

use super::{Inbound, Subscription};
use crate::{
    config::Environment,
    policy_file::{
        Loaded, Problem, Problems,
        webhooks::{HookSettings, Place, Signature, Target, WebhookSettings},
    },
};
use countersign_webhook::{Courier, Guard, Names, Scheme, Signer, SystemNames, Verifier};
use glob::Pattern;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, sync::Arc};

/// Webhooks that can run. Clones share them.
#[derive(Clone, Default)]
pub struct Built {
    /// Who is told.
    pub outbound: Vec<Arc<Subscription>>,
    /// Who may tell us, by name.
    pub inbound: Arc<BTreeMap<String, Inbound>>,
}

/// Builds every webhook and hook that the policy names. `names` looks up hosts.
pub fn build(loaded: &Loaded, environment: &Environment, names: &Arc<dyn Names>) -> Result<Built, Problems> {
    let (mut outbound, mut inbound, mut problems) = (Vec::new(), BTreeMap::new(), Vec::new());
    for settings in &loaded.webhooks.outbound {
        match subscription(settings, environment, names) {
            Ok(one) => outbound.push(Arc::new(one)),
            Err(found) => problems.extend(found),
        }
    }
    for settings in &loaded.webhooks.inbound {
        match self::inbound(settings, environment) {
            Ok(one) => drop(inbound.insert(settings.name.clone(), one)),
            Err(found) => problems.push(found),
        }
    }
    match problems.is_empty() {
        true => Ok(Built { outbound, inbound: Arc::new(inbound) }),
        false => Err(Problems(problems)),
    }
}

/// The operating system's resolver.
pub fn system_names() -> Arc<dyn Names> {
    Arc::new(SystemNames)
}

/// What carries to a target. Errors: its variable is not set, or its URL cannot be posted to.
pub fn courier(target: &Target, environment: &Environment, names: &Arc<dyn Names>) -> Result<Courier, Problem> {
    let url = match (&target.url, &target.url_env) {
        (Some(url), _) => SecretString::from(url.clone()),
        (None, variable) => held(environment, variable.as_deref().unwrap_or_default(), &target.place, SET)?,
    };
    let guard = Guard::allowing(target.allow_private.iter().copied());
    Courier::new(url.expose_secret(), guard, names.clone()).map_err(|bad| target.place.problem(bad.what, bad.hint))
}

fn subscription(
    settings: &WebhookSettings,
    environment: &Environment,
    names: &Arc<dyn Names>,
) -> Result<Subscription, Vec<Problem>> {
    let courier = courier(&settings.target, environment, names);
    let signer = signer(settings, environment);
    let patterns = |texts: &[String]| texts.iter().filter_map(|text| Pattern::new(text).ok()).collect();
    match (courier, signer) {
        (Ok(courier), Ok(signer)) => Ok(Subscription {
            name: settings.name.clone(),
            courier,
            signer,
            format: settings.format,
            events: patterns(&settings.events),
            resources: patterns(&settings.resources),
            workflows: patterns(&settings.workflows),
        }),
        (courier, signer) => Err(courier.err().into_iter().chain(signer.err()).collect()),
    }
}

fn signer(settings: &WebhookSettings, environment: &Environment) -> Result<Signer, Problem> {
    let place = &settings.target.place;
    let one = |variable: &str| {
        let keys = held(environment, variable, place, KEYGEN)?;
        Signer::parse(keys.expose_secret()).map_err(|bad| wrong_keys(place, variable, &bad.0))
    };
    let signer = one(&settings.secret_env)?;
    let has = |scheme| signer.schemes().contains(&scheme);
    let fits = match settings.signature {
        None => true,
        Some(Signature::Hmac) => !has(Scheme::Ed25519),
        Some(Signature::Ed25519) => !has(Scheme::Hmac),
        Some(Signature::Both) => has(Scheme::Hmac) && has(Scheme::Ed25519),
    };
    if !fits {
        let what = format!("the keys in {} do not sign as \"signature\" says", settings.secret_env);
        return Err(place
            .problem(what, "whsec_ signs with hmac, whsk_ with ed25519; both need one of each, separated by a space"));
    }
    match &settings.previous_secret_env {
        Some(variable) => Ok(signer.and(one(variable)?)),
        None => Ok(signer),
    }
}

fn inbound(settings: &HookSettings, environment: &Environment) -> Result<Inbound, Problem> {
    let place = &settings.place;
    let one = |variable: &str| {
        let keys = held(environment, variable, place, KEYGEN)?;
        Verifier::parse(keys.expose_secret()).map_err(|bad| wrong_keys(place, variable, &bad.0))
    };
    let verifier = one(&settings.secret_env)?;
    let verifier = match &settings.previous_secret_env {
        Some(variable) => verifier.and(one(variable)?),
        None => verifier,
    };
    Ok(Inbound { verifier, person: settings.person.clone(), action: settings.action.clone() })
}

const SET: &str = "put it into .env, or into the environment of the server";
const KEYGEN: &str =
    "put it into .env, or into the environment of the server; `countersign webhooks keygen` makes keys";

fn held(environment: &Environment, variable: &str, place: &Place, hint: &str) -> Result<SecretString, Problem> {
    environment.secret(variable).ok_or_else(|| place.problem(format!("{variable} is not set"), hint))
}

fn wrong_keys(place: &Place, variable: &str, why: &str) -> Problem {
    place
        .problem(format!("{variable} holds no key that can be used: {why}"), "`countersign webhooks keygen` makes keys")
}
