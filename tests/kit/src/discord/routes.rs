//! What the routes do, with the codes of Discord's documentation.

use super::{
    APPLICATION, FakeDiscord, answers, check_command, check_message,
    model::Channel,
    rest::{Called, Refusal, application},
};
use serde_json::{Value, json};

type Answer = Result<Value, Refusal>;

const MALFORMED: Refusal = (400, 50035);
const UNKNOWN_CHANNEL: Refusal = (404, 10003);
const UNKNOWN_GUILD: Refusal = (403, 50001);
const UNKNOWN_MESSAGE: Refusal = (404, 10008);
const UNKNOWN_USER: Refusal = (400, 50033);

pub(super) fn serve(discord: &FakeDiscord, called: &Called) -> Answer {
    let ids: Vec<&str> = called.ids.iter().map(String::as_str).collect();
    match (called.route, ids.as_slice()) {
        ("application", _) => Ok(application()),
        ("gateway", _) => {
            let url = format!("{}/socket", discord.0.origin.replacen("http", "ws", 1));
            Ok(json!({"url": url, "shards": 1,
                "session_start_limit": {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}}))
        }
        ("commands", [app, guild]) => commands(discord, app, guild),
        ("register", [app, guild]) => register(discord, app, guild, &called.body),
        ("open direct", _) => open(discord, called.body["recipient_id"].as_str().unwrap_or_default()),
        ("post", [channel]) => post(discord, channel, &called.body),
        ("edit", [channel, message]) => edit(discord, channel, message, &called.body),
        ("answer", [id, token]) => answers::take(discord, id, token, &called.body).map(|()| Value::Null),
        ("follow up", [app, token]) if *app == APPLICATION => answers::follow_up(discord, token, &called.body),
        ("edit answer", [app, token]) if *app == APPLICATION => answers::edit(discord, token, &called.body),
        _ => Err((404, 10015)),
    }
}

fn commands(discord: &FakeDiscord, app: &str, guild: &str) -> Answer {
    let known = discord.state().commands.get(guild).cloned().filter(|_| app == APPLICATION);
    known.map(Value::Array).ok_or(UNKNOWN_GUILD)
}

/// By name: a command that is there is replaced.
fn register(discord: &FakeDiscord, app: &str, guild: &str, command: &Value) -> Answer {
    good(discord, check_command(command))?;
    discord.change(|s| {
        let id = s.next();
        let commands = s.commands.get_mut(guild).filter(|_| app == APPLICATION).ok_or(UNKNOWN_GUILD)?;
        let mut stored = command.clone();
        for (name, value) in
            [("id", json!(id)), ("application_id", json!(app)), ("guild_id", json!(guild)), ("version", json!(id))]
        {
            stored[name] = value;
        }
        stored["name_localizations"] = Value::Null;
        stored["nsfw"] = false.into();
        for fixed in ["contexts", "integration_types"] {
            stored.as_object_mut().map(|fields| fields.remove(fixed));
        }
        commands.retain(|known| known["name"] != stored["name"]);
        commands.push(stored.clone());
        Ok(stored)
    })
}

fn open(discord: &FakeDiscord, person: &str) -> Answer {
    discord.change(|s| match s.people.contains(person) {
        true => {
            let id = direct(person);
            s.channels.insert(id.clone(), Channel { person: Some(person.to_owned()) });
            Ok(json!({"id": id, "type": 1, "recipients": [{"id": person, "username": "somebody"}]}))
        }
        false => Err(UNKNOWN_USER),
    })
}

/// A person's direct conversation with the bot.
pub(super) fn direct(person: &str) -> String {
    format!("92{}", person.get(2..).unwrap_or_default())
}

/// A message must be good before the place is looked at.
fn good(discord: &FakeDiscord, checked: Result<(), String>) -> Result<(), Refusal> {
    checked.map_err(|why| {
        discord.complain(why);
        MALFORMED
    })
}

fn place(discord: &FakeDiscord, channel: &str) -> Result<(), Refusal> {
    let state = discord.state();
    match state.channels.get(channel) {
        None => Err(UNKNOWN_CHANNEL),
        Some(Channel { person: None }) if state.lasting.kicked => Err((403, 50001)),
        Some(Channel { person: Some(_) }) if state.lasting.blocked => Err((403, 50007)),
        Some(_) => Ok(()),
    }
}

fn post(discord: &FakeDiscord, channel: &str, body: &Value) -> Answer {
    good(discord, check_message(body)).and_then(|()| place(discord, channel))?;
    let nonce = body["nonce"].as_str().filter(|_| body["enforce_nonce"] == true);
    discord.change(|s| {
        let known = nonce.and_then(|nonce| s.nonces.get(&(channel.to_owned(), nonce.to_owned())).cloned());
        let id = known.unwrap_or_else(|| s.add(channel, body, None));
        if let Some(nonce) = nonce {
            s.nonces.insert((channel.to_owned(), nonce.to_owned()), id.clone());
        }
        Ok(json!({"id": id, "channel_id": channel, "type": 0, "components": body["components"], "flags": body["flags"],
            "nonce": body["nonce"], "content": "", "mentions": [], "author": {"id": APPLICATION, "bot": true}}))
    })
}

fn edit(discord: &FakeDiscord, channel: &str, id: &str, body: &Value) -> Answer {
    good(discord, check_message(body)).and_then(|()| place(discord, channel))?;
    discord.change(|s| {
        let message = s.message(id).filter(|m| m.channel == channel && m.reader.is_none()).ok_or(UNKNOWN_MESSAGE)?;
        message.body = body.clone();
        message.edits += 1;
        Ok(json!({"id": id, "channel_id": channel, "components": body["components"], "flags": body["flags"]}))
    })
}
