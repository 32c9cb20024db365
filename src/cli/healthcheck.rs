//! `countersign healthcheck`: for containers, which have nothing else that could ask.

use super::start;
use crate::config::Config;
use clap::Args;
use std::{
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

/// Orchestrators ask again every few seconds; whoever takes longer is not well.
const PATIENCE: Duration = Duration::from_secs(4);

/// What to ask.
#[derive(Args, Debug)]
pub struct HealthcheckArgs {
    /// Ask whether it can do its work (/readyz), not only whether it lives (/healthz).
    #[arg(long)]
    ready: bool,
}

/// Asks the server that listens where the settings say; its answer. Errors: why it is not well.
pub async fn run(args: &HealthcheckArgs) -> Result<String, String> {
    let listen = Config::listen_address(&start::environment()?).map_err(|problems| problems.to_string())?;
    let url = format!("http://{}/{}", reachable(listen), if args.ready { "readyz" } else { "healthz" });
    // A proxy that the environment names is not between us and ourselves.
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().map_err(|e| e.to_string())?;
    let answer = client.get(&url).send().await.map_err(|_| {
        format!("{url}: no answer\n  hint: does the server run, and is COUNTERSIGN_LISTEN here what it is there?")
    })?;
    let status = answer.status();
    let text = answer.text().await.unwrap_or_default();
    match status.is_success() {
        true => Ok(text.trim_end().to_owned()),
        false => Err(format!("{url}: {status}: {}", text.trim_end())),
    }
}

/// A server that listens on every interface is asked on the loopback interface.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen {
        SocketAddr::V4(v4) if v4.ip().is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(v6) if v6.ip().is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        other => other.ip(),
    };
    SocketAddr::new(ip, listen.port())
}
