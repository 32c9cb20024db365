//! What an operator writes.

use ipnet::IpNet;
use serde::Deserialize;

/// `[connectors.forward-auth]`. All of it may be left out when the proxy runs on the same machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Addresses or networks of the proxies that may ask; loopback always may. Everybody's network is refused.
    #[serde(default)]
    pub trusted_proxies: Vec<Proxy>,
}

/// One address, or a network in CIDR notation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Proxy(pub(crate) IpNet);

/// What a resource means to the proxy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The hosts that are this app: `grafana.acme.internal`, or `*.apps.acme.internal` for all below.
    pub hosts: Vec<String>,
}
