//! `/access`, as Discord knows it: registered on every server that the policy names, and only where it differs.

use crate::{
    api::Api,
    call::Call,
    fault::{Fault, with_hint},
    identity::{Identity, is_snowflake},
};
use countersign_engine::{ask::SUBCOMMANDS, command::bounds};
use serde_json::{Value, json};
use serenity::{
    builder::{CreateCommand, CreateCommandOption},
    model::application::{CommandOptionType, CommandType},
};
use std::{collections::BTreeSet, time::Duration};

/// A reloaded policy's new servers get the command within this time.
const EVERY: Duration = Duration::from_secs(60);

/// One command. Discord lets no command both stand alone, which opens the form, and have subcommands: so what would be
/// one is a choice.
pub(crate) fn command() -> Value {
    let option = |name: &str, description: &str| CreateCommandOption::new(CommandOptionType::String, name, description);
    let mut subcommand = option("do", "Something else than asking");
    for word in SUBCOMMANDS {
        subcommand = subcommand.add_string_choice(word, word);
    }
    let reason = u16::try_from(bounds::REASON).unwrap_or(u16::MAX);
    let command = CreateCommand::new("access")
        .kind(CommandType::ChatInput)
        .description("Ask for access, or look after your requests. Alone it opens a form")
        .add_option(option("resource", "What you need").set_autocomplete(true))
        .add_option(option("duration", "For how long: 4h, 90m, 2d, until 18:00").set_autocomplete(true))
        .add_option(option("access", "Access level; the usual one when left out").set_autocomplete(true))
        .add_option(option("reason", "Why").max_length(reason))
        .add_option(subcommand)
        .add_option(option("request", "Which request").set_autocomplete(true));
    let mut command = serde_json::to_value(command).unwrap_or_default();
    // Servers only: in direct messages people press buttons, and there the command would belong to nobody's server.
    command["contexts"] = json!([0]);
    command["integration_types"] = json!([0]);
    command
}

/// Registers wherever the policy wants it, for as long as the bot runs.
pub(crate) async fn keep(api: &Api, identity: &Identity) {
    let mut done = BTreeSet::new();
    loop {
        let wanted = (identity.guilds)();
        done.retain(|guild| wanted.contains(guild));
        for guild in wanted.difference(&done.clone()) {
            match register(api, &identity.application, guild).await {
                Ok(changed) => {
                    tracing::info!(guild, changed, "Discord: /access is registered");
                    done.insert(guild.clone());
                }
                Err(Fault::Refused { status, code }) => {
                    tracing::error!(
                        guild,
                        why = with_hint(status, code),
                        "Discord: /access cannot be registered on this server"
                    );
                    done.insert(guild.clone());
                }
                Err(fault) => tracing::warn!(guild, %fault, "Discord: /access is not registered yet; trying again"),
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Whether it had to be changed.
async fn register(api: &Api, application: &str, guild: &str) -> Result<bool, Fault> {
    if !is_snowflake(guild) {
        return Err(Fault::Refused { status: 400, code: 10004 });
    }
    let there = api.call(Call::commands(application, guild)).await?;
    let ours = command();
    let same = there.as_array().into_iter().flatten().any(|known| known["name"] == "access" && says(known, &ours));
    if !same {
        api.call(Call::register(application, guild, ours)).await?;
    }
    Ok(!same)
}

/// Does what Discord has say what we want? Discord adds fields of its own, and leaves out what is the default.
fn says(known: &Value, ours: &Value) -> bool {
    match (known, ours) {
        (Value::Object(known), Value::Object(ours)) => {
            let given = |name: &str| known.get(name).filter(|value| !value.is_null());
            ours.iter().all(|(name, ours)| given(name).map_or(is_default(name, ours), |known| says(known, ours)))
                && ["choices", "max_length", "options"]
                    .iter()
                    .all(|name| known.contains_key(*name) <= ours.contains_key(*name))
        }
        (Value::Array(known), Value::Array(ours)) => {
            known.len() == ours.len() && known.iter().zip(ours).all(|(known, ours)| says(known, ours))
        }
        (known, ours) => known == ours,
    }
}

fn is_default(name: &str, ours: &Value) -> bool {
    let empty = match ours {
        Value::Null | Value::Bool(false) => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    };
    // Commands of a server are always for servers, and Discord does not say so.
    empty || matches!(name, "contexts" | "integration_types") || (name == "type" && *ours == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_adds_or_leaves_out_is_no_difference() {
        let mut known = command();
        for (name, value) in
            [("id", json!("1")), ("version", json!("2")), ("nsfw", json!(false)), ("name_localizations", Value::Null)]
        {
            known[name] = value;
        }
        known.as_object_mut().unwrap().remove("contexts");
        known["options"][0].as_object_mut().unwrap().remove("required");
        assert!(says(&known, &command()));
        known["options"][0]["description"] = "old".into();
        assert!(!says(&known, &command()));
        let mut known = command();
        known["options"].as_array_mut().unwrap().pop();
        assert!(!says(&known, &command()));
        let mut known = command();
        known["options"][0]["choices"] = json!([{"name": "old", "value": "old"}]);
        assert!(!says(&known, &command()));
    }
}
