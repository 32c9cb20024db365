//! From the policy file's connectors to connectors that run: the one place that knows their kinds.

#[cfg(feature = "forward-auth")]
pub mod forward_auth;

use crate::{
    config::Environment,
    grants::{APPROVAL_ONLY, ApprovalOnly, Connectors},
    policy_file::{ConnectorSettings, Loaded, Problem, Problems},
};
use countersign_engine::{id::ResourceId, ports::Connector, resource::Resource};
#[cfg(feature = "forward-auth")]
use countersign_forward_auth::Gate;
use std::{collections::BTreeMap, sync::Arc};

/// What grants, ready to run.
pub struct Built {
    /// The connectors by name.
    pub connectors: Connectors,
    /// What answers the proxies in front of web apps; one of the connectors.
    #[cfg(feature = "forward-auth")]
    pub gate: Arc<Gate>,
}

/// Builds every connector that the policy names. `public_url` is where people reach the console, and `secret` one of the
/// server's keys; neither matters where nothing is served. Errors: all problems at once, each at its line.
#[cfg_attr(not(feature = "forward-auth"), expect(unused_variables))]
pub fn build(
    loaded: &Loaded,
    environment: &Environment,
    public_url: &str,
    secret: &[u8; 32],
) -> Result<Built, Problems> {
    let mut connectors = Connectors::from([(APPROVAL_ONLY.to_owned(), Arc::new(ApprovalOnly) as Arc<dyn Connector>)]);
    let mut problems = Vec::new();
    for (name, settings) in &loaded.connectors {
        match one(name, settings, loaded, environment) {
            Ok(Some(connector)) => drop(connectors.insert(name.clone(), connector)),
            Ok(None) => {}
            Err(found) => problems.extend(found),
        }
    }
    #[cfg(feature = "forward-auth")]
    let gate = forward_auth::gate(loaded, public_url, secret)
        .inspect(|gate| forward_auth::add(gate, loaded, &mut connectors))
        .map_err(|found| problems.extend(found.0));
    if problems.is_empty() {
        problems.extend(loaded.policy.resources.values().filter_map(|r| nobody_grants(r, loaded, &connectors)));
    }
    #[cfg(feature = "forward-auth")]
    if let (true, Ok(gate)) = (problems.is_empty(), gate) {
        return Ok(Built { connectors, gate });
    }
    #[cfg(not(feature = "forward-auth"))]
    if problems.is_empty() {
        return Ok(Built { connectors });
    }
    Err(Problems(problems))
}

type Connection = Result<Option<Arc<dyn Connector>>, Vec<Problem>>;

fn one(name: &str, settings: &ConnectorSettings, loaded: &Loaded, environment: &Environment) -> Connection {
    match settings.kind.as_str() {
        APPROVAL_ONLY => Ok(Some(Arc::new(ApprovalOnly))),
        #[cfg(feature = "postgres")]
        "postgres" => postgres(name, settings, loaded, environment).map(Some),
        // One gate for all sections.
        #[cfg(feature = "forward-auth")]
        "forward-auth" => Ok(None),
        kind => {
            let what =
                format!("connector \"{name}\" cannot be built: this program has no connector of kind \"{kind}\"");
            Err(vec![settings.settings.problem("", what, format!("use a build with the feature \"{kind}\""))])
        }
    }
}

/// A resource that would be approved and never granted.
fn nobody_grants(resource: &Resource, loaded: &Loaded, connectors: &Connectors) -> Option<Problem> {
    if connectors.contains_key(&resource.connector) {
        return None;
    }
    let (id, connector) = (&resource.id, &resource.connector);
    let what = format!("resource \"{id}\" is granted by \"{connector}\", which this program does not have");
    let hint = format!("use a build with the feature \"{connector}\"");
    Some(match loaded.targets.get(id) {
        Some(target) => target.problem("", what, hint),
        None => Problem { file: "the policy file".into(), line: 1, column: 1, what, hint },
    })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy_file::parse;

    const EXAMPLE: &str = include_str!("../policy.example.toml");

    fn built(loaded: &Loaded) -> Result<Vec<String>, Problems> {
        let built = build(loaded, &Environment::default(), "http://127.0.0.1:8080", &[1; 32])?;
        Ok(built.connectors.into_keys().collect())
    }

    #[test]
    fn what_people_do_by_hand_can_have_a_section_of_its_own() {
        let text = format!("{EXAMPLE}\n[connectors.desk]\nkind = \"approval-only\"\n");
        let names = built(&parse(&text, "policy.toml").unwrap()).unwrap();
        assert!(names.contains(&"desk".to_owned()) && names.contains(&"approval-only".to_owned()), "{names:?}");
    }

    /// Approved and never granted is no way to find out that a feature was left out.
    #[test]
    fn a_kind_that_is_not_built_in_is_a_problem_at_its_line() {
        let text = format!("{EXAMPLE}\n[connectors.desk]\nkind = \"approval-only\"\n");
        let line = text.lines().position(|l| l == "[connectors.desk]").unwrap() + 1;
        let mut loaded = parse(&text, "policy.toml").unwrap();
        loaded.connectors.get_mut("desk").unwrap().kind = "vault".into();
        let problems = built(&loaded).unwrap_err().to_string();
        assert!(
            problems.contains(&format!("policy.toml:{line}:")) && problems.contains("no connector of kind"),
            "{problems}"
        );
        assert!(problems.contains("hint: use a build with the feature \"vault\""), "{problems}");
    }

    #[test]
    fn a_resource_that_nobody_grants_is_a_problem() {
        let mut loaded = parse(EXAMPLE, "policy.toml").unwrap();
        let resource = loaded.policy.resources.values_mut().next().unwrap();
        resource.connector = "elsewhere".into();
        let problems = built(&loaded).unwrap_err().to_string();
        assert!(problems.contains("is granted by \"elsewhere\""), "{problems}");
    }
}
