//! `countersign serve` and `countersign demo`: the same server, with other defaults.

use super::{restore, start};
use crate::{
    app::{App, Parts, stop_when_signalled},
    bots::Bots,
    config::{Config, Keys, LogFormat},
    connectors, logging,
    policy::PolicyHandle,
    policy_file::{self, Loaded},
    restore::{Guard, Sidecar},
    service::Service,
    upkeep,
    vault::Vault,
};
use secrecy::SecretString;
use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

/// The demo organisation: the very file that ships as an example.
const DEMO_POLICY: &str = include_str!("../../policy.example.toml");

/// `countersign serve`
pub async fn serve() -> ExitCode {
    let outcome = async {
        let config = start::config()?;
        logging::start(&config.log, config.log_format == LogFormat::Json);
        let loaded = start::policy(&config.policy)?;
        let (keys, made) = Keys::load_or_create(&config.key_file).map_err(|e| e.to_string())?;
        if made {
            tracing::info!(file = %config.key_file.display(), "made the server's keys; back this file up");
        }
        run(config, loaded, keys, false).await
    };
    report(outcome.await)
}

/// `countersign demo`: what is not set in the environment lives in a temporary place and goes with the process.
pub async fn demo() -> ExitCode {
    let outcome = async {
        let mut config = start::config()?;
        let place = tempfile::Builder::new()
            .prefix("countersign-demo-")
            .tempdir()
            .map_err(|e| format!("no temporary place could be made: {e}"))?;
        let set = |name: &str| config.environment.secret(name).is_some();
        let quiet = !set("COUNTERSIGN_LOG");
        let loaded = match set("COUNTERSIGN_POLICY") {
            true => start::policy(&config.policy)?,
            false => policy_file::parse(DEMO_POLICY, "policy.example.toml").map_err(|e| e.to_string())?,
        };
        if !set("DATABASE_URL") {
            config.database_url = SecretString::from(format!("sqlite://{}", place.path().join("demo.db").display()));
        }
        if !set("COUNTERSIGN_INSTANCE_FILE") {
            config.instance_file = place.path().join("demo.instance");
        }
        if !set("COUNTERSIGN_CHECKPOINTS") {
            config.checkpoints = place.path().join("demo.checkpoints");
        }
        let keys = match set("COUNTERSIGN_KEY_FILE") {
            true => Keys::load_or_create(&config.key_file).map_err(|e| e.to_string())?.0,
            false => Keys::random().map_err(|e| e.to_string())?,
        };
        logging::start(if quiet { "warn" } else { &config.log }, config.log_format == LogFormat::Json);
        run(config, loaded, keys, true).await
    };
    report(outcome.await)
}

async fn run(config: Config, loaded: Loaded, keys: Keys, demo: bool) -> Result<(), String> {
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    // The demo's own file is as it should be.
    for warning in loaded.warnings.iter().filter(|_| !demo) {
        tracing::warn!("{warning}");
    }
    let clock = start::clock();
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|e| format!("{}: {e}\n  hint: set COUNTERSIGN_LISTEN to a free address and port", config.listen))?;
    let store = start::store(&config.database_url).await?;
    let built = connectors::build(&loaded, &config.environment, &config.public_url, &keys.vault)
        .map_err(|problems| problems.to_string())?;
    let policy = PolicyHandle::new(loaded.policy.clone());
    let bots = Bots::new(&config, &loaded, &policy, &clock)?;
    #[cfg(feature = "webhook")]
    let (webhooks, hooks) = start::webhooks(&loaded, &config.environment).map_err(|problems| problems.to_string())?;
    let signer = start::signer_of(&keys)?;
    let verifier = signer.verifier();
    let app = App::new(Parts {
        store: store.clone(),
        connectors: built.connectors,
        #[cfg(feature = "forward-auth")]
        gate: Some(built.gate),
        policy,
        demo,
        vault: Vault::new(&keys.vault).map_err(|e| e.to_string())?,
        signer,
        checkpoints: config.checkpoints.clone(),
        bots,
        #[cfg(feature = "webhook")]
        webhooks,
        #[cfg(feature = "webhook")]
        hooks,
        public_url: config.public_url.clone(),
        clock,
    });
    let (sidecar, trail) = (Sidecar::at(&config.instance_file), app.web.trail.clone());
    let guard = Guard::open(store.clone(), sidecar, &config.checkpoints, &verifier, trail);
    let app = app.guarded(guard.await.map_err(|e| e.to_string())?);
    if app.web.trail.is_quarantined() {
        tokio::spawn(restore::log_what_is_there(store, app.grants.connectors().clone()));
    }
    if !demo {
        let sections = &loaded.webhooks;
        let has_webhooks = !sections.outbound.is_empty() || !sections.inbound.is_empty() || !sections.chat.is_empty();
        tokio::spawn(reload_when_asked(app.web.service.clone(), config.policy.clone(), has_webhooks));
    }
    greet(&config, demo).map_err(|e| e.to_string())?;
    app.run(listener, stop_when_signalled()).await.map_err(|e| e.to_string())
}

/// Reads the policy file anew at each SIGHUP. One that does not hold changes nothing. Connectors keep the settings that the
/// server started with.
async fn reload_when_asked(service: Service, path: PathBuf, has_webhooks: bool) {
    let Ok(mut asked) = signal(SignalKind::hangup()) else { return };
    while asked.recv().await.is_some() {
        let loaded = match start::policy(&path) {
            Ok(loaded) => loaded,
            Err(problems) => {
                tracing::error!("the policy was not reloaded, the one before it stays in force:\n{problems}");
                continue;
            }
        };
        let version = loaded.policy.version.clone();
        match upkeep::reload(&service, loaded.policy).await {
            Ok(()) if has_webhooks => tracing::warn!(
                version,
                "the policy was reloaded; webhooks and hooks stay as they were until the server starts again"
            ),
            Ok(()) => tracing::info!(version, "the policy was reloaded"),
            Err(error) => {
                tracing::error!(version, %error, "the policy was reloaded, but open requests were not judged on it")
            }
        }
    }
}

/// What to open.
fn greet(config: &Config, demo: bool) -> io::Result<()> {
    let url = &config.public_url;
    if !demo {
        tracing::info!(listen = %config.listen, url, "countersign is ready");
        return Ok(());
    }
    let mut out = io::stdout().lock();
    writeln!(out, "\n  Countersign, with a made-up organisation. Nothing here is real, nothing is kept.\n")?;
    let here = format!("http://{}", config.listen);
    if *url != here {
        writeln!(out, "    listening at  {here}")?;
    }
    writeln!(out, "    the tour      {url}/demo")?;
    writeln!(out, "    the console   {url}/")?;
    writeln!(out, "    the API       curl -H 'Authorization: Bearer demo:dev' {url}/api/v1/catalog\n")?;
    writeln!(out, "  On the tour, type:  /access grafana 10m looking at the dashboards")?;
    writeln!(out, "  Then be lisa, press Approve, and open the page that was closed before.\n")?;
    writeln!(out, "  Ctrl-C stops it.\n")?;
    out.flush()
}

fn report(outcome: Result<(), String>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => start::failed(&why),
    }
}
