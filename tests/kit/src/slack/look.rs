//! What tests look at. What waits panics after ten seconds in which nothing came that fits.

use super::{FakeSlack, Message, View, model::State};
use serde_json::Value;

impl FakeSlack {
    /// Waits for a Socket Mode connection.
    pub async fn connected(&self) {
        self.0.state.until("a connection", |s| (!s.connections.is_empty()).then_some(())).await;
    }
    /// Waits until so many connections have been opened in all.
    pub async fn connected_times(&self, times: u64) {
        self.0
            .state
            .until("more connections", |s| (s.opened >= times && !s.connections.is_empty()).then_some(()))
            .await;
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
    pub async fn form_for(&self, user: &str) -> View {
        let what = format!("a form for {user}");
        let found = |s: &mut State| {
            let view = s.views.iter_mut().find(|v| v.user == user && !v.read)?;
            view.read = true;
            Some(view.clone())
        };
        self.0.state.take(&what, found).await
    }
    /// Waits until a message shows these words.
    pub async fn shows(&self, message: &Message, words: &str) -> Message {
        let found = |s: &State| s.messages.iter().find(|m| m.ts == message.ts && m.words().contains(words)).cloned();
        self.0
            .state
            .until(&format!("{} to show \"{words}\", but it shows: {}", message.ts, self.now(message).words()), found)
            .await
    }
    /// A message as it is now.
    pub fn now(&self, message: &Message) -> Message {
        let state = self.state();
        state.messages.iter().find(|m| m.ts == message.ts).cloned().unwrap_or_else(|| message.clone())
    }
    /// All messages, private ones too, as they are now.
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }
    /// Every call of a method so far, as the app sent it.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        self.state().calls.iter().filter(|(name, _)| name == method).map(|(_, body)| body.clone()).collect()
    }
    /// Waits for a method to have been called so often.
    pub async fn called(&self, method: &str, times: usize) {
        let enough = |s: &State| s.calls.iter().filter(|(name, _)| name == method).count() >= times;
        self.0.state.until(&format!("{times} calls of {method}"), |s| enough(s).then_some(())).await;
    }
}

fn is_card(message: &Message) -> bool {
    message.reader.is_none() && !message.deleted && !message.buttons().is_empty()
}

/// A person's direct conversation with the app.
pub(super) fn direct(user: &str) -> String {
    format!("D{}", user.trim_start_matches('U'))
}
