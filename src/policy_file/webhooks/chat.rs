//! `[chat_webhooks.NAME]`: a chat system that only takes messages.

use super::{
    super::{names::known, section::Section},
    Target, target,
};

/// Their kinds; the adapter knows the same.
const KINDS: [&str; 5] = ["mattermost", "rocket-chat", "google-chat", "slack-compatible", "teams-workflow"];

/// One `[chat_webhooks.NAME]`; workflows name it in `notify`.
#[derive(Clone, Debug)]
pub struct ChatWebhookSettings {
    /// Its name.
    pub name: String,
    /// What kind of system it is: `mattermost`.
    pub kind: String,
    /// Where messages are sent.
    pub target: Target,
}

pub(super) fn read(name: &str, section: &Section<'_>) -> Option<ChatWebhookSettings> {
    let kind = section.required_text("kind", "\"mattermost\"");
    let kind = kind.and_then(|word| known(section.report, "kind of chat webhook", &word, KINDS.into_iter()));
    let target = target::read(section);
    Some(ChatWebhookSettings { name: name.to_owned(), kind: kind?.to_owned(), target: target? })
}
