//! The listener: takes connections, within limits, and ends those that only hold a place (THREATS D07).

use crate::lifecycle::Stopping;
use axum::{Router, body::Body, extract::ConnectInfo, http::Request};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto::Builder,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    pin::pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tower::ServiceExt;

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the connection to the end of the first request's head.
    pub first_head: Duration,
    /// From one answer to the end of the next head. Longer, so that proxies can keep connections open.
    pub next_head: Duration,
    /// Open connections in all; whoever comes then waits in the system's queue until one ends.
    pub connections: usize,
    /// Open connections from one public address. Loopback and private addresses are where proxies stand, with everybody
    /// behind them: only the limit for all applies there.
    pub per_address: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_head: Duration::from_secs(5),
            next_head: Duration::from_secs(60),
            connections: 768,
            per_address: 64,
        }
    }
}

/// Serves until `stopping` says so, then waits for the answers that are under way.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stopping: Stopping) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(limits.connections));
    let peers = Peers::default();
    let mut stop = pin!(stopping.wait());
    loop {
        let next = async {
            let place = places.clone().acquire_owned().await.ok()?;
            Some((place, accept(&listener).await))
        };
        let (place, (stream, peer)) = tokio::select! {
            next = next => match next {
                Some(next) => next,
                None => break,
            },
            () = &mut stop => break,
        };
        // Dropped, it is closed: an answer would cost what the limit is to save.
        let Some(seat) = peers.enter(peer.ip(), limits.per_address) else { continue };
        let held = (place, seat);
        tokio::spawn(connection(stream, peer, router.clone(), limits, graceful.watcher(), held));
    }
    drop(listener);
    graceful.shutdown().await;
}

/// The next connection. What fails here is one connection, or the number of open files: neither is a reason to end.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    limits: Limits,
    watcher: Watcher,
    held: (OwnedSemaphorePermit, Seat),
) {
    let asked = Arc::new(AtomicBool::new(false));
    let seen = asked.clone();
    let service = router.map_request(move |mut request: Request<_>| {
        seen.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(ConnectInfo(peer));
        request.map(Body::new)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(limits.next_head);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(limits.next_head);
    let served = watcher.watch(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let mut served = pin!(served);
    tokio::select! {
        _ = &mut served => return,
        () = tokio::time::sleep(limits.first_head) => {}
    }
    // The builder's own limit starts only once it knows the protocol; some never say enough for that.
    if asked.load(Ordering::Relaxed) {
        // How a client left is nobody's concern.
        let _ = served.await;
    }
    drop(held);
}

/// How many connections each address has.
#[derive(Default, Clone)]
struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

impl Peers {
    /// A seat for one more, unless the address has its share.
    fn enter(&self, address: IpAddr, most: usize) -> Option<Seat> {
        let address = address.to_canonical();
        let mut open = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let taken = open.entry(address).or_default();
        if *taken >= most && !near(address) {
            return None;
        }
        *taken += 1;
        Some(Seat { peers: self.clone(), address })
    }
}

/// Loopback, private and link-local addresses (RFC 1918, RFC 4193).
fn near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

/// One connection's place among its address's.
struct Seat {
    peers: Peers,
    address: IpAddr,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.peers.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let left = open.get(&self.address).map_or(0, |taken| taken.saturating_sub(1));
        match left {
            0 => open.remove(&self.address),
            left => open.insert(self.address, left),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abuse_d07_one_address_gets_its_share_and_a_proxy_is_not_one_person() {
        let (peers, stranger, proxy) =
            (Peers::default(), "203.0.113.9".parse().unwrap(), "::ffff:10.0.0.7".parse().unwrap());
        let mut seats: Vec<_> = (0..2).map(|_| peers.enter(stranger, 2).unwrap()).collect();
        assert!(peers.enter(stranger, 2).is_none());
        assert!(peers.enter("203.0.113.10".parse().unwrap(), 2).is_some(), "others are not concerned");
        let behind: Vec<_> = (0..9).filter_map(|_| peers.enter(proxy, 2)).collect();
        assert_eq!(behind.len(), 9);
        seats.pop();
        assert!(peers.enter(stranger, 2).is_some(), "a seat that is left is free");
        drop((seats, behind));
        assert!(peers.0.lock().unwrap().is_empty());
    }
}
