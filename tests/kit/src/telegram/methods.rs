//! The methods that we know, with the words of the documentation when they refuse.

use super::{
    BOT, FakeTelegram, USERNAME,
    calls::Refusal,
    entities,
    model::{Answer, Message},
};
use serde_json::{Value, json};

type Done = Result<Value, Refusal>;

pub(super) fn call(telegram: &FakeTelegram, method: &str, body: &Value) -> Done {
    match method {
        "getme" => Ok(json!({"id": BOT, "is_bot": true, "first_name": "Countersign", "username": USERNAME,
            "can_join_groups": true, "can_read_all_group_messages": false, "supports_inline_queries": false})),
        "getmycommands" => Ok(telegram.state().commands.get(&body["scope"].to_string()).cloned().unwrap_or(json!([]))),
        "setmycommands" => set_commands(telegram, body),
        "setwebhook" => set_webhook(telegram, body),
        "deletewebhook" => {
            telegram.change(|s| s.webhook = json!({"url": ""}));
            Ok(json!(true))
        }
        "getwebhookinfo" => Ok(telegram.state().webhook.clone()),
        "sendmessage" => send(telegram, body),
        "editmessagetext" => edit(telegram, body),
        "answercallbackquery" => answer(telegram, body),
        "deletemessage" => delete(telegram, body),
        "sendchataction" => reachable(telegram, body).map(|_| json!(true)),
        other => Err(Refusal(404, format!("Not Found: method {other} not found"), Value::Null)),
    }
}

fn strict<T>(telegram: &FakeTelegram, checked: Result<T, String>, body: &Value) -> Result<T, Refusal> {
    checked.map_err(|why| {
        telegram.change(|s| s.complain(format!("{why}: {body}")));
        Refusal::bad(&why)
    })
}

/// The chat, if the bot may write there.
fn reachable(telegram: &FakeTelegram, body: &Value) -> Result<i64, Refusal> {
    let chat = body["chat_id"].as_i64().ok_or_else(|| Refusal::bad("chat_id is empty"))?;
    let state = telegram.state();
    if let Some(new) = state.moved.get(&chat) {
        let said = "Bad Request: group chat was upgraded to a supergroup chat".to_owned();
        return Err(Refusal(400, said, json!({"migrate_to_chat_id": new})));
    }
    match chat {
        chat if chat > 0 && state.strangers.contains(&chat) => {
            Err(Refusal::forbidden("bot can't initiate conversation with a user"))
        }
        chat if chat > 0 && state.blocked => Err(Refusal::forbidden("bot was blocked by the user")),
        70_001..=70_009 => Ok(chat),
        chat if chat < 0 && state.kicked => Err(Refusal::forbidden("bot was kicked from the supergroup chat")),
        chat if state.groups.contains(&chat) => Ok(chat),
        _ => Err(Refusal::bad("chat not found")),
    }
}

fn send(telegram: &FakeTelegram, body: &Value) -> Done {
    strict(telegram, entities::check(body), body)?;
    let chat = reachable(telegram, body)?;
    let (text, entities) = entities::read(body);
    let id = telegram.change(|s| {
        let id = s.next();
        let below = body["reply_parameters"].clone();
        let markup = body["reply_markup"].clone();
        s.messages.push(Message { chat, id, text, entities, markup, below, edits: 0, deleted: false, read: false });
        id
    });
    Ok(as_sent(telegram, chat, id))
}

fn edit(telegram: &FakeTelegram, body: &Value) -> Done {
    strict(telegram, entities::check(body), body)?;
    let chat = reachable(telegram, body)?;
    let id = body["message_id"].as_i64().ok_or_else(|| Refusal::bad("message identifier is not specified"))?;
    let (text, entities) = entities::read(body);
    telegram.change(|s| {
        let fits = |m: &&mut Message| m.chat == chat && m.id == id && !m.deleted;
        let message = s.messages.iter_mut().find(fits).ok_or_else(|| Refusal::bad("message to edit not found"))?;
        let markup = match &body["reply_markup"] {
            markup if markup["inline_keyboard"].as_array().is_some_and(|rows| !rows.is_empty()) => markup.clone(),
            _ => Value::Null,
        };
        let before = match &message.markup {
            markup if markup["inline_keyboard"].as_array().is_some_and(|rows| !rows.is_empty()) => markup.clone(),
            _ => Value::Null,
        };
        if (&message.text, &message.entities, &before) == (&text, &entities, &markup) {
            let said = "message is not modified: specified new message content and reply markup are exactly the same as \
                        a current content and reply markup of the message";
            return Err(Refusal::bad(said));
        }
        (message.text, message.entities, message.markup) = (text, entities, markup);
        message.edits += 1;
        Ok(())
    })?;
    Ok(as_sent(telegram, chat, id))
}

