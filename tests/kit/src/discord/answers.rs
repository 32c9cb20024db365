//! Answers to interactions: one within 3 s each, of a type that fits, and follow-ups.

use super::{FakeDiscord, check_message, check_modal, model::Form, rest::Refusal};
use serde_json::{Value, json};

const MALFORMED: Refusal = (400, 50035);
const UNKNOWN_INTERACTION: Refusal = (404, 10062);
const ANSWERED: Refusal = (400, 40060);
const EPHEMERAL: u64 = 1 << 6;

/// Takes the one answer, however it came.
pub(super) fn take(discord: &FakeDiscord, id: &str, token: &str, body: &Value) -> Result<(), Refusal> {
    let known = {
        let state = discord.state();
        let delivered = state.delivered.get(token).filter(|d| d.id == id);
        delivered.map(|d| (d.kind, d.answered, d.message.is_some()))
    };
    let (kind, answered, on_message) = known.ok_or(UNKNOWN_INTERACTION)?;
    if answered {
        return Err(ANSWERED);
    }
    if let Err(why) = fits(kind, on_message, body) {
        discord.complain(format!("an answer that Discord refuses: {why}: {body}"));
        return Err(MALFORMED);
    }
    discord.change(|s| {
        let Some(mut delivered) = s.delivered.remove(token) else { return };
        delivered.answered = true;
        let data = &body["data"];
        let private = data["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
        let reader = delivered.user.clone();
        match body["type"].as_u64() {
            Some(4) => {
                delivered.original = Some(s.add(&delivered.channel, data, private.then_some(reader.as_str())));
            }
            Some(5) => delivered.put_off = true,
            Some(7) => {
                let id = delivered.message.as_ref().map(|m| m.id.clone()).unwrap_or_default();
                if let Some(message) = s.message(&id) {
                    message.body = data.clone();
                    message.edits += 1;
                }
            }
            Some(9) => s.forms.push(Form {
                user: reader,
                body: data.clone(),
                channel: delivered.channel.clone(),
                message: delivered.message.clone(),
                read: false,
            }),
            _ => {}
        }
        if let Some(waiting) = delivered.waiting.take() {
            let _ = waiting.send(body.clone());
        }
        s.delivered.insert(token.to_owned(), delivered);
    });
    Ok(())
}

/// Which answers an interaction takes (discord.com/developers, "Interaction Callback Type"): of a ping 1, a command 2, a
/// component 3, what is being typed 4, and a form 5.
fn fits(kind: u64, on_message: bool, body: &Value) -> Result<(), String> {
    let data = &body["data"];
    match (kind, body["type"].as_u64()) {
        (1, Some(1)) => Ok(()),
        (2 | 3 | 5, Some(4)) => check_message(data),
        (2 | 3 | 5, Some(5)) => match data["allowed_mentions"] == json!({"parse": []}) {
            true => Ok(()),
            false => Err("mentions are not switched off".into()),
        },
        (3, Some(6)) => Ok(()),
        (5, Some(6)) if on_message => Ok(()),
        (3, Some(7)) => check_message(data),
        (5, Some(7)) if on_message => check_message(data),
        (2 | 3, Some(9)) => check_modal(data),
        (4, Some(8)) => choices(data),
        (kind, answer) => Err(format!("an interaction of type {kind} takes no answer of type {answer:?}")),
    }
}

fn choices(data: &Value) -> Result<(), String> {
    let choices = data["choices"].as_array().ok_or("no choices")?;
    let short = |value: &Value| value.as_str().is_some_and(|text| (1..=100).contains(&text.chars().count()));
    let fine = choices.len() <= 25 && choices.iter().all(|c| short(&c["name"]) && short(&c["value"]));
    fine.then_some(()).ok_or_else(|| format!("choices that Discord refuses: {data}"))
}

/// A further message.
pub(super) fn follow_up(discord: &FakeDiscord, token: &str, body: &Value) -> Result<Value, Refusal> {
    check(discord, body)?;
    discord.change(|s| {
        let delivered = s.delivered.get(token).filter(|d| d.answered).ok_or((404, 10015))?;
        let private = body["flags"].as_u64().unwrap_or_default() & EPHEMERAL != 0;
        let (channel, user) = (delivered.channel.clone(), delivered.user.clone());
        let id = s.add(&channel, body, private.then_some(user.as_str()));
        Ok(json!({"id": id, "channel_id": channel}))
    })
}

/// The answer that was given or put off, as it is to be.
pub(super) fn edit(discord: &FakeDiscord, token: &str, body: &Value) -> Result<Value, Refusal> {
    check(discord, body)?;
    discord.change(|s| {
        let delivered = s.delivered.get(token).filter(|d| d.answered).ok_or((404, 10015))?;
        let (channel, user) = (delivered.channel.clone(), delivered.user.clone());
        let (put_off, original) = (delivered.put_off, delivered.original.clone());
        let id = match original {
            Some(id) => id,
            // Whether it is private was said when it was put off; we always do it so.
            None if put_off => s.add(&channel, body, Some(&user)),
            None => return Err((404, 10008)),
        };
        if let Some(message) = s.message(&id) {
            message.body = body.clone();
        }
        if let Some(delivered) = s.delivered.get_mut(token) {
            delivered.original = Some(id.clone());
        }
        Ok(json!({"id": id, "channel_id": channel}))
    })
}

fn check(discord: &FakeDiscord, body: &Value) -> Result<(), Refusal> {
    check_message(body).map_err(|why| {
        discord.complain(why);
        MALFORMED
    })
}
