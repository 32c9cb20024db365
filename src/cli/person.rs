//! What an operator makes for a person at a terminal: tokens and login links.

use super::start;
use crate::{config::Config, credentials::Credentials};
use clap::Subcommand;
use countersign_engine::id::PersonId;
use std::process::ExitCode;

/// Personal API tokens.
#[derive(Subcommand, Debug)]
pub enum TokenCommand {
    /// Make one and print it, this once. It is good for 90 days.
    Create {
        /// The person's id or e-mail.
        #[arg(long = "for")]
        person: String,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        label: String,
    },
}

/// `countersign token ...`
pub async fn token(command: TokenCommand) -> ExitCode {
    let TokenCommand::Create { person, label } = command;
    let made = async {
        let (credentials, person, _) = open(&person).await?;
        credentials.new_token(&person, &label).await.map_err(|e| e.to_string())
    };
    start::print(made.await)
}

/// `countersign login-link --for PERSON`
pub async fn login_link(person: &str) -> ExitCode {
    let made = async {
        let (credentials, person, config) = open(person).await?;
        let code = credentials.new_login(&person).await.map_err(|e| e.to_string())?;
        Ok(format!("{}/login/{code}", config.public_url))
    };
    start::print(made.await)
}

async fn open(name: &str) -> Result<(Credentials, PersonId, Config), String> {
    let config = start::config()?;
    let loaded = start::policy(&config.policy)?;
    let directory = &loaded.policy.directory;
    let person = directory.look_up(name).ok_or_else(|| {
        let ids = directory.everyone().map(|p| p.id.as_str());
        let nearest = countersign_engine::ask::nearest(name, ids);
        let hint =
            if nearest.is_empty() { String::new() } else { format!("\nhint: did you mean {}?", nearest.join(" or ")) };
        format!("nobody is called \"{name}\" in {}{hint}", config.policy.display())
    })?;
    let store = start::store(&config.database_url).await?;
    let credentials = Credentials::new(store, start::clock(), false);
    Ok((credentials, person.id.clone(), config))
}
