//! The calls that we make, each with the route and the id that Discord counts its limits by.

use reqwest::Method;
use serde_json::Value;

/// One call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) method: Method,
    /// Below `/api/v10`.
    pub(crate) path: String,
    /// The route without its ids.
    pub(crate) route: &'static str,
    /// The id that limits are kept apart by: a channel, a guild, or a webhook (discord.com/developers, "Rate Limits").
    pub(crate) major: String,
    pub(crate) body: Option<Value>,
    /// An answer to an interaction: without our token, outside of the global limit, and never held back for the budget of
    /// invalid requests, since somebody waits for it.
    pub(crate) answer: bool,
}

impl Call {
    fn new(method: Method, route: &'static str, path: String, major: &str, body: Option<Value>) -> Self {
        Self { method, path, route, major: major.to_owned(), body, answer: false }
    }

    pub(crate) fn application() -> Self {
        Self::new(Method::GET, "get application", "/applications/@me".into(), "", None)
    }
    pub(crate) fn gateway() -> Self {
        Self::new(Method::GET, "get gateway", "/gateway/bot".into(), "", None)
    }
    pub(crate) fn commands(application: &str, guild: &str) -> Self {
        let path = format!("/applications/{application}/guilds/{guild}/commands");
        Self::new(Method::GET, "get commands", path, guild, None)
    }
    pub(crate) fn register(application: &str, guild: &str, command: Value) -> Self {
        let path = format!("/applications/{application}/guilds/{guild}/commands");
        Self::new(Method::POST, "create command", path, guild, Some(command))
    }
    pub(crate) fn open_direct(user: &str) -> Self {
        let body = serde_json::json!({"recipient_id": user});
        Self::new(Method::POST, "open direct", "/users/@me/channels".into(), "", Some(body))
    }
    pub(crate) fn post(channel: &str, message: Value) -> Self {
        Self::new(Method::POST, "post", format!("/channels/{channel}/messages"), channel, Some(message))
    }
    pub(crate) fn edit(channel: &str, message: &str, body: Value) -> Self {
        Self::new(Method::PATCH, "edit", format!("/channels/{channel}/messages/{message}"), channel, Some(body))
    }
    pub(crate) fn answer(interaction: &str, token: &str, body: Value) -> Self {
        let path = format!("/interactions/{interaction}/{token}/callback");
        Self { answer: true, ..Self::new(Method::POST, "answer", path, interaction, Some(body)) }
    }
    pub(crate) fn follow_up(application: &str, token: &str, body: Value) -> Self {
        let path = format!("/webhooks/{application}/{token}");
        Self { answer: true, ..Self::new(Method::POST, "follow up", path, token, Some(body)) }
    }
    pub(crate) fn edit_answer(application: &str, token: &str, body: Value) -> Self {
        let path = format!("/webhooks/{application}/{token}/messages/@original");
        Self { answer: true, ..Self::new(Method::PATCH, "edit answer", path, token, Some(body)) }
    }

    /// What calls that share a limit have in common, before Discord has named their bucket.
    pub(crate) fn key(&self) -> String {
        format!("{} {}", self.route, self.major)
    }
}
