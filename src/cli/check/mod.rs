//! `countersign check`: settings, policy, keys, database, bots and connectors, all problems at once. Changes nothing but
//! what the first start would change: it brings the database's schema up to date.

mod findings;
mod local;
mod sheet;
mod webhooks;

pub use findings::{Examination, Findings};

use crate::{
    config::{Config, Environment},
    policy_file::Loaded,
};
use futures_util::future::join_all;
use sheet::Sheet;
use std::{path::PathBuf, time::Duration};

/// Longer than any healthy target takes to answer, short enough to wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks for everything that would keep the server from doing its work.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct CheckArgs {
    /// The policy file to check. Default: COUNTERSIGN_POLICY, or policy.toml.
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

/// What was found, ready to be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// A line for each thing, its problems below it.
    pub text: String,
    /// How many problems; the exit code is 1 unless there are none.
    pub problems: usize,
}

/// Checks everything. `further` names what only the composition root knows: bots and connectors, each with the work of
/// asking it. They are asked side by side, and only when settings and policy hold.
pub async fn run<'a>(
    args: &CheckArgs,
    environment: Environment,
    further: impl FnOnce(&Config, &Loaded) -> Vec<Examination<'a>>,
) -> Verdict {
    let mut sheet = Sheet::default();
    let (config, settings) = local::settings(environment.clone());
    sheet.line("settings", settings);
    let path = args.policy.clone().unwrap_or_else(|| Config::policy_path(&environment));
    let (loaded, policy) = local::policy(&path);
    sheet.line("policy", policy);
    if let Some(loaded) = &loaded {
        sheet.line("secrets", local::secrets(loaded, &environment));
        if let Some(found) = webhooks::webhooks(loaded, &environment) {
            sheet.line("webhooks", found);
        }
    }
    if let Some(config) = &config {
        sheet.line("keys", local::keys(config));
        sheet.line("checkpoints", local::checkpoints(config));
    }
    let mut work: Vec<Examination<'a>> = Vec::new();
    if let Some(config) = &config {
        work.push(local::database(config));
    }
    if let (Some(config), Some(loaded)) = (&config, &loaded) {
        sheet.line("notifications", local::notifications(config, loaded));
        work.extend(further(config, loaded));
    }
    for (name, findings) in ask(work).await {
        sheet.line(&name, findings);
    }
    if config.is_none() || loaded.is_none() {
        sheet.skipped("bots and connectors", "looked at once settings and policy hold");
    }
    sheet.verdict()
}

/// Asks all side by side; whoever says nothing does not hold up the rest.
async fn ask(work: Vec<Examination<'_>>) -> Vec<(String, Findings)> {
    let answers = work.into_iter().map(|Examination { name, work }| async move {
        let found = tokio::time::timeout(PATIENCE, work).await;
        let late = |_| Findings::problem("no answer", format!("nothing came back within {} s", PATIENCE.as_secs()));
        (name, found.unwrap_or_else(late))
    });
    join_all(answers).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_engine::ports::BotError;

    #[tokio::test(start_paused = true)]
    async fn a_target_that_says_nothing_does_not_hold_up_the_rest() {
        let silent = Examination::new("connector main", std::future::pending::<Findings>());
        let refused =
            Examination::new("bot slack", async { Err::<String, _>(BotError::Unauthorized("invalid_auth".into())) });
        let said: Vec<(String, Vec<String>)> =
            ask(vec![silent, refused]).await.into_iter().map(|(name, found)| (name, found.problems)).collect();
        assert_eq!(said[0], ("connector main".into(), vec!["nothing came back within 20 s".into()]));
        assert!(said[1].1[0].contains("invalid_auth"), "{said:?}");
    }
}
