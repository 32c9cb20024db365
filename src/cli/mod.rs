//! The command line.

pub mod audit;
pub mod check;
pub mod client;
pub mod explain;
mod healthcheck;
pub mod notify;
mod person;
mod restore;
mod serve;
mod start;
#[cfg(feature = "teams")]
mod teams_package;
#[cfg(feature = "webhook")]
mod webhooks;

use crate::{bots::Bots, config::Config, connectors, policy::PolicyHandle, policy_file::Loaded};
use check::{Examination, Findings};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Time-bound privileged access: asked for in chat, approved by a chain, really granted, really revoked.
///
/// `countersign demo` shows it without any set-up. Settings come from the environment or from `.env`; the organisation, its
/// resources and its workflows from the policy file.
#[derive(Parser, Debug)]
#[command(name = "countersign", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start a server with a made-up organisation: no tokens, no servers, no accounts.
    Demo,
    /// Start the server.
    Serve,
    /// Look at everything that the server needs, and say all that is wrong at once.
    Check(check::CheckArgs),
    /// Ask the running server whether it is well; for containers.
    Healthcheck(healthcheck::HealthcheckArgs),
    /// Say which workflow would take a request and why, who could vote, and who could not.
    Explain(explain::ExplainArgs),
    /// Ask, vote and look at requests on a running server.
    #[command(flatten)]
    Client(client::ClientCommand),
    /// Prove or export the audit trail.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Copy the SQLite database to a new file while the server runs. For PostgreSQL, use pg_dump.
    Backup {
        /// The new file.
        #[arg(long, value_name = "FILE")]
        to: std::path::PathBuf,
    },
    /// Look at a database that was restored, and confirm it.
    #[command(subcommand)]
    Restore(restore::RestoreCommand),
    /// Personal API tokens.
    #[command(subcommand)]
    Token(person::TokenCommand),
    /// Write the app package that Teams' administrators upload.
    #[cfg(feature = "teams")]
    TeamsPackage(teams_package::PackageArgs),
    /// Keys of webhooks.
    #[cfg(feature = "webhook")]
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// Print a link with which a person signs in to the console, once, within ten minutes.
    LoginLink {
        /// The person's id or e-mail.
        #[arg(long = "for")]
        person: String,
    },
}

/// Runs the command that the process was started with.
pub async fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    match command {
        Command::Demo => serve::demo().await,
        Command::Serve => serve::serve().await,
        Command::Check(args) => check(&args).await,
        Command::Healthcheck(args) => start::print(healthcheck::run(&args).await),
        Command::Explain(args) => explain(&args),
        Command::Client(command) => client::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Backup { to } => restore::backup(&to).await,
        Command::Restore(command) => restore::run(command).await,
        Command::Token(command) => person::token(command).await,
        #[cfg(feature = "teams")]
        Command::TeamsPackage(args) => start::print(teams_package::run(&args)),
        #[cfg(feature = "webhook")]
        Command::Webhooks(command) => webhooks::run(&command),
        Command::LoginLink { person } => person::login_link(&person).await,
    }
}

/// Checks what this server is made of: settings, policy, keys and database, then each bot and each connector.
async fn check(args: &check::CheckArgs) -> ExitCode {
    let environment = match start::environment() {
        Ok(environment) => environment,
        Err(why) => return start::failed(&why),
    };
    let verdict = check::run(args, environment, examinations).await;
    match (start::print(Ok(verdict.text)), verdict.problems) {
        (printed, 0) => printed,
        _ => ExitCode::FAILURE,
    }
}

fn examinations(config: &Config, loaded: &Loaded) -> Vec<Examination<'static>> {
    let mut looks = Vec::new();
    let policy = PolicyHandle::new(loaded.policy.clone());
    match Bots::new(config, loaded, &policy, &start::clock()) {
        Ok(bots) => looks
            .extend(bots.all().map(|bot| {
                Examination::new(format!("bot {}", bot.platform().key()), async move { bot.check().await })
            })),
        Err(why) => looks.push(Examination::new("bots", async move { Findings::problem("not built", why) })),
    }
    // Any key will do: a check signs nothing.
    match connectors::build(loaded, &config.environment, &config.public_url, &[0; 32]) {
        Ok(built) => looks.extend(built.connectors.into_iter().map(|(name, connector)| {
            Examination::new(format!("connector {name}"), async move { connector.check().await })
        })),
        Err(problems) => {
            let why = problems.to_string();
            looks.push(Examination::new("connectors", async move { Findings::problem("not built", why) }));
        }
    }
    looks
}

fn explain(args: &explain::ExplainArgs) -> ExitCode {
    let answer = start::environment()
        .and_then(|environment| explain::run(args, &Config::policy_path(&environment), start::clock().now()));
    start::print(answer)
}
