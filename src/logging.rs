//! Structured logs on standard error: text for people, JSON lines for machines.

use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// What is said when nothing else is asked for. The chat crates put bodies into their spans: never below `warn`.
pub const DEFAULT_FILTER: &str =
    "info,slack_morphism=warn,serenity=warn,reqwest=warn,hyper=warn,tungstenite=warn,tokio_tungstenite=warn,sqlx=warn";

/// Starts logging. A filter that does not parse is replaced by the default, and said so.
pub fn start(filter: &str, json: bool) {
    let (parsed, problem) = match EnvFilter::try_new(filter) {
        Ok(parsed) => (parsed, None),
        Err(error) => (EnvFilter::new(DEFAULT_FILTER), Some(error)),
    };
    let registry = tracing_subscriber::registry().with(parsed);
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
