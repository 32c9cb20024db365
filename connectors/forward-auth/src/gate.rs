//! Everything that `GET /authz` needs to know, in one place.

use crate::{
    hosts::{BadHost, Hosts},
    identity::{self, Admission, Held, Holder},
    original::{Family, Original},
    pass::{Landing, Pass},
    proxies,
    settings::{Proxy, Settings, Target},
    signer::Signer,
};
use countersign_engine::{
    id::{PersonId, ResourceId},
    time::Timestamp,
};
use http::{HeaderMap, Method, Uri};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::{collections::BTreeMap, net::IpAddr};

/// Stands before the apps of all forward-auth resources.
#[derive(Debug)]
pub struct Gate {
    proxies: Vec<Proxy>,
    hosts: Hosts,
    pub(crate) without_hosts: Vec<ResourceId>,
    signer: Signer,
    public_url: String,
}

/// Why a question is not answered at all. For the operator: a visitor can do nothing about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A peer that is no proxy of ours.
    #[error(
        "{0} is no trusted proxy; hint: name it in trusted_proxies of the forward-auth connector, if it is the proxy's address"
    )]
    Stranger(IpAddr),
    /// Headers that cannot be believed.
    #[error("{0}")]
    Unclear(String),
    /// A host that no resource names.
    #[error("no resource has the host {0}; hint: add it to the hosts of a resource with the connector forward-auth")]
    UnknownHost(String),
}

impl Gate {
    /// `public_url` is Countersign's own, without a slash at the end; `signer` is the same on every replica. Errors: every
    /// host that cannot be.
    pub fn new(
        settings: &Settings,
        targets: &BTreeMap<ResourceId, Target>,
        public_url: &str,
        signer: Signer,
    ) -> Result<Self, Vec<BadHost>> {
        let without_hosts = targets.iter().filter(|(_, target)| target.hosts.is_empty()).map(|(id, _)| id.clone());
        Ok(Self {
            proxies: settings.trusted_proxies.clone(),
            hosts: Hosts::new(targets)?,
            without_hosts: without_hosts.collect(),
            signer,
            public_url: public_url.to_owned(),
        })
    }

    /// What was asked for, and which resource that is.
    pub fn original(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(Original, &ResourceId), Refused> {
        if !proxies::trusted(&self.proxies, peer) {
            return Err(Refused::Stranger(peer.to_canonical()));
        }
        let original = Original::read(headers).map_err(Refused::Unclear)?;
        let resource = self.hosts.resource(&original.host);
        let resource = resource.ok_or_else(|| Refused::UnknownHost(original.host.clone()))?;
        Ok((original, resource))
    }

    /// The decision, given the person's active grants.
    pub fn admit(
        &self,
        asked: (&Original, &ResourceId),
        who: Holder,
        held: &[Held],
        now: Timestamp,
    ) -> Option<Admission> {
        identity::admit(&self.signer, &self.public_url, asked, who, held, now)
    }

    /// Where a person signs in and comes back from.
    pub fn login_url(&self, original: &Original) -> String {
        format!("{}/authz/login?to={}", self.public_url, utf8_percent_encode(&original.url(), NON_ALPHANUMERIC))
    }
    /// Where a person asks for the resource.
    pub fn request_url(&self, resource: &ResourceId) -> String {
        let resource = utf8_percent_encode(resource.as_str(), NON_ALPHANUMERIC);
        format!("{}/requests/new?resource={resource}", self.public_url)
    }

    /// Sends a signed-in person back to the page they wanted. `None` when `page` is on no host of ours, or is less secure
    /// than the console: a pass never travels in the clear because of a link that somebody sent.
    pub fn hand_off(&self, page: &str, person: &PersonId, session: &str, now: Timestamp) -> Option<Landing> {
        let to = self.page(page)?;
        Some(Pass::hand_off(&self.signer, &to, person, session, now))
    }
    /// The cookie's value for a pass brought to `host`.
    pub fn redeem(&self, pass: &str, host: &str, now: Timestamp) -> Option<String> {
        Pass::redeem(&self.signer, pass, host, now)
    }
    /// What a cookie brought to `host` says.
    pub fn of_cookie(&self, cookie: &str, host: &str, now: Timestamp) -> Option<Pass> {
        Pass::of_cookie(&self.signer, cookie, host, now)
    }
    /// What apps check identity tokens with.
    pub fn jwks(&self) -> Value {
        self.signer.jwks()
    }

    pub(crate) fn hosts_of(&self, resource: &ResourceId) -> Vec<String> {
        self.hosts.of(resource)
    }
    fn page(&self, page: &str) -> Option<Original> {
        let uri: Uri = page.parse().ok()?;
        let (scheme, authority) = (uri.scheme_str()?.to_owned(), uri.authority()?.as_str().to_owned());
        let host = crate::hosts::canonical(&authority)?;
        self.hosts.resource(&host)?;
        let secure = scheme == "https" || (scheme == "http" && !self.public_url.starts_with("https://"));
        let uri = uri.path_and_query().map_or("/", |p| p.as_str()).to_owned();
        secure.then_some(Original { scheme, host, authority, uri, method: Method::GET, family: Family::Forwarded })
    }
}
