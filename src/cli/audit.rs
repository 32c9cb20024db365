//! `countersign audit verify` and `countersign audit export`.

use super::start;
use crate::{
    audit::{
        csv, jsonl,
        note::{Verifier, split_notes},
        verify,
    },
    config::Config,
    store::{self, AuditQuery, AuditRow, Store},
};
use chrono::{DateTime, TimeDelta, Utc};
use clap::{Args, Subcommand, ValueEnum};
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

const PAGE: i64 = 1_000;
/// Twice what a server takes at most.
const SIGNED_WITHIN: TimeDelta = TimeDelta::minutes(2);

/// The audit trail.
#[derive(Subcommand, Debug)]
pub enum AuditCommand {
    /// Prove that no entry was edited, removed, moved or cut off.
    Verify(VerifyArgs),
    /// Write entries to standard output.
    Export(ExportArgs),
}

/// What to verify against.
#[derive(Args, Debug)]
pub struct VerifyArgs {
    /// A file of signed checkpoints that was kept elsewhere; the configured second place when absent.
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// The log's public key, as `verify` prints it; from this server's key file when absent.
    #[arg(long)]
    public_key: Option<String>,
    /// Be content without checkpoints from outside the database. Nothing then shows a tail that was cut off and made anew.
    #[arg(long, conflicts_with = "checkpoint")]
    without_checkpoints: bool,
}

/// What to export.
#[derive(Args, Debug)]
pub struct ExportArgs {
    /// How.
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
    /// From this moment, inclusive: 2026-11-23T00:00:00Z.
    #[arg(long)]
    from: Option<DateTime<Utc>>,
    /// To this moment, exclusive.
    #[arg(long)]
    to: Option<DateTime<Utc>>,
    /// Only what this person did, or what is theirs.
    #[arg(long)]
    person: Option<String>,
    /// Only this resource.
    #[arg(long)]
    resource: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// One JSON object a line, as from the API: `seq`, `leaf`, and `entry` exactly as it was hashed.
    Jsonl,
    /// A table for spreadsheets.
    Csv,
}

/// Runs it. Exit code 1 means that the trail does not hold, or could not be read.
pub async fn run(command: AuditCommand) -> ExitCode {
    let done = match command {
        AuditCommand::Verify(args) => verify(args).await,
        AuditCommand::Export(args) => export(args).await.map(|()| true),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => start::failed(&why),
    }
}

async fn verify(args: VerifyArgs) -> Result<bool, String> {
    let config = start::config()?;
    let verifier = match &args.public_key {
        Some(text) => Verifier::parse(text).ok_or("--public-key is not a key in the form name+id+key")?,
        None => start::signer(&config)?.verifier(),
    };
    let outside = match args.without_checkpoints {
        true => Vec::new(),
        false => outside(&config, args.checkpoint.as_ref())?,
    };
    let store = start::store(&config.database_url).await?;
    let mut verdict = verify::verify(store.as_ref(), &verifier, &outside).await.map_err(|e| e.to_string())?;
    if outside.is_empty() && !args.without_checkpoints {
        verdict.problems.extend(unsigned(store.as_ref(), &config).await.map_err(|e| e.to_string())?);
    }
    let mut out = io::stdout().lock();
    let written = writeln!(
        out,
        "{} entries, root {}\n{} checkpoints fit, {} of them kept outside the database\nkey {}",
        verdict.entries,
        verdict.root,
        verdict.checkpoints,
        outside.len(),
        verifier.public_key()
    );
    written.map_err(|e| e.to_string())?;
    for restore in &verdict.restores {
        writeln!(out, "! {restore}").map_err(|e| e.to_string())?;
    }
    for problem in &verdict.problems {
        writeln!(out, "✗ {problem}").map_err(|e| e.to_string())?;
    }
    let verdict_line =
        if verdict.problems.is_empty() { "✓ the trail is whole" } else { "✗ the trail does not hold" };
    writeln!(out, "{verdict_line}").map_err(|e| e.to_string())?;
    Ok(verdict.problems.is_empty())
}

/// A server signs within half a minute of an entry. Where there are older ones and no checkpoint outside the database, the
/// second place was lost or removed, and with it what would show a tail that was cut off (THREATS E06).
async fn unsigned(store: &dyn Store, config: &Config) -> store::Result<Option<String>> {
    let first = store.audit(&AuditQuery { limit: 1, ..AuditQuery::default() }).await?;
    let old = first.first().is_some_and(|entry| start::clock().now() - entry.at > SIGNED_WITHIN);
    let missing = old || store.checkpoint().await?.is_some();
    let file = config.checkpoints.display();
    Ok(missing.then(|| {
        format!(
            "{file}: there are no checkpoints outside the database, so a tail that was cut off would not show\n  hint: \
             give them with --checkpoint FILE; or be content with less by --without-checkpoints"
        )
    }))
}

/// The notes kept outside the database. A file that was named must be there; the configured one may not exist yet.
fn outside(config: &Config, named: Option<&PathBuf>) -> Result<Vec<String>, String> {
    let path = named.unwrap_or(&config.checkpoints);
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(split_notes(&text)),
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

async fn export(args: ExportArgs) -> Result<(), String> {
    let config = start::config()?;
    let store = start::store(&config.database_url).await?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    if let Format::Csv = args.format {
        out.write_all(csv::HEAD.as_bytes()).map_err(|e| e.to_string())?;
    }
    let mut query = AuditQuery {
        from: args.from,
        to: args.to,
        person: args.person,
        resource: args.resource,
        limit: PAGE,
        ..AuditQuery::default()
    };
    loop {
        let rows = store.audit(&query).await.map_err(|e| e.to_string())?;
        let Some(last) = rows.last() else { return out.flush().map_err(|e| e.to_string()) };
        query.from_seq = last.seq + 1;
        for row in &rows {
            out.write_all(line(row, args.format).as_bytes()).map_err(|e| e.to_string())?;
        }
    }
}

fn line(row: &AuditRow, format: Format) -> String {
    match format {
        Format::Jsonl => jsonl::line(row),
        Format::Csv => csv::line(row),
    }
}