/// A message as the Bot API gives it back, and puts it into presses and replies.
pub(super) fn as_sent(telegram: &FakeTelegram, chat: i64, id: i64) -> Value {
    let state = telegram.state();
    let Some(message) = state.messages.iter().find(|m| m.chat == chat && m.id == id) else { return Value::Null };
    let mut sent = json!({"message_id": id, "date": 1_795_428_000, "chat": as_chat(chat), "text": message.text,
        "from": {"id": BOT, "is_bot": true, "first_name": "Countersign", "username": USERNAME}});
    if message.entities.as_array().is_some_and(|entities| !entities.is_empty()) {
        sent["entities"] = message.entities.clone();
    }
    if message.markup["inline_keyboard"].is_array() {
        sent["reply_markup"] = message.markup.clone();
    }
    sent
}

/// A chat as the Bot API describes it.
pub(super) fn as_chat(chat: i64) -> Value {
    match chat {
        id if id > 0 => json!({"id": id, "type": "private", "first_name": format!("Person {id}")}),
        id if id > -1_000_000_000_000 => json!({"id": id, "type": "group", "title": "Access"}),
        id => json!({"id": id, "type": "supergroup", "title": "Access"}),
    }
}

fn delete(telegram: &FakeTelegram, body: &Value) -> Done {
    let (chat, id) = (reachable(telegram, body)?, body["message_id"].as_i64().unwrap_or_default());
    telegram.change(|s| {
        let found = s.messages.iter_mut().find(|m| m.chat == chat && m.id == id && !m.deleted);
        found.map(|m| m.deleted = true).ok_or_else(|| Refusal::bad("message to delete not found"))
    })?;
    Ok(json!(true))
}

fn answer(telegram: &FakeTelegram, body: &Value) -> Done {
    let text = body["text"].as_str().unwrap_or_default().to_owned();
    if text.encode_utf16().count() > 200 {
        return strict(telegram, Err("MESSAGE_TOO_LONG".into()), body);
    }
    let url = body["url"].as_str().map(str::to_owned);
    if url.as_ref().is_some_and(|url| !url.starts_with(&format!("https://t.me/{USERNAME}?start="))) {
        return strict(telegram, Err("URL_INVALID".into()), body);
    }
    let given = Answer { text, alert: body["show_alert"] == true, url };
    telegram.change(|s| match s.queries.get_mut(body["callback_query_id"].as_str().unwrap_or_default()) {
        Some(open @ None) => {
            *open = Some(given);
            Ok(json!(true))
        }
        _ => Err(Refusal::bad("query is too old and response timeout expired or query ID is invalid")),
    })
}

fn set_commands(telegram: &FakeTelegram, body: &Value) -> Done {
    let commands = body["commands"].as_array().cloned().unwrap_or_default();
    for command in &commands {
        let (name, said) = (command["command"].as_str().unwrap_or_default(), command["description"].as_str());
        let shaped = (1..=32).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
        let described = said.is_some_and(|said| (1..=256).contains(&said.chars().count()));
        if !shaped || !described {
            return strict(telegram, Err("BOT_COMMAND_INVALID".into()), body);
        }
    }
    telegram.change(|s| s.commands.insert(body["scope"].to_string(), commands.into()));
    Ok(json!(true))
}

fn set_webhook(telegram: &FakeTelegram, body: &Value) -> Done {
    let url = body["url"].as_str().unwrap_or_default();
    if !url.is_empty() && !url.starts_with("https://") {
        return Err(Refusal::bad("bad webhook: An HTTPS URL must be provided for webhook"));
    }
    let secret = body["secret_token"].as_str().unwrap_or_default();
    if !secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') || secret.len() > 256 {
        return strict(telegram, Err("bad webhook: secret token contains unallowed characters".into()), body);
    }
    telegram.change(|s| s.webhook = body.clone());
    Ok(json!(true))
}
