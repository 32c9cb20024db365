//! From the policy file's connectors to connectors that run: the one place that knows their kinds.

#[cfg(feature = "forward-auth")]
pub mod forward_auth;

use crate::{
    config::Environment,
    grants::Connectors,
    policy_file::{ConnectorSettings, Loaded, Problem, Problems},
};
use countersign_engine::{id::ResourceId, ports::Connector};
use std::{collections::BTreeMap, sync::Arc};

/// Builds every connector that the policy names. Errors: all problems at once, each at its line.
pub fn build(loaded: &Loaded, environment: &Environment) -> Result<Connectors, Problems> {
    let mut connectors = Connectors::new();
    let mut problems = Vec::new();
    for (name, settings) in &loaded.connectors {
        match one(name, settings, loaded, environment) {
            Ok(Some(connector)) => drop(connectors.insert(name.clone(), connector)),
            Ok(None) => {}
            Err(found) => problems.extend(found),
        }
    }
    match problems.is_empty() {
        true => Ok(connectors),
        false => Err(Problems(problems)),
    }
}

type Built = Result<Option<Arc<dyn Connector>>, Vec<Problem>>;

fn one(name: &str, settings: &ConnectorSettings, loaded: &Loaded, environment: &Environment) -> Built {
    match settings.kind.as_str() {
        #[cfg(feature = "postgres")]
        "postgres" => postgres(name, settings, loaded, environment).map(Some),
        _ => Ok(None),
    }
}

#[cfg(feature = "postgres")]
fn postgres(
    name: &str,
    settings: &ConnectorSettings,
    loaded: &Loaded,
    environment: &Environment,
) -> Result<Arc<dyn Connector>, Vec<Problem>> {
    use countersign_engine::ports::Secret;
    use countersign_postgres::{Postgres, Settings};
    use secrecy::ExposeSecret;

    let raw = &settings.settings;
    let typed: Settings = raw.read().map_err(|problem| vec![problem])?;
    let targets = targets(name, loaded)?;
    let password = environment.secret(&typed.password_env).ok_or_else(|| {
        let what = format!("the environment variable {} is not set", typed.password_env);
        vec![raw.problem("password_env", what, "put it into .env, or into the environment of the server")]
    })?;
    Ok(Arc::new(Postgres::new(typed, Secret::new(password.expose_secret()), targets)))
}

/// The `target` of every resource that this connector grants.
fn targets<T: serde::de::DeserializeOwned>(
    connector: &str,
    loaded: &Loaded,
) -> Result<BTreeMap<ResourceId, T>, Vec<Problem>> {
    let mut targets = BTreeMap::new();
    let mut problems = Vec::new();
    for resource in loaded.policy.resources.values().filter(|r| r.connector == connector) {
        match loaded.targets.get(&resource.id).map(|raw| raw.read()) {
            Some(Ok(target)) => drop(targets.insert(resource.id.clone(), target)),
            Some(Err(problem)) => problems.push(problem),
            None => {}
        }
    }
    if problems.is_empty() { Ok(targets) } else { Err(problems) }
}
