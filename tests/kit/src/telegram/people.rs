//! What people do.

use super::{
    Answer, FakeTelegram, Message,
    methods::{as_chat, as_sent},
};
use serde_json::{Value, json};

impl FakeTelegram {
    /// Updates go to this server from now on, at the path that the bot asked for: `http://127.0.0.1:8080`.
    pub fn use_webhook(&self, base: &str) {
        self.change(|s| s.base = Some(base.trim_end_matches('/').to_owned()));
    }

    /// Somebody writes something; whether the bot took it.
    pub async fn write(&self, user: i64, chat: i64, text: &str) -> bool {
        self.deliver(self.writing(user, chat, text)).await
    }

    /// Somebody types `/access` and this.
    pub async fn command(&self, user: i64, chat: i64, words: &str) -> bool {
        self.write(user, chat, format!("/access {words}").trim_end()).await
    }

    /// Somebody replies to a message of the bot's.
    pub async fn reply(&self, user: i64, to: &Message, text: &str) -> bool {
        self.deliver(self.replying(user, to, text)).await
    }

    /// Somebody presses the button that says this; how the bot answered. A person who presses Start on the way has started.
    ///
    /// # Panics
    /// When the message has no such button, or the bot does not answer.
    pub async fn press(&self, user: i64, label: &str, message: &Message) -> Answer {
        let data = match self.seen(message).key(label) {
            Some(key) => key["callback_data"].as_str().unwrap_or_default().to_owned(),
            None => panic!("no button \"{label}\" on: {:?} {}", message.buttons(), message.words()),
        };
        self.press_data(user, &data, as_sent(self, message.chat, message.id)).await
    }

    /// Somebody's program presses a button with this data on this message, as raw JSON.
    ///
    /// # Panics
    /// When the bot does not answer.
    pub async fn press_data(&self, user: i64, data: &str, message: Value) -> Answer {
        let (id, body) = self.pressing(user, data, message);
        self.deliver(body).await;
        self.answer_to(&id).unwrap_or_else(|| panic!("a press on \"{data}\" was not answered"))
    }

    /// How a press was answered, if it was.
    pub(super) fn answer_to(&self, query: &str) -> Option<Answer> {
        self.state().queries.get(query).cloned().flatten()
    }

    /// A press as an update, and the id of its query.
    pub fn pressing(&self, user: i64, data: &str, message: Value) -> (String, Value) {
        let id = format!("q{}", self.change(|s| s.next()));
        self.change(|s| s.queries.insert(id.clone(), None));
        let query = json!({"id": id, "from": person(user), "chat_instance": "-771", "data": data, "message": message});
        (id, json!({"callback_query": query}))
    }

    /// A message as an update.
    pub fn writing(&self, user: i64, chat: i64, text: &str) -> Value {
        let id = self.change(|s| s.next());
        let mut message = json!({"message_id": id, "date": 1_795_428_000, "chat": as_chat(chat), "from": person(user),
            "text": text});
        if let Some(command) = text.strip_prefix('/').and_then(|_| text.split_whitespace().next()) {
            let length = command.encode_utf16().count();
            message["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
        }
        json!({"message": message})
    }

    /// A reply as an update.
    pub fn replying(&self, user: i64, to: &Message, text: &str) -> Value {
        let mut update = self.writing(user, to.chat, text);
        update["message"]["reply_to_message"] = as_sent(self, to.chat, to.id);
        update
    }

    /// A message of the bot's as the Bot API shows it.
    pub fn raw(&self, message: &Message) -> Value {
        as_sent(self, message.chat, message.id)
    }
}

fn person(user: i64) -> Value {
    json!({"id": user, "is_bot": false, "first_name": format!("Person {user}"), "language_code": "en"})
}
