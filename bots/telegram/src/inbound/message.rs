//! What somebody wrote.

use super::{Chat, User, chat, user};
use serde_json::Value;

/// A new message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its id within the chat.
    pub id: i64,
    /// Where it stands.
    pub chat: Chat,
    /// Absent in channels.
    pub from: Option<User>,
    /// Written in the name of a chat, forwarded, or made by another bot: nobody of ours says it.
    pub borrowed: bool,
    /// The text, or what stands below a picture.
    pub text: String,
    /// What it answers.
    pub answers: Option<Replied>,
    /// The group goes on as this supergroup.
    pub moved_to: Option<i64>,
    /// The supergroup was this group.
    pub moved_from: Option<i64>,
}

/// The message that a message answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replied {
    /// Who wrote it.
    pub from: i64,
    /// The addresses of its links, in order: ours carry what a prompt is about.
    pub links: Vec<String>,
}

impl Message {
    /// `None` without a chat and an id.
    pub(super) fn read(value: &Value) -> Option<Self> {
        let words = ["text", "caption"].iter().filter_map(|name| value[name].as_str());
        let text = words.into_iter().find(|words| !words.is_empty()).unwrap_or_default();
        let set = |name: &str| !value[name].is_null();
        Some(Self {
            id: value["message_id"].as_i64()?,
            chat: chat(&value["chat"])?,
            from: user(&value["from"]),
            borrowed: ["sender_chat", "forward_origin", "via_bot", "is_automatic_forward"].iter().any(|name| set(name)),
            // Words copied from our own messages have our joiners in them.
            text: text.replace(crate::render::JOINER, ""),
            answers: Replied::read(&value["reply_to_message"]),
            moved_to: value["migrate_to_chat_id"].as_i64(),
            moved_from: value["migrate_from_chat_id"].as_i64(),
        })
    }

    /// The command and what follows it, if it is meant for the bot with this name: `/access@countersign_bot prod-db 4h`.
    pub fn command(&self, username: &str) -> Option<(&str, &str)> {
        let text = self.text.trim().strip_prefix('/')?;
        let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let (command, bot) = word.split_once('@').unwrap_or((word, username));
        bot.eq_ignore_ascii_case(username).then_some((command, rest.trim()))
    }
}

impl Replied {
    fn read(value: &Value) -> Option<Self> {
        let entities = value["entities"].as_array().map(Vec::as_slice).unwrap_or_default();
        let links = entities.iter().filter(|e| e["type"] == "text_link").filter_map(|e| e["url"].as_str());
        Some(Self { from: value["from"]["id"].as_i64()?, links: links.map(str::to_owned).collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wrote(text: &str) -> Message {
        let from = json!({"id": 70001, "is_bot": false});
        Message::read(&json!({"message_id": 1, "chat": {"id": -1, "type": "group"}, "from": from, "text": text}))
            .unwrap()
    }

    #[test]
    fn commands_are_told_from_words_and_from_other_bots() {
        let command = |text: &str| wrote(text).command("Acme_bot").map(|(a, b)| (a.to_owned(), b.to_owned()));
        let access = |rest: &str| Some(("access".to_owned(), rest.to_owned()));
        assert_eq!(command("/access prod-db 4h"), access("prod-db 4h"));
        assert_eq!(command(" /access@acme_bot  prod-db 4h \n"), access("prod-db 4h"));
        assert_eq!(command("/\u{2060}access\nlist"), access("list"));
        for words in ["/access@other_bot list", "access list", "", "@acme_bot /access"] {
            assert_eq!(command(words), None, "{words}");
        }
    }
}
