//! Structured logs on standard error: text for people, JSON lines for machines.

use std::io::IsTerminal;
use tracing_subscriber::{
    EnvFilter,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// What is said when nothing else is asked for. The chat crates put bodies into their spans: never below `warn`.
pub const DEFAULT_FILTER: &str =
    "info,slack_morphism=warn,serenity=warn,reqwest=warn,hyper=warn,tungstenite=warn,tokio_tungstenite=warn,sqlx=warn";

/// Crates of others that write down what they carry, tokens and bodies included, when they are asked for more than
/// warnings. Whatever the filter says, they are not asked (THREATS E07).
const CARRIERS: [&str; 16] = [
    "h2",
    "hyper",
    "hyper_util",
    "lettre",
    "postgres_protocol",
    "reqwest",
    "rustls",
    "serenity",
    "slack_morphism",
    "sqlx",
    "sqlx_core",
    "sqlx_postgres",
    "teloxide_core",
    "tokio_postgres",
    "tokio_tungstenite",
    "tungstenite",
];

/// Lets everything of ours through, and warnings of theirs.
fn discreet() -> Targets {
    Targets::new().with_default(LevelFilter::TRACE).with_targets(CARRIERS.map(|name| (name, LevelFilter::WARN)))
}

/// Starts logging. A filter that does not parse is replaced by the default, and said so.
pub fn start(filter: &str, json: bool) {
    let (parsed, problem) = match EnvFilter::try_new(filter) {
        Ok(parsed) => (parsed, None),
        Err(error) => (EnvFilter::new(DEFAULT_FILTER), Some(error)),
    };
    let registry = tracing_subscriber::registry().with(parsed).with(discreet());
    let started = match json {
        true => registry.with(fmt::layer().json().flatten_event(true).with_writer(std::io::stderr)).try_init(),
        false => registry
            .with(
                fmt::layer().with_target(false).with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr),
            )
            .try_init(),
    };
    // Already started, as in tests: fine.
    drop(started);
    if let Some(error) = problem {
        tracing::warn!(%error, filter, "this log filter makes no sense; hint: try \"info\" or \"countersign=debug\"");
    }
}
