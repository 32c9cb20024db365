//! The gate before all web apps: one for every `forward-auth` section, because a host is looked up among all of them.

use crate::{
    grants::Connectors,
    policy_file::{Loaded, Problem, Problems},
};
use countersign_engine::id::ResourceId;
use countersign_forward_auth::{BadHost, Gate, Settings, Signer, Target};
use std::{collections::BTreeMap, sync::Arc};

/// The kind, and the name that resources can use without a section.
const KIND: &str = "forward-auth";

/// Builds the gate. `secret` is one of the server's keys; the gate's own is derived from it. Errors: all problems at once,
/// each at its line.
pub fn gate(loaded: &Loaded, public_url: &str, secret: &[u8; 32]) -> Result<Arc<Gate>, Problems> {
    let mut problems = Vec::new();
    let mut settings = Settings::default();
    for section in loaded.connectors.values().filter(|section| section.kind == KIND) {
        match section.settings.read::<Settings>() {
            Ok(one) => settings.trusted_proxies.extend(one.trusted_proxies),
            Err(problem) => problems.push(problem),
        }
    }
    let mut targets = BTreeMap::new();
    for resource in loaded.policy.resources.values().filter(|r| names(loaded).any(|name| name == r.connector)) {
        match loaded.targets.get(&resource.id).map_or_else(|| Ok(Target::default()), |raw| raw.read()) {
            Ok(target) => drop(targets.insert(resource.id.clone(), target)),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(Problems(problems));
    }
    build(loaded, settings, targets, public_url, secret)
}

/// Has the gate grant what the policy gives to it.
pub fn add(gate: &Arc<Gate>, loaded: &Loaded, connectors: &mut Connectors) {
    for name in names(loaded) {
        connectors.insert(name.to_owned(), gate.clone());
    }
}

fn build(
    loaded: &Loaded,
    settings: Settings,
    targets: BTreeMap<ResourceId, Target>,
    public_url: &str,
    secret: &[u8; 32],
) -> Result<Arc<Gate>, Problems> {
    let at_line = |bad: &BadHost| -> Option<Problem> {
        loaded.targets.get(&bad.resource).map(|raw| raw.problem("hosts", bad.what.as_str(), bad.hint))
    };
    // HMAC-SHA256 gives the 32 bytes that Ed25519 takes, so this is the server's own fault if it ever is one.
    let signer = Signer::derived(secret).map_err(|what| {
        tracing::error!(what, "no key for identity tokens");
        Problems(Vec::new())
    })?;
    let gate = Gate::new(&settings, &targets, public_url, signer);
    gate.map(Arc::new).map_err(|bad| Problems(bad.iter().filter_map(at_line).collect()))
}

/// Sections of this kind, and the name that needs none.
fn names(loaded: &Loaded) -> impl Iterator<Item = &str> {
    let built_in = (!loaded.connectors.contains_key(KIND)).then_some(KIND);
    let sections = loaded.connectors.iter().filter(|(_, section)| section.kind == KIND);
    sections.map(|(name, _)| name.as_str()).chain(built_in)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy_file::parse;

    const EXAMPLE: &str = include_str!("../../policy.example.toml");

    fn built(text: &str) -> Result<Vec<String>, Problems> {
        let loaded = parse(text, "policy.toml").unwrap();
        let mut connectors = Connectors::new();
        add(&gate(&loaded, "http://127.0.0.1:8080", &[1; 32])?, &loaded, &mut connectors);
        Ok(connectors.into_keys().collect())
    }

    #[test]
    fn the_examples_grafana_has_its_connector() {
        assert_eq!(built(EXAMPLE).unwrap(), ["forward-auth"]);
        let other = EXAMPLE.replace("connector = \"forward-auth\"", "connector = \"edge\"");
        let section = "[connectors.edge]\nkind = \"forward-auth\"\ntrusted_proxies = [\"10.0.0.5\"]\n";
        assert_eq!(built(&format!("{other}\n{section}")).unwrap(), ["edge", "forward-auth"]);
    }

    #[test]
    fn mistakes_are_told_at_their_line() {
        let twice = "\n[[resources]]\nid = \"again\"\nkind = \"web_app\"\nmax_duration = \"1h\"\nconnector = \"forward-auth\"\n\
                     target = { hosts = [\"Grafana.acme.internal\"] }\n";
        let line = EXAMPLE.lines().position(|l| l.contains("target = { hosts = [\"grafana")).unwrap() + 1;
        let problems = built(&format!("{EXAMPLE}{twice}")).unwrap_err().to_string();
        assert!(
            problems.contains(&format!("policy.toml:{line}")) && problems.contains("one resource only"),
            "{problems}"
        );
        let everybody = "\n[connectors.forward-auth]\nkind = \"forward-auth\"\ntrusted_proxies = [\"0.0.0.0/0\"]\n";
        let problems = built(&format!("{EXAMPLE}{everybody}")).unwrap_err().to_string();
        assert!(problems.contains("nearly anybody") && problems.contains("policy.toml:"), "{problems}");
    }
}
