//! Cards for chat systems that only take messages: an incoming webhook can neither be pressed nor edited.

mod bot;
mod google;
mod lines;
mod markdown;
mod quiet;
mod teams;

pub use bot::{ChatWebhooks, Endpoint};

use countersign_engine::card::Card;
use serde_json::Value;

/// What kind of system takes the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Mattermost, "Incoming webhooks".
    Mattermost,
    /// Rocket.Chat, "Incoming webhook scripting".
    RocketChat,
    /// Google Chat, "Build a Google Chat app as a webhook".
    GoogleChat,
    /// Whatever takes what Slack's incoming webhooks take.
    SlackCompatible,
    /// Teams by a Power Automate workflow, "When a Teams webhook request is received".
    TeamsWorkflow,
}

impl Kind {
    /// All of them, with their word in the policy file.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Mattermost, "mattermost"),
        (Self::RocketChat, "rocket-chat"),
        (Self::GoogleChat, "google-chat"),
        (Self::SlackCompatible, "slack-compatible"),
        (Self::TeamsWorkflow, "teams-workflow"),
    ];
    /// The word in the policy file.
    pub fn key(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, key)| key)
    }
    /// Back from [`Kind::key`].
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, k)| *k == key).map(|(kind, _)| *kind)
    }
}

/// The body that shows a card, with a link to its request's page on the console at `public_url`. Pure.
pub fn message(kind: Kind, card: &Card, public_url: &str) -> Value {
    let link = card.about.as_ref().map(|about| format!("{public_url}/requests/{}", about.short_id));
    let link = link.as_deref();
    match kind {
        Kind::Mattermost => markdown::mattermost(card, link),
        Kind::RocketChat => markdown::rocket_chat(card, link),
        Kind::SlackCompatible => markdown::slack(card, link),
        Kind::GoogleChat => google::message(card, link),
        Kind::TeamsWorkflow => teams::message(card, link),
    }
}

/// What the link to the console says.
const OPEN: &str = "Open in Countersign";
