//! What has to hold of a token and of an activity. Pure; the keys are somebody else's business.

use super::{
    Origin, Services, Unproven,
    jwk::Key,
    jwt::{Claims, Token},
};
use countersign_engine::time::Timestamp;

/// Who we are, and whom we answer to.
pub struct Judge {
    app_id: String,
    tenant_id: String,
    services: Services,
}

/// A token that held.
pub struct Proof {
    claims: Claims,
    endorsements: Vec<String>,
}

impl Judge {
    /// For the bot with this app id in this tenant; `service_url` is taken beside Microsoft's own services.
    pub fn new(app_id: &str, tenant_id: &str, service_url: &str) -> Self {
        Self { app_id: app_id.to_owned(), tenant_id: tenant_id.to_owned(), services: Services::new(service_url) }
    }

    /// Has `key`, for which `issuer` vouches, signed this token, for us and for now?
    pub fn token(&self, token: &Token<'_>, key: &Key, issuer: &str, now: Timestamp) -> Result<Proof, Unproven> {
        let claims = token.verified_by(key)?;
        claims.check(issuer, &self.app_id, now)?;
        Ok(Proof { claims, endorsements: key.endorsements.clone() })
    }

    /// Does what an activity says about itself fit the token and our settings?
    pub fn origin(&self, proof: &Proof, origin: &Origin) -> Result<(), Unproven> {
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
