//! Activities as Teams documents them, with the fields that apps are told not to rely on.

use super::{APP, FakeTeams, Message, PLACE, TENANT};
use serde_json::{Value, json};

/// The Entra object id of a person: 1 is dev, 8 is sec4, 9 is nobody's account.
pub fn object(who: usize) -> String {
    format!("00000000-0000-0000-0000-0000000000{}", 10 + who)
}

/// The same person as this bot's Teams names them.
pub fn user(who: usize) -> String {
    format!("29:1person{who}")
}

impl FakeTeams {
    /// What every activity has. Everything but [`PLACE`] is a conversation with one person.
    fn activity(&self, who: usize, conversation: &str) -> Value {
        let number = self.change(|s| s.next());
        let personal = !conversation.starts_with("19:");
        let kind = if personal { "personal" } else { "channel" };
        let id =
            if personal { conversation.to_owned() } else { format!("{conversation};messageid=17720000{number:05}") };
        let channel = (!personal).then(|| json!({"id": conversation}));
        json!({"id": format!("17720000{number:05}"), "timestamp": "2026-03-03T10:00:00.000Z", "channelId": "msteams",
            "localTimestamp": null, "serviceUrl": self.service_url(), "locale": "en-US",
            "from": {"id": user(who), "name": "Somebody", "aadObjectId": object(who)},
            "conversation": {"conversationType": kind, "tenantId": TENANT, "id": id, "isGroup": !personal},
            "recipient": {"id": format!("28:{APP}"), "name": "Countersign"},
            "channelData": {"tenant": {"id": TENANT}, "channel": channel, "settings": null}})
    }

    /// A message that somebody typed; in a channel the app is mentioned, without which it hears nothing.
    pub fn message_payload(&self, who: usize, conversation: &str, text: &str) -> Value {
        let mut activity = self.activity(who, conversation);
        activity["type"] = "message".into();
        activity["textFormat"] = "plain".into();
        let client = json!({"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Windows"});
        let mention = json!({"type": "mention", "text": "<at>Countersign</at>",
            "mentioned": {"id": format!("28:{APP}"), "name": "Countersign"}});
        if conversation == PLACE {
            activity["text"] = format!("<at>Countersign</at> {text}\n").into();
            activity["entities"] = json!([mention, client]);
        } else {
            activity["text"] = text.into();
            activity["entities"] = json!([client]);
        }
        activity["attachments"] = json!([{"contentType": "text/html", "content": "<div><div>...</div></div>"}]);
        activity
    }

    /// An invoke of this action, with what was filled into the card's fields.
    pub fn invoke_payload(&self, who: usize, message: &Message, action: &Value, fields: &[(&str, &str)]) -> Value {
        let mut activity = self.activity(who, &message.conversation);
        if message.conversation.starts_with("19:") {
            activity["conversation"]["id"] = format!("{};messageid={}", message.conversation, message.id).into();
        }
        activity["type"] = "invoke".into();
        activity["name"] = "adaptiveCard/action".into();
        activity["replyToId"] = message.id.as_str().into();
        activity["id"] = format!("f:invoke-{}", activity["id"].as_str().unwrap_or_default()).into();
        let mut data = action["data"].clone();
        for (name, value) in fields {
            data[*name] = (*value).into();
        }
        activity["value"] = json!({"action": {"type": "Action.Execute", "title": action["title"], "id": null,
            "verb": action["verb"], "data": data}, "trigger": "manual"});
        activity
    }

    /// The same press in a client that knows `Action.Submit` only.
    pub fn submit_payload(&self, who: usize, message: &Message, action: &Value, fields: &[(&str, &str)]) -> Value {
        let mut activity = self.invoke_payload(who, message, action, fields);
        activity["type"] = "message".into();
        activity["name"] = Value::Null;
        activity["value"] = activity["value"]["action"]["data"].clone();
        activity
    }
}
