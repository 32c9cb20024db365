//! An interaction object, field by field.

use super::{Interaction, Malformed, Options, What, form, option::Given};
use crate::identity::Origin;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A message that only one person sees (discord.com/developers, "Message Flags").
const EPHEMERAL: u64 = 1 << 6;

#[derive(Deserialize)]
struct Payload {
    id: Option<String>,
    token: Option<String>,
    application_id: Option<String>,
    #[serde(rename = "type")]
    kind: u64,
    data: Option<Data>,
    guild_id: Option<String>,
    context: Option<u64>,
    authorizing_integration_owners: Option<BTreeMap<String, Value>>,
    member: Option<Member>,
    user: Option<User>,
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Data {
    name: Option<String>,
    guild_id: Option<String>,
    options: Option<Vec<Given>>,
    custom_id: Option<String>,
    component_type: Option<u64>,
    #[serde(default)]
    components: Value,
}

#[derive(Deserialize)]
struct Member {
    user: Option<User>,
}

#[derive(Deserialize)]
struct User {
    id: Option<String>,
    bot: Option<bool>,
    system: Option<bool>,
}

#[derive(Deserialize)]
struct Message {
    flags: Option<u64>,
}

pub(super) fn read(payload: Value) -> Result<Interaction, Malformed> {
    let payload: Payload = serde_json::from_value(payload).map_err(|_| Malformed)?;
    let what = what(payload.kind, payload.data.as_ref());
    let guild_of_command = payload.data.as_ref().and_then(|data| data.guild_id.clone());
    let what = match (what, payload.data) {
        (Step::Done(what), _) => what,
        (Step::Command { typing }, data) => {
            let (options, focused) = Options::read(data.and_then(|data| data.options).unwrap_or_default());
            match typing {
                true => What::Typing(focused.unwrap_or_default(), options),
                false => What::Typed(options),
            }
        }
    };
    let user = payload.member.and_then(|member| member.user).or(payload.user);
    let ping = what == What::Ping;
    let name = |id: Option<String>| id.filter(|id| ping || is_id(id));
    let id = name(payload.id);
    let token = payload.token.filter(|token| is_token(token));
    if !ping && (id.is_none() || token.is_none()) {
        return Err(Malformed);
    }
    let flag = |flag: Option<bool>| flag == Some(true);
    let owners = payload.authorizing_integration_owners.unwrap_or_default();
    let owner = |key: &str| owners.get(key).map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    Ok(Interaction {
        id: id.unwrap_or_default(),
        token: token.unwrap_or_default(),
        origin: Origin {
            application: payload.application_id,
            guild: payload.guild_id,
            guild_of_command,
            context: payload.context,
            installed_by_guild: owner("0"),
            installed_by_user: owner("1"),
            user: user.as_ref().and_then(|user| user.id.clone()).unwrap_or_default(),
            robot: user.is_some_and(|user| flag(user.bot) || flag(user.system)),
        },
        on_message: payload.message.is_some(),
        on_shared_card: payload.message.is_some_and(|message| message.flags.unwrap_or_default() & EPHEMERAL == 0),
        what,
    })
}

/// What is known before the options are read.
enum Step {
    Done(What),
    Command { typing: bool },
}

/// The types of interactions (discord.com/developers, "Receiving and Responding").
fn what(kind: u64, data: Option<&Data>) -> Step {
    let other = |kind: &str| Step::Done(What::Other(kind.to_owned()));
    match (kind, data) {
        (1, _) => Step::Done(What::Ping),
        (2 | 4, Some(data)) if data.name.as_deref() == Some("access") => Step::Command { typing: kind == 4 },
        (2 | 4, _) => other("a command that is not ours"),
        (3, Some(Data { component_type: Some(2) | None, custom_id: Some(token), .. })) => {
            Step::Done(What::Pressed(token.clone()))
        }
        (3, _) => other("a component that is no button"),
        (5, Some(Data { custom_id: Some(id), components, .. })) => match form::read(id, components) {
            Some(filled) => Step::Done(What::Sent(filled)),
            None => other("a form that is not ours"),
        },
        (5, _) => other("a form without a name"),
        (kind, _) => Step::Done(What::Other(format!("interaction type {kind}"))),
    }
}

/// Discord's ids are numbers; they become part of addresses that we call.
fn is_id(text: &str) -> bool {
    (1..=20).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_token(text: &str) -> bool {
    let fine = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'=' | b'.');
    (1..=1_024).contains(&text.len()) && text.bytes().all(fine) && !text.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn press(more: Value) -> Value {
        let mut payload = json!({"id": "1", "token": "t", "type": 3, "application_id": "9",
            "guild_id": "8", "member": {"user": {"id": "11"}}, "message": {"flags": 32768},
            "data": {"component_type": 2, "custom_id": "approve:01H:0"}});
        for (key, value) in more.as_object().unwrap() {
            payload[key] = value.clone();
        }
        payload
    }

    #[test]
    fn nulls_and_unknown_fields_are_fine() {
        let odd = json!({"context": null, "authorizing_integration_owners": null, "brand_new": [1], "channel": {"x": 1},
            "message": {"flags": null, "components": [{"type": 99, "components": [{"type": 98}]}]}});
        let read = read(press(odd)).unwrap();
        assert_eq!((read.what, read.on_shared_card), (What::Pressed("approve:01H:0".into()), true));
        assert_eq!(read.origin.user, "11");
    }

    #[test]
    fn private_answers_are_told_from_cards() {
        assert!(!read(press(json!({"message": {"flags": 64}}))).unwrap().on_shared_card);
        assert!(!read(press(json!({"message": null}))).unwrap().on_shared_card);
    }

    #[test]
    fn in_direct_messages_the_user_stands_alone() {
        let direct = json!({"guild_id": null, "member": null, "user": {"id": "12", "bot": true}});
        let read = read(press(direct)).unwrap();
        assert_eq!((read.origin.user.as_str(), read.origin.robot, read.origin.guild), ("12", true, None));
    }

    #[test]
    fn abuse_d06_nonsense_is_malformed_not_a_panic() {
        for payload in [json!(null), json!([]), json!({"type": "3"}), json!("x"), json!({"id": "1"})] {
            assert_eq!(read(payload), Err(Malformed));
        }
        for (key, value) in
            [("id", json!("1/../2")), ("token", json!("a/../b")), ("token", json!("a?x")), ("id", json!(7))]
        {
            assert_eq!(read(press(json!({key: value}))), Err(Malformed), "{key}");
        }
        for odd in
            [json!({"type": 77}), json!({"data": {"component_type": 3, "custom_id": "x"}}), json!({"data": null})]
        {
            assert!(matches!(read(press(odd)).unwrap().what, What::Other(_)));
        }
    }
}
