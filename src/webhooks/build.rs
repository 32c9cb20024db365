//! From the policy file and the environment to webhooks that run. Errors: all problems at once, each at its line; a
//! webhook without its keys does not exist (rule 45).

use super::Subscription;
use crate::{
    config::Environment,
    policy_file::{
        Loaded, Problem, Problems,
        webhooks::{Signature, Spot, Target, WebhookSettings},
    },
};
use countersign_webhook::{BadKey, Guard, Names, Poster, Scheme, Signer, SystemNames};
use glob::Pattern;
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Builds every webhook that the policy names. `names` looks up hosts.
pub fn build(
    loaded: &Loaded,
    environment: &Environment,
    names: &Arc<dyn Names>,
) -> Result<Vec<Arc<Subscription>>, Problems> {
    let (mut built, mut problems) = (Vec::new(), Vec::new());
    for settings in &loaded.webhooks.outbound {
        match subscription(settings, environment, names) {
            Ok(one) => built.push(Arc::new(one)),
            Err(found) => problems.extend(found),
        }
    }
    match problems.is_empty() {
        true => Ok(built),
        false => Err(Problems(problems)),
    }
}

/// The operating system's resolver.
pub fn system_names() -> Arc<dyn Names> {
    Arc::new(SystemNames)
}

/// What carries to a target. Errors: its variable is not set, or its URL cannot be posted to.
pub fn poster(target: &Target, environment: &Environment, names: &Arc<dyn Names>) -> Result<Poster, Problem> {
    let url = match (&target.url, &target.url_env) {
        (Some(url), _) => SecretString::from(url.clone()),
        (None, variable) => held(environment, variable.as_deref().unwrap_or_default(), &target.spot, SET)?,
    };
    let guard = Guard::allowing(target.allow_private.iter().copied());
    Poster::new(url.expose_secret(), guard, names.clone()).map_err(|bad| target.spot.problem(bad.what, bad.hint))
}

fn subscription(
    settings: &WebhookSettings,
    environment: &Environment,
    names: &Arc<dyn Names>,
) -> Result<Subscription, Vec<Problem>> {
    let poster = poster(&settings.target, environment, names);
    let signer = signer(settings, environment);
    let patterns = |texts: &[String]| texts.iter().filter_map(|text| Pattern::new(text).ok()).collect();
    match (poster, signer) {
        (Ok(poster), Ok(signer)) => Ok(Subscription {
            name: settings.name.clone(),
            poster,
            signer,
            format: settings.format,
            events: patterns(&settings.events),
            resources: patterns(&settings.resources),
            workflows: patterns(&settings.workflows),
        }),
        (poster, signer) => Err(poster.err().into_iter().chain(signer.err()).collect()),
    }
}

fn signer(settings: &WebhookSettings, environment: &Environment) -> Result<Signer, Problem> {
    let spot = &settings.target.spot;
    let one = |variable: &str| keys(environment, variable, spot, Signer::parse);
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
        return Err(spot
            .problem(what, "whsec_ signs with hmac, whsk_ with ed25519; both need one of each, separated by a space"));
    }
    match &settings.previous_secret_env {
        Some(variable) => Ok(signer.and(one(variable)?)),
        None => Ok(signer),
    }
}

/// The keys in a variable, read by `parse`. Errors: it is not set, or holds something else.
pub(crate) fn keys<K>(
    environment: &Environment,
    variable: &str,
    spot: &Spot,
    parse: impl FnOnce(&str) -> Result<K, BadKey>,
) -> Result<K, Problem> {
    let keys = held(environment, variable, spot, KEYGEN)?;
    let wrong = |bad: BadKey| {
        let what = format!("{variable} holds no key that can be used: {}", bad.0);
        spot.problem(what, "`countersign webhooks keygen` makes keys")
    };
    parse(keys.expose_secret()).map_err(wrong)
}

const SET: &str = "put it into .env, or into the environment of the server";
const KEYGEN: &str =
    "put it into .env, or into the environment of the server; `countersign webhooks keygen` makes keys";

fn held(environment: &Environment, variable: &str, spot: &Spot, hint: &str) -> Result<SecretString, Problem> {
    environment.secret(variable).ok_or_else(|| spot.problem(format!("{variable} is not set"), hint))
}
