//! Payloads as Discord documents them, with the fields that apps have no use for.

use super::{APPLICATION, CHANNEL, FakeDiscord, Form, GUILD, Message};
use serde_json::{Value, json};

impl FakeDiscord {
    /// The payload of `/access` with these options, `{"resource": "prod-db", ...}`, for tests that change it before
    /// [`FakeDiscord::deliver`].
    pub fn command_payload(&self, user: &str, options: &Value) -> Value {
        let data = json!({"id": "930000000000000001", "name": "access", "type": 1, "guild_id": GUILD,
            "options": given(options, None)});
        self.interaction(2, user, CHANNEL, data)
    }

    /// The payload of `/access` while `option` is being typed.
    pub fn typing_payload(&self, user: &str, option: &str, options: &Value) -> Value {
        let data = json!({"id": "930000000000000001", "name": "access", "type": 1, "guild_id": GUILD,
            "options": given(options, Some(option))});
        self.interaction(4, user, CHANNEL, data)
    }

    /// The payload of a press on the button with this label.
    ///
    /// # Panics
    /// When the message has no such button.
    pub fn press_payload(&self, user: &str, label: &str, message: &Message) -> Value {
        let message = self.now(message);
        let found = message.button(label);
        let button = found.unwrap_or_else(|| panic!("no button \"{label}\" among {:?}", message.buttons()));
        let data = json!({"component_type": 2, "custom_id": button["custom_id"], "id": 7});
        let mut payload = self.interaction(3, user, &message.channel, data);
        payload["message"] = as_discord_shows(&message);
        payload
    }

    /// The payload of a form that is sent with these values, by field.
    pub fn form_payload(&self, user: &str, form: &Form, values: &[(&str, &str)]) -> Value {
        let filled = |component: &Value| {
            let id = component["custom_id"].as_str().unwrap_or_default();
            let value = values.iter().find(|(name, _)| *name == id).map(|(_, value)| *value);
            match component["type"].as_u64() {
                Some(3) => json!({"type": 3, "id": 3, "custom_id": id, "values": Vec::from_iter(value)}),
                _ => json!({"type": 4, "id": 3, "custom_id": id, "value": value.unwrap_or_default()}),
            }
        };
        let components: Vec<Value> = form.body["components"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|field| match field["type"].as_u64() {
                Some(18) => json!({"type": 18, "id": 2, "component": filled(&field["component"])}),
                _ => json!({"type": field["type"], "id": 2}),
            })
            .collect();
        let data = json!({"custom_id": form.body["custom_id"], "components": components});
        let mut payload = self.interaction(5, user, &form.channel, data);
        if let Some(message) = &form.message {
            payload["message"] = as_discord_shows(&self.now(message));
        }
        payload
    }

    /// What all of them have in common: on the server, or in a direct conversation.
    fn interaction(&self, kind: u64, user: &str, channel: &str, data: Value) -> Value {
        let (id, token) = self.change(|s| (s.next(), format!("aW50ZXJhY3Rpb246fake-{}", s.next())));
        let person = json!({"id": user, "username": "somebody", "discriminator": "0", "global_name": "Somebody",
            "avatar": null, "bot": false, "public_flags": 0});
        let mut payload = json!({"id": id, "application_id": APPLICATION, "type": kind, "token": token, "version": 1,
            "data": data, "channel_id": channel, "locale": "en-US", "entitlements": [], "attachment_size_limit": 10_485_760,
            "app_permissions": "2147483647"});
        if channel == CHANNEL {
            payload["guild_id"] = GUILD.into();
            payload["guild"] = json!({"id": GUILD, "locale": "en-US", "features": []});
            payload["guild_locale"] = "en-US".into();
            payload["member"] = json!({"user": person, "roles": [], "nick": null, "permissions": "2147483647",
                "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false});
            payload["channel"] = json!({"id": channel, "type": 0, "guild_id": GUILD});
            payload["context"] = 0.into();
            payload["authorizing_integration_owners"] = json!({"0": GUILD});
        } else {
            payload["user"] = person;
            payload["channel"] = json!({"id": channel, "type": 1});
            payload["context"] = 1.into();
            payload["authorizing_integration_owners"] = json!({"0": "0"});
        }
        payload
    }
}

fn given(options: &Value, focused: Option<&str>) -> Vec<Value> {
    let options = options.as_object().into_iter().flatten();
    options
        .map(|(name, value)| {
            let mut option = json!({"name": name, "type": 3, "value": value});
            if focused == Some(name) {
                option["focused"] = true.into();
            }
            option
        })
        .collect()
}

fn as_discord_shows(message: &Message) -> Value {
    json!({"id": message.id, "channel_id": message.channel, "type": 0, "content": "", "flags": message.body["flags"],
        "components": message.body["components"], "author": {"id": APPLICATION, "bot": true, "username": "countersign"},
        "application_id": APPLICATION, "timestamp": "2026-11-23T10:00:00.000000+00:00", "edited_timestamp": null,
        "mentions": [], "mention_roles": [], "attachments": [], "embeds": [], "pinned": false, "tts": false})
}

/// The options of `/access` that somebody would choose who means these words: the first is a resource or one of the
/// choices of `do`; `4h`, `90m`, `2d` and `until 18:00` are durations; a level of the demo organisation is an access level; the rest is
/// the reason.
pub(super) fn options(words: &str) -> Value {
    const DO: [&str; 8] = ["list", "status", "cancel", "end", "who", "explain", "link", "help"];
    let mut rest: Vec<&str> = words.split_whitespace().collect();
    let mut options = json!({});
    if rest.first().is_some_and(|word| DO.contains(word)) {
        options["do"] = rest.remove(0).into();
        if options["do"] != "explain" {
            if let Some(id) = rest.first() {
                options["request"] = (*id).into();
            }
            return options;
        }
    }
    if !rest.is_empty() {
        options["resource"] = rest.remove(0).into();
    }
    if rest.first().is_some_and(|word| matches!(*word, "read-only" | "read-write")) {
        options["access"] = rest.remove(0).into();
    }
    if rest.first() == Some(&"until") && rest.len() > 1 {
        options["duration"] = format!("until {}", rest[1]).into();
        rest.drain(..2);
    } else if !rest.is_empty() {
        options["duration"] = rest.remove(0).into();
    }
    if !rest.is_empty() {
        options["reason"] = rest.join(" ").into();
    }
    options
}
