//! Is an activity Teams', and meant for us? Proven by our own code, so that every rule can be read here (THREATS D10).
//! Source of the rules: learn.microsoft.com, "Authenticate requests with the Bot Connector API"; where Microsoft's SDK is
//! more lenient, we are not.

mod jwk;
mod jwt;
mod keys;
mod origin;

pub(crate) use origin::{Origin, Services};

use crate::settings::Settings;
use countersign_engine::time::Timestamp;
use jwt::Claims;
use keys::Keys;

/// Why an activity is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unproven {
    /// The token does not prove that Teams sent it: HTTP 401.
    #[error("{0}")]
    Token(&'static str),
    /// Teams sent it, but not to us, or not from where we serve: HTTP 403.
    #[error("{0}")]
    Foreign(&'static str),
    /// It cannot be judged at present: HTTP 503, so that Teams comes again.
    #[error("the keys that sign activities cannot be had: {0}")]
    NoKeys(String),
}

/// Judges activities. Clones are not needed: share it.
pub(crate) struct Gate {
    app_id: String,
    tenant_id: String,
    keys: Keys,
    services: Services,
}

impl Gate {
    pub(crate) fn new(settings: &Settings, http: reqwest::Client) -> Self {
        Self {
            app_id: settings.app_id.clone(),
            tenant_id: settings.tenant_id.clone(),
            keys: Keys::new(settings, http),
            services: Services::new(&settings.service_url),
        }
    }

    /// How many keys sign activities at present.
    pub(crate) async fn keys(&self) -> Result<usize, String> {
        self.keys.count().await
    }

    /// Proves, by the `Authorization` header alone, that Teams sent this to us.
    pub(crate) async fn token(&self, header: Option<&str>, now: Timestamp) -> Result<Proof, Unproven> {
        let header = header.ok_or(Unproven::Token("there is no Authorization header"))?;
        let token = header.strip_prefix("Bearer ").ok_or(Unproven::Token("the Authorization is no bearer token"))?;
        let token = jwt::read(token)?;
        let issued = self.keys.find(&token.kid).await?;
        let claims = token.verified_by(&issued.key)?;
        claims.check(&issued.issuer, &self.app_id, now)?;
        Ok(Proof { claims, endorsements: issued.key.endorsements })
    }

    /// Holds what the activity says about itself against the token and our settings.
    pub(crate) fn origin(&self, proof: &Proof, origin: &Origin) -> Result<(), Unproven> {
        let url = origin.service_url.as_deref().ok_or(Unproven::Foreign("the activity has no serviceUrl"))?;
        if proof.claims.service_url.as_deref() != Some(url) {
            return Err(Unproven::Foreign("the token is for another serviceUrl"));
        }
        if !self.services.allow(url) {
            return Err(Unproven::Foreign("the serviceUrl is not at a host of Teams'"));
        }
        // Microsoft's SDK passes an activity without channelId, and a key without endorsements.
        if origin.channel.as_deref() != Some("msteams") || !proof.endorsements.iter().any(|e| e == "msteams") {
            return Err(Unproven::Foreign("the signing key is not endorsed for Teams"));
        }
        let ours = |tenant: &Option<String>| tenant.as_ref().is_some_and(|t| t.eq_ignore_ascii_case(&self.tenant_id));
        if !ours(&origin.conversation_tenant) || !ours(&origin.channel_tenant) {
            return Err(Unproven::Foreign("the activity is another tenant's"));
        }
        let recipient = origin.recipient.as_deref().unwrap_or_default();
        if !recipient.strip_prefix("28:").unwrap_or(recipient).eq_ignore_ascii_case(&self.app_id) {
            return Err(Unproven::Foreign("the activity is for another bot"));
        }
        Ok(())
    }
}

/// A token that held.
pub(crate) struct Proof {
    claims: Claims,
    endorsements: Vec<String>,
}
