//! People and their accounts: two different things (decision 6 of the design).

use crate::id::{Level, PersonId, TeamId};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, fmt};

/// A way of reaching people, or of being reached by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Slack.
    Slack,
    /// Discord.
    Discord,
    /// Telegram.
    Telegram,
    /// Microsoft Teams.
    Teams,
    /// E-mail.
    Email,
    /// The web console.
    Console,
    /// The REST API.
    Api,
    /// A generic webhook.
    Webhook,
}

impl Platform {
    /// Those on which a person can be told privately.
    pub const DIRECT: [Self; 5] = [Self::Slack, Self::Discord, Self::Telegram, Self::Teams, Self::Email];

    /// The word in policy files, metrics and the database.
    pub fn key(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Discord => "discord",
            Self::Telegram => "telegram",
            Self::Teams => "teams",
            Self::Email => "email",
            Self::Console => "console",
            Self::Api => "api",
            Self::Webhook => "webhook",
        }
    }
    /// Back from [`Platform::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Slack, Self::Discord, Self::Telegram, Self::Teams, Self::Email, Self::Console, Self::Api, Self::Webhook]
            .into_iter()
            .find(|p| p.key() == key)
    }
}

/// The name people read.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Slack => "Slack",
            Self::Discord => "Discord",
            Self::Telegram => "Telegram",
            Self::Teams => "Teams",
            Self::Email => "e-mail",
            Self::Console => "the console",
            Self::Api => "the API",
            Self::Webhook => "a webhook",
        })
    }
}

/// An account on a platform. `user` is the platform's immutable id, never a handle (THREATS A04).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Account {
    /// Where.
    pub platform: Platform,
    /// The workspace, guild or directory the id belongs to; empty where the platform has one id space.
    pub tenant: String,
    /// The platform's own id of the user.
    pub user: String,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.platform.key())?;
        if !self.tenant.is_empty() {
            write!(f, "{}/", self.tenant)?;
        }
        f.write_str(&self.user)
    }
}

/// A person of the organisation (rule 1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The directory's name for them.
    pub id: PersonId,
    /// The name shown on cards.
    pub name: String,
    /// Shown beside the name; never used to recognise anybody.
    pub email: String,
    /// Their level.
    pub level: Level,
    /// Their teams.
    pub teams: BTreeSet<TeamId>,
    /// Whom they report to.
    pub manager: Option<PersonId>,
    /// Accounts that the directory binds to them.
    pub accounts: BTreeSet<Account>,
    /// Their time zone; the organisation's when absent.
    pub timezone: Option<Tz>,
    /// A deactivated person can do nothing (rule 3).
    pub active: bool,
}
