//! Is an activity Teams', and meant for us? Proven by our own code, so that every rule can be read here (THREATS D10).
//! Source of the rules: learn.microsoft.com, "Authenticate requests with the Bot Connector API"; where Microsoft's SDK is
//! more lenient, we are not.

mod judge;
pub mod jwk;
pub mod jwt;
mod keys;
mod origin;

pub use judge::{Judge, Proof};
pub use origin::{Origin, Services};

use crate::settings::Settings;
use countersign_engine::time::Timestamp;
use keys::Keys;

/// Why an activity is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
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

/// Judges activities, with the keys that are published at present. Clones are not needed: share it.
pub(crate) struct Gate {
    judge: Judge,
    keys: Keys,
}

impl Gate {
    pub(crate) fn new(settings: &Settings, http: reqwest::Client) -> Self {
        Self {
            judge: Judge::new(&settings.app_id, &settings.tenant_id, &settings.service_url),
            keys: Keys::new(settings, http),
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
        let issued = self.keys.find(token.kid()).await?;
        self.judge.token(&token, &issued.key, &issued.issuer, now)
    }

    /// Holds what the activity says about itself against the token and our settings.
    pub(crate) fn origin(&self, proof: &Proof, origin: &Origin) -> Result<(), Unproven> {
        self.judge.origin(proof, origin)
    }
}
