//! The command line.

pub mod audit;
pub mod check;
pub mod client;
pub mod explain;
mod person;
mod serve;
mod start;

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
    /// Ask, vote and look at requests on a running server.
    #[command(flatten)]
    Client(client::ClientCommand),
    /// Prove or export the audit trail.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Personal API tokens.
    #[command(subcommand)]
    Token(person::TokenCommand),
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
        Command::Client(command) => client::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Token(command) => person::token(command).await,
        Command::LoginLink { person } => person::login_link(&person).await,
    }
}
