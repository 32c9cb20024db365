//! Where a card can be posted.

use crate::person::{Account, Platform};
use serde::{Deserialize, Serialize};

/// Somewhere on a platform that can hold a card.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// A person, privately.
    Direct(Account),
    /// A place where several people read.
    Place {
        /// The platform.
        platform: Platform,
        /// The workspace or guild; empty where there is none.
        tenant: String,
        /// The platform's own id of the channel or group.
        place: String,
    },
}

impl Address {
    /// The platform that can deliver to it.
    pub fn platform(&self) -> Platform {
        match self {
            Self::Direct(account) => account.platform,
            Self::Place { platform, .. } => *platform,
        }
    }
}

impl std::fmt::Display for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Direct(account) => write!(f, "{account}"),
            Self::Place { platform, tenant, place } => write!(f, "{}:{tenant}#{place}", platform.key()),
        }
    }
}
