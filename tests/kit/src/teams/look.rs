//! What tests look at. What waits panics after ten seconds in which nothing came that fits.

use super::{FakeTeams, Message};
use serde_json::Value;

impl FakeTeams {
    /// The newest message with buttons in a conversation; waits for one.
    pub async fn card_in(&self, conversation: &str) -> Message {
        let fits = |m: &&Message| m.conversation == conversation && !m.deleted && !m.buttons().is_empty();
        self.0.state.until(&format!("a card in {conversation}"), |s| s.messages.iter().rev().find(fits).cloned()).await
    }
    /// The newest message with buttons that a person has alone; waits for one.
    pub async fn card_for(&self, who: usize) -> Message {
        let conversation = self.change(|s| s.direct(who));
        self.card_in(&conversation).await
    }
    /// The next message to a person alone that was not looked at yet; waits for one.
    pub async fn private_to(&self, who: usize) -> Message {
        let conversation = self.change(|s| s.direct(who));
        let what = format!("a message to {who} alone");
        self.0
            .state
            .take(&what, |s| {
                let message = s.messages.iter_mut().find(|m| m.conversation == conversation && !m.read)?;
                message.read = true;
                Some(message.clone())
            })
            .await
    }
    /// Waits until a message shows these words.
    pub async fn shows(&self, message: &Message, words: &str) -> Message {
        let what = format!("{} to show \"{words}\", but it shows: {}", message.id, self.now(message).words());
        let fits = |m: &&Message| m.id == message.id && m.words().contains(words);
        self.0.state.until(&what, |s| s.messages.iter().find(fits).cloned()).await
    }
    /// A message as it is now.
    pub fn now(&self, message: &Message) -> Message {
        let state = self.state();
        state.messages.iter().find(|m| m.id == message.id).cloned().unwrap_or_else(|| message.clone())
    }
    /// A message's card as a person sees it.
    pub fn seen(&self, who: usize, message: &Message) -> Value {
        let view = self.state().views.get(&(message.id.clone(), who)).cloned();
        view.unwrap_or_else(|| self.now(message).card)
    }
    /// All messages, as they are now.
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }
    /// The messages that a person has alone, oldest first.
    pub fn alone(&self, who: usize) -> Vec<Message> {
        let state = self.state();
        let own = state.direct.get(&who);
        state.messages.iter().filter(|m| own == Some(&m.conversation) && !m.deleted).cloned().collect()
    }
    /// Every call to the service so far: method, `conversation/message`, body.
    pub fn calls(&self) -> Vec<(String, String, Value)> {
        self.state().calls.clone()
    }
    /// Every call that broke a rule.
    pub fn complained(&self) -> Vec<String> {
        self.state().complaints.clone()
    }
}
