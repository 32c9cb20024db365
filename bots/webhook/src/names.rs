//! Who answers for a host's name. A trait, so that tests can play a name server that changes its mind.

use async_trait::async_trait;
use std::{io, net::IpAddr};

/// Looks up hosts.
#[async_trait]
pub trait Names: Send + Sync + 'static {
    /// All addresses of a host.
    async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The operating system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNames;

#[async_trait]
impl Names for SystemNames {
    async fn look_up(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
    }
}
