//! `countersign teams-package`: what an administrator uploads to Teams.

use super::start;
use crate::config::Config;
use clap::Args;
use std::{fs, path::PathBuf};

/// Where it goes.
#[derive(Args, Debug)]
pub struct PackageArgs {
    /// The file to write.
    #[arg(long, default_value = "countersign-teams.zip")]
    out: PathBuf,
}

/// Writes the package; the line says where it is and what to do with it. Errors: what is missing.
pub fn run(args: &PackageArgs) -> Result<String, String> {
    let config = Config::new(start::environment()?).map_err(|problems| problems.to_string())?;
    let teams = config.teams.ok_or(
        "Teams is not configured\n  hint: set TEAMS_APP_ID, TEAMS_APP_PASSWORD and TEAMS_TENANT_ID as bots/teams/README.md shows",
    )?;
    let made = countersign_teams::package(&teams.app_id, &config.public_url, env!("CARGO_PKG_VERSION"));
    let bytes = made.map_err(|error| format!("the package could not be made: {error}"))?;
    fs::write(&args.out, bytes).map_err(|error| {
        format!("{}: cannot be written: {error}\n  hint: name another file with --out", args.out.display())
    })?;
    let mut said = format!(
        "{} is written. Upload it in the Teams admin centre: Teams apps, Manage apps, Upload new app.",
        args.out.display()
    );
    if !config.public_url.starts_with("https://") {
        said.push_str(
            "\nTeams takes only apps with https:// addresses: set COUNTERSIGN_PUBLIC_URL before you upload it.",
        );
    }
    Ok(said)
}
