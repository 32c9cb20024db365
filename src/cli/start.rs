//! What several commands start from: settings, policy, keys, database.

use crate::{
    audit::note::Signer,
    clock::Clock,
    config::{Config, Environment, Keys},
    policy_file::{self, Loaded},
    store::{self, Store},
};
#[cfg(feature = "webhook")]
use crate::{
    hooks::{self, Hook},
    policy_file::Problems,
    webhooks::{self, Subscription},
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    io::{self, Write},
    path::Path,
    process::ExitCode,
    sync::Arc,
};

/// The variables of the process, and of `.env`.
pub(super) fn environment() -> Result<Environment, String> {
    Environment::of_process(Path::new(".env")).map_err(|problem| problem.to_string())
}

/// The settings, or everything that is wrong with them.
pub(super) fn config() -> Result<Config, String> {
    Config::of_process().map_err(|problems| problems.to_string())
}

/// The policy file, or everything that is wrong with it.
pub(super) fn policy(path: &Path) -> Result<Loaded, String> {
    policy_file::load(path).map_err(|problems| problems.to_string())
}

/// The database, brought up to date.
pub(super) async fn store(url: &SecretString) -> Result<Arc<dyn Store>, String> {
    store::open(url.expose_secret()).await.map_err(|error| format!("DATABASE_URL: {error}"))
}

/// What signs checkpoints, from the key file that is there.
pub(super) fn signer(config: &Config) -> Result<Signer, String> {
    let keys = Keys::load(&config.key_file).map_err(|e| e.to_string())?;
    let keys = keys.ok_or_else(|| {
        format!(
            "{}: there is no key file\n  hint: the server makes one at its first start; or give --public-key",
            config.key_file.display()
        )
    })?;
    signer_of(&keys)
}

/// What signs checkpoints with these keys.
pub(super) fn signer_of(keys: &Keys) -> Result<Signer, String> {
    Signer::named_by_key(&keys.signing_seed).ok_or_else(|| "the signing key is no key".to_owned())
}

/// Who is told of every event, and what other systems may call, by name.
#[cfg(feature = "webhook")]
type Webhooks = (Vec<Arc<Subscription>>, std::collections::BTreeMap<String, Hook>);

/// Both; or everything that is wrong with any of them.
#[cfg(feature = "webhook")]
pub(super) fn webhooks(loaded: &Loaded, environment: &Environment) -> Result<Webhooks, Problems> {
    let webhooks = webhooks::build(loaded, environment, &webhooks::system_names());
    match (webhooks, hooks::build(loaded, environment)) {
        (Ok(webhooks), Ok(hooks)) => Ok((webhooks, hooks)),
        (webhooks, hooks) => {
            Err(Problems(webhooks.err().into_iter().chain(hooks.err()).flat_map(|problems| problems.0).collect()))
        }
    }
}

/// The wall clock.
pub(super) fn clock() -> Clock {
    Clock::system()
}

/// Prints a line, or why there is none.
pub(super) fn print(line: Result<String, String>) -> ExitCode {
    match line {
        Ok(line) if writeln!(io::stdout(), "{line}").is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(why) => failed(&why),
    }
}

/// Says why nothing was done.
pub(super) fn failed(why: &str) -> ExitCode {
    // With standard error gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{why}");
    ExitCode::FAILURE
}
