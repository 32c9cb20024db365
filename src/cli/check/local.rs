//! What can be looked at without the composition root.

use super::{Examination, Findings};
use crate::{
    config::{Config, Environment, Keys},
    policy_file::{self, LoadError, Loaded},
    store,
};
use countersign_engine::{address::Address, person::Platform};
use secrecy::ExposeSecret;
use std::{collections::BTreeSet, path::Path};

pub(super) fn settings(environment: Environment) -> (Option<Config>, Findings) {
    match Config::new(environment) {
        Ok(config) => {
            let warnings = config.warnings.iter().map(ToString::to_string).collect();
            let seen = format!("{} at {}", config.public_url, config.listen);
            (Some(config), Findings { seen, warnings, ..Findings::default() })
        }
        Err(problems) => {
            let problems = problems.0.iter().map(ToString::to_string).collect();
            (None, Findings { seen: "environment and .env".into(), problems, ..Findings::default() })
        }
    }
}

pub(super) fn policy(path: &Path) -> (Option<Loaded>, Findings) {
    let name = path.display().to_string();
    match policy_file::load(path) {
        Ok(loaded) => {
            let policy = &loaded.policy;
            let (people, resources) = (policy.directory.everyone().count(), policy.resources.len());
            let seen = format!("{name}: {people} people, {resources} resources, {} workflows", policy.workflows.len());
            let warnings = loaded.warnings.iter().map(ToString::to_string).collect();
            (Some(loaded), Findings { seen, warnings, ..Findings::default() })
        }
        Err(LoadError::Wrong(problems)) => {
            let problems = problems.0.iter().map(ToString::to_string).collect();
            (None, Findings { seen: name, problems, ..Findings::default() })
        }
        Err(error) => (None, Findings::problem(name, error.to_string())),
    }
}

/// Is every variable set that the policy file names? Connectors name them by keys that end in `_env`.
pub(super) fn secrets(loaded: &Loaded, environment: &Environment) -> Findings {
    let mut named = 0;
    let mut problems = Vec::new();
    for connector in loaded.connectors.values() {
        let Ok(table) = connector.settings.read::<toml::Table>() else { continue };
        for (key, value) in table.iter().filter(|(key, _)| key.ends_with("_env")) {
            let Some(variable) = value.as_str() else { continue };
            named += 1;
            if environment.secret(variable).is_none() {
                let hint = "put it into .env, or into the environment of the server";
                problems.push(connector.settings.problem(key, format!("{variable} is not set"), hint).to_string());
            }
        }
    }
    let seen = match named {
        0 => "the policy file names none".to_owned(),
        n => format!("{} of {n} that the policy file names are set", n - problems.len()),
    };
    Findings { seen, problems, warnings: Vec::new() }
}

pub(super) fn keys(config: &Config) -> Findings {
    let name = config.key_file.display().to_string();
    match Keys::load(&config.key_file) {
        Ok(Some(_)) => Findings::fine(name),
        Ok(None) => Findings::fine(format!("{name} will be made at the first start")),
        Err(error) => Findings::problem(name, error.to_string()),
    }
}

pub(super) fn checkpoints(config: &Config) -> Findings {
    let name = config.checkpoints.display().to_string();
    let parent = config.checkpoints.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match std::fs::metadata(parent) {
        Ok(found) if found.is_dir() => Findings::fine(name),
        _ => {
            let problem =
                format!("{} is not a directory\n  hint: make it, or set COUNTERSIGN_CHECKPOINTS", parent.display());
            Findings::problem(name, problem)
        }
    }
}

pub(super) fn database(config: &Config) -> Examination<'static> {
    let url = config.database_url.clone();
    Examination::new("database", async move {
        let opened = async { store::open(url.expose_secret()).await?.ping().await };
        match opened.await {
            Ok(()) if url.expose_secret().starts_with("sqlite") => Findings::fine("SQLite; its schema is up to date"),
            Ok(()) => Findings::fine("PostgreSQL; its schema is up to date"),
            Err(error) => {
                let said = error.to_string();
                let hint = if said.contains("hint:") { "" } else { "\n  hint: see DATABASE_URL in .env.example" };
                Findings::problem("not usable", format!("{said}{hint}"))
            }
        }
    })
}

/// Does the policy count on a platform that is not configured?
pub(super) fn notifications(config: &Config, loaded: &Loaded) -> Findings {
    let mut wanted: BTreeSet<Platform> = BTreeSet::new();
    for workflow in loaded.policy.workflows.values() {
        wanted.extend(workflow.notify.places.iter().map(Address::platform));
        wanted.extend(&workflow.notify.approvers);
        wanted.extend(&workflow.notify.requester);
    }
    let settings = |platform: Platform| match platform {
        Platform::Slack => (config.slack.is_some(), "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"),
        Platform::Discord => (config.discord.is_some(), "DISCORD_BOT_TOKEN and DISCORD_APPLICATION_ID"),
        Platform::Telegram => (config.telegram.is_some(), "TELEGRAM_BOT_TOKEN"),
        Platform::Teams => (config.teams.is_some(), "TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID"),
        Platform::Email => (config.email.is_some(), "SMTP_URL and EMAIL_FROM"),
        // The policy file itself says where they are.
        Platform::Console | Platform::Api | Platform::Webhook => (true, ""),
    };
    let problems = wanted.iter().map(|platform| (platform, settings(*platform))).filter(|(_, (there, _))| !there);
    let problems = problems.map(|(platform, (_, names))| {
        let key = platform.key();
        format!(
            "workflows notify by {platform}, which is not configured\n  hint: set {names}, or leave {key} out of notify"
        )
    });
    let problems = problems.collect();
    let seen = match wanted.is_empty() {
        true => "on the console only".to_owned(),
        false => format!("on the console, {}", wanted.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    };
    Findings { seen, problems, warnings: Vec::new() }
}
