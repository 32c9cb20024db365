//! HTTP: the REST API, health, metrics and forward-auth; one file per endpoint.

use crate::{credentials::Credentials, metrics::Metrics, service::Service, vault::Vault};

/// What handlers share. Clones share it.
#[derive(Clone)]
pub struct Web {
    /// The engine.
    pub service: Service,
    /// Tokens, sessions, links.
    pub credentials: Credentials,
    /// What Prometheus reads.
    pub metrics: Metrics,
    /// Opens delivered secrets.
    pub vault: Vault,
    /// Demo mode: the switcher, `/demo/advance`, demo tokens.
    pub demo: bool,
    /// The name to print and sign with in checkpoints.
    pub origin: String,
}
