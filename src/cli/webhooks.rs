//! `countersign webhooks keygen`

use super::start;
use clap::Subcommand;
use countersign_webhook::{new_key_pair, new_secret};
use std::process::ExitCode;

/// Keys of webhooks.
#[derive(Subcommand, Debug)]
pub enum WebhooksCommand {
    /// Print a new key that signs webhooks: a secret that both sides hold, or with --ed25519 a private key for the
    /// environment and a public one for receivers.
    Keygen {
        /// A key pair, so that receivers can check messages and cannot forge any.
        #[arg(long)]
        ed25519: bool,
    },
}

/// Runs one of them.
pub fn run(command: &WebhooksCommand) -> ExitCode {
    let WebhooksCommand::Keygen { ed25519 } = command;
    let made = match ed25519 {
        true => new_key_pair().map(|(private, public)| {
            format!(
                "{private}\n{public}\n\nThe first is secret: put it into the environment. The second is for receivers."
            )
        }),
        false => new_secret(),
    };
    start::print(made.ok_or_else(|| "the system gives no randomness, so no key was made".to_owned()))
}
