//! What tests look at. What waits panics after ten seconds in which nothing came that fits.

use super::{FakeTelegram, Message, model::State};
use serde_json::Value;

impl FakeTelegram {
    /// Waits until the bot has asked for updates so often.
    pub async fn polled(&self, times: u64) {
        self.0.state.until("the bot to ask for updates", |s| (s.polls >= times).then_some(())).await;
    }
    /// How often the bot has asked for updates.
    pub fn polls(&self) -> u64 {
        self.state().polls
    }
    /// How many requests for updates are open now.
    pub fn listeners(&self) -> usize {
        self.state().open
    }
    /// The newest message with buttons in a chat; waits for one.
    pub async fn card_in(&self, chat: i64) -> Message {
        let found = |s: &State| s.messages.iter().rev().find(|m| m.chat == chat && m.is_card()).cloned();
        self.0.state.until(&format!("a card in {chat}"), found).await
    }
    /// Messages to a chat that were not looked at yet, oldest first.
    pub fn unread(&self, chat: i64) -> Vec<Message> {
        self.change(|s| {
            let new = s.messages.iter_mut().filter(|m| m.chat == chat && !m.read && !m.deleted);
            new.map(|m| {
                m.read = true;
                m.clone()
            })
            .collect()
        })
    }
    /// The newest message to a chat that shows these words; waits for one.
    pub async fn told(&self, chat: i64, words: &str) -> Message {
        let found = |s: &State| s.messages.iter().rev().find(|m| m.chat == chat && m.words().contains(words)).cloned();
        self.0.state.until(&format!("{chat} to be told \"{words}\""), found).await
    }
    /// A message as it is now.
    pub fn seen(&self, message: &Message) -> Message {
        let state = self.state();
        let now = state.messages.iter().find(|m| m.chat == message.chat && m.id == message.id);
        now.cloned().unwrap_or_else(|| message.clone())
    }
    /// Waits until a message shows these words.
    pub async fn shows(&self, message: &Message, words: &str) -> Message {
        let fits = |m: &&Message| m.chat == message.chat && m.id == message.id && m.words().contains(words);
        let found = |s: &State| s.messages.iter().find(fits).cloned();
        self.0.state.until(&format!("\"{words}\" in place of: {}", self.seen(message).words()), found).await
    }
    /// All messages of the bot's, as they are now.
    pub fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }
    /// Every call of a method so far, as the bot sent it.
    pub fn calls(&self, method: &str) -> Vec<Value> {
        let method = method.to_lowercase();
        self.state().calls.iter().filter(|(name, _)| *name == method).map(|(_, body)| body.clone()).collect()
    }
    /// Waits for a method to have been called so often.
    pub async fn called(&self, method: &str, times: usize) {
        let name = method.to_lowercase();
        let enough = |s: &State| s.calls.iter().filter(|(called, _)| *called == name).count() >= times;
        self.0.state.until(&format!("{times} calls of {method}"), |s| enough(s).then_some(())).await;
    }
    /// What broke a rule of Telegram's so far.
    pub fn broken_rules(&self) -> Vec<String> {
        self.state().complaints.clone()
    }
}
