//! What tests look at. What waits panics after ten seconds in which nothing came that fits.

use super::{FakeDiscord, Form, Message, model::State, routes::direct};
use serde_json::Value;
use std::collections::BTreeSet;

impl FakeDiscord {
    /// Waits for a gateway connection.
    pub async fn connected(&self) {
        self.until_listening().await;
    }
    pub(super) async fn until_listening(&self) {
        self.0.state.until("a connection", |s| s.listening().then_some(())).await;
    }
    /// Waits until the app has been taken in so often in all, anew or resuming.
    pub async fn connected_times(&self, times: u64) {
        self.0.state.until("more connections", |s| (s.welcomes >= times && s.listening()).then_some(())).await;
    }
    /// How many of those were resumed.
    pub fn resumed(&self) -> u64 {
        self.state().resumes
    }
    /// Waits until `/access` is registered on a server, and gives it.
    pub async fn registered(&self, guild: &str) -> Value {
        let found = |s: &State| s.commands.get(guild)?.iter().find(|c| c["name"] == "access").cloned();
        self.0.state.until("the command", found).await
    }
    /// The bot is invited to another server.
    pub fn invite(&self, guild: &str) {
        self.change(|s| s.commands.entry(guild.to_owned()).or_default().len());
    }
    /// The newest message with buttons in a channel; waits for one.
    pub async fn card_in(&self, channel: &str) -> Message {
        let found = |s: &State| s.messages.iter().rev().find(|m| is_card(m) && m.channel == channel).cloned();
        self.0.state.until(&format!("a card in {channel}"), found).await
    }
    /// The newest message with buttons in a person's direct conversation; waits for one.
    pub async fn card_for(&self, user: &str) -> Message {
        self.card_in(&direct(user)).await
    }
    /// The newest message in a person's direct conversation that shows these words; waits for one.
    pub async fn told(&self, user: &str, words: &str) -> Message {
        let channel = direct(user);
        let fits = |m: &&Message| m.channel == channel && m.reader.is_none() && m.words().contains(words);
        let found = |s: &State| s.messages.iter().rev().find(fits).cloned();
        self.0.state.until(&format!("{user} to be told \"{words}\""), found).await
    }
    /// The next private message to a person that was not looked at yet; waits for one.
    pub async fn private_to(&self, user: &str) -> Message {
        let what = format!("a private message to {user}");
        let found = |s: &mut State| {
            let fits = |m: &&mut Message| m.reader.as_deref() == Some(user) && !m.read;
            let message = s.messages.iter_mut().find(fits)?;
            message.read = true;
            Some(message.clone())
        };
        self.0.state.take(&what, found).await
    }
    /// The next form that a person has before them and that was not looked at yet; waits for one.
    pub async fn form_for(&self, user: &str) -> Form {
        let what = format!("a form for {user}");
        let found = |s: &mut State| {
            let form = s.forms.iter_mut().find(|f| f.user == user && !f.read)?;
            form.read = true;
            Some(form.clone())
        };
        self.0.state.take(&what, found).await
    }
    /// Waits until a message shows these words.
    pub async fn shows(&self, message: &Message, words: &str) -> Message {
        let found = |s: &State| s.messages.iter().find(|m| m.id == message.id && m.words().contains(words)).cloned();
        self.0
            .state
            .until(&format!("{} to show \"{words}\", but it shows: {}", message.id, self.now(message).words()), found)
            .await
    }
    /// A message as it is now.
    pub fn now(&self, message: &Message) -> Message {
        let state = self.state();
        state.messages.iter().find(|m| m.id == message.id).cloned().unwrap_or_else(|| message.clone())
    }
    /// All messages, private ones too, as they are now.
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }
    /// Every call of a route so far, as the app sent it; the routes' names are those of [`FakeDiscord::fail_next`].
    pub fn calls(&self, route: &str) -> Vec<Value> {
        self.state().calls.iter().filter(|(name, _)| *name == route).map(|(_, body)| body.clone()).collect()
    }
    /// Waits for a route to have been called so often.
    pub async fn called(&self, route: &str, times: usize) {
        let enough = |s: &State| s.calls.iter().filter(|(name, _)| *name == route).count() >= times;
        self.0.state.until(&format!("{times} calls of {route}"), |s| enough(s).then_some(())).await;
    }
    /// What the app calls itself.
    pub fn agents(&self) -> BTreeSet<String> {
        self.state().agents.clone()
    }
    /// Every call that broke a rule.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }
}

fn is_card(message: &Message) -> bool {
    message.reader.is_none() && !message.deleted && !message.buttons().is_empty()
}
