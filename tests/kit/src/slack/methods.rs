//! The methods of the Web API that we know, with the error words of their documentation.

use super::{APP, FakeSlack, TEAM, blocks, look::direct, model::View};
use serde_json::{Value, json};

type Answer = Result<Value, &'static str>;

pub(super) fn call(slack: &FakeSlack, method: &str, body: &Value) -> Answer {
    match method {
        "auth.test" => {
            Ok(json!({"url": "https://acme.slack.com/", "team": "Acme", "user": "countersign", "team_id": TEAM,
            "user_id": "U000000B0", "bot_id": "B00000001", "is_enterprise_install": false}))
        }
        "apps.connections.open" => {
            let url = format!("{}/socket?ticket=1&app_id={APP}", slack.0.origin.replacen("http", "ws", 1));
            Ok(json!({"url": url}))
        }
        "conversations.open" => open(slack, body),
        "chat.postMessage" => post(slack, body),
        "chat.postEphemeral" => post_ephemeral(slack, body),
        "chat.update" => update(slack, body),
        "views.open" => open_view(slack, body),
        _ => Err("unknown_method"),
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}

fn open(slack: &FakeSlack, body: &Value) -> Answer {
    let user = text(body, "users");
    slack.change(|s| match s.people.contains(user) && !s.blocked {
        true => {
            s.channels.insert(direct(user));
            Ok(json!({"channel": {"id": direct(user)}}))
        }
        false if s.blocked => Err("messages_tab_disabled"),
        false => Err("user_not_found"),
    })
}

/// A message must be good before the place is looked at, as with Slack.
fn good(body: &Value) -> Result<(), &'static str> {
    if text(body, "text").is_empty() && body["blocks"].as_array().is_none_or(Vec::is_empty) {
        return Err("no_text");
    }
    if text(body, "text").chars().count() > 40_000 {
        return Err("msg_too_long");
    }
    match body.get("blocks") {
        Some(blocks) => blocks::check(blocks).map_err(|why| {
            eprintln!("the fake refuses blocks: {why}: {blocks}");
            "invalid_blocks"
        }),
        None => Ok(()),
    }
}

fn place(slack: &FakeSlack, channel: &str) -> Result<(), &'static str> {
    let state = slack.state();
    if (state.kicked && !channel.starts_with('D')) || (state.blocked && channel.starts_with('D')) {
        return Err(if channel.starts_with('D') { "messages_tab_disabled" } else { "not_in_channel" });
    }
    match (state.channels.contains(channel), state.archived.contains(channel)) {
        (false, _) => Err("channel_not_found"),
        (true, true) => Err("is_archived"),
        (true, false) => Ok(()),
    }
}

fn post(slack: &FakeSlack, body: &Value) -> Answer {
    let channel = text(body, "channel");
    good(body).and_then(|()| place(slack, channel))?;
    let ts = slack.change(|s| s.add(channel, body, None, true));
    Ok(
        json!({"channel": channel, "ts": ts, "message": {"type": "message", "ts": ts, "text": body["text"], "bot_id": "B00000001"}}),
    )
}

fn post_ephemeral(slack: &FakeSlack, body: &Value) -> Answer {
    let (channel, user) = (text(body, "channel"), text(body, "user"));
    good(body).and_then(|()| place(slack, channel))?;
    if !slack.state().people.contains(user) {
        return Err("user_not_in_channel");
    }
    let ts = slack.change(|s| s.add(channel, body, Some(user), false));
    Ok(json!({"message_ts": ts}))
}

fn update(slack: &FakeSlack, body: &Value) -> Answer {
    let (channel, ts) = (text(body, "channel"), text(body, "ts"));
    good(body).and_then(|()| place(slack, channel))?;
    slack.change(|s| {
        let fits = |m: &&mut super::Message| m.channel == channel && m.ts == ts && !m.deleted && m.reader.is_none();
        let message = s.messages.iter_mut().find(fits).ok_or("message_not_found")?;
        message.text = text(body, "text").to_owned();
        message.blocks = body["blocks"].clone();
        message.edits += 1;
        Ok(json!({"channel": channel, "ts": ts, "text": body["text"]}))
    })
}

fn open_view(slack: &FakeSlack, body: &Value) -> Answer {
    let view = &body["view"];
    if let Err(why) = blocks::check_view(view) {
        eprintln!("the fake refuses a view: {why}: {view}");
        slack.change(|s| s.complaints.push(why.to_string()));
        return Err("invalid_arguments");
    }
    slack.change(|s| {
        let user = s.triggers.remove(text(body, "trigger_id")).ok_or("invalid_trigger_id")?;
        let id = format!("V{:08}", s.next());
        s.views.push(View { id: id.clone(), user, body: view.clone(), read: false });
        Ok(json!({"view": {"id": id, "team_id": TEAM, "type": "modal", "hash": "h"}}))
    })
}
