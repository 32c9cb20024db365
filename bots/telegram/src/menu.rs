//! The menu of commands that Telegram shows beside the text field.

use crate::{api::Api, fault::Fault};
use serde_json::{Value, json};
use teloxide::{
    payloads::{GetMyCommands, SetMyCommands},
    types::{BotCommand, BotCommandScope},
};

/// Registers the commands where they differ from what Telegram has.
pub(crate) async fn register(api: &Api) -> Result<(), Fault> {
    for scope in [BotCommandScope::AllPrivateChats, BotCommandScope::AllGroupChats] {
        let wanted = commands(&scope);
        let (mut get, mut set) = (GetMyCommands::new(), SetMyCommands::new(wanted.clone()));
        (get.scope, set.scope) = (Some(scope.clone()), Some(scope));
        let known = api.call(&get).await?;
        if !same(&known, &wanted) {
            api.call(&set).await?;
        }
    }
    Ok(())
}

fn commands(scope: &BotCommandScope) -> Vec<BotCommand> {
    let mut commands = vec![BotCommand::new("access", "Ask for access; alone: step by step")];
    if *scope == BotCommandScope::AllPrivateChats {
        commands.push(BotCommand::new("help", "What can be typed"));
    }
    commands
}

fn same(known: &Value, wanted: &[BotCommand]) -> bool {
    let wanted: Vec<Value> =
        wanted.iter().map(|c| json!({"command": c.command, "description": c.description})).collect();
    let known = known.as_array().map(Vec::as_slice).unwrap_or_default();
    known.len() == wanted.len()
        && known.iter().zip(&wanted).all(|(k, w)| k["command"] == w["command"] && k["description"] == w["description"])
}
