//! What can be asked for.

use crate::{
    id::{AccessLevel, PersonId, ResourceId},
    time::Length,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// What sort of thing a resource is (rule 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A web application behind a proxy.
    WebApp,
    /// A host or an API.
    Endpoint,
    /// A database server.
    Database,
    /// A Kubernetes cluster or namespace.
    Kubernetes,
    /// Membership of a group elsewhere.
    Group,
    /// A recorded session.
    Session,
    /// A VPN or mesh.
    Vpn,
    /// People do the rest by hand.
    ApprovalOnly,
}

impl Kind {
    /// All of them, for messages.
    pub const ALL: [Self; 8] = [
        Self::WebApp,
        Self::Endpoint,
        Self::Database,
        Self::Kubernetes,
        Self::Group,
        Self::Session,
        Self::Vpn,
        Self::ApprovalOnly,
    ];
    /// The word in policy files.
    pub fn key(self) -> &'static str {
        match self {
            Self::WebApp => "web_app",
            Self::Endpoint => "endpoint",
            Self::Database => "database",
            Self::Kubernetes => "kubernetes",
            Self::Group => "group",
            Self::Session => "session",
            Self::Vpn => "vpn",
            Self::ApprovalOnly => "approval_only",
        }
    }
}
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.key())
    }
}

/// Something one can ask access to (rule 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Its name.
    pub id: ResourceId,
    /// One line for people; may be empty.
    pub description: String,
    /// What sort of thing it is.
    pub kind: Kind,
    /// Free labels that workflows match on.
    pub tags: BTreeSet<String>,
    /// Who answers for it.
    pub owners: BTreeSet<PersonId>,
    /// Access levels, least first; never empty. A trim can only move left.
    pub access: Vec<AccessLevel>,
    /// What one gets who names no level.
    pub default_access: AccessLevel,
    /// The longest grant.
    pub max_duration: Length,
    /// The name of the connector that grants it; `approval-only` when people do it by hand.
    pub connector: String,
}

impl Resource {
    /// Position of a level, least first.
    pub fn rank(&self, access: &AccessLevel) -> Option<usize> {
        self.access.iter().position(|a| a == access)
    }
}
