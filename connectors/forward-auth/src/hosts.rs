//! Which host is which resource.

use crate::settings::Target;
use countersign_engine::id::ResourceId;
use std::collections::BTreeMap;

/// The canonical form of a host, made once at the edge (THREATS E09): lower case, without port or final dot. `None` when it
/// is no host name or address at all.
pub fn canonical(text: &str) -> Option<String> {
    let host = match text.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']')?;
            let address: std::net::Ipv6Addr = address.parse().ok()?;
            if !port.is_empty() {
                valid_port(port.strip_prefix(':')?)?;
            }
            return Some(format!("[{address}]"));
        }
        None => match text.split_once(':') {
            Some((host, port)) => {
                valid_port(port)?;
                host
            }
            None => text,
        },
    };
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
    };
    (host.len() <= 253 && host.split('.').all(label)).then_some(host)
}

fn valid_port(text: &str) -> Option<u16> {
    // `parse` alone would take "+80".
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A host in a target that cannot be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadHost {
    /// The resource that names it.
    pub resource: ResourceId,
    /// What is wrong.
    pub what: String,
    /// What would work.
    pub hint: &'static str,
}

/// Hosts and wildcards, each with its resource.
#[derive(Debug, Default)]
pub(crate) struct Hosts {
    exact: BTreeMap<String, ResourceId>,
    below: BTreeMap<String, ResourceId>,
}

impl Hosts {
    /// Errors: every host that is none, or is named for two resources.
    pub fn new(targets: &BTreeMap<ResourceId, Target>) -> Result<Self, Vec<BadHost>> {
        let (mut hosts, mut problems) = (Self::default(), Vec::new());
        for (resource, target) in targets {
            for pattern in &target.hosts {
                if let Err(problem) = hosts.add(pattern, resource) {
                    problems.push(problem);
                }
            }
        }
        if problems.is_empty() { Ok(hosts) } else { Err(problems) }
    }

    fn add(&mut self, pattern: &str, resource: &ResourceId) -> Result<(), BadHost> {
        let (map, name) = match pattern.strip_prefix("*.") {
            Some(rest) => (&mut self.below, rest),
            None => (&mut self.exact, pattern),
        };
        let bad = |what: String, hint| BadHost { resource: resource.clone(), what, hint };
        let has_port = name.contains(':') && !name.starts_with('[');
        let name = canonical(name).filter(|_| !has_port).ok_or_else(|| {
            let hint = "write \"grafana.acme.internal\" or \"*.apps.acme.internal\", without port";
            bad(format!("\"{pattern}\" is no host"), hint)
        })?;
        match map.insert(name, resource.clone()) {
            Some(other) if other != *resource => {
                Err(bad(format!("\"{pattern}\" is both {other} and {resource}"), "a host can be one resource only"))
            }
            _ => Ok(()),
        }
    }

    /// The exact names of a resource, for people.
    pub fn of(&self, resource: &ResourceId) -> Vec<String> {
        self.exact.iter().filter(|(_, id)| *id == resource).map(|(host, _)| host.clone()).collect()
    }
    /// An exact name wins; then the longest wildcard.
    pub fn resource(&self, host: &str) -> Option<&ResourceId> {
        let wild = || host.match_indices('.').find_map(|(dot, _)| self.below.get(&host[dot + 1..]));
        self.exact.get(host).or_else(wild)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hosts(list: &[(&str, &[&str])]) -> Result<Hosts, Vec<BadHost>> {
        let target = |hosts: &[&str]| Target { hosts: hosts.iter().map(|h| (*h).to_owned()).collect() };
        Hosts::new(&list.iter().map(|(id, hosts)| (ResourceId::from(*id), target(hosts))).collect())
    }

    #[test]
    fn the_most_exact_name_wins() {
        let hosts = hosts(&[
            ("grafana", &["grafana.acme.internal", "Metrics.Acme.Internal."]),
            ("apps", &["*.acme.internal"]),
            ("wiki", &["*.wiki.acme.internal"]),
        ])
        .unwrap();
        for (host, resource) in [
            ("grafana.acme.internal", Some("grafana")),
            ("metrics.acme.internal", Some("grafana")),
            ("other.acme.internal", Some("apps")),
            ("a.b.acme.internal", Some("apps")),
            ("x.wiki.acme.internal", Some("wiki")),
            ("acme.internal", None),
            ("evilacme.internal", None),
            ("grafana.acme.internal.evil.example", None),
        ] {
            assert_eq!(hosts.resource(host).map(ResourceId::as_str), resource, "{host}");
        }
    }

    #[test]
    fn a_host_is_one_resource() {
        let problems =
            hosts(&[("a", &["x.y", "not a host"]), ("b", &["X.Y.", "*.z"]), ("c", &["*.z", "h:80"])]).unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:#?}");
        assert!(hosts(&[("a", &["x.y", "x.y"])]).is_ok());
    }

    #[test]
    fn abuse_c19_a_host_has_one_form() {
        for (text, host) in [
            ("Grafana.ACME.internal:8443", "grafana.acme.internal"),
            ("grafana.acme.internal.", "grafana.acme.internal"),
            ("[0:0::1]:80", "[::1]"),
            ("127.0.0.1:80", "127.0.0.1"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(host), "{text}");
        }
        for text in [
            "",
            ".",
            "a..b",
            "a.b..",
            "user@host",
            "host/path",
            "host\\x",
            "host%2e",
            "ho st",
            "host:",
            "host:x",
            "host:99999",
            "host:80:80",
            "ｇrafana.acme",
            "a\0b",
            "a,b",
            "[::1",
            "::1",
            "host:+80",
            "*.x",
            "host#x",
            "host?x",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn abuse_c19_the_form_is_final(text in "\\PC{0,40}") {
            if let Some(host) = canonical(&text) {
                prop_assert_eq!(canonical(&host), Some(host.clone()));
            }
        }
    }
}
