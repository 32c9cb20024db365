//! Payloads as Slack documents them, with the fields that apps are told not to rely on.

use super::{APP, FakeSlack, Message, TEAM, View};
use serde_json::{Value, json};

impl FakeSlack {
    /// The payload of a slash command, for tests that change it before [`FakeSlack::deliver`].
    pub fn command_payload(&self, user: &str, text: &str) -> Value {
        let (trigger, answer) = self.trigger(user, "C00000001");
        json!({"token": "unused", "team_id": TEAM, "team_domain": "acme", "channel_id": "C00000001",
            "channel_name": "access", "user_id": user, "user_name": "somebody", "command": "/access", "text": text,
            "api_app_id": APP, "is_enterprise_install": "false", "response_url": answer, "trigger_id": trigger})
    }

    /// The payload of a press on the button with this label.
    ///
    /// # Panics
    /// When the message has no such button.
    pub fn press_payload(&self, user: &str, label: &str, message: &Message) -> Value {
        let message = self.now(message);
        let found = message.button(label);
        let button = found.unwrap_or_else(|| panic!("no button \"{label}\" among {:?}", message.buttons()));
        let (trigger, answer) = self.trigger(user, &message.channel);
        let mut action = button;
        action["block_id"] = "b1".into();
        action["action_ts"] = "1772000001.1".into();
        json!({"type": "block_actions", "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM},
            "api_app_id": APP, "token": "unused", "trigger_id": trigger, "response_url": answer,
            "team": {"id": TEAM, "domain": "acme"}, "enterprise": null, "is_enterprise_install": false,
            "container": {"type": "message", "message_ts": message.ts, "channel_id": message.channel,
                "is_ephemeral": message.reader.is_some()},
            "channel": {"id": message.channel, "name": "access"}, "state": {"values": {}},
            "message": {"type": "message", "user": "U000000B0", "ts": message.ts, "bot_id": "B00000001", "app_id": APP,
                "text": message.text, "team": TEAM, "blocks": message.blocks},
            "actions": [action]})
    }

    /// The payload of a form that is sent with these values, by block.
    pub fn form_payload(&self, user: &str, view: &View, values: &[(&str, &str)]) -> Value {
        let (trigger, _) = self.trigger(user, "C00000001");
        let mut state = json!({});
        for block in view.body["blocks"].as_array().into_iter().flatten().filter(|b| b["type"] == "input") {
            let (id, element) = (block["block_id"].as_str().unwrap_or_default(), &block["element"]);
            let value = values.iter().find(|(name, _)| *name == id).map(|(_, value)| *value);
            let kind = element["type"].as_str().unwrap_or_default();
            let filled = match kind {
                "static_select" => json!({"type": kind, "selected_option": value.map(|v| json!({"value": v,
                    "text": {"type": "plain_text", "text": v, "emoji": true}}))}),
                _ => json!({"type": kind, "value": value}),
            };
            state[id] = json!({element["action_id"].as_str().unwrap_or_default(): filled});
        }
        let mut body = view.body.clone();
        body["id"] = view.id.as_str().into();
        body["hash"] = "h".into();
        body["team_id"] = TEAM.into();
        body["app_id"] = APP.into();
        body["root_view_id"] = view.id.as_str().into();
        body["previous_view_id"] = Value::Null;
        body["state"] = json!({"values": state});
        json!({"type": "view_submission", "team": {"id": TEAM, "domain": "acme"}, "enterprise": null, "token": "unused",
            "user": {"id": user, "username": "somebody", "name": "somebody", "team_id": TEAM}, "api_app_id": APP,
            "trigger_id": trigger, "view": body, "response_urls": [], "is_enterprise_install": false})
    }

    /// A trigger, and an answer address, of one interaction.
    fn trigger(&self, user: &str, channel: &str) -> (String, String) {
        let number = self.change(|s| s.next());
        let (trigger, answer) = (format!("{number}.8088930838.fake{number:08}"), format!("a{number}"));
        self.change(|s| {
            s.triggers.insert(trigger.clone(), user.to_owned());
            s.answers.insert(answer.clone(), (user.to_owned(), channel.to_owned(), 0));
        });
        (trigger, format!("{}/answer/{answer}", self.0.origin))
    }
}
