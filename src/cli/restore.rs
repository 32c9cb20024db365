//! `countersign restore status`, `report` and `confirm`: what an operator does after the database was restored.

use super::start;
use crate::{
    audit::health::TrailHealth,
    config::{Config, Keys},
    connectors,
    entropy::Entropy,
    grants::Connectors,
    metrics::Metrics,
    policy::PolicyHandle,
    restore::{Confirmation, Confirmed, Looked, Operator, Orphan, Seen, Sidecar, confirm, look},
    store::{self, Store},
    writer::Writer,
};
use clap::{Args, Subcommand};
use countersign_engine::{decide::Held, id::PersonId, request::Request};
use secrecy::ExposeSecret;
use std::{fmt::Write, path::Path, process::ExitCode, sync::Arc};

/// What to do about a database that was restored or replaced.
#[derive(Subcommand, Debug)]
pub enum RestoreCommand {
    /// Is this database in quarantine, and why?
    Status,
    /// Compare what the database believes with what the targets hold. Changes nothing.
    Report,
    /// Let the server use this database. Grants whose access is gone are ended; nothing is granted.
    Confirm(ConfirmArgs),
}

/// Who confirms, and how.
#[derive(Args, Debug)]
pub struct ConfirmArgs {
    /// The administrator who confirms it: their id.
    #[arg(long)]
    by: String,
    /// What happened, on one line. It is signed, and kept for ever.
    #[arg(long)]
    note: String,
    /// Take away what is at the targets and the database knows nothing of.
    #[arg(long)]
    revoke_orphans: bool,
    /// Go on though a target cannot be asked.
    #[arg(long)]
    even_if_unreachable: bool,
}

/// Runs it.
pub async fn run(command: RestoreCommand) -> ExitCode {
    start::print(match command {
        RestoreCommand::Status => status().await,
        RestoreCommand::Report => report().await,
        RestoreCommand::Confirm(args) => confirmed(args).await,
    })
}

/// `countersign backup --to FILE`
pub async fn backup(to: &Path) -> ExitCode {
    let copied = async {
        let config = start::config()?;
        store::backup(config.database_url.expose_secret(), to).await.map_err(|e| e.to_string())?;
        Ok(format!("{}: a copy of the database; docs/BACKUP.md says what else to keep", to.display()))
    };
    start::print(copied.await)
}

async fn status() -> Result<String, String> {
    let config = start::config()?;
    let store = start::store(&config.database_url).await?;
    let instance = store.instance().await.map_err(|e| e.to_string())?;
    let Some(instance) = instance else { return Ok("no server has used this database yet".into()) };
    let restores = store.restores().await.map_err(|e| e.to_string())?;
    let mut text = format!("instance {}, epoch {}", instance.id, instance.epoch);
    for restored in restores {
        let _ = write!(text, "\nepoch {} began with the restore confirmed at {}", restored.epoch, restored.at);
    }
    match instance.quarantine {
        Some(why) => {
            let _ = write!(
                text,
                "\nin QUARANTINE: {why}\n  hint: `countersign restore report`, then `countersign restore confirm`"
            );
        }
        None => text.push_str("\nin use"),
    }
    Ok(text)
}

async fn report() -> Result<String, String> {
    let with = operator().await?;
    let looked = look(with.store.as_ref(), &with.connectors).await.map_err(|e| e.to_string())?;
    Ok(said(&looked))
}

async fn confirmed(args: ConfirmArgs) -> Result<String, String> {
    let with = operator().await?;
    let confirmation = Confirmation {
        by: PersonId::new(args.by),
        note: args.note,
        revoke_orphans: args.revoke_orphans,
        even_if_unreachable: args.even_if_unreachable,
    };
    let Confirmed { epoch, looked, ended, revoked, left } =
        confirm(&with, &confirmation).await.map_err(|e| e.to_string())?;
    let mut text = said(&looked);
    let _ = write!(text, "\n\n{} grants ended, {} orphans revoked", ended.len(), revoked.len());
    for (Orphan { connector, target_name }, why) in left {
        let _ = write!(text, "\n✗ {target_name} at {connector} is not revoked: {why}");
    }
    let _ = write!(text, "\n✓ epoch {epoch} begins: the server uses this database");
    Ok(text)
}

/// What a server in quarantine says in its log, once.
pub(super) async fn log_what_is_there(store: Arc<dyn Store>, connectors: Connectors) {
    match look(store.as_ref(), &connectors).await {
        Ok(looked) => said(&looked).lines().for_each(|line| tracing::warn!("quarantine: {line}")),
        Err(error) => tracing::warn!(%error, "quarantine: the targets could not be compared with the database"),
    }
}

async fn operator() -> Result<Operator, String> {
    let config: Config = start::config()?;
    let loaded = start::policy(&config.policy)?;
    let keys = Keys::load(&config.key_file).map_err(|e| e.to_string())?.ok_or_else(|| {
        format!("{}: there is no key file\n  hint: restore it from the backup, too", config.key_file.display())
    })?;
    let store = start::store(&config.database_url).await?;
    let built = connectors::build(&loaded, &config.environment, &config.public_url, &keys.vault)
        .map_err(|problems| problems.to_string())?;
    let (policy, clock) = (PolicyHandle::new(loaded.policy), start::clock());
    // The quarantine is the server's; what is decided here is what ends it.
    let trail = TrailHealth::default();
    let writer =
        Writer::start(store.clone(), policy.clone(), clock.clone(), Entropy::default(), Metrics::default(), trail);
    Ok(Operator {
        writer,
        policy,
        connectors: built.connectors,
        clock,
        signer: start::signer_of(&keys)?,
        checkpoints: config.checkpoints,
        sidecar: Sidecar::at(&config.instance_file),
        store,
    })
}

fn said(looked: &Looked) -> String {
    let mut text = String::new();
    let mut list = |heading: &str, lines: Vec<String>| {
        let _ = write!(text, "{}{} {heading}", if text.is_empty() { "" } else { "\n" }, lines.len());
        for line in lines {
            let _ = write!(text, "\n    {line}");
        }
    };
    let grants = |held| looked.held(held).map(|Seen { request, .. }| grant(request)).collect();
    list("grants that the target holds", grants(Held::Present));
    list("grants that the target does not hold", grants(Held::Absent));
    list("grants of which nobody can tell", grants(Held::Unknown));
    let orphan = |o: &Orphan| format!("{} at {}", o.target_name, o.connector);
    list("orphans: at a target, and unknown to the database", looked.orphans.iter().map(orphan).collect());
    list(
        "targets that cannot be asked",
        looked.unreachable.iter().map(|(name, why)| format!("{name}: {why}")).collect(),
    );
    text
}

fn grant(request: &Request) -> String {
    let state = request.grant.as_ref().map_or("none", |grant| grant.state.key());
    let (id, holder, resource) = (&request.short_id, &request.holder, &request.asked.resource);
    format!("{id} ({holder}, {resource}): {state} in the database")
}
