//! What one could ask for.

use super::length;
use countersign_engine::ports::Offer;
use serde::Serialize;
use utoipa::ToSchema;

/// All resources that the caller could ask for.
#[derive(Debug, Serialize, ToSchema)]
pub struct Catalog {
    /// The resources, by id.
    pub items: Vec<Offered>,
}

/// A resource.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offered {
    /// Its id.
    #[schema(example = "prod-db")]
    pub resource: String,
    /// One line; may be empty.
    pub description: String,
    /// `web_app`, `endpoint`, `database`, `kubernetes`, `group`, `session`, `vpn` or `approval_only`.
    #[schema(example = "database")]
    pub kind: &'static str,
    /// Access levels, least first.
    #[schema(example = json!(["read-only", "read-write"]))]
    pub access: Vec<String>,
    /// What one gets who names no level.
    #[schema(example = "read-write")]
    pub default_access: String,
    /// The longest grant.
    #[schema(example = "8h")]
    pub max_duration: String,
    /// A workflow would take the caller's request for at least one level.
    pub requestable: bool,
}

impl From<Vec<Offer>> for Catalog {
    fn from(offers: Vec<Offer>) -> Self {
        Self { items: offers.into_iter().map(Offered::from).collect() }
    }
}

impl From<Offer> for Offered {
    fn from(offer: Offer) -> Self {
        Self {
            resource: offer.resource.to_string(),
            description: offer.description,
            kind: offer.kind.key(),
            access: offer.access.iter().map(ToString::to_string).collect(),
            default_access: offer.default_access.to_string(),
            max_duration: length(offer.max_duration),
            requestable: offer.requestable,
        }
    }
}
